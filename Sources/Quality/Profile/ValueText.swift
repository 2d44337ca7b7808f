internal import Tables

/// Values of columns as people read them.
enum ValueText {
  static let limit = 80

  /// The key of a value other than a text as that value.
  static func text(of key: UInt64, _ type: ColumnType) -> String {
    switch type {
    case .integer: String(Int64(bitPattern: key))
    case .float: CSVWriter.text(Double(bitPattern: key))
    case .boolean: key == 1 ? "true" : "false"
    case .timestamp: CSVWriter.timestampText(Int64(bitPattern: key))
    case .string: ""
    }
  }

  /// The number that such a key stands for; times are ticks.
  static func number(of key: UInt64, _ type: ColumnType) -> Double {
    type == .float ? Double(bitPattern: key) : Double(Int64(bitPattern: key))
  }

  /// Whether a text of ``clipped(_:limit:)`` may stand for longer ones.
  static func isClipped(_ text: String) -> Bool {
    text.utf8.count >= limit && text.unicodeScalars.last == "…" && text.unicodeScalars.count == limit
  }

  /// At most `limit` scalars. It never looks at more of the text than that.
  static func clipped(_ text: String, limit: Int = limit) -> String {
    guard text.utf8.count > limit else { return text }
    var clipped = String.UnicodeScalarView()
    var count = 0
    for scalar in text.unicodeScalars {
      count += 1
      if count > limit {
        clipped.removeLast()
        clipped.append("…")
        break
      }
      clipped.append(scalar)
    }
    return String(clipped)
  }
}
