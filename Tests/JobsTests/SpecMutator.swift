/// Makes damaged texts from sound ones. The same seed makes the same.
struct SpecMutator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// SplitMix64.
  mutating func below(_ limit: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)) % UInt64(limit))
  }

  private mutating func one<Item>(of items: [Item]) -> Item { items[below(items.count)] }

  /// One of the texts after one to six mutations, now and then without a last line break.
  mutating func text(from corpus: [[UInt8]]) -> [UInt8] {
    var text = one(of: corpus)
    for _ in 0...below(6) { mutate(&text, corpus) }
    if text.count > Self.limitBytes { text.removeSubrange(Self.limitBytes...) }
    if text.last != UInt8(ascii: "\n"), below(20) > 0 { text.append(UInt8(ascii: "\n")) }
    return text
  }

  private static let limitBytes = 60_000

  private mutating func mutate(_ text: inout [UInt8], _ corpus: [[UInt8]]) {
    switch below(12) {
    case 0: flip(&text)
    case 1: text.removeSubrange(range(text, upTo: 40))
    case 2: repeatPiece(&text)
    case 3, 4: text.insert(contentsOf: Array(one(of: Self.tokens).utf8), at: below(text.count + 1))
    case 5: replaceNumber(&text)
    case 6, 7: mutateLines(&text, corpus)
    case 8: nest(&text)
    case 9: text.insert(contentsOf: one(of: Self.unicode), at: below(text.count + 1))
    case 10: mutateExpression(&text)
    default: splice(&text, corpus)
    }
  }

  // MARK: Bytes

  private mutating func range(_ text: [UInt8], upTo length: Int) -> Range<Int> {
    let start = below(text.count + 1)
    return start..<min(text.count, start + below(length + 1))
  }

  private mutating func flip(_ text: inout [UInt8]) {
    guard !text.isEmpty else { return }
    text[below(text.count)] ^= 1 << UInt8(below(8))
  }

  private mutating func repeatPiece(_ text: inout [UInt8]) {
    let piece = Array(text[range(text, upTo: 30)])
    let times = one(of: [1, 2, 10, 100])
    text.insert(contentsOf: (0..<times).flatMap { _ in piece }, at: below(text.count + 1))
  }

  private mutating func splice(_ text: inout [UInt8], _ corpus: [[UInt8]]) {
    let other = one(of: corpus)
    text = Array(text.prefix(below(text.count + 1)) + other.suffix(below(other.count + 1)))
  }

  // MARK: Words

  private mutating func replaceNumber(_ text: inout [UInt8]) {
    let isDigit = { (byte: UInt8) in (48...57).contains(byte) }
    guard let start = text.indices.dropFirst(below(text.count + 1)).first(where: { isDigit(text[$0]) }) else { return }
    let end = text[start...].firstIndex { !isDigit($0) } ?? text.endIndex
    text.replaceSubrange(start..<end, with: Array(one(of: Self.numbers).utf8))
  }

  private mutating func mutateExpression(_ text: inout [UInt8]) {
    let places = text.indices.filter { text[$0] == UInt8(ascii: "$") || text[$0] == UInt8(ascii: "}") }
    guard !places.isEmpty, below(2) == 0 else {
      text.insert(contentsOf: Array(one(of: Self.expressions).utf8), at: below(text.count + 1))
      return
    }
    let place = one(of: places)
    text.removeSubrange(place..<min(text.count, place + 1 + below(8)))
  }

  // MARK: Lines

  private mutating func mutateLines(_ text: inout [UInt8], _ corpus: [[UInt8]]) {
    let newline = UInt8(ascii: "\n")
    var lines = text.split(separator: newline, omittingEmptySubsequences: false).map(Array.init)
    let (first, second) = (below(lines.count), below(lines.count))
    switch below(6) {
    case 0: lines.remove(at: first)
    case 1: lines.insert(lines[first], at: second)
    case 2: lines.swapAt(first, second)
    case 3: lines[first].insert(contentsOf: Array(repeating: UInt8(ascii: " "), count: below(9)), at: 0)
    case 4: lines[first].removeFirst(min(lines[first].count, below(5)))
    default:
      lines[first] = one(of: one(of: corpus).split(separator: newline, omittingEmptySubsequences: false)).map { $0 }
    }
    text = Array(lines.joined(separator: [one(of: [newline, newline, newline, 13])]))
  }

  /// Deep, in each of the ways that a parser may take for deep.
  private mutating func nest(_ text: inout [UInt8]) {
    let depth = one(of: [3, 63, 64, 65, 1000, 6000])
    func repeated(_ piece: String) -> String { String(repeating: piece, count: depth) }
    let deep: String
    switch below(8) {
    case 0: deep = repeated("[")
    case 1: deep = repeated("{a: ")
    case 2: deep = repeated("- ")
    case 3: deep = repeated("[\"]\",")
    case 4:
      deep = "\n" + (0..<min(depth, 600)).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\r\n")
    case 5: deep = repeated("[") + repeated("]")
    case 6: deep = repeated("? ")
    default: deep = "&a [1]\n" + (0..<min(depth, 64)).map { "k\($0): &a [*a, *a]\n" }.joined()
    }
    text.insert(contentsOf: Array(deep.utf8), at: below(text.count + 1))
  }

  // MARK: Dictionaries

  private static let tokens = [
    "- ", "? ", ": ", ":", "&a ", "*a", "!!int ", "!!binary ", "!<tag:x> ", "|\n", ">-\n", "|9\n", "{", "}", "[", "]",
    "---\n", "...\n", "%YAML 1.2\n---\n", "%TAG ! x\n", "'", "\"", "\\u0000", "\\x", "\\UFFFFFFFF", "<<: ", ", ", " #",
    "\t", "\r", "\r\n", "null", "~", "true", "=", "==", "!=", "&&", "||", ">=", "<", "±", "..", "/", "@", "*", "\0",
    "version: 1\n", "name: a\n", "steps:\n", "needs: [own]\n", "with: {}\n", "run: [x]\n",
    "on: {schedule: \"@daily\"}\n",
    "0 2 * * *", "Mon..Fri 02:00", "*-*~1", "Europe/Berlin", "@99999999999", "champion.auc", "slice(", ").", "drift.",
  ]

  private static let numbers = [
    "0", "-1", "1", "00", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1e309", "1e-400",
    "0x7fffffffffffffff", "1_000", ".inf", "NaN", ".5", "5.", "+1", "٣", "59", "60", "2199", "999999",
    String(repeating: "9", count: 400),
  ]

  private static let expressions = [
    "${{ params.x }}", "${{", "}}", "${{ run.id }}", "${{ run.date }}${{ run.time }}", "${{}}", "${{ ${{ }} }}",
    "${{ params. }}", "$${{ params.seed }}", "${{ params.\u{0}x }}", "${{\n}}",
    "\u{E0F0}\u{E0F1}\u{E0F1}x\u{E0F2}\u{E0F2}",
  ]

  private static let unicode: [[UInt8]] =
    [
      "\u{FEFF}", "\u{85}", "\u{2028}", "\u{2029}", "\u{202E}", "\u{301}", "👩‍👩‍👧", "\u{0}", "\u{1B}[31m", "\u{FFFD}", "é",
      "e\u{301}", "𝟙", "ﬃ", "\u{10FFFF}",
    ]
    .map { Array($0.utf8) } + [[0xED, 0xA0, 0x80], [0xC0, 0xAF], [0xF5], [0x80], [0xFF, 0xFE], [0xE2, 0x82]]
}
