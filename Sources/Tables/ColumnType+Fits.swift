extension ColumnType {
  /// Whether a text could be a value of a column of this type.
  package func fits(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      switch self {
      case .integer: ValueParser.integer(bytes, 0, bytes.count) != nil
      case .float: ValueParser.float(bytes, 0, bytes.count) != nil
      case .boolean: ValueParser.boolean(bytes, 0, bytes.count) != nil
      case .timestamp: ValueParser.timestamp(bytes, 0, bytes.count) != nil
      case .string: true
      }
    }
  }
}

extension ColumnType {
  /// The time that a text is, in seconds since 1970, as a column of times reads it; nil for other texts.
  package static func seconds(_ text: String) -> Double? {
    var text = text
    return text.withUTF8 { bytes in
      ValueParser.timestamp(bytes, 0, bytes.count).map { Double($0) / Double(Column.ticksPerSecond) }
    }
  }
}
