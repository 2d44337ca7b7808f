internal import Tables

/// A column of a batch as rules look at it: numbers are made once for all rules.
struct ColumnView: Sendable {
  let column: Column
  /// NaN where missing; empty for text.
  let numbers: [Double]

  init(_ column: Column) {
    self.column = column
    numbers = column.doubles ?? []
  }

  var type: ColumnType { column.type }

  var texts: Column.DictionaryColumn? {
    if case .strings(let texts) = column.storage { texts } else { nil }
  }

  /// Whole numbers or ticks, exactly.
  var integers: [Int64]? {
    switch column.storage {
    case .integers(let values), .timestamps(let values): values
    default: nil
    }
  }

  /// Whole numbers of which a double has no room for at least one.
  var exactIntegers: [Int64]? {
    guard case .integers(let values) = column.storage else { return nil }
    let limit: Int64 = 1 << 53
    return values.contains { ($0 > limit || $0 < -limit) && $0 != Column.missingInteger } ? values : nil
  }

  /// Whole numbers in the order of the values, equal where those are; ``Column/missingInteger`` where one is missing.
  var ranks: [Int64] {
    if let integers { return integers }
    return numbers.map { number in
      if number.isNaN { return Column.missingInteger }
      // Zeros of both signs are equal; the bits of negative numbers run backwards.
      let bits = Int64(bitPattern: (number + 0).bitPattern)
      return bits < 0 ? bits ^ .max : bits
    }
  }

  /// Seconds since 1970 as RFC 3339.
  static func timeText(_ seconds: Double) -> String {
    guard seconds.isFinite, abs(seconds) < 1e11 else { return "\(seconds)" }
    let column = Column(
      name: "", storage: .timestamps([Int64(seconds.rounded(.down)) * Column.ticksPerSecond]))
    return (column.texts[0]) ?? ""
  }

  /// A value as the contract writes it, as a number of this column's type; nil where it is none.
  static func number(_ text: String, as type: ColumnType) -> Double? {
    switch type {
    case .integer, .float: return Double(text)
    case .boolean: return ["true": 1, "false": 0][text.lowercased()]
    case .timestamp: return seconds(text)
    case .string: return nil
    }
  }

  /// Seconds since 1970 of a time as text, by the reader's own rules.
  static func seconds(_ text: String) -> Double? { ColumnType.seconds(text) }
}
