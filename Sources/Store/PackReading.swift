internal import Disk
internal import Dispatch
internal import Foundation
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

  /// Entries that are read at once.
  private struct Window: Sendable {
    var pack: Int
    var rows: ArraySlice<Pack.Row>

    var offset: Int { rows[rows.startIndex].offset - Pack.entryHeaderBytes }
    var byteCount: Int { rows[rows.endIndex - 1].offset + rows[rows.endIndex - 1].storedBytes - offset }
  }

  /// Large enough for a disk to read at full speed, small enough to stay in a core's cache.
  private static let windowBytes = 2 << 20
  /// Windows of one entry larger than this are read one at a time, so that memory does not grow with the cores.
  private static let largeBytes = 32 << 20

  /// Hashes every blob, over all cores, and compares what stands before it. The faults are in the order of the packs
  /// and their bytes.
  static func faults(in packs: [PackReading]) -> [Fault] {
    let windows = packs.indices.flatMap { pack in Self.windows(of: packs[pack].rows, pack) }
    guard !windows.isEmpty else { return [] }
    let next = Mutex(0)
    let found = Mutex<[Int: [Fault]]>([:])
    let large = Mutex(())
    DispatchQueue.concurrentPerform(iterations: min(windows.count, ProcessInfo.processInfo.activeProcessorCount)) { _ in
      var scratch: [UInt8] = []
      while true {
        let index = next.withLock { next in
          defer { next += 1 }
          return next
        }
        guard index < windows.count else { return }
        let window = windows[index]
        let file = packs[window.pack].file
        let faults =
          window.byteCount > largeBytes
          ? large.withLock { _ in Self.faults(in: window, of: file, &scratch) }
          : Self.faults(in: window, of: file, &scratch)
        if !faults.isEmpty { found.withLock { $0[index] = faults } }
        if scratch.count > largeBytes { scratch = [] }
      }
    }
    return found.withLock { $0 }.sorted { $0.key < $1.key }.flatMap(\.value)
  }

  private static func windows(of rows: [Pack.Row], _ pack: Int) -> [Window] {
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

  private static func faults(in window: Window, of file: OpenFile, _ scratch: inout [UInt8]) -> [Fault] {
    let bytes: [UInt8]
    do {
      bytes = try file.read(count: window.byteCount, at: window.offset)
    } catch {
      // A bad sector hurts the entries on it alone.
      if window.rows.count > 1 {
        return window.rows.indices.flatMap { index in
          faults(in: Window(pack: window.pack, rows: window.rows[index...index]), of: file, &scratch)
        }
      }
      return window.rows.map { Fault(pack: window.pack, row: $0, error: .disk(error)) }
    }
    var found: [Fault] = []
    for row in window.rows {
      let start = row.offset - Pack.entryHeaderBytes - window.offset
      let error = bytes.withUnsafeBytes { bytes -> StoreError? in
        let end = start + Pack.entryHeaderBytes + row.storedBytes
        guard end <= bytes.count else { return .damagedPack(file.path, reason: "its end is missing") }
        return fault(in: UnsafeRawBufferPointer(rebasing: bytes[start..<end]), row, of: file, &scratch)
      }
      if let error { found.append(Fault(pack: window.pack, row: row, error: error)) }
    }
    return found
  }

  /// What is wrong with one entry, header and stored bytes; nil when nothing is.
  private static func fault(
    in entry: UnsafeRawBufferPointer, _ row: Pack.Row, of file: OpenFile, _ scratch: inout [UInt8]
  ) -> StoreError? {
    let stored = UnsafeRawBufferPointer(rebasing: entry[Pack.entryHeaderBytes...])
    guard let found = row.codec.digest(ofPlain: stored, plainBytes: row.plainBytes, &scratch) else {
      return .damagedPack(file.path, reason: "the stored bytes of \(row.digest.short) do not unpack")
    }
    guard found == row.digest else { return .damagedBlob(row.digest, found: found, pack: file.path) }
    let header = Pack.entryHeader(row.digest, row.codec, storedBytes: row.storedBytes, plainBytes: row.plainBytes)
    guard entry.starts(with: header) else {
      return .damagedPack(file.path, reason: "the header before \(row.digest.short) is not what its table says")
    }
    return nil
  }
}
