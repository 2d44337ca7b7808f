internal import Disk
internal import SystemPackage

/// Bytes that can be read from any place on: those of a file on disk, or of a file in the store, chunk by chunk.
final class SeekableBytes {
  /// Of the file, for messages.
  let path: FilePath
  let count: Int
  private let readBlock: (_ offset: Int) throws(StoreError) -> ArraySlice<UInt8>

  private static let blockBytes = 1 << 20

  init(_ file: OpenFile) throws(StoreError) {
    let count = try onDisk { () throws(DiskError) in try file.status().sizeBytes }
    path = file.path
    self.count = count
    readBlock = { offset throws(StoreError) in
      try onDisk { () throws(DiskError) in
        try file.read(count: min(Self.blockBytes, max(0, count - offset)), at: offset)[...]
      }
    }
  }

  init(_ file: Manifest.File, in store: Store) {
    path = FilePath(file.path.text)
    count = file.sizeBytes
    var starts: [Int] = []
    var end = 0
    for chunk in file.chunks {
      starts.append(end)
      end += chunk.sizeBytes
    }
    // The chunk that was read last: headers are read in small pieces.
    var last: (place: Int, bytes: [UInt8]) = (-1, [])
    readBlock = { offset throws(StoreError) in
      guard let place = Self.place(of: offset, in: starts), offset < end else { return [] }
      if last.place != place { last = (place, try store.bytes(of: file.chunks[place], in: file.path)) }
      return last.bytes[(offset - starts[place])...]
    }
  }

  /// Some bytes from `offset` on; none from the end on.
  func block(at offset: Int) throws(StoreError) -> ArraySlice<UInt8> { try readBlock(offset) }

  /// Up to `count` bytes at `offset`: fewer at the end alone.
  func read(_ count: Int, at offset: Int) throws(StoreError) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      let block = try readBlock(offset + bytes.count)
      guard !block.isEmpty else { break }
      bytes += block.prefix(count - bytes.count)
    }
    return bytes
  }

  /// The last start that is not behind `offset`.
  private static func place(of offset: Int, in starts: [Int]) -> Int? {
    var (low, high) = (0, starts.count)
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? low - 1 : nil
  }
}
