/// Markup that cannot be injected into: literals are markup, interpolated text is escaped.
///
/// `let cell: HTML = "<td>\(columnName)</td>"`
package struct HTML: Hashable, Sendable {
  /// The markup itself.
  package private(set) var text: String

  init(raw text: String) { self.text = text }

  static let empty = HTML(raw: "")

  /// All of them, one after the other.
  init(joining parts: some Sequence<HTML>, by separator: String = "") {
    text = parts.map(\.text).joined(separator: separator)
  }

  static func + (left: HTML, right: HTML) -> HTML { HTML(raw: left.text + right.text) }

  /// Text with the five characters that mean something in markup written out; control characters become visible.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    escaped.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      case "\n", "\t": escaped.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}

extension HTML: ExpressibleByStringInterpolation {
  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    package init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity * 2) }
    package mutating func appendLiteral(_ literal: String) { text += literal }
    package mutating func appendInterpolation(_ value: String) { text += HTML.escaped(value) }
    package mutating func appendInterpolation(_ value: Int) { text += String(value) }
    package mutating func appendInterpolation(_ value: HTML) { text += value.text }
    package mutating func appendInterpolation(_ values: [HTML]) { for value in values { text += value.text } }
  }

  package init(stringLiteral value: String) { text = value }
  package init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }
}
