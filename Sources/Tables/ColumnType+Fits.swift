internal import CTables

extension ColumnType {
  private static let rules = ReadRules(ReadOptions(missingWords: []))

  /// Whether a text could be a value of a column of this type.
  package func fits(_ text: String) -> Bool { self == .string || value(text) != nil }

  /// The time that a text is, in seconds since 1970, as a column of times reads it; nil for other texts.
  package static func seconds(_ text: String) -> Double? {
    ColumnType.timestamp.value(text).map { Double($0.bits) / Double(Column.ticksPerSecond) }
  }

  private func value(_ text: String) -> SingleValue? {
    guard text.utf8.first != UInt8(ascii: "\"") else { return nil }
    let value = SingleValue(text.utf8, as: self, Self.rules, quotesMeanText: false)
    return value.outcome.missing == 0 ? value : nil
  }
}
