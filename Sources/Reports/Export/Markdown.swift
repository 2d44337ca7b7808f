/// GitHub-flavoured Markdown that cannot be injected into: literals are markup, interpolated text is escaped and stays on
/// its line.
struct Markdown: Hashable, Sendable {
  private(set) var text: String

  init(raw text: String) { self.text = text }

  /// Scalars after which a value is clipped: a summary is no archive.
  private static let limitScalars = 400

  /// Text as text: on one line, clipped, what means something in Markdown or HTML written so that it means nothing.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    var before: Unicode.Scalar = " "
    var letters = 0
    for (count, scalar) in text.unicodeScalars.enumerated() {
      if count == limitScalars { return escaped + "…" }
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\\", "`", "*", "_", "[", "]", "|", "~", "#", "$": escaped += "\\\(scalar)"
      // `https://` and `www.` would become links.
      case "/" where before == ":", "." where letters >= 3: escaped += "\\\(scalar)"
      case "\n", "\r", "\t", "\u{2028}", "\u{2029}": escaped += " "
      case _ where scalar.isUnseen: escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
      before = scalar
      letters = scalar == "w" || scalar == "W" ? letters + 1 : 0
    }
    return escaped
  }

  /// A table; of more than `limit` rows the first, and how many there are more.
  static func table(_ header: [String], numeric: Set<Int> = [], limit: Int = 100, _ rows: [[Markdown]]) -> Markdown {
    guard !rows.isEmpty else { return "" }
    let titles = header.map { escaped($0) }.joined(separator: " | ")
    let rule = header.indices.map { numeric.contains($0) ? "---:" : "---" }.joined(separator: " | ")
    let lines = rows.prefix(limit).map { row in "| " + row.map(\.text).joined(separator: " | ") + " |\n" }
    let rest = rows.count - lines.count
    let more = rest > 0 ? "\n\(Format.grouped(rest)) more \(rest == 1 ? "is" : "are") in the report.\n" : ""
    return Markdown(raw: "| \(titles) |\n| \(rule) |\n\(lines.joined())\(more)\n")
  }

  /// Text as it stands, in a block whose fence is longer than any in it.
  static func block(_ text: String) -> Markdown {
    var longest = 0
    var run = 0
    for byte in text.utf8 {
      run = byte == UInt8(ascii: "`") ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: max(3, longest + 1))
    var plain = ""
    for scalar in text.unicodeScalars {
      let isControl = scalar.isUnseen && scalar != "\n" && scalar != "\t"
      plain.unicodeScalars.append(isControl ? "\u{FFFD}" : scalar)
    }
    while plain.hasSuffix("\n") { plain.removeLast() }
    return Markdown(raw: "\(fence)text\n\(plain)\n\(fence)\n\n")
  }

  static func + (left: Markdown, right: Markdown) -> Markdown { Markdown(raw: left.text + right.text) }
}

extension Markdown: ExpressibleByStringInterpolation {
  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity * 2) }
    mutating func appendLiteral(_ literal: String) { text += literal }
    mutating func appendInterpolation(_ value: String) { text += Markdown.escaped(value) }
    mutating func appendInterpolation(_ value: Int) { text += String(value) }
    mutating func appendInterpolation(_ value: Markdown) { text += value.text }
    mutating func appendInterpolation(_ values: [Markdown]) { for value in values { text += value.text } }
  }

  init(stringLiteral value: String) { text = value }
  init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }
}
