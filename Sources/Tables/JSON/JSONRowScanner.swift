internal import Glibc

/// A value of an object: a range of the block that it lies in.
struct JSONCell {
  enum Kind { case null, plain, text, escapedText, array }

  var kind = Kind.null
  var start = 0
  var end = 0
  /// The row that it is of; another one's is missing in this.
  var row = 0
}

/// The cells of an object, one a column.
struct JSONRow {
  var cells: [JSONCell]
  var number: Int
}

/// Finds the values of JSON objects (RFC 8259), one object a line. Memory is the columns' alone.
struct JSONRowScanner {
  private let file: String
  /// All columns are known: another key is a fault.
  private let isComplete: Bool
  private(set) var columns: JSONColumns
  /// Objects so far.
  private(set) var row = 0
  private var line = 0
  private var cells: [JSONCell]
  /// The key that is being read, flattened.
  private var path: [UInt8] = []
  private var hint = 0

  static let limitDepth = 200

  init(file: String, columns: JSONColumns, isComplete: Bool) {
    self.file = file
    self.columns = columns
    self.isComplete = isComplete
    cells = Array(repeating: JSONCell(), count: columns.names.count)
  }

  /// Gives each object of `block`, which is whole lines, to `body`, from where the scan before ended until `body` gives
  /// false, and tells how far it came.
  mutating func scan(
    _ block: [UInt8], from offset: Int = 0, _ body: (UnsafeBufferPointer<UInt8>, JSONRow) -> Bool
  ) throws -> Int {
    try block.withUnsafeBufferPointer { bytes in
      if offset == 0 { try checkText(bytes) }
      var start = offset
      while start < bytes.count {
        let end = Self.lineEnd(bytes, from: start)
        line += 1
        let first = Self.afterBlanks(bytes, start, end)
        if first < end {
          row += 1
          try object(bytes, first, end)
          if !body(bytes, JSONRow(cells: cells, number: row)) { return min(end + 1, bytes.count) }
        }
        start = end + 1
      }
      return bytes.count
    }
  }

