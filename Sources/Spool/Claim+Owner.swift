internal import Disk
internal import Glibc
internal import SystemPackage

extension Claim {
  /// Whether somebody else wrote the spec: by the kernel's word neither this process's user nor root, or by the word of
  /// whoever copied it from there. A spec that cannot be looked at is somebody else's.
  package func isForeign() -> Bool { isForeign(to: geteuid()) }

  func isForeign(to user: UInt32) -> Bool {
    if record().isForeign == true || spool.isForeign(job, to: user) { return true }
    // It can only say so, never deny it.
    guard let submission = try? submission() else { return false }
    return submission.isForeign == true
  }
}

extension Spool {
  /// Whether a spec, or the folder of one, belongs to neither `user` nor root.
  func isForeign(_ job: FilePath, to user: UInt32 = geteuid()) -> Bool {
    // Whose folder it is says who could have put the spec there.
    let spec = Self.specName(inFolder: job, disk).map { job.appending($0) }
    return [job, spec].compactMap { $0 }.contains { file in
      guard let owner = try? disk.status(of: file).ownerID else { return true }
      return owner != user && owner != 0
    }
  }
}
