internal import CLZ4

/// How a chunk's bytes are stored. The number is part of the format.
enum Codec: UInt32 {
  /// As they are.
  case raw = 0
  /// An LZ4 block.
  case lz4 = 1

  /// The smaller of the bytes and their LZ4 block; a block that saves less than a sixteenth is not worth its time.
  static func encode(_ plain: ArraySlice<UInt8>) -> (codec: Codec, bytes: [UInt8]) {
    let limit = plain.count - plain.count / 16
    guard plain.count >= 64 else { return (.raw, Array(plain)) }
    let block = plain.withUnsafeBytes { source in
      [UInt8](unsafeUninitializedCapacity: limit) { target, count in
        let written = LZ4_compress_default(
          source.bindMemory(to: CChar.self).baseAddress,
          UnsafeMutableRawPointer(target.baseAddress!).assumingMemoryBound(to: CChar.self),
          Int32(source.count), Int32(limit))
        count = max(0, Int(written))
      }
    }
    return block.isEmpty ? (.raw, Array(plain)) : (.lz4, block)
  }

  /// The plain bytes; nil when `stored` does not unpack to exactly `plainBytes` bytes.
  func decode(_ stored: [UInt8], plainBytes: Int) -> [UInt8]? {
    guard self == .lz4 else { return stored.count == plainBytes ? stored : nil }
    var isWhole = false
    let plain = stored.withUnsafeBytes { source in
      [UInt8](unsafeUninitializedCapacity: plainBytes) { target, count in
        let written = LZ4_decompress_safe(
          source.bindMemory(to: CChar.self).baseAddress,
          UnsafeMutableRawPointer(target.baseAddress!).assumingMemoryBound(to: CChar.self),
          Int32(source.count), Int32(plainBytes))
        isWhole = Int(written) == plainBytes
        count = max(0, Int(written))
      }
    }
    return isWhole ? plain : nil
  }
}
