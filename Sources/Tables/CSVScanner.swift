internal import Disk

/// A value of a record: a range of the block it lies in.
struct CSVField {
  var start: Int
  var end: Int
  /// It stood in quotes, which the range leaves out.
  var isQuoted: Bool
  /// It holds `""`, which stands for one quote.
  var hasEscapes: Bool
}

/// A record and where it is. `bytes` is valid during the call that gives it.
struct CSVRecord {
  var bytes: UnsafeBufferPointer<UInt8>
  var fields: [CSVField]
  /// All bytes of the record, line break included.
  var range: Range<Int>
  /// 0 for the header.
  var row: Int
  /// The physical line on which it begins, from 1.
  var line: Int

  /// The text of a field; nil when it is not UTF-8.
  func text(_ field: CSVField) -> String? {
    let raw = UnsafeBufferPointer(rebasing: bytes[field.start..<field.end])
    guard field.hasEscapes else { return String(validating: raw, as: UTF8.self) }
    var plain: [UInt8] = []
    var index = 0
    while index < raw.count {
      plain.append(raw[index])
      // The second of two quotes.
      index += raw[index] == UInt8(ascii: "\"") ? 2 : 1
    }
    return String(validating: plain, as: UTF8.self)
  }
}

/// Finds records and fields by RFC 4180: quotes, line breaks inside them, CRLF, a byte order mark, a last line with or
/// without an end. Memory is one block and the longest record.
struct CSVScanner {
  private let source: TableSource
  private let separator: UInt8
  static let limitRecordBytes = 16 << 20

  init(_ source: TableSource) {
    self.source = source
    separator = source.separator
  }

  /// Gives each record to `body`, the header first; empty lines are passed over. Stops early when it returns false.
  func forEachRecord(_ body: (CSVRecord) throws -> Bool) throws {
    var stream = try source.open()
    var buffer: [UInt8] = []
    var state = State()
    var isLast = false
    while !isLast {
      if let block = try stream.next() { buffer += block } else { isLast = true }
      if state.isAtBeginning {
        // Three bytes tell whether there is a byte order mark.
        guard isLast || buffer.count >= 3 else { continue }
        if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { buffer.removeFirst(3) }
        state.isAtBeginning = false
      }
      let (used, goesOn) = try buffer.withUnsafeBufferPointer { bytes in
        try scan(bytes, isLast: isLast, &state, body)
      }
      guard goesOn else { return }
      buffer.removeSubrange(0..<used)
      guard buffer.count <= Self.limitRecordBytes else {
        throw tooLong(state)
      }
    }
  }

  private struct State {
    var row = 0
    var line = 1
    var isAtBeginning = true
    var fields: [CSVField] = []
  }

  /// Scans the whole records in `bytes`; gives how many bytes they take.
  private func scan(
    _ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool, _ state: inout State, _ body: (CSVRecord) throws -> Bool
  ) throws -> (used: Int, goesOn: Bool) {
    var start = 0
    while start < bytes.count {
      var lines = 0
      guard let end = try record(bytes, from: start, isLast: isLast, &state, &lines) else { break }
      let isBlank = state.fields.count == 1 && state.fields[0].start == state.fields[0].end && !state.fields[0].isQuoted
      if !isBlank {
        guard end - start <= Self.limitRecordBytes else { throw tooLong(state) }
        let record = CSVRecord(
          bytes: bytes, fields: state.fields, range: start..<end, row: state.row, line: state.line)
        guard try body(record) else { return (end, false) }
        state.row += 1
      }
      state.line += lines
      start = end
    }
    return (start, true)
  }

  /// Finds the fields of the record at `start`; gives its end, or nil when more bytes are needed.
  private func record(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, isLast: Bool, _ state: inout State, _ lines: inout Int
  ) throws -> Int? {
    state.fields.removeAll(keepingCapacity: true)
    var index = start
    while true {
      let field: CSVField
      if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
        guard let quoted = try quotedField(bytes, from: index, isLast: isLast, state, &lines) else { return nil }
        field = quoted
        index = quoted.end + 1
      } else {
        let begin = index
        while index < bytes.count, bytes[index] != separator, bytes[index] != 10, bytes[index] != 13 {
          if bytes[index] == UInt8(ascii: "\"") {
            throw failure(
              state,
              "a quote stands inside an unquoted value: put the whole value in quotes and double the quotes in it")
          }
          index += 1
        }
        field = CSVField(start: begin, end: index, isQuoted: false, hasEscapes: false)
      }
      guard index < bytes.count else {
        guard isLast else { return nil }
        state.fields.append(field)
        return index
      }
      state.fields.append(field)
      switch bytes[index] {
      case separator: index += 1
      case 10:
        lines += 1
        return index + 1
      case 13:
        guard index + 1 < bytes.count || isLast else { return nil }
        lines += 1
        return index + 1 < bytes.count && bytes[index + 1] == 10 ? index + 2 : index + 1
      default: throw failure(state, "a value goes on after its closing quote")
      }
    }
  }

  private func quotedField(
    _ bytes: UnsafeBufferPointer<UInt8>, from quote: Int, isLast: Bool, _ state: State, _ lines: inout Int
  ) throws -> CSVField? {
    var index = quote + 1
    var hasEscapes = false
    while index < bytes.count {
      if bytes[index] == 10 { lines += 1 }
      if bytes[index] == UInt8(ascii: "\"") {
        if index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "\"") {
          hasEscapes = true
          index += 2
          continue
        }
        // The last byte so far: whether another quote follows is not known yet.
        if index + 1 == bytes.count, !isLast { return nil }
        return CSVField(start: quote + 1, end: index, isQuoted: true, hasEscapes: hasEscapes)
      }
      index += 1
    }
    guard isLast else { return nil }
    throw failure(state, "a quoted value is never closed")
  }

  private func tooLong(_ state: State) -> TablesError {
    failure(state, "a record is longer than 16 MiB: is a closing quote missing?")
  }

  private func failure(_ state: State, _ reason: String) -> TablesError {
    .malformed(file: source.name, row: state.row, line: state.line, reason: reason)
  }
}
