/// Cuts a stream into chunks whose borders depend on the content near them alone, so that an edit changes the chunks
/// round it and no others.
struct Chunker {
  private let minimum: Int
  private let average: Int
  let maximum: Int
  private let strict: UInt64
  private let loose: UInt64
  /// The beginning of a chunk whose end has not come yet.
  private var tail: [UInt8] = []

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

  /// Takes the next block of the stream; gives each chunk that is complete to `body`, which must not keep it.
  ///
  /// A cut is looked for once there is room for the longest chunk: what lies near the end of a block is copied.
  mutating func take(_ block: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    var start = 0
    while !tail.isEmpty {
      let begun = tail.count
      tail.append(contentsOf: block[start..<min(block.count, start + maximum - begun)])
      guard tail.count == maximum else { return }
      let length = try tail.withUnsafeBytes { try cut($0, body) }
      if length < begun {
        tail = Array(tail[length..<begun])
      } else {
        tail.removeAll(keepingCapacity: true)
        start += length - begun
      }
    }
    while block.count - start >= maximum { start += try cut(UnsafeRawBufferPointer(rebasing: block[start...]), body) }
    tail.append(contentsOf: block[start...])
  }

  mutating func take(_ block: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    try block.withUnsafeBytes { try take($0, body) }
  }

  /// Ends the stream: gives what is left to `body` and is ready for another stream.
  mutating func finish(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    try tail.withUnsafeBytes { tail in
      var start = 0
      while start < tail.count { start += try cut(UnsafeRawBufferPointer(rebasing: tail[start...]), body) }
    }
    tail.removeAll(keepingCapacity: true)
  }

  /// How long the first chunk is, if nothing follows the bytes; all of them where no cut is found.
  func firstLength(in bytes: UnsafeRawBufferPointer) -> Int {
    firstCut(in: bytes, minimum: minimum, average: average, maximum: maximum, strict: strict, loose: loose)
  }

  /// Gives the first chunk to `body`; its length.
  private func cut(
    _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) rethrows -> Int {
    let length = firstLength(in: bytes)
    try body(UnsafeRawBufferPointer(rebasing: bytes[..<length]))
    return length
  }
}
