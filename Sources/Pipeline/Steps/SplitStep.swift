internal import Jobs
internal import Records
internal import Store
internal import Tables

extension StepContext {
  /// `split`: each row goes, byte for byte, into the file of its part.
  func split(_ options: SplitOptions) throws -> StepResult {
    let data = try artifact("data")
    let reader = try table(data)
    let scan = SplitScan(reader)
    let split = Split(options)
    var keys = SplitKeys(rowCount: 0)
    var keylessCount = 0
    switch options.by {
    case .time: keys.times = try reader.readTable(columns: options.columns).columns[0]
    case .group, .hash:
      let found = try scan.keys(of: options.columns)
      keys.groups = found.hashes
      keylessCount = found.keyless.count
    case .random: break
    }
    if let column = options.stratify { keys.classes = try scan.classes(of: column) }
    let known = [keys.times?.count ?? 0, keys.groups.count, keys.classes.count].max() ?? 0
    keys.rowCount = known > 0 ? known : try reader.countRows()
    let parts = try split.assignments(keys)
    let uncheckedCount = try requireNoOverlap(options.key, parts, scan)
    var result = try write(parts, of: reader, split, data)
    if keylessCount > 0 {
      result.notes.append(
        "\(keylessCount) rows have a missing value in \(Self.list(options.columns)), which counts as a value of its own: rows alike in it stay together"
      )
    }
    if uncheckedCount > 0 {
      result.notes.append(
        "\(uncheckedCount) rows have no key \(Self.list(options.key)), so that nobody knows whether it is in another part"
      )
    }
    let leftOut = parts.count { $0 == .leftOut }
    if leftOut > 0 { result.notes.append("\(leftOut) rows are in a gap and in no part") }
    result.notes += try SplitReview(options: options, parts: parts, scan: scan, reader: reader).notes(
      try description(of: data)?.columns ?? [])
    return result
  }

  /// What the store knows of a dataset version; nil for content without a description.
  func description(of data: Artifact) throws -> DatasetDescription? {
    guard let digest = data.description else { return nil }
    return try CanonicalJSON.decode(DatasetDescription.self, from: try store.blob(digest))
  }

  private static func list(_ columns: [String]) -> String { "(\(columns.joined(separator: ", ")))" }

  /// Gives the number of rows without a key, which are equal to none.
  private func requireNoOverlap(_ key: [String], _ parts: [Split.Part], _ scan: SplitScan) throws -> Int {
    guard !key.isEmpty else { return 0 }
    let (hashes, keyless) = try scan.keys(of: key)
    var keyed = parts
    for row in keyless { keyed[row] = .leftOut }
    guard let overlap = try SplitOverlap(of: key, hashes: hashes, keyed, scan) else { return keyless.count }
    throw PipelineError.stepFailed(
      "\(overlap.count) keys \(Self.list(key)) are in more than one part: \(overlap.text); split `by: group` with `columns: [\(key.joined(separator: ", "))]`, or remove the repeated rows"
    )
  }

  private func write(_ parts: [Split.Part], of reader: TableReader, _ split: Split, _ data: Artifact) throws
    -> StepResult
  {
    let writer = try StoreWriter(store)
    let recipes = try recipes(of: [data])
    let reading = try StoredReading.inherited(from: data, reader, in: store)
    var builders: [Split.Part: FileBuilder] = [:]
    for part in split.parts { builders[part] = writer.beginFile(try RelativePath("\(part.name).csv")) }
    try reader.copy(parts, to: split.parts) { part, bytes in try builders[part]?.append(bytes) }
    var result = StepResult()
    for part in split.parts {
      guard let file = try builders[part]?.finish() else { continue }
      let manifest = try Manifest([file])
      var description = DatasetDescriber(store: store).files(of: manifest)
      description.reading = reading
      description.recipes = recipes.isEmpty ? nil : recipes
      description.rowCount = parts.count { $0 == part }
      let artifact = Artifact(
        kind: .dataset, digest: try writer.put(manifest),
        description: try writer.put(try CanonicalJSON.encode(description)))
      result.outputs.append(StepRecord.Output(name: part.name, artifact: artifact))
    }
    try writer.finish()
    result.headline = split.parts.map { part in "\(part.name) \(parts.count { $0 == part })" }.joined(separator: ", ")
    return result
  }
}

extension Split {
  fileprivate init(_ options: SplitOptions) {
    let method: Method =
      switch options.by {
      case .time: .time(gap: Int64((options.gapSeconds * Double(Column.ticksPerSecond)).rounded()))
      case .group: .group
      case .hash: .hash
      case .random: .random
      }
    self.init(
      method: method, test: options.test, validation: options.validation, folds: options.folds,
      seed: UInt64(options.seed))
  }
}

extension SplitOverlap {
  /// `“UA, 1545” in train and test`, a few of them.
  fileprivate var text: String {
    examples.map { "“\($0.text)” in \($0.parts.map(\.name).joined(separator: " and "))" }.joined(separator: ", ")
  }
}

/// Looks for what a model could learn by heart in one part and repeat in another. Rows that are told apart by time never
/// share anything but what they should.
private struct SplitReview {
  let options: SplitOptions
  let parts: [Split.Part]
  let scan: SplitScan
  let reader: TableReader

  private static let limit = 5

  /// - Parameter columns: what is known of the data's columns; of data that nobody described, nothing is.
  func notes(_ columns: [DatasetDescription.Column]) throws -> [String] {
    guard options.by != .time else { return [] }
    var notes: [String] = []
    // Equal rows have equal keys, and so are in one part, unless rows are drawn one by one.
    if options.by == .random { notes += try duplicates() }
    notes += try entities(columns)
    if let name = columns.first(where: { $0.type == ColumnType.timestamp.rawValue })?.name { notes += try times(name) }
    return notes
  }

  private func duplicates() throws -> [String] {
    let names = try reader.header()
    guard let overlap = try SplitOverlap(of: names, hashes: try scan.hashes(of: names), parts, scan) else { return [] }
    return ["\(overlap.count) rows are in several parts, value for value: \(overlap.text)"]
  }

  private func entities(_ columns: [DatasetDescription.Column]) throws -> [String] {
    let candidates = columns.filter { column in
      column.type == ColumnType.string.rawValue
        || column.type == ColumnType.integer.rawValue && SplitSuspects.isNamedAsKey(column.name)
    }.map(\.name).filter { !options.columns.contains($0) && $0 != options.stratify }
    return try SplitSuspects.find(in: candidates, parts, scan).prefix(Self.limit).map { suspect in
      "“\(suspect.column)” looks like an entity: of about \(suspect.valueCount) values \(Int((suspect.sharedFraction * 100).rounded())) % have rows in several parts, so that a model may know them by heart: split by group on it, or exclude it"
    }
  }

  private func times(_ name: String) throws -> [String] {
    let column = try reader.readTable(columns: [name], types: [name: .timestamp]).columns[0]
    guard case .timestamps(let times) = column.storage else { return [] }
    let known = zip(times, parts).filter { $0.0 != Column.missingInteger }
    guard let last = known.filter({ $0.1 == .train }).map(\.0).max() else { return [] }
    let earlier = known.count { $0.1 == .test && $0.0 < last }
    guard earlier > 0 else { return [] }
    return [
      "\(earlier) test rows are earlier in “\(name)” than the last training row, which a model of the future never is: split by time"
    ]
  }
}
