internal import Disk
internal import Synchronization
internal import SystemPackage

/// The packs that were read last, kept open: a file's chunks mostly lie in one pack.
final class OpenPacks: Sendable {
  /// Few enough for any limit on open files.
  private static let limit = 32

  private let disk: Disk
  private let files = Mutex<[FilePath: OpenFile]>([:])

  init(disk: Disk) { self.disk = disk }

  /// The pack at `path`, open for reading.
  func file(_ path: FilePath) throws(DiskError) -> OpenFile {
    if let file = files.withLock({ $0[path] }) { return file }
    let file = try disk.open(path)
    files.withLock { files in
      if files.count >= Self.limit { files.removeAll(keepingCapacity: true) }
      files[path] = file
    }
    return file
  }

  /// Lets go of all of them: a removed pack takes room on the disk while somebody has it open.
  func close() { files.withLock { $0.removeAll() } }
}
