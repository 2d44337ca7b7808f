package import Disk

extension TableSource {
  /// A file's bytes in pieces that may be read in any order and by several threads at a time.
  package struct Pieces: Sendable {
    /// Of the whole file.
    package var totalBytes: Int
    package var count: Int
    package var largestBytes: Int
    /// Fills the buffer, which has room for ``largestBytes``, with a piece, and gives how long it is.
    package var read: @Sendable (_ index: Int, _ buffer: UnsafeMutableRawBufferPointer) throws -> Int

    package init(
      totalBytes: Int, count: Int, largestBytes: Int,
      read: @escaping @Sendable (Int, UnsafeMutableRawBufferPointer) throws -> Int
    ) {
      self.totalBytes = totalBytes
      self.count = count
      self.largestBytes = largestBytes
      self.read = read
    }
  }

  /// A file that is plain CSV or TSV, in pieces.
  package init(name: String, pieces: Pieces, open: @escaping @Sendable () throws -> any ByteStream) {
    self.init(name: name, open: open)
    guard let format = TableFileFormat(name), !format.isCompressed, format.kind == .csv || format.kind == .tsv else {
      return
    }
    var checked = pieces
    checked.read = { index, buffer in
      let count = try pieces.read(index, buffer)
      if index == 0 { try CheckedStream.check(buffer[..<count], name) }
      return count
    }
    self.pieces = checked
  }

  /// An open file, which must keep its length.
  package init(name: String, file: OpenFile) throws(DiskError) {
    let pieceBytes = 1 << 19
    let total = try file.status().sizeBytes
    let pieces = Pieces(
      totalBytes: total, count: (total + pieceBytes - 1) / pieceBytes, largestBytes: pieceBytes
    ) { index, buffer in
      let offset = index * pieceBytes
      let wanted = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(pieceBytes, total - offset)])
      let count = try file.read(into: wanted, at: offset)
      guard count == wanted.count else { throw TablesError.changed(name) }
      return count
    }
    self.init(name: name, pieces: pieces) { FileStream(file) }
  }
}
