internal import CTables
internal import Glibc

/// What a block leaves to the next: the bytes after its last whole record.
struct BlockRest {
  var bytes: [UInt8] = []
  /// The ends of values among them.
  var positions: [UInt32] = []
  var isInQuotes = false
  var hasHighBytes = false
}

/// Something in a file that the quick reader does not take: a slower one then finds what it is, and where.
struct IrregularFile: Error {}

/// Rows so much shorter than the header that filling them up would take memory out of proportion to the file.
struct SparseBlock: Error {}

/// A block of a file, the record that the block before it left unfinished in front of it, and the places of all values.
/// One thread's own, used again and again.
final class ReadBlock {
  private static let slack = Int(TABLES_SLACK)
  /// How many values may be filled up, for each byte of the block and beyond that.
  private static let limitFilled = (perByte: 32, more: 1 << 22)

  private(set) var memory: UnsafeMutableRawPointer
  private var capacity: Int
  private var headroom = 1 << 16
  private var blockStart = 0
  private(set) var begin = 0
  private(set) var end = 0
  /// The first entry stands for the byte before the first value.
  private var positions: UnsafeMutablePointer<UInt32>
  private var positionCapacity = 0
  private var positionCount = 0
  private var scan = tables_scan()
  private var separator: UInt8 = 0
  /// Of records that are not one after another, or not of the same length.
  private var looseBefore: [UInt32] = []
  private var looseEnds: [UInt32] = []
  private var isLoose = false
  private var firstPosition = 0
  private(set) var width = 1
  private(set) var rowCount = 0
  private(set) var raggedCount = 0

