internal import CLZ4

extension Codec {
  /// The digest of the plain bytes, without a copy that outlives the call; nil when `stored` does not unpack to exactly
  /// `plainBytes` bytes. `scratch` is where they are unpacked: it grows to the largest blob it has met.
  func digest(ofPlain stored: UnsafeRawBufferPointer, plainBytes: Int, _ scratch: inout [UInt8]) -> Digest? {
    guard self == .lz4 else { return stored.count == plainBytes ? Digest(of: stored) : nil }
    if scratch.count < plainBytes { scratch = [UInt8](repeating: 0, count: plainBytes) }
    return scratch.withUnsafeMutableBytes { target in
      let written = LZ4_decompress_safe(
        stored.bindMemory(to: CChar.self).baseAddress, target.bindMemory(to: CChar.self).baseAddress,
        Int32(stored.count), Int32(plainBytes))
      guard Int(written) == plainBytes else { return nil }
      return Digest(of: UnsafeRawBufferPointer(rebasing: target[..<plainBytes]))
    }
  }
}
