internal import Records

/// What changed from one version of a dataset to the next, as far as their descriptions tell: no data is read.
enum DescriptionChanges {
  private static let missingShare = 0.05
  /// In standard deviations of the version before.
  private static let meanShift = 0.25

  /// Columns first that came, went or hold another type, then what moved.
  static func sentences(from old: DatasetDescription, to new: DatasetDescription) -> [String] {
    guard !old.columns.isEmpty, !new.columns.isEmpty else { return [] }
    let before = Dictionary(old.columns.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let names = Set(new.columns.map(\.name))
    var sentences = old.columns.filter { !names.contains($0.name) }.map { "“\($0.name)” is gone" }
    sentences += new.columns.filter { before[$0.name] == nil }.map { "“\($0.name)” is new" }
    let pairs = new.columns.compactMap { column in before[column.name].map { (old: $0, new: column) } }
    sentences += pairs.filter { $0.old.type != $0.new.type }.map {
      "“\($0.new.name)” was \($0.old.type) and is \($0.new.type) now"
    }
    return sentences + pairs.flatMap { moved($0.old, $0.new, rows: (old.rowCount ?? 0, new.rowCount ?? 0)) }
  }

  private static func moved(
    _ old: DatasetDescription.Column, _ new: DatasetDescription.Column, rows: (Int, Int)
  ) -> [String] {
    guard rows.0 > 0, rows.1 > 0, old.type == new.type else { return [] }
    var sentences: [String] = []
    let missing = (Double(old.missingCount) / Double(rows.0), Double(new.missingCount) / Double(rows.1))
    if abs(missing.0 - missing.1) >= missingShare || old.missingCount == 0 && new.missingCount > 0 {
      sentences.append(
        "“\(new.name)” is missing in \(Format.percent(missing.1)) of the rows: it was in \(Format.percent(missing.0))")
    }
    if let count = old.distinctCount, count > 1, new.distinctCount == 1 {
      sentences.append("“\(new.name)” has one value in all rows: it had \(Format.grouped(count))")
    }
    if let (before, after) = old.mean.flatMap({ mean in new.mean.map { (mean, $0) } }),
      let deviation = old.standardDeviation, deviation > 0, abs(after - before) >= meanShift * deviation
    {
      sentences.append(
        "the mean of “\(new.name)” moved from \(Format.metric(before)) to \(Format.metric(after)), "
          + "\(Format.fixed(abs(after - before) / deviation, 1)) standard deviations")
    }
    return sentences
  }
}