  init() {
    capacity = 0
    memory = UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 64)
    positions = UnsafeMutablePointer<UInt32>.allocate(capacity: 1)
  }

  deinit {
    memory.deallocate()
    positions.deallocate()
  }

  /// Where `count` bytes of a block go; ``index(_:count:separator:)`` tells how many came.
  func room(for count: Int) -> UnsafeMutableRawBufferPointer {
    let wanted = headroom + count + Self.slack + 1
    if wanted > capacity {
      memory.deallocate()
      memory = UnsafeMutableRawPointer.allocate(byteCount: wanted, alignment: 64)
      memset(memory, 0, wanted)
      capacity = wanted
    }
    return UnsafeMutableRawBufferPointer(start: memory + headroom, count: count)
  }

  /// Finds the ends of all values, as if the block began outside quotes.
  func index(count: Int, isFirst: Bool, separator: UInt8) {
    self.separator = separator
    blockStart = headroom
    end = headroom + count
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    if isFirst, count >= 3, (0..<3).allSatisfy({ byte(headroom + $0) == mark[$0] }) { blockStart += 3 }
    begin = blockStart
    reserve(count + Self.slack + 2)
    find(isInQuotes: false)
  }

  private func find(isInQuotes: Bool) {
    scan = tables_scan(in_quotes: isInQuotes ? .max : 0, flags: 0, newlines: 0)
    positionCount = tables_index(
      memory.assumingMemoryBound(to: UInt8.self), blockStart, end, separator, &scan, positions + 1)
  }

  /// Puts what the block before left in front.
  func prepend(_ rest: BlockRest) throws(IrregularFile) {
    if rest.isInQuotes { find(isInQuotes: true) }
    if rest.hasHighBytes { scan.flags |= UInt32(TABLES_HAS_HIGH) }
    guard let last = rest.bytes.last else { return }
    if blockStart < end, !rest.isInQuotes {
      let first = byte(blockStart)
      let quote = UInt8(ascii: "\"")
      let isEnd = first == separator || first == 10 || first == 13
      if last == quote, !isEnd, first != quote { throw IrregularFile() }
      if first == quote, last != separator, last != quote { throw IrregularFile() }
    }
    if rest.bytes.count + Self.slack > blockStart { makeHeadroom(rest.bytes.count) }
    begin = blockStart - rest.bytes.count
    rest.bytes.withUnsafeBytes { (memory + begin).copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
    let count = rest.positions.count
    guard count > 0 else { return }
    reserve(positionCount + count + Self.slack + 2)
    memmove(positions + 1 + count, positions + 1, positionCount * MemoryLayout<UInt32>.stride)
    for index in 0..<count { positions[index + 1] = rest.positions[index] + UInt32(begin) }
    positionCount += count
  }

  private func makeHeadroom(_ count: Int) {
    let shift = count + (1 << 16) - headroom
    let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity + shift, alignment: 64)
    memset(larger, 0, capacity + shift)
    (larger + blockStart + shift).copyMemory(from: memory + blockStart, byteCount: end - blockStart)
    memory.deallocate()
    memory = larger
    capacity += shift
    headroom += shift
    blockStart += shift
    end += shift
    for index in 0..<positionCount { positions[index + 1] += UInt32(shift) }
  }

  /// Keeps the entries that are there.
  private func reserve(_ count: Int) {
    guard count > positionCapacity else { return }
    let larger = UnsafeMutablePointer<UInt32>.allocate(capacity: count)
    if positionCount > 0 { larger.update(from: positions, count: min(positionCapacity, positionCount + 1)) }
    positions.deallocate()
    positions = larger
    positionCapacity = count
  }

  /// Ends the last record of a file that has no line break there.
  func close() throws(IrregularFile) {
    guard scan.in_quotes == 0 else { throw IrregularFile() }
    let isClosed = positionCount > 0 && Int(positions[positionCount]) == end - 1 && byte(end - 1) != separator
    guard begin < end, !isClosed else { return }
    memory.storeBytes(of: 10, toByteOffset: end, as: UInt8.self)
    positionCount += 1
    positions[positionCount] = UInt32(end)
    scan.newlines += 1
    end += 1
  }

  /// Finds the records, and gives what follows the last whole one.
  ///
  /// - Parameter skipsHeader: whether the first record is a header, which is passed over; cleared when it was.
  func findRecords(width: Int, skipsHeader: inout Bool, isLenient: Bool) throws -> BlockRest {
    guard scan.flags & UInt32(TABLES_HAS_NUL | TABLES_BAD_QUOTE) == 0 else { throw IrregularFile() }
    self.width = width
    raggedCount = 0
    isLoose = !isRegular
    let used: Int
    let recordsEnd: Int
    if isLoose {
      (used, recordsEnd) = try collect(&skipsHeader, isLenient: isLenient)
      rowCount = looseEnds.count / width
    } else {
      rowCount = scan.newlines
      used = rowCount * width
      recordsEnd = rowCount == 0 ? begin : Int(positions[used]) + 1
      positions[0] = UInt32(begin - 1)
      firstPosition = 0
      if skipsHeader, rowCount > 0 {
        skipsHeader = false
        rowCount -= 1
        firstPosition = width
      }
      if used > 0 { try checkLength(Int(positions[width]) - begin) }
    }
    try checkLength(end - recordsEnd)
    try checkText(upTo: recordsEnd)
    return rest(from: recordsEnd, position: used)
  }

  /// Whether all records have as many values as the header, and each follows the last.
  private var isRegular: Bool {
    guard width > 1, scan.flags & UInt32(TABLES_HAS_RETURN) == 0 else { return false }
    guard positionCount >= scan.newlines * width else { return false }
    let bytes = memory.assumingMemoryBound(to: UInt8.self)
    // As many line breaks as records, each where a record ends: then no other place has one.
    var index = width
    for _ in 0..<scan.newlines {
      guard bytes[Int(positions[index])] == 10 else { return false }
      index += width
    }
    return true
  }

  private func collect(_ skipsHeader: inout Bool, isLenient: Bool) throws -> (used: Int, end: Int) {
    var filledRoom = (end - begin) * Self.limitFilled.perByte + Self.limitFilled.more
    looseBefore.removeAll(keepingCapacity: true)
    looseEnds.removeAll(keepingCapacity: true)
    var first = 0
    var start = begin
    while true {
      var last = first
      while last < positionCount, byte(Int(positions[last + 1])) == separator { last += 1 }
      guard last < positionCount else { return (first, start) }
      let lineEnd = Int(positions[last + 1])
      let count = last - first + 1
      if count > 1 || lineEnd > start {
        if start == begin { try checkLength(lineEnd - begin) }
        if skipsHeader {
          skipsHeader = false
        } else {
          if count != width {
            guard isLenient else { throw IrregularFile() }
            raggedCount += 1
            filledRoom -= max(0, width - count)
            guard filledRoom >= 0 else { throw SparseBlock() }
          }
          append(first, start: start, count: count, lineEnd: lineEnd)
        }
      }
      first = last + 1
      start = lineEnd + 1
      if byte(lineEnd) == 13, first < positionCount, Int(positions[first + 1]) == start, byte(start) == 10 {
        first += 1
        start += 1
      }
    }
  }

  /// One record's values; those that it lacks are empty, those that it has beyond the header's are left out.
  private func append(_ first: Int, start: Int, count: Int, lineEnd: Int) {
    var before = UInt32(start - 1)
    for field in 0..<width {
      guard field < count else {
        looseBefore.append(UInt32(lineEnd - 1))
        looseEnds.append(UInt32(lineEnd))
        continue
      }
      let end = positions[first + field + 1]
      looseBefore.append(before)
      looseEnds.append(end)
      before = end
    }
  }

  private func checkLength(_ count: Int) throws(IrregularFile) {
    guard count <= CSVScanner.limitRecordBytes else { throw IrregularFile() }
  }

  private func checkText(upTo recordsEnd: Int) throws(IrregularFile) {
    guard scan.flags & UInt32(TABLES_HAS_HIGH) != 0 else { return }
    let bytes = memory.assumingMemoryBound(to: UInt8.self)
    guard tables_is_utf8(bytes + begin, recordsEnd - begin) != 0 else { throw IrregularFile() }
  }

  private func rest(from start: Int, position: Int) -> BlockRest {
    BlockRest(
      bytes: Array(UnsafeRawBufferPointer(start: memory + start, count: end - start)),
      positions: (position..<positionCount).map { positions[$0 + 1] - UInt32(start) },
      isInQuotes: scan.in_quotes != 0,
      hasHighBytes: start < end && scan.flags & UInt32(TABLES_HAS_HIGH) != 0)
  }

  /// The values of a column in some of the rows.
  func withFields<Value>(
    _ place: Int, _ rows: Range<Int>, _ body: (UnsafePointer<tables_fields>) throws -> Value
  ) rethrows -> Value {
    let offset = rows.lowerBound * width + place
    let bytes = UnsafePointer(memory.assumingMemoryBound(to: UInt8.self))
    guard isLoose else {
      var fields = tables_fields(
        bytes: bytes, before: positions + firstPosition + offset, ends: positions + firstPosition + offset + 1,
        stride: width, rows: rows.count)
      return try body(&fields)
    }
    return try looseBefore.withUnsafeBufferPointer { before in
      try looseEnds.withUnsafeBufferPointer { ends in
        var fields = tables_fields(
          bytes: bytes, before: before.baseAddress! + offset, ends: ends.baseAddress! + offset, stride: width,
          rows: rows.count)
        return try body(&fields)
      }
    }
  }

  private func byte(_ index: Int) -> UInt8 { memory.load(fromByteOffset: index, as: UInt8.self) }
}
