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
    if text.utf8.allSatisfy(isPlain) { return text }
    var escaped = ""
    escaped.reserveCapacity(text.utf8.count + 16)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      case "\n", "\t": escaped.unicodeScalars.append(scalar)
      case _ where scalar.isUnseen: escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}

extension HTML {
  /// Whether a byte of UTF-8 stands for itself, whatever its neighbours: most texts are made of such bytes alone.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): false
    default: (0x20..<0x7F).contains(byte)
    }
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

extension Unicode.Scalar {
  /// Whether it shows nothing by itself but may change how its neighbours are read: control characters, marks of writing
  /// direction (what is known as Trojan Source, CVE-2021-42574), separators of lines and blanks without width. Joiners are
  /// none: words of some languages need them.
  var isUnseen: Bool {
    switch value {
    case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200B, 0x200E...0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF: true
    default: false
    }
  }
}
