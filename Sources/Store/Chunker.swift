/// Cuts a stream into chunks whose borders depend on the content near them alone, so that an edit changes the chunks
/// round it and no others.
struct Chunker {
  private let minimum: Int
  private let average: Int
  private let maximum: Int
  private let strict: UInt64
  private let loose: UInt64
  private var buffer: [UInt8] = []
  private var start = 0

  init(_ format: StoreFormat) {
    minimum = format.minimumChunkBytes
    average = format.averageChunkBytes
    maximum = format.maximumChunkBytes
    // Two bits more than the average asks for before it, two fewer after it. High bits of the gear hash depend on the
    // last 64 bytes; the top bit is left out.
    let bits = average.trailingZeroBitCount
    strict = Self.mask(bits: bits + 2)
    loose = Self.mask(bits: bits - 2)
  }

  private static func mask(bits: Int) -> UInt64 { ((1 << UInt64(bits)) - 1) << UInt64(63 - bits) }

  /// Takes the next block of the stream; gives each chunk that is complete to `body`.
  mutating func take(_ block: [UInt8], _ body: (ArraySlice<UInt8>) throws -> Void) rethrows {
    if start > 0 {
      buffer.removeSubrange(0..<start)
      start = 0
    }
    buffer += block
    while buffer.count - start >= maximum { try cut(body) }
  }

  /// Ends the stream: gives what is left to `body` and is ready for another stream.
  mutating func finish(_ body: (ArraySlice<UInt8>) throws -> Void) rethrows {
    while start < buffer.count { try cut(body) }
    buffer.removeAll(keepingCapacity: true)
    start = 0
  }

  private mutating func cut(_ body: (ArraySlice<UInt8>) throws -> Void) rethrows {
    let length = buffer.withUnsafeBytes { bytes in
      firstCut(
        in: UnsafeRawBufferPointer(rebasing: bytes[start...]), minimum: minimum, average: average, maximum: maximum,
        strict: strict, loose: loose)
    }
    let chunk = start..<start + length
    start += length
    try body(buffer[chunk])
  }
}
