/// Columns that name something with many rows, on both sides of a split: what a model learned of it by heart would look
/// like skill.
package struct SplitSuspects {
  /// A column, as seen in a sample of its values.
  package struct Suspect: Hashable, Sendable {
    package var column: String
    /// About how many values there are.
    package var valueCount: Int
    /// Of those, the share that has rows in several parts.
    package var sharedFraction: Double
  }

  /// Fewer values than this are categories, unless the column's name says that they are keys.
  private static let minimumValues = 200.0
  private static let minimumNamedValues = 20.0
  private static let minimumRowsPerValue = 2.0
  private static let minimumShare = 0.5

  /// Those of `columns` that look so, in their order.
  package static func find(in columns: [String], _ parts: [Split.Part], _ scan: SplitScan) throws -> [Suspect] {
    guard !columns.isEmpty else { return [] }
    var samples = columns.map { _ in ValueSample() }
    try scan.forEachBatch(columns) { batch in
      for (index, column) in batch.columns.enumerated() {
        for (row, hash) in column.rows().enumerated() where column.text(row) != nil {
          let part = parts[batch.firstRow + row]
          if part != .leftOut { samples[index].add(SplitHash.fraction(hash, 0), part) }
        }
      }
    }
    return zip(columns, samples).compactMap { name, sample in
      let minimum = isNamedAsKey(name) ? minimumNamedValues : minimumValues
      guard sample.valueCount >= minimum, sample.rowsPerValue >= minimumRowsPerValue,
        sample.sharedFraction >= minimumShare
      else { return nil }
      return Suspect(
        column: name, valueCount: Int(sample.valueCount.rounded()), sharedFraction: sample.sharedFraction)
    }
  }

  /// `id`, `user_id`, `customerId`, `order-key`.
  package static func isNamedAsKey(_ name: String) -> Bool {
    let lower = name.lowercased()
    return ["id", "key", "uuid", "guid"].contains { word in
      lower == word || ["_", "-", "."].contains { lower.hasSuffix($0 + word) }
    } || name.hasSuffix("Id") || name.hasSuffix("ID")
  }
}

/// Values whose hash is small: the same ones wherever they are, and never many (P. Flajolet, “On adaptive sampling”,
/// Computing 43, 1990).
private struct ValueSample {
  private var values: [Double: (rowCount: Int, parts: UInt64)] = [:]
  private var bound = 1.0
  private static let limit = 4096

  mutating func add(_ fraction: Double, _ part: Split.Part) {
    guard fraction < bound else { return }
    var value = values[fraction] ?? (0, 0)
    value.rowCount += 1
    value.parts |= 1 << UInt64(part.rawValue % 64)
    values[fraction] = value
    while values.count > Self.limit {
      bound /= 2
      values = values.filter { $0.key < bound }
    }
  }

  var valueCount: Double { Double(values.count) / bound }
  var rowsPerValue: Double {
    values.isEmpty ? 0 : Double(values.values.reduce(0) { $0 + $1.rowCount }) / Double(values.count)
  }
  var sharedFraction: Double {
    values.isEmpty ? 0 : Double(values.values.count { $0.parts.nonzeroBitCount > 1 }) / Double(values.count)
  }
}
