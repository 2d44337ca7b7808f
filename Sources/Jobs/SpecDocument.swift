internal import Yams

/// Reads the bytes of a spec into nodes with places, within limits that hostile input cannot pass.
struct SpecDocument {
  static let limitBytes = 1 << 20
  static let limitDepth = 64
  static let limitNodes = 100_000

  var root: SpecNode

  /// Throws the mistake that kept the text from being read at all.
  init(_ bytes: [UInt8]) throws(SpecMistakes) {
    guard bytes.count <= Self.limitBytes else {
      throw SpecMistakes(Place(line: 1, column: 1), "a spec has at most 1 MiB, this one has \(bytes.count) bytes")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw SpecMistakes(Place(line: 1, column: 1), "the file is not UTF-8 text")
    }
    guard bytes.last == UInt8(ascii: "\n") else {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      throw SpecMistakes(
        Place(line: max(1, lines.count), column: (lines.last?.count ?? 0) + 1),
        "the last line has no line break, so the file may have been cut short: end it with one")
    }
    try Self.refuseDeepNesting(text)
    try Self.refuseMultiplication(bytes)
    root = try Self.parse(ExpressionMarks.hide(in: text))
  }

  private static func parse(_ text: String) throws(SpecMistakes) -> SpecNode {
    let node: Node?
    do {
      // Types are told by the reader, and to make ready for them costs more than most specs.
      var nodes = try Yams.compose_all(yaml: text, .basic)
      node = nodes.next()
      if let error = nodes.error { throw error }
      // The parser must not be asked again after its end.
      if node != nil, let second = nodes.next() {
        throw SpecMistakes(Self.place(second), "a file holds one job: remove what follows the second `---`")
      }
      if let error = nodes.error { throw error }
    } catch let mistakes as SpecMistakes {
      throw mistakes
    } catch {
      throw mistakes(of: error)
    }
    guard let node else {
      throw SpecMistakes(
        Place(line: 1, column: 1), "the file is empty: a job needs at least `version`, `name` and `steps`")
    }
    var count = 0
    return try convert(node, depth: 0, count: &count)
  }

  private static func convert(_ node: Node, depth: Int, count: inout Int) throws(SpecMistakes) -> SpecNode {
    count += 1
    guard depth <= limitDepth, count <= limitNodes else {
      throw SpecMistakes(place(node), "the spec is nested too deeply or too large: aliases may not multiply it")
    }
    switch node {
    case .scalar(let scalar):
      let isPlain = scalar.style == .plain || scalar.style == .any
      return SpecNode(value: .scalar(ExpressionMarks.restore(in: scalar.string), isPlain: isPlain), place: place(node))
    case .sequence(let sequence):
      var items: [SpecNode] = []
      for item in sequence { items.append(try convert(item, depth: depth + 1, count: &count)) }
      return SpecNode(value: .sequence(items), place: place(node))
    case .mapping(let mapping):
      var entries: [SpecNode.Entry] = []
      for (key, value) in mapping {
        guard let name = key.scalar?.string else { throw SpecMistakes(place(key), "a key must be a word") }
        entries.append(
          SpecNode.Entry(
            key: ExpressionMarks.restore(in: name), keyPlace: place(key),
            value: try convert(value, depth: depth + 1, count: &count)))
      }
      return SpecNode(value: .mapping(entries), place: place(node))
    case .alias:
      throw SpecMistakes(place(node), "aliases (`*name`) are not used in specs: write the value out")
    }
  }

  private static func place(_ node: Node) -> Place {
    Place(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
  }

  private static func mistakes(of error: any Error) -> SpecMistakes {
    func place(_ mark: Mark) -> Place { Place(line: max(1, mark.line), column: max(1, mark.column)) }
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return SpecMistakes(place(mark), "this is not YAML: \(ExpressionMarks.restore(in: problem))")
    case .duplicatedKeysInMapping(let duplicates, let context):
      return SpecMistakes(
        place(context.mark), "the key `\(duplicates.map { "\($0)" }.joined(separator: "`, `"))` stands here twice")
    default:
      return SpecMistakes(Place(line: 1, column: 1), "this is not YAML: \(error)")
    }
  }

  /// The parser recurses for each level, so depth is bounded before it starts; its own bound of 1000 levels is the last.
  /// Brackets in text without quotes count too: a spec has no use for 64 open ones.
  private static func refuseDeepNesting(_ text: String) throws(SpecMistakes) {
    var depth = 0
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let indent = line.utf8.prefix {
        $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: ":")
      }.count
      for byte in unquoted(line.utf8) {
        switch byte {
        case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
        case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
        default: continue
        }
        if depth > limitDepth { break }
      }
      guard depth <= limitDepth, indent <= 4 * limitDepth else {
        throw SpecMistakes(Place(line: index + 1, column: 1), "the spec is nested more than \(limitDepth) levels deep")
      }
    }
  }

  /// The line without the texts in quotes that begin and end on it.
  private static func unquoted(_ line: Substring.UTF8View) -> [UInt8] {
    let bytes = Array(line)
    var kept: [UInt8] = []
    var place = 0
    while place < bytes.count {
      let byte = bytes[place]
      let isQuote = byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
      if isQuote, kept.last.map({ " \t[{,:".utf8.contains($0) }) ?? true, let end = end(ofQuoteAt: place, in: bytes) {
        place = end
      } else {
        kept.append(byte)
      }
      place += 1
    }
    return kept
  }

  private static func end(ofQuoteAt start: Int, in bytes: [UInt8]) -> Int? {
    var place = start + 1
    while place < bytes.count {
      if bytes[place] == bytes[start] { return place }
      place += bytes[start] == UInt8(ascii: "\"") && bytes[place] == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }
}

extension SpecDocument {
  /// Few enough that no tree of them is large, and more than any spec has by chance, in a script.
  private static let limitAliases = 10

  /// The parser compares the keys of a mapping with all that they hold, and an alias may hold others, over and over: what
  /// looks like an anchor beside many that look like its aliases is refused before it is parsed.
  private static func refuseMultiplication(_ bytes: [UInt8]) throws(SpecMistakes) {
    var (line, anchorCount, aliasCount) = (1, 0, 0)
    for (place, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "\n") { line += 1 }
      guard byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*"), place + 1 < bytes.count,
        isNamed(bytes[place + 1]), place == 0 || !isNamed(bytes[place - 1])
      else { continue }
      if byte == UInt8(ascii: "&") { anchorCount += 1 } else { aliasCount += 1 }
      guard anchorCount == 0 || aliasCount <= limitAliases else {
        throw SpecMistakes(
          Place(line: line, column: 1),
          "aliases (`*name`) are not used in specs: write the values out, or keep a script in a file of its own (`code`)"
        )
      }
    }
  }

  /// Whether the byte may be part of an anchor's name.
  private static func isNamed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}

/// Mistakes on their way to the reader that knows the file's name.
struct SpecMistakes: Error {
  var mistakes: [SpecMistake]

  init(_ place: Place, _ message: String) { mistakes = [SpecMistake(place: place, message: message)] }
}
