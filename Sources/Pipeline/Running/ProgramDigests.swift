internal import Disk
internal import Store
internal import Synchronization
internal import SystemPackage

/// Digests of the programs that steps run, each read once as long as its file stays as it is.
final class ProgramDigests: Sendable {
  private struct Entry {
    var status: FileStatus
    var digest: Digest
  }

  private static let limitBytes = 256 << 20

  private let entries = Mutex<[FilePath: Entry]>([:])

  /// Nil for what cannot be read, or is larger than any program.
  func digest(of path: FilePath, _ disk: Disk) -> Digest? {
    guard let status = try? disk.status(of: path) else { return nil }
    if let known = entries.withLock({ $0[path] }), known.status.isUnchanged(since: status) { return known.digest }
    guard let bytes = try? disk.read(path, limitBytes: Self.limitBytes) else { return nil }
    let digest = Digest(of: bytes)
    entries.withLock { $0[path] = Entry(status: status, digest: digest) }
    return digest
  }
}
