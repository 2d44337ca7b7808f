internal import Disk
internal import SystemPackage

/// The directory at the end of a zip file, compared with what stands before each entry, ahead of reading any: a reader
/// that goes by the one must not be shown other files than a reader that goes by the other.
struct ZipDirectory {
  private let file: SeekableBytes

  private static let entryHead = Array("PK\u{1}\u{2}".utf8)
  private static let localHead = Array("PK\u{3}\u{4}".utf8)
  private static let endHead = Array("PK\u{5}\u{6}".utf8)
  private static let end64Head = Array("PK\u{6}\u{6}".utf8)
  private static let locator64Head = Array("PK\u{6}\u{7}".utf8)
  private static let entryHeadBytes = 46
  private static let localHeadBytes = 30
  private static let endBytes = 22
  private static let locator64Bytes = 20
  private static let end64Bytes = 56
  /// As far back from the end as libarchive looks: behind a longer comment it would read on without the directory.
  private static let searchedBytes = 16 << 10

  /// Nil for a file that does not begin like a zip file.
  init?(_ file: SeekableBytes) throws(StoreError) {
    self.file = file
    let head = try read(4, at: 0)
    guard head == Self.localHead || head == Self.endHead else { return nil }
  }

  /// Throws where the directory is missing, has more entries than `limit` or calls an entry by another name than its own
  /// header does.
  func check(entryLimit limit: Int) throws(StoreError) {
    var (offset, count, end) = try directory()
    guard count <= limit else { throw damaged("its directory has \(count) entries, more than \(limit)") }
    for _ in 0..<count {
      let head = try read(Self.entryHeadBytes, at: offset)
      guard head.count == Self.entryHeadBytes, head.starts(with: Self.entryHead), offset < end else {
        throw damaged("its directory is torn")
      }
      let (nameBytes, extraBytes) = (head.littleEndian16(at: 28), head.littleEndian16(at: 30))
      let rest = try read(nameBytes + extraBytes, at: offset + head.count)
      guard rest.count == nameBytes + extraBytes else { throw damaged("its directory is torn") }
      let place = try localOffset(head, extra: Array(rest.dropFirst(nameBytes)))
      try compare(Array(rest.prefix(nameBytes)), place)
      offset += head.count + rest.count + head.littleEndian16(at: 32)
    }
    guard offset == end else { throw damaged("its directory does not end where it should") }
  }

  private func compare(_ name: [UInt8], _ place: Int) throws(StoreError) {
    let text = String(decoding: name, as: UTF8.self)
    let head = try read(Self.localHeadBytes, at: place)
    guard head.count == Self.localHeadBytes, head.starts(with: Self.localHead) else {
      throw .refusedArchive(file.path, entry: text, reason: "the archive's directory points at no such entry")
    }
    let own = try read(head.littleEndian16(at: 26), at: place + head.count)
    guard own == name else {
      throw .refusedArchive(
        file.path, entry: text,
        reason: "the archive's directory calls it so, but its own header “\(String(decoding: own, as: UTF8.self))”")
    }
  }

  /// Where the directory begins, how many entries it has, and where it ends.
  private func directory() throws(StoreError) -> (offset: Int, count: Int, end: Int) {
    let tail = try read(Self.searchedBytes, at: max(0, file.count - Self.searchedBytes))
    guard tail.count >= Self.endBytes else { throw damaged("its directory is not at its end") }
    let starts = (0...tail.count - Self.endBytes).reversed()
    guard let start = starts.first(where: { tail[$0...].starts(with: Self.endHead) }),
      start + Self.endBytes + tail.littleEndian16(at: start + 20) == tail.count
    else { throw damaged("its directory is not at its end") }
    let position = file.count - tail.count + start
    let size = Int(tail.littleEndian32(at: start + 12))
    let (offset, count) = (Int(tail.littleEndian32(at: start + 16)), tail.littleEndian16(at: start + 10))
    if count == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF, let large = try directory64(before: position) {
      return large
    }
    guard offset + size == position else { throw damaged("its directory is not where its end says") }
    return (offset, count, position)
  }

  /// The same from the records that hold larger numbers; nil where there are none.
  private func directory64(before end: Int) throws(StoreError) -> (offset: Int, count: Int, end: Int)? {
    let locator = try read(Self.locator64Bytes, at: max(0, end - Self.locator64Bytes))
    guard locator.starts(with: Self.locator64Head) else { return nil }
    let position = Int(clamping: locator.littleEndian64(at: 8))
    let record = try read(Self.end64Bytes, at: position)
    guard record.count == Self.end64Bytes, record.starts(with: Self.end64Head) else {
      throw damaged("its directory is not where its end says")
    }
    let (count, size) = (Int(clamping: record.littleEndian64(at: 32)), Int(clamping: record.littleEndian64(at: 40)))
    let offset = Int(clamping: record.littleEndian64(at: 48))
    guard size <= position, offset == position - size else { throw damaged("its directory is not where its end says") }
    return (offset, count, position)
  }

  /// Where the entry's own header is. A number that is too large for its field stands in the extra field of kind 1.
  private func localOffset(_ head: [UInt8], extra: [UInt8]) throws(StoreError) -> Int {
    let offset = head.littleEndian32(at: 42)
    guard offset == UInt32.max else { return Int(offset) }
    // Before the offset stand the two sizes, each where it is too large as well.
    let skipped = [20, 24].count { head.littleEndian32(at: $0) == UInt32.max } * 8
    var start = 0
    while start + 4 <= extra.count {
      let size = extra.littleEndian16(at: start + 2)
      if extra.littleEndian16(at: start) == 1, skipped + 8 <= size, start + 4 + size <= extra.count {
        return Int(clamping: extra.littleEndian64(at: start + 4 + skipped))
      }
      start += 4 + size
    }
    throw damaged("its directory is torn")
  }

  private func read(_ count: Int, at offset: Int) throws(StoreError) -> [UInt8] {
    guard offset >= 0, offset < file.count else { return [] }
    return try file.read(min(count, file.count - offset), at: offset)
  }

  private func damaged(_ reason: String) -> StoreError { .unreadableArchive(file.path, reason: reason) }
}

extension [UInt8] {
  fileprivate func littleEndian16(at offset: Int) -> Int { Int(self[offset]) | Int(self[offset + 1]) << 8 }
}
