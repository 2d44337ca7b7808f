internal import Disk
internal import Synchronization

/// A pack whose table is sound, to be read from end to end.
struct PackReading: Sendable {
  var file: OpenFile
  /// In the order of their bytes.
  var rows: [Pack.Row]

  /// An entry that is not what its table says.
  struct Fault: Sendable {
    /// Its place among the packs that were read.
    var pack: Int
    var row: Pack.Row
    var error: StoreError
  }

  /// A worker's own.
  private struct Buffers {
    let stored = ScratchBuffer()
    let plain = ScratchBuffer()
  }

  /// Entries that are read at once.
  struct Window: Sendable {
    var pack: Int
    var rows: ArraySlice<Pack.Row>

    var offset: Int { rows[rows.startIndex].offset - Pack.entryHeaderBytes }
    var byteCount: Int { rows[rows.endIndex - 1].offset + rows[rows.endIndex - 1].storedBytes - offset }
    /// What reading it takes: little that is stored may unpack to much.
    var isLarge: Bool { byteCount > largeBytes || rows.contains { $0.plainBytes > largeBytes } }
  }

  /// Large enough for a disk to read at full speed, small enough to stay in a core's cache.
  private static let windowBytes = 2 << 20
  /// Windows with an entry larger than this, stored or plain, are read one at a time, so that memory does not grow with
  /// the cores.
  private static let largeBytes = 32 << 20

  /// Hashes every blob, over all cores, and compares what stands before it. The faults are in the order of the packs
  /// and their bytes.
  static func faults(in packs: [PackReading]) throws(StoreError) -> [Fault] {
    let windows = packs.indices.flatMap { pack in Self.windows(of: packs[pack].rows, pack) }
    guard !windows.isEmpty else { return [] }
    let found = Mutex<[Int: [Fault]]>([:])
    let large = Mutex(())
    try ParallelWork.run(windows.count, state: Buffers.init) { buffers, number in
      let window = windows[number]
      let file = packs[window.pack].file
      guard window.isLarge else {
        let faults = Self.faults(in: window, of: file, buffers)
        return faults.isEmpty ? () : found.withLock { $0[number] = faults }
      }
      // With buffers of its own, which go at once.
      let faults = large.withLock { _ in Self.faults(in: window, of: file, Buffers()) }
      found.withLock { $0[number] = faults }
    }
    return found.withLock { $0 }.sorted { $0.key < $1.key }.flatMap(\.value)
  }

  static func windows(of rows: [Pack.Row], _ pack: Int) -> [Window] {
    var windows: [Window] = []
    var start = 0
    for index in rows.indices {
      let end = rows[index].offset + rows[index].storedBytes
      let isFull = end - rows[start].offset >= windowBytes || index == rows.count - 1
      guard isFull else { continue }
      windows.append(Window(pack: pack, rows: rows[start...index]))
      start = index + 1
    }
    return windows
  }

  private static func faults(in window: Window, of file: OpenFile, _ buffers: Buffers) -> [Fault] {
    let bytes = buffers.stored.bytes(window.byteCount)
    let got: Int
    do { got = try file.read(into: bytes, at: window.offset) } catch {
      // A bad sector hurts the entries on it alone.
      guard window.rows.count > 1 else {
        return window.rows.map { Fault(pack: window.pack, row: $0, error: .disk(error)) }
      }
      return window.rows.indices.flatMap { index in
        faults(in: Window(pack: window.pack, rows: window.rows[index...index]), of: file, buffers)
      }
    }
    return window.rows.compactMap { row in
      let start = min(row.offset - Pack.entryHeaderBytes - window.offset, got)
      let end = min(start + Pack.entryHeaderBytes + row.storedBytes, got)
      let error = fault(in: UnsafeRawBufferPointer(rebasing: bytes[start..<end]), row, of: file, buffers)
      return error.map { Fault(pack: window.pack, row: row, error: $0) }
    }
  }

  /// What is wrong with one entry, header and stored bytes; nil when nothing is.
  private static func fault(
    in entry: UnsafeRawBufferPointer, _ row: Pack.Row, of file: OpenFile, _ buffers: Buffers
  ) -> StoreError? {
    guard entry.count == Pack.entryHeaderBytes + row.storedBytes else {
      return .damagedPack(file.path, reason: "its end is missing")
    }
    let plain = buffers.plain.bytes(row.plainBytes)
    guard row.codec.decode(UnsafeRawBufferPointer(rebasing: entry[Pack.entryHeaderBytes...]), into: plain) else {
      return .damagedPack(file.path, reason: "the stored bytes of \(row.digest.short) do not unpack")
    }
    let found = Digest(of: UnsafeRawBufferPointer(plain))
    guard found == row.digest else { return .damagedBlob(row.digest, found: found, pack: file.path) }
    let header = Pack.entryHeader(row.digest, row.codec, storedBytes: row.storedBytes, plainBytes: row.plainBytes)
    guard entry.starts(with: header) else {
      return .damagedPack(file.path, reason: "the header before \(row.digest.short) is not what its table says")
    }
    return nil
  }
}
