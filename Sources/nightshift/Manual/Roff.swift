/// Text in the language of manual pages: man(7), as groff and mandoc read it.
struct Roff {
  private(set) var text: String
  private var isAfterHeading = false

  /// Longest line of the source, which mandoc asks for.
  private static let width = 78

  init(title: String, section: Int, date: String, source: String) {
    text = ".TH \(title) \(section) \(date) \"\(source)\"\n"
  }

  mutating func section(_ title: String) {
    text += ".SH \(title)\n"
    isAfterHeading = true
  }

  mutating func subsection(_ title: String) {
    text += ".SS \(Self.escaped(title))\n"
    isAfterHeading = true
  }

  /// A heading is followed by no break of its own.
  private mutating func startParagraph() {
    if !isAfterHeading { text += ".PP\n" }
  }

  /// A paragraph of prose, in which `words` between backquotes are bold.
  mutating func paragraph(_ prose: String) {
    startParagraph()
    fill(Self.styled(prose))
  }

  /// Something and what it means, which is indented.
  mutating func item(_ tag: String, _ prose: String) {
    text += ".TP\n\(tag)\n"
    isAfterHeading = false
    fill(Self.styled(prose))
  }

  /// Lines as they are.
  mutating func example(_ lines: [String]) {
    guard !lines.isEmpty else { return }
    startParagraph()
    text += ".RS 4\n.EX\n"
    for line in lines { text += Self.guarded(Self.escaped(line)) + "\n" }
    text += ".EE\n.RE\n"
  }

  /// Source that is styled already.
  mutating func styled(_ source: String) {
    startParagraph()
    fill(source)
  }

  static func bold(_ text: String) -> String { "\\fB\(escaped(text))\\fR" }
  static func italic(_ text: String) -> String { "\\fI\(escaped(text))\\fR" }

  private static func styled(_ prose: String) -> String {
    prose.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .map { $0.isMultiple(of: 2) ? escaped(String($1)) : bold(String($1)) }.joined()
  }

  /// Characters that mean something to roff, or that not every device has.
  static func escaped(_ text: String) -> String {
    var source = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": source += "\\e"
      case "-": source += "\\-"
      case "'": source += "\\(aq"
      case "`": source += "\\(ga"
      case "^": source += "\\(ha"
      case "~": source += "\\(ti"
      case "\"": source += "\\(dq"
      case "“": source += "\\(lq"
      case "”": source += "\\(rq"
      case "’": source += "\\(cq"
      case "–": source += "\\(en"
      case "…": source += "..."
      case _ where scalar.value < 32: source += " "
      case _ where scalar.isASCII: source.unicodeScalars.append(scalar)
      default: source += "\\[u" + Self.hex(scalar) + "]"
      }
    }
    return source
  }

  private static func hex(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// A line that begins with a dot is a request, unless something is before it.
  private static func guarded(_ line: String) -> String {
    line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line
  }

  private mutating func fill(_ source: String) {
    isAfterHeading = false
    var line = ""
    for word in source.split(separator: " ") {
      if !line.isEmpty, line.utf8.count + 1 + word.utf8.count > Self.width {
        text += Self.guarded(line) + "\n"
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    if !line.isEmpty { text += Self.guarded(line) + "\n" }
  }
}
