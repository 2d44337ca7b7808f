/// A page's body with a name for each of its sections, so that they can be linked to, and for each box that scrolls, so
/// that those who cannot see it know what it is.
///
/// Works on markup, whose tags are the program's own: what came from records is escaped and holds none.
struct Outline {
  /// A page with fewer sections needs no table of contents.
  private static let leastSections = 4
  /// More would be a page of its own.
  private static let contentsLimit = 40

  /// The body, its `h2` with ids, its `.scroll` and `pre` boxes labelled.
  private(set) var body: HTML
  /// In their order: the id and what is written in the heading, as markup without tags.
  private(set) var sections: [(id: String, title: HTML)] = []
  /// Where the first section begins, in bytes of the body.
  private var firstSection: Int?

  init(_ body: HTML) {
    var scan = OutlineScan(Array(body.text.utf8))
    scan.run()
    self.body = HTML(raw: String(decoding: scan.output, as: UTF8.self))
    sections = scan.sections
    firstSection = scan.firstSection
  }

  /// Whether a table of contents helps.
  var isLong: Bool { sections.count >= Self.leastSections }

  /// The body with a table of contents before its first section.
  var bodyWithContents: HTML {
    guard let firstSection else { return body }
    let bytes = body.text.utf8
    let cut = bytes.index(bytes.startIndex, offsetBy: firstSection)
    return HTML(raw: String(body.text[..<cut])) + contents + HTML(raw: String(body.text[cut...]))
  }

  private var contents: HTML {
    let items = sections.prefix(Self.contentsLimit).map { section -> HTML in
      "<li><a href=\"#\(section.id)\">\(section.title)</a></li>"
    }
    let rest = sections.count - items.count
    let more: HTML = rest > 0 ? "<li>and \(rest) more</li>" : ""
    return "<nav class=\"contents\" aria-label=\"On this page\"><ul>\(items)\(more)</ul></nav>\n"
  }
}

/// One pass over the bytes of a body.
private struct OutlineScan {
  private let input: [UInt8]
  /// Where the tag begins that is looked at.
  private var place = 0
  /// How much of the input is in the output.
  private var copied = 0
  private(set) var output: [UInt8] = []
  private(set) var sections: [(id: String, title: HTML)] = []
  private(set) var firstSection: Int?
  /// What is written in the last heading of any rank.
  private var heading: [UInt8] = []
  private var names: Set<String> = ["main", "record"]
  private var labels: [String: Int] = [:]

  private static let h2 = Array("<h2".utf8)
  private static let h2End = Array("</h2>".utf8)
  private static let h3 = Array("<h3".utf8)
  private static let h3End = Array("</h3>".utf8)
  /// What scrolls: tables and pictures, and logs.
  private static let boxes = [Array("<div class=\"scroll".utf8), Array("<pre>".utf8)]
  private static let id = Array(" id=\"".utf8)

  init(_ input: [UInt8]) {
    self.input = input
    output.reserveCapacity(input.count + input.count / 16)
  }

  /// Most of a page is other tags: one look at their second byte passes over them.
  mutating func run() {
    while place < input.count {
      guard input[place] == UInt8(ascii: "<"), place + 1 < input.count else {
        place += 1
        continue
      }
      switch input[place + 1] {
      case UInt8(ascii: "h") where isHere(Self.h2): section()
      case UInt8(ascii: "h") where isHere(Self.h3): heading = inside(Self.h3End)
      case UInt8(ascii: "d"), UInt8(ascii: "p"):
        if Self.boxes.contains(where: isHere) { labelBox() }
      default: break
      }
      place += 1
    }
    copy(to: input.count)
  }

  private func isHere(_ bytes: [UInt8]) -> Bool { input[place...].starts(with: bytes) }

  private mutating func copy(to end: Int) {
    output += input[copied..<end]
    copied = end
  }

  /// Where the tag that begins here ends, behind its `>`.
  private var tagEnd: Int { input[place...].firstIndex(of: UInt8(ascii: ">")).map { $0 + 1 } ?? input.count }

  /// What is written from the tag that begins here to `end`, its tags left out.
  private func inside(_ end: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    var at = tagEnd
    while at < input.count, !input[at...].starts(with: end) {
      if input[at] == UInt8(ascii: "<") {
        at = (input[at...].firstIndex(of: UInt8(ascii: ">")) ?? input.count - 1) + 1
      } else {
        text.append(input[at])
        at += 1
      }
    }
    return text
  }

  private mutating func section() {
    copy(to: place)
    firstSection = firstSection ?? output.count
    heading = inside(Self.h2End)
    let title = String(decoding: heading, as: UTF8.self)
    let tag = Array(input[place..<tagEnd])
    var name: String
    if let start = tag.firstRange(of: Self.id)?.upperBound {
      name = String(decoding: tag[start...].prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
      copy(to: tagEnd)
    } else {
      name = unused(Self.name(title))
      copy(to: place + Self.h2.count)
      output += Array(" id=\"\(name)\"".utf8)
      copy(to: tagEnd)
    }
    names.insert(name)
    sections.append((name, HTML(raw: title)))
  }

  /// Boxes that scroll can be reached by keyboard and are landmarks, whose names differ.
  private mutating func labelBox() {
    let title = heading.isEmpty ? "Table" : String(decoding: heading, as: UTF8.self)
    let count = (labels[title] ?? 0) + 1
    labels[title] = count
    let label = count == 1 ? title : "\(title), part \(count)"
    copy(to: tagEnd - 1)
    output += Array(" tabindex=\"0\" role=\"region\" aria-label=\"\(label)\"".utf8)
  }

  private func unused(_ name: String) -> String {
    guard names.contains(name) else { return name }
    var number = 2
    while names.contains("\(name)-\(number)") { number += 1 }
    return "\(name)-\(number)"
  }

  /// The letters and digits of ASCII in lower case, all else as hyphens: `how-its-predictions-came-true`.
  private static func name(_ title: String) -> String {
    var name: [UInt8] = []
    for byte in title.utf8 where name.count < 48 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): name.append(byte)
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): name.append(byte | 0x20)
      default: if let last = name.last, last != UInt8(ascii: "-") { name.append(UInt8(ascii: "-")) }
      }
    }
    if name.last == UInt8(ascii: "-") { name.removeLast() }
    return name.isEmpty ? "section" : String(decoding: name, as: UTF8.self)
  }
}
