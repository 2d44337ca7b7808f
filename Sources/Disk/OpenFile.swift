internal import Glibc
package import SystemPackage

/// An open file: closed when the last reference goes. Reading never follows links; writing goes through the fault plan.
package final class OpenFile: Sendable {
  package let path: FilePath
  package let descriptor: Int32
  private let faults: FaultPlan?

  init(path: FilePath, descriptor: Int32, faults: FaultPlan?) {
    self.path = path
    self.descriptor = descriptor
    self.faults = faults
  }

  deinit { close(descriptor) }

  /// The status of the open file itself, whatever its name now points at.
  package func status() throws(DiskError) -> FileStatus {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(.status) }
    return FileStatus(status)
  }

  /// Up to `count` bytes at `offset`: fewer at the end of the file alone.
  package func read(count: Int, at offset: Int) throws(DiskError) -> [UInt8] {
    try faults?.meetRead(of: offset..<offset + count, path)
    var failed: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      (filled, failed) = fill(UnsafeMutableRawBufferPointer(buffer), at: offset)
    }
    guard failed == 0 else { throw .system(operation: .read, path: path, code: Errno(rawValue: failed)) }
    return bytes
  }

  /// Fills `buffer` from `offset` on and gives how many bytes it has: fewer at the end of the file alone.
  package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(DiskError) -> Int {
    try faults?.meetRead(of: offset..<offset + buffer.count, path)
    let (filled, failed) = fill(buffer, at: offset)
    guard failed == 0 else { throw .system(operation: .read, path: path, code: Errno(rawValue: failed)) }
    return filled
  }

  private func fill(_ buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> (filled: Int, failed: Int32) {
    var filled = 0
    while filled < buffer.count, let base = buffer.baseAddress {
      let got = pread(descriptor, base + filled, buffer.count - filled, off_t(offset + filled))
      if got < 0, errno == EINTR { continue }
      if got < 0 { return (filled, errno) }
      if got == 0 { break }
      filled += got
    }
    return (filled, 0)
  }

  /// Writes all of `bytes` at `offset`, whatever the file's end.
  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(DiskError) {
    let count = try faults?.meetWrite(of: bytes.count, path) ?? bytes.count
    var done = 0
    while done < count, let base = bytes.baseAddress {
      let got = pwrite(descriptor, base + done, count - done, off_t(offset + done))
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw failure(.write) }
      done += got
    }
    guard count == bytes.count else { throw .stopped }
  }

  /// Writes all of `bytes` at the end of the file.
  package func write(_ bytes: borrowing RawSpan) throws(DiskError) {
    let count = try faults?.meetWrite(of: bytes.byteCount, path) ?? bytes.byteCount
    let failed = bytes.withUnsafeBytes { buffer -> Int32 in
      var done = 0
      while done < count {
        let got = Glibc.write(descriptor, buffer.baseAddress! + done, count - done)
        if got < 0, errno == EINTR { continue }
        if got < 0 { return errno }
        done += got
      }
      return 0
    }
    guard failed == 0 else { throw .system(operation: .write, path: path, code: Errno(rawValue: failed)) }
    guard count == bytes.byteCount else { throw .stopped }
  }

  package func write(_ bytes: [UInt8]) throws(DiskError) { try write(bytes.span.bytes) }

  /// Waits until the content is on the disk. A failed sync means that the data is gone: never retry it.
  package func sync() throws(DiskError) {
    try faults?.meet(.sync, path)
    guard fdatasync(descriptor) == 0 else { throw failure(.sync) }
  }

  package func truncate(to count: Int) throws(DiskError) {
    try faults?.meet(.write, path)
    guard ftruncate(descriptor, off_t(count)) == 0 else { throw failure(.write) }
  }

  /// Sets the permissions of a file of our own; another's stay as they are.
  func setOwnMode(_ mode: UInt32) throws(DiskError) {
    let status = try status()
    guard status.ownerID == geteuid(), status.mode != mode else { return }
    guard fchmod(descriptor, mode) == 0 else { throw failure(.open) }
  }

  private func failure(_ operation: DiskOperation) -> DiskError {
    .system(operation: operation, path: path, code: Errno(rawValue: errno))
  }
}

/// A file's content as a stream of blocks.
package struct FileStream: ByteStream {
  private let file: OpenFile
  private let blockBytes: Int
  private var offset = 0

  package init(_ file: OpenFile, blockBytes: Int = 4 << 20) {
    self.file = file
    self.blockBytes = blockBytes
  }

  package mutating func next() throws -> [UInt8]? {
    let block = try file.read(count: blockBytes, at: offset)
    offset += block.count
    return block.isEmpty ? nil : block
  }
}
