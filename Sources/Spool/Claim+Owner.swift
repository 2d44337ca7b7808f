internal import Disk
internal import Glibc
package import SystemPackage

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

  /// Whether paths in the spec may start from the folder that its submission names. Anybody may say any folder: somebody
  /// else's spec starts from a folder of theirs, of the spool, or below one of `roots`.
  package func mayStart(from origin: FilePath, roots: [String]) -> Bool {
    mayStart(from: origin, roots: roots, geteuid())
  }

  func mayStart(from origin: FilePath, roots: [String], _ user: UInt32) -> Bool {
    guard isForeign(to: user) else { return true }
    func isBelow(_ folder: FilePath) -> Bool { origin == folder || origin.starts(with: folder) }
    let isPlain = origin.isAbsolute && origin.isLexicallyNormal
    if isPlain, isBelow(spool.root) || roots.contains(where: { isBelow(FilePath($0)) }) { return true }
    let author = try? spool.disk.status(of: job.appending(Spool.submissionName)).ownerID
    guard let author, let status = try? spool.disk.status(of: origin), status.kind == .directory else { return false }
    // A copy is this user's file: whose the spec was is not known any more, but that it was nobody's here.
    return author == user || author == 0 ? status.ownerID != user && status.ownerID != 0 : status.ownerID == author
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
