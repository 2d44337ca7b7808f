/// Bytes that arrive block by block, in order: a file, a blob's chunks, an archive entry.
package protocol ByteStream {
  /// The next block, never empty; nil at the end.
  mutating func next() throws -> [UInt8]?
}

extension ByteStream {
  /// All that is left, in one array. Throws what ``next()`` throws.
  package mutating func readAll() throws -> [UInt8] {
    var all: [UInt8] = []
    while let block = try next() { all.append(contentsOf: block) }
    return all
  }
}

/// Bytes in memory as a stream, in blocks of at most `blockBytes`.
package struct MemoryStream: ByteStream {
  private let bytes: [UInt8]
  private let blockBytes: Int
  private var offset = 0

  package init(_ bytes: [UInt8], blockBytes: Int = 1 << 20) {
    self.bytes = bytes
    self.blockBytes = blockBytes
  }

  package mutating func next() -> [UInt8]? {
    guard offset < bytes.count else { return nil }
    let end = min(offset + blockBytes, bytes.count)
    defer { offset = end }
    return Array(bytes[offset..<end])
  }
}