  private static func lineEnd(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    guard let base = bytes.baseAddress, let found = memchr(base + start, 10, bytes.count - start) else {
      return bytes.count
    }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base)
  }

  /// All of it must be UTF-8; otherwise the line that is not is named.
  private func checkText(_ bytes: UnsafeBufferPointer<UInt8>) throws(TablesError) {
    guard bytes.contains(where: { $0 >= 0x80 }), String(validating: bytes, as: UTF8.self) == nil else { return }
    var (number, start) = (line, 0)
    var rows = row
    while start < bytes.count {
      let end = Self.lineEnd(bytes, from: start)
      number += 1
      if Self.afterBlanks(bytes, start, end) < end { rows += 1 }
      if String(validating: UnsafeBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self) == nil {
        throw .malformed(file: file, row: rows, line: number, reason: "it is not UTF-8")
      }
      start = end + 1
    }
  }

  // MARK: Values

  private typealias Bytes = UnsafeBufferPointer<UInt8>

  private static func afterBlanks(_ bytes: Bytes, _ start: Int, _ end: Int) -> Int {
    var index = start
    while index < end, bytes[index] == 32 || bytes[index] == 9 || bytes[index] == 13 { index += 1 }
    return index
  }

  private mutating func object(_ bytes: Bytes, _ start: Int, _ end: Int) throws(TablesError) {
    guard bytes[start] == UInt8(ascii: "{") else {
      throw failure("it is no JSON object: each line must be one, as {\"a\": 1}")
    }
    path.removeAll(keepingCapacity: true)
    hint = 0
    let after = Self.afterBlanks(bytes, try members(bytes, start, end, depth: 1), end)
    guard after == end else { throw failure("something follows the object: write one object a line") }
  }

  /// The members of the object at `start`; gives where it ends.
  private mutating func members(
    _ bytes: Bytes, _ start: Int, _ end: Int, depth: Int
  ) throws(TablesError) -> Int {
    guard depth <= Self.limitDepth else { throw tooDeep() }
    let prefixCount = path.count
    var index = Self.afterBlanks(bytes, start + 1, end)
    if index < end, bytes[index] == UInt8(ascii: "}") { return index + 1 }
    while true {
      guard index < end, bytes[index] == 34 else {
        throw failure("a key in quotes must stand where \(Self.shown(bytes, index, end)) is")
      }
      index = try key(bytes, index, end)
      index = Self.afterBlanks(bytes, index, end)
      guard index < end, bytes[index] == UInt8(ascii: ":") else {
        throw failure("the key “\(keyText)” has no colon after it")
      }
      index = Self.afterBlanks(bytes, index + 1, end)
      if index < end, bytes[index] == UInt8(ascii: "{") {
        path.append(UInt8(ascii: "."))
        index = try members(bytes, index, end, depth: depth + 1)
      } else {
        index = try value(bytes, index, end, depth: depth)
      }
      path.removeSubrange(prefixCount...)
      index = Self.afterBlanks(bytes, index, end)
      guard index < end else { throw failure("the object is not closed") }
      if bytes[index] == UInt8(ascii: "}") { return index + 1 }
      guard bytes[index] == UInt8(ascii: ",") else {
        throw failure("a comma or a closing brace must stand where \(Self.shown(bytes, index, end)) is")
      }
      index = Self.afterBlanks(bytes, index + 1, end)
    }
  }

  /// Appends the key at `start` to the path.
  private mutating func key(_ bytes: Bytes, _ start: Int, _ end: Int) throws(TablesError) -> Int {
    let (close, hasEscapes) = try string(bytes, start, end)
    let raw = UnsafeBufferPointer(rebasing: bytes[start + 1..<close])
    if hasEscapes { JSONEscapes.append(raw, to: &path) } else { path.append(contentsOf: raw) }
    guard !path.isEmpty else { throw failure("a key is empty: give it a name") }
    return close + 1
  }

  /// Notes the value at `start`, which is no object, as the cell of the path.
  private mutating func value(_ bytes: Bytes, _ start: Int, _ end: Int, depth: Int) throws(TablesError) -> Int {
    let (kind, after) = try scalarOrArray(bytes, start, end, depth: depth)
    let column: Int
    if let known = columns.index(of: path, hint: hint) {
      column = known
    } else {
      guard !isComplete else { throw failure("the file changed while it was read") }
      guard columns.names.count < JSONColumns.limitCount else {
        throw failure("there are more than \(JSONColumns.limitCount) different keys: are keys used as values?")
      }
      column = columns.add(path)
      cells.append(JSONCell())
    }
    guard cells[column].row != row else { throw failure("the key “\(keyText)” comes twice") }
    let inner = kind == .text || kind == .escapedText ? 1 : 0
    cells[column] = JSONCell(kind: kind, start: start + inner, end: after - inner, row: row)
    hint = column + 1
    return after
  }

  private func scalarOrArray(
    _ bytes: Bytes, _ start: Int, _ end: Int, depth: Int
  ) throws(TablesError) -> (JSONCell.Kind, Int) {
    guard start < end else { throw failure("the object is not closed") }
    switch bytes[start] {
    case 34:
      let (close, hasEscapes) = try string(bytes, start, end)
      return (hasEscapes ? .escapedText : .text, close + 1)
    case UInt8(ascii: "-"), 48...57: return (.plain, try number(bytes, start, end))
    case UInt8(ascii: "t"): return (.plain, try word("true", bytes, start, end))
    case UInt8(ascii: "f"): return (.plain, try word("false", bytes, start, end))
    case UInt8(ascii: "n"): return (.null, try word("null", bytes, start, end))
    case UInt8(ascii: "["): return (.array, try array(bytes, start, end, depth: depth + 1))
    default: throw noValue(bytes, start, end)
    }
  }

  /// An array, looked through and kept as its text.
  private func array(_ bytes: Bytes, _ start: Int, _ end: Int, depth: Int) throws(TablesError) -> Int {
    guard depth <= Self.limitDepth else { throw tooDeep() }
    let isObject = bytes[start] == UInt8(ascii: "{")
    let close = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
    var index = Self.afterBlanks(bytes, start + 1, end)
    if index < end, bytes[index] == close { return index + 1 }
    while true {
      if isObject {
        guard index < end, bytes[index] == 34 else {
          throw failure("a key in quotes must stand where \(Self.shown(bytes, index, end)) is")
        }
        index = Self.afterBlanks(bytes, try string(bytes, index, end).close + 1, end)
        guard index < end, bytes[index] == UInt8(ascii: ":") else { throw failure("a key has no colon after it") }
        index = Self.afterBlanks(bytes, index + 1, end)
      }
      let isNested = index < end && bytes[index] == UInt8(ascii: "{")
      index =
        isNested
        ? try array(bytes, index, end, depth: depth + 1) : try scalarOrArray(bytes, index, end, depth: depth).1
      index = Self.afterBlanks(bytes, index, end)
      guard index < end else { throw failure(isObject ? "an object is not closed" : "an array is not closed") }
      if bytes[index] == close { return index + 1 }
      guard bytes[index] == UInt8(ascii: ",") else {
        throw failure("a comma or the end must stand where \(Self.shown(bytes, index, end)) is")
      }
      index = Self.afterBlanks(bytes, index + 1, end)
    }
  }

  /// The string whose opening quote is at `start`.
  private func string(
    _ bytes: Bytes, _ start: Int, _ end: Int
  ) throws(TablesError) -> (close: Int, hasEscapes: Bool) {
    var index = start + 1
    var hasEscapes = false
    while index < end {
      let byte = bytes[index]
      if byte == 34 { return (index, hasEscapes) }
      if byte < 0x20 { throw failure("a string holds a control character: write it as \\u00\(Self.hex(byte))") }
      if byte == UInt8(ascii: "\\") {
        hasEscapes = true
        index = try escape(bytes, index, end)
      } else {
        index += 1
      }
    }
    throw failure("a string is not closed")
  }

  /// The escape at `start`, a surrogate with its other half.
  private func escape(_ bytes: Bytes, _ start: Int, _ end: Int) throws(TablesError) -> Int {
    guard start + 1 < end else { throw failure("a string is not closed") }
    switch bytes[start + 1] {
    case 34, UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
      UInt8(ascii: "r"), UInt8(ascii: "t"):
      return start + 2
    case UInt8(ascii: "u"): break
    default: throw failure("there is no escape \(Self.shown(bytes, start, end))")
    }
    let unit = try self.unit(bytes, start, end)
    guard unit >> 11 == 0x1B else { return start + 6 }
    guard unit < 0xDC00, start + 7 < end, bytes[start + 6] == UInt8(ascii: "\\"), bytes[start + 7] == UInt8(ascii: "u"),
      try self.unit(bytes, start + 6, end) >> 10 == 0x37
    else { throw failure("\(Self.shown(bytes, start, end)) is half a character: its other half is missing") }
    return start + 12
  }

  private func unit(_ bytes: Bytes, _ start: Int, _ end: Int) throws(TablesError) -> UInt32 {
    guard start + 6 <= end, (2..<6).allSatisfy({ JSONEscapes.digit(bytes[start + $0]) != nil }) else {
      throw failure("\\u needs four hexadecimal digits")
    }
    return JSONEscapes.unit(bytes, start + 2)
  }

  private func number(_ bytes: Bytes, _ start: Int, _ end: Int) throws(TablesError) -> Int {
    var index = start
    func skipDigits() -> Int {
      let first = index
      while index < end, bytes[index] &- 48 < 10 { index += 1 }
      return index - first
    }
    if bytes[index] == UInt8(ascii: "-") { index += 1 }
    let isZero = index < end && bytes[index] == 48
    let whole = skipDigits()
    guard whole > 0, !isZero || whole == 1 else { throw noValue(bytes, start, end) }
    var isLarge = whole > 300
    if index < end, bytes[index] == UInt8(ascii: ".") {
      index += 1
      guard skipDigits() > 0 else { throw noValue(bytes, start, end) }
    }
    if index < end, bytes[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      if index < end, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") { index += 1 }
      guard skipDigits() > 0 else { throw noValue(bytes, start, end) }
      isLarge = true
    }
    if isLarge {
      let text = bytes[start..<index].map { CChar(bitPattern: $0) } + [0]
      guard strtod(text, nil).isFinite else {
        throw failure("the number \(Self.shown(bytes, start, end)) is beyond the largest that can be computed with")
      }
    }
    return index
  }

  private func word(_ word: StaticString, _ bytes: Bytes, _ start: Int, _ end: Int) throws(TablesError) -> Int {
    let count = word.utf8CodeUnitCount
    guard let base = bytes.baseAddress, start + count <= end, memcmp(base + start, word.utf8Start, count) == 0 else {
      throw noValue(bytes, start, end)
    }
    return start + count
  }

  // MARK: Faults

  private var keyText: String { String(decoding: path.prefix(80), as: UTF8.self) }

  private func failure(_ reason: String) -> TablesError {
    .malformed(file: file, row: row, line: line, reason: reason)
  }

  private func noValue(_ bytes: Bytes, _ start: Int, _ end: Int) -> TablesError {
    failure("\(Self.shown(bytes, start, end)) is no JSON value: a missing one is written null")
  }

  private func tooDeep() -> TablesError { failure("it is nested more than \(Self.limitDepth) levels deep") }

  private static func hex(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }

  /// Some of what is there, for messages.
  private static func shown(_ bytes: Bytes, _ index: Int, _ end: Int) -> String {
    guard index < end else { return "the end" }
    let piece = bytes[index..<min(end, index + 20)].prefix { $0 != 44 && $0 != 125 && $0 > 32 }
    return "“\(String(decoding: piece.isEmpty ? bytes[index...index] : piece, as: UTF8.self))”"
  }
}
