/// Rows by the group they are in.
package struct Grouping: Hashable, Sendable {
  /// What the groups are of: a column, or two.
  package var name: String
  /// What each group is called, in the order of texts or numbers; nil for the rows without a value, the last.
  package var labels: [String?]
  /// The group of each row.
  package var codes: [Int32]

  package init(name: String, labels: [String?], codes: [Int32]) {
    self.name = name
    self.labels = labels
    self.codes = codes
  }

  /// Groups of text, of which `codes` are places in `values`, negative where missing. Values that no row has are no group.
  package init(name: String, values: [String], codes: [Int32]) {
    var isUsed = [Bool](repeating: false, count: values.count)
    for code in codes where code >= 0 { isUsed[Int(code)] = true }
    let order = values.indices.filter { isUsed[$0] }.sorted { values[$0] < values[$1] }
    var places = [Int32](repeating: 0, count: values.count)
    for (place, index) in order.enumerated() { places[index] = Int32(place) }
    self.name = name
    labels = order.map { values[$0] }
    self.codes = codes.map { $0 < 0 ? Int32(order.count) : places[Int($0)] }
    if codes.contains(where: { $0 < 0 }) { labels.append(nil) }
  }

  /// Groups of numbers: bins with about as many rows each, `[10, 20)`; NaN is missing.
  package init(name: String, numbers: [Double], bins count: Int) {
    let binning = Binning(quantilesOf: numbers, bins: count)
    var used = [Bool](repeating: false, count: binning.count + 1)
    let bins = numbers.map { number in
      let bin = number.isNaN ? binning.count : binning.bin(of: number)
      used[bin] = true
      return Int32(bin)
    }
    var places = [Int32](repeating: 0, count: used.count)
    var labels: [String?] = []
    for bin in used.indices where used[bin] {
      places[bin] = Int32(labels.count)
      labels.append(bin < binning.count ? binning.label(of: bin) : nil)
    }
    self.init(name: name, labels: labels, codes: bins.map { places[Int($0)] })
  }

  /// Groups by several columns at once: `JFK,AA`. A value that holds a comma or a quote, or is called `missing`, stands in
  /// quotes. Combinations that no row has are no group.
  ///
  /// - Parameter columns: of the same rows, at least one.
  package init(joining columns: [Grouping]) {
    guard columns.count > 1 else {
      self = columns[0]
      return
    }
    let quoted = columns.map { column in
      Grouping(name: column.name, labels: column.labels.map(Self.quoted), codes: column.codes)
    }
    self = quoted.dropFirst().reduce(quoted[0], Self.pairs)
  }

  private static func quoted(_ label: String?) -> String {
    guard let label else { return "missing" }
    guard label == "missing" || label.contains(",") || label.contains("\"") else { return label }
    return "\"" + label.replacing("\"", with: "\"\"") + "\""
  }

  /// - Parameters: labels are such as ``quoted(_:)`` gives.
  private static func pairs(_ first: Grouping, _ second: Grouping) -> Grouping {
    let width = second.labels.count
    let keys = zip(first.codes, second.codes).map { Int($0) * width + Int($1) }
    let used = Set(keys).sorted()
    let places = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, Int32($0)) })
    return Grouping(
      name: "\(first.name),\(second.name)",
      labels: used.map { "\(first.labels[$0 / width] ?? ""),\(second.labels[$0 % width] ?? "")" },
      codes: keys.map { places[$0] ?? 0 })
  }

  /// The rows of each group, ascending.
  package var rows: [[Int]] {
    var rows = [[Int]](repeating: [], count: labels.count)
    for (row, code) in codes.enumerated() { rows[Int(code)].append(row) }
    return rows
  }

  /// The grouping of some of its rows, without the groups that have none of them. Takes a time in proportion to those rows,
  /// however many groups there are.
  package func gather(_ rows: [Int]) -> Grouping {
    let used = Set(rows.map { codes[$0] }).sorted()
    let places = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, Int32($0)) })
    return Grouping(
      name: name, labels: used.map { labels[Int($0)] }, codes: rows.map { places[codes[$0]] ?? 0 })
  }
}
