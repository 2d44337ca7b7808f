/// Blobs on their way into a pack, about a mebibyte of them: what one worker takes at a time.
struct Segment: Sendable {
  /// From this size on it is handed over.
  static let targetBytes = 1 << 20

  /// The plain bytes, one blob after the other.
  private(set) var bytes: [UInt8] = []
  /// Where each blob ends, and its digest where that is known already.
  private(set) var blobs: [(end: Int, digest: Digest?)] = []

  var isEmpty: Bool { blobs.isEmpty }
  var isFull: Bool { bytes.count >= Self.targetBytes }

  mutating func append(_ blob: UnsafeRawBufferPointer, _ digest: Digest? = nil) {
    if bytes.isEmpty { bytes.reserveCapacity(max(blob.count, Self.targetBytes + (256 << 10))) }
    bytes.append(contentsOf: blob)
    blobs.append((bytes.count, digest))
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
