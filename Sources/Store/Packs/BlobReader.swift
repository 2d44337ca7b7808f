internal import Disk
internal import SystemPackage

/// Reads chunk after chunk into buffers of its own, those that lie together in one go, each verified. One for a worker.
struct BlobReader {
  /// Stored bytes that are read at once.
  private static let windowBytes = 1 << 20

  private let store: Store
  private let stored = ScratchBuffer()
  private let plain = ScratchBuffer()

  init(_ store: Store) { self.store = store }

  /// Gives each of the chunks to `body`, in their order. The file's path is for messages.
  func read(
    _ chunks: ArraySlice<Manifest.Chunk>, of path: RelativePath,
    _ body: (UnsafeRawBufferPointer) throws(StoreError) -> Void
  ) throws(StoreError) {
    var locations: [PackIndex.Location] = []
    locations.reserveCapacity(chunks.count)
    for chunk in chunks { locations.append(try store.location(of: chunk, in: path)) }
    var first = 0
    while first < locations.count {
      let window = Self.window(locations[first...])
      try read(window, body)
      first = window.endIndex
    }
  }

  /// The first of the locations, and those that follow it in its pack within one window.
  private static func window(_ locations: ArraySlice<PackIndex.Location>) -> ArraySlice<PackIndex.Location> {
    let first = locations[locations.startIndex]
    var end = locations.startIndex + 1
    var last = first.row
    while end < locations.endIndex, locations[end].pack == first.pack,
      locations[end].row.offset == last.offset + last.storedBytes + Pack.entryHeaderBytes,
      locations[end].row.offset + locations[end].row.storedBytes - first.row.offset <= windowBytes
    {
      last = locations[end].row
      end += 1
    }
    return locations[..<end]
  }

  private func read(
    _ window: ArraySlice<PackIndex.Location>, _ body: (UnsafeRawBufferPointer) throws(StoreError) -> Void
  ) throws(StoreError) {
    guard let first = window.first, let last = window.last else { return }
    let count = last.row.offset + last.row.storedBytes - first.row.offset
    let bytes = stored.bytes(count)
    // Nothing where the pack cannot be read, or a collection removed it: what was live of it lies elsewhere.
    let got = (try? store.openPack(of: first)?.read(into: bytes, at: first.row.offset)) ?? 0
    for location in window {
      let row = location.row
      let start = row.offset - first.row.offset
      let target = plain.bytes(row.plainBytes)
      let whole = UnsafeRawBufferPointer(rebasing: bytes[min(start, got)..<min(start + row.storedBytes, got)])
      if (try? store.unpack(whole, location, into: target)) != nil {
        try body(UnsafeRawBufferPointer(target))
      } else {
        // Perhaps another pack has it whole. If none has, this throws.
        let copy = try store.blob(row.digest)
        try copy.span.bytes.withUnsafeBytes { copy throws(StoreError) in try body(copy) }
      }
    }
  }
}
