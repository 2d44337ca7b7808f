internal import Disk
internal import Glibc
internal import SystemPackage

extension Claim {
  /// Whether somebody else wrote the spec, by the kernel's word: neither this process's user nor root. A spec that
  /// cannot be looked at is somebody else's.
  package func isForeign() -> Bool { isForeign(to: geteuid()) }

  func isForeign(to user: UInt32) -> Bool {
    // Whose folder it is says who could have put the spec there.
    let files = isFolder ? [job, job.appending(Spool.specName(inFolder: job, spool.disk) ?? "job.yaml")] : [job]
    return files.contains { file in
      guard let owner = try? spool.disk.status(of: file).ownerID else { return true }
      return owner != user && owner != 0
    }
  }
}
