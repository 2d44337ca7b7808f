internal import CLZ4

/// How a chunk's bytes are stored. The number is part of the format.
enum Codec: UInt32 {
  /// As they are.
  case raw = 0
  /// An LZ4 block.
  case lz4 = 1

  /// LZ4's acceleration of blocks longer than 64 KiB, for which it can be had: of a CSV that is written for the first
  /// time, it takes a quarter off the time, and adds a third to the stored bytes at the worst. Store/README.md has the figures.
  private static let acceleration: Int32 = 16

  /// Writes the smaller of the bytes and their LZ4 block into `target`, which has room for `plain`; a block that saves
  /// less than a sixteenth is not worth the time of unpacking it.
  static func encode(
    _ plain: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
  ) -> (codec: Codec, count: Int) {
    let limit = plain.count - plain.count / 16
    if plain.count >= 64, let source = plain.baseAddress, let block = target.baseAddress {
      let written = LZ4_compress_fast(
        source.assumingMemoryBound(to: CChar.self), block.assumingMemoryBound(to: CChar.self), Int32(plain.count),
        Int32(limit), plain.count > 64 << 10 ? acceleration : 1)
      if written > 0 { return (.lz4, Int(written)) }
    }
    target.copyMemory(from: plain)
    return (.raw, plain.count)
  }

  /// Unpacks `stored` into the whole of `target`; false when it does not unpack to exactly as many bytes.
  func decode(_ stored: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Bool {
    guard let source = stored.baseAddress, let plain = target.baseAddress else { return stored.count == target.count }
    switch self {
    case .raw:
      guard stored.count == target.count else { return false }
      target.copyMemory(from: stored)
      return true
    case .lz4:
      let written = LZ4_decompress_safe(
        source.assumingMemoryBound(to: CChar.self), plain.assumingMemoryBound(to: CChar.self), Int32(stored.count),
        Int32(target.count))
      return Int(written) == target.count
    }
  }

  /// The plain bytes; nil when `stored` does not unpack to exactly `plainBytes` bytes.
  func decode(_ stored: [UInt8], plainBytes: Int) -> [UInt8]? {
    guard self == .lz4 else { return stored.count == plainBytes ? stored : nil }
    var isWhole = false
    let plain = [UInt8](unsafeUninitializedCapacity: plainBytes) { target, count in
      isWhole = stored.withUnsafeBytes { decode($0, into: UnsafeMutableRawBufferPointer(target)) }
      count = isWhole ? plainBytes : 0
    }
    return isWhole ? plain : nil
  }
}
