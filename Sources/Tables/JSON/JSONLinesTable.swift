internal import Disk
internal import Synchronization

/// JSON lines (one object a line) as CSV: a column for each key, in the order of first appearance over all lines; an
/// object in an object is flattened (`a.b`), an array is its JSON text, what a line does not have is missing.
///
/// Strings are quoted, numbers and truth values are not, so that `"7"` stays a text.
final class JSONLinesTable: Sendable {
  private let name: String
  private let open: @Sendable () throws -> any ByteStream
  /// How many values the table may have, for each byte of the file and beyond that: most are missing beyond them.
  private static let limitCells = (perByte: 64, more: 1 << 24)
  /// Found by a pass of its own, once.
  private let columns = Mutex<JSONColumns?>(nil)

  /// - Parameter open: the file's plain bytes.
  init(name: String, open: @escaping @Sendable () throws -> any ByteStream) {
    self.name = name
    self.open = open
  }

  func rows() throws -> any ByteStream {
    JSONLinesRows(try JSONLines(try open(), file: name), columns: try knownColumns())
  }

  private func knownColumns() throws -> JSONColumns {
    if let known = columns.withLock({ $0 }) { return known }
    var scanner = JSONRowScanner(file: name, columns: JSONColumns(), isComplete: false)
    var lines = try JSONLines(try open(), file: name)
    var byteCount = 0
    while let block = try lines.next() {
      _ = try scanner.scan(block) { _, _ in true }
      byteCount += block.count
    }
    let found = scanner.columns
    let (cellCount, isBeyond) = scanner.row.multipliedReportingOverflow(by: found.names.count)
    guard !isBeyond, cellCount <= byteCount * Self.limitCells.perByte + Self.limitCells.more else {
      throw TablesError.unreadableFile(
        name,
        reason:
          "its \(scanner.row) objects have \(found.names.count) different keys, most of them in few objects: are keys used as values?"
      )
    }
    guard !found.names.isEmpty || scanner.row == 0 else {
      throw TablesError.noRows("\(name): none of its objects has a key, so there are no columns")
    }
    columns.withLock { $0 = found }
    return found
  }
}

/// The keys of a file, flattened.
struct JSONColumns: Sendable {
  private(set) var names: [[UInt8]] = []
  private var indices: [[UInt8]: Int] = [:]

  /// More columns than any table that is meant as one.
  static let limitCount = 100_000

  /// - Parameter hint: where it may well be.
  func index(of name: [UInt8], hint: Int) -> Int? {
    if hint < names.count, names[hint] == name { return hint }
    return indices[name]
  }

  mutating func add(_ name: [UInt8]) -> Int {
    indices[name] = names.count
    names.append(name)
    return names.count - 1
  }
}

/// Blocks of whole lines.
private struct JSONLines: ByteStream {
  private var stream: any ByteStream
  private let file: String
  private var rest: [UInt8] = []
  private var lineCount = 0
  private var hasBegun = false
  private var isOver = false

  static let limitLineBytes = 16 << 20

  init(_ stream: any ByteStream, file: String) throws {
    self.stream = stream
    self.file = file
  }

  mutating func next() throws -> [UInt8]? {
    while !isOver {
      guard let block = try stream.next() else {
        isOver = true
        break
      }
      let end = block.lastIndex(of: 10).map { $0 + 1 } ?? 0
      guard end > 0 else {
        rest += block
        try check(rest.count)
        continue
      }
      try check(rest.count + (block.firstIndex(of: 10) ?? 0))
      let lines = withoutMark(rest.isEmpty && end == block.count ? block : rest + block[..<end])
      rest = Array(block[end...])
      lineCount += lines.count { $0 == 10 }
      return lines
    }
    defer { rest = [] }
    return rest.isEmpty ? nil : withoutMark(rest)
  }

  /// Longer lines within a block are the caller's to bear: it has them in memory.
  private func check(_ count: Int) throws(TablesError) {
    guard count <= Self.limitLineBytes else {
      throw .malformed(
        file: file, row: lineCount + 1, line: lineCount + 1,
        reason: "the line is longer than 16 MiB: is it one object a line?")
    }
  }

  private mutating func withoutMark(_ lines: [UInt8]) -> [UInt8] {
    defer { hasBegun = true }
    return !hasBegun && lines.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(lines.dropFirst(3)) : lines
  }
}

/// The rows as CSV.
private struct JSONLinesRows: ByteStream {
  private var lines: JSONLines
  private var scanner: JSONRowScanner
  private var hasBegun = false
  /// A block whose lines before `offset` were given.
  private var block: [UInt8] = []
  private var offset = 0

  static let limitBlockBytes = 1 << 20

  init(_ lines: JSONLines, columns: JSONColumns) {
    self.lines = lines
    scanner = JSONRowScanner(file: lines.name, columns: columns, isComplete: true)
  }

  mutating func next() throws -> [UInt8]? {
    if !hasBegun {
      hasBegun = true
      let header = self.header
      if !header.isEmpty { return header }
    }
    var output: [UInt8] = []
    while output.isEmpty {
      if offset == block.count {
        guard let next = try lines.next() else { return nil }
        (block, offset) = (next, 0)
      }
      output.reserveCapacity(min(block.count, Self.limitBlockBytes))
      offset = try scanner.scan(block, from: offset) { bytes, cells in
        JSONRowWriter.append(cells, of: bytes, to: &output)
        return output.count < Self.limitBlockBytes
      }
    }
    return output
  }

  private var header: [UInt8] {
    var header: [UInt8] = []
    for (index, name) in scanner.columns.names.enumerated() {
      if index > 0 { header.append(UInt8(ascii: ",")) }
      name.withUnsafeBufferPointer { JSONRowWriter.appendQuoted($0, to: &header) }
    }
    return header.isEmpty ? [] : header + [10]
  }
}

extension JSONLines {
  var name: String { file }
}
