extension Store {
  /// Fills the buffer from its beginning with some chunks of a file, each verified, and gives how many bytes they are.
  /// Several threads may do so at once.
  ///
  /// - Parameter buffer: has room for what the manifest states of the chunks.
  package func read(
    _ chunks: Range<Int>, of file: Manifest.File, into buffer: UnsafeMutableRawBufferPointer
  ) throws(StoreError) -> Int {
    var count = 0
    try BlobReader(self).read(file.chunks[chunks], of: file.path) { chunk in
      UnsafeMutableRawBufferPointer(rebasing: buffer[count...]).copyMemory(from: chunk)
      count += chunk.count
    }
    return count
  }
}

extension Manifest.File {
  /// Its chunks in ranges of at least so many bytes, but for the last one.
  package func pieces(ofBytes leastBytes: Int) -> [(chunks: Range<Int>, sizeBytes: Int)] {
    var pieces: [(chunks: Range<Int>, sizeBytes: Int)] = []
    var (start, size) = (0, 0)
    for (index, chunk) in chunks.enumerated() {
      size += chunk.sizeBytes
      guard size >= leastBytes || index + 1 == chunks.count else { continue }
      pieces.append((start..<index + 1, size))
      (start, size) = (index + 1, 0)
    }
    return pieces
  }
}
