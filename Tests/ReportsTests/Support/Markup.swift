/// What tests look for in markup.
struct Markup {
  struct Tag: Hashable {
    var name: String
    var isClosing: Bool
    var isSelfClosed: Bool
  }

  let bytes: [UInt8]

  init(_ text: String) { bytes = Array(text.utf8) }
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// In their order.
  var tags: [Tag] {
    var tags: [Tag] = []
    var place = 0
    while let start = bytes[place...].firstIndex(of: UInt8(ascii: "<")),
      let end = bytes[start...].firstIndex(of: UInt8(ascii: ">"))
    {
      let inner = bytes[(start + 1)..<end]
      let isClosing = inner.first == UInt8(ascii: "/")
      let name = inner.dropFirst(isClosing ? 1 : 0).prefix { $0 > 0x20 && $0 != UInt8(ascii: "/") }
      tags.append(
        Tag(
          name: String(decoding: name, as: UTF8.self), isClosing: isClosing,
          isSelfClosed: inner.last == UInt8(ascii: "/")))
      place = end + 1
    }
    return tags
  }

  /// The page's own part, which the frame is not.
  var main: Markup {
    guard let start = place(of: "<main", from: 0), let end = place(of: "</main>", from: start) else { return self }
    return Markup(Array(bytes[start..<(end + "</main>".utf8.count)]))
  }

  private func place(of text: String, from start: Int) -> Int? {
    let sought = Array(text.utf8)
    var place = start
    while let found = bytes[place...].firstIndex(of: sought[0]) {
      if bytes[found...].starts(with: sought) { return found }
      place = found + 1
    }
    return nil
  }

  /// The first tag that is closed out of its order, or never; nil where there is none.
  var unbalanced: String? {
    var open: [String] = []
    for tag in tags where !["meta", "link", "br", "input", "!DOCTYPE"].contains(tag.name) && !tag.isSelfClosed {
      if tag.isClosing {
        if open.popLast() != tag.name { return "/" + tag.name }
      } else {
        open.append(tag.name)
      }
    }
    return open.last
  }

  func values(of attribute: String) -> [String] {
    let sought = " \(attribute)=\""
    var values: [String] = []
    var start = 0
    while let found = place(of: sought, from: start) {
      let value = bytes[(found + sought.utf8.count)...].prefix { $0 != UInt8(ascii: "\"") }
      values.append(String(decoding: value, as: UTF8.self))
      start = value.endIndex
    }
    return values
  }
}
