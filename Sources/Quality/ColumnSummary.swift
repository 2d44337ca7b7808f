package import Tables

/// One column in a few numbers. Numbers that do not apply to its type are nil.
package struct ColumnSummary: Sendable {
  package var name: String
  package var type: ColumnType
  package var missingCount: Int
  /// Nil when there are more than ``limitDistinct``.
  package var distinctCount: Int?
  package var mean: Double?
  /// With n - 1 below the sum of squares.
  package var standardDeviation: Double?
  package var minimum: String?
  package var maximum: String?
  /// The most frequent texts, at most 12, most frequent first, equal counts by text.
  package var topValues: [(text: String, count: Int)]

  static let limitDistinct = 100_000

  package init(_ column: Column) {
    name = column.name
    type = column.type
    missingCount = column.missingCount
    topValues = []
    if case .strings(let texts) = column.storage {
      summarise(texts)
    } else if let values = column.doubles {
      summarise(values.filter { !$0.isNaN })
    }
  }

  private mutating func summarise(_ column: Column.DictionaryColumn) {
    var counts = [Int](repeating: 0, count: column.values.count)
    for code in column.codes where code >= 0 { counts[Int(code)] += 1 }
    let used = counts.indices.filter { counts[$0] > 0 }
    distinctCount = used.count <= Self.limitDistinct ? used.count : nil
    let ranked = used.sorted { (-counts[$0], column.values[$0]) < (-counts[$1], column.values[$1]) }
    topValues = ranked.prefix(12).map { (column.values[$0], counts[$0]) }
    minimum = used.map { column.values[$0] }.min()
    maximum = used.map { column.values[$0] }.max()
  }

  private mutating func summarise(_ values: [Double]) {
    guard !values.isEmpty else { return }
    var distinct: Set<Double> = []
    var mean = 0.0
    var squares = 0.0
    // Welford's update: Knuth, The Art of Computer Programming 2, 4.2.2, equations 15 and 16.
    for (index, value) in values.enumerated() {
      if distinct.count <= Self.limitDistinct { distinct.insert(value) }
      let delta = value - mean
      mean += delta / Double(index + 1)
      squares += delta * (value - mean)
    }
    distinctCount = distinct.count <= Self.limitDistinct ? distinct.count : nil
    minimum = text(values.min())
    maximum = text(values.max())
    guard type != .timestamp else { return }
    self.mean = mean
    standardDeviation = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : nil
  }

  private func text(_ value: Double?) -> String? {
    guard let value else { return nil }
    return switch type {
    case .timestamp: CSVWriter.timestampText(Int64((value * Double(Column.ticksPerSecond)).rounded()))
    case .boolean: value == 1 ? "true" : "false"
    default: CSVWriter.text(value)
    }
  }
}
