internal import Disk

/// Blobs on their way into a pack, some mebibytes of them: what one worker takes at a time.
struct Segment: Sendable {
  /// From so many bytes on it is time for another one.
  private static let targetBytes = 2 << 20
  /// Room for them and the longest chunk of the usual format.
  private static let roomBytes = targetBytes + (256 << 10)

  /// The plain bytes, one blob after the other, and room for more.
  private(set) var bytes: [UInt8]
  /// Where each blob ends, and its digest where that is known already.
  private(set) var blobs: [(end: Int, digest: Digest?)] = []
  /// Where the last blob ends.
  private var end = 0
  /// Where the beginning of the next one ends, if a file is being read.
  private var filled = 0

  /// - Parameter bytes: as room: those of a segment that is done, or none yet.
  init(room bytes: [UInt8] = []) { self.bytes = bytes }

  var isEmpty: Bool { blobs.isEmpty }
  /// Whether it is time for another one.
  var isFull: Bool { end >= Self.targetBytes }
  /// The bytes as room for another segment, unless a blob was so large that they would take too much memory.
  var room: [UInt8]? { bytes.count <= 2 * Self.roomBytes ? bytes : nil }

  /// Adds a blob as it is.
  mutating func append(_ blob: UnsafeRawBufferPointer, _ digest: Digest?) {
    if bytes.count - end < blob.count { grow(to: max(min(4 * bytes.count, Self.roomBytes), end + blob.count)) }
    bytes.withUnsafeMutableBytes { UnsafeMutableRawBufferPointer(rebasing: $0[end...]).copyMemory(from: blob) }
    end += blob.count
    filled = end
    blobs.append((end, digest))
  }

  // MARK: Reading a file

  /// Whether so many more bytes of a file, or enough of them to be worth a read, find room.
  func hasRoom(for count: Int, _ chunker: Chunker) -> Bool {
    max(bytes.count, Self.roomBytes(chunker)) - filled >= min(count, 256 << 10)
  }

  /// Reads as many bytes of the file as find room, at most `limit`; how many came.
  mutating func read(_ file: OpenFile, at offset: Int, limit: Int, _ chunker: Chunker) throws(DiskError) -> Int {
    grow(to: Self.roomBytes(chunker))
    let filled = filled
    let count = min(limit, bytes.count - filled)
    var span = bytes.mutableSpan
    let got = try span.withUnsafeMutableBytes { bytes throws(DiskError) in
      try file.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[filled..<filled + count]), at: offset)
    }
    self.filled += got
    return got
  }

  /// Makes the first chunk of what was read a blob; its length. Nil while it may go on in what comes.
  mutating func cut(_ chunker: Chunker, isLast: Bool) -> Int? {
    let length = bytes.withUnsafeBytes { chunker.firstLength(in: UnsafeRawBufferPointer(rebasing: $0[end..<filled])) }
    guard length > 0, isLast || length < filled - end || length == chunker.maximum else { return nil }
    end += length
    blobs.append((end, nil))
    return length
  }

  /// Moves the beginning of a chunk that has no end yet to another segment, which is empty.
  mutating func moveRest(to next: inout Segment) {
    let rest = bytes[end..<filled]
    next.grow(to: rest.count)
    next.bytes.replaceSubrange(0..<rest.count, with: rest)
    next.filled = rest.count
    filled = end
  }

  /// Drops what was read of a file that could not be read to its end.
  mutating func dropRest() { filled = end }

  /// Room for the longest chunk whose end has not come, and for as much again.
  private static func roomBytes(_ chunker: Chunker) -> Int { max(roomBytes, 2 * chunker.maximum) }

  private mutating func grow(to count: Int) {
    if bytes.count < count { bytes += [UInt8](repeating: 0, count: count - bytes.count) }
  }

  /// Hashes every blob and packs those that are wanted.
  func packed(_ isWanted: (Digest) throws(StoreError) -> Bool) throws(StoreError) -> PackedSegment {
    var packed = PackedSegment()
    packed.digests.reserveCapacity(blobs.count)
    var wanted: [(digest: Digest, plain: Range<Int>)] = []
    var start = 0
    for blob in blobs {
      let plain = start..<blob.end
      let digest = blob.digest ?? bytes.withUnsafeBytes { Digest(of: UnsafeRawBufferPointer(rebasing: $0[plain])) }
      packed.digests.append(digest)
      if try isWanted(digest) { wanted.append((digest, plain)) }
      start = blob.end
    }
    let room = wanted.reduce(0) { $0 + Pack.entryHeaderBytes + $1.plain.count }
    packed.bytes = [UInt8](unsafeUninitializedCapacity: room) { buffer, filled in
      let target = UnsafeMutableRawBufferPointer(buffer)
      for (digest, plain) in wanted {
        let row = encode(digest, plain, into: target, at: filled)
        packed.rows.append(row)
        filled = row.offset + row.storedBytes
      }
    }
    return packed
  }

  /// Writes a blob's header and stored bytes at `offset` of the target, which has room for them.
  private func encode(
    _ digest: Digest, _ plain: Range<Int>, into target: UnsafeMutableRawBufferPointer, at offset: Int
  ) -> Pack.Row {
    let start = offset + Pack.entryHeaderBytes
    let (codec, stored) = bytes.withUnsafeBytes {
      Codec.encode(
        UnsafeRawBufferPointer(rebasing: $0[plain]), into: UnsafeMutableRawBufferPointer(rebasing: target[start...]))
    }
    let header = Pack.entryHeader(digest, codec, storedBytes: stored, plainBytes: plain.count)
    UnsafeMutableRawBufferPointer(rebasing: target[offset..<start]).copyBytes(from: header)
    return Pack.Row(digest: digest, offset: start, storedBytes: stored, plainBytes: plain.count, codec: codec)
  }
}

/// A segment as a pack holds it.
struct PackedSegment: Sendable {
  /// Of all its blobs, in order.
  var digests: [Digest] = []
  /// Of those that the store did not hold; offsets count from the beginning of `bytes`.
  var rows: [Pack.Row] = []
  /// Headers and stored bytes of the rows, without a gap.
  var bytes: [UInt8] = []
}
