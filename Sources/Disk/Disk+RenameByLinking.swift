internal import SystemPackage

extension Disk {
  /// Renames exclusively where the file system has no call for it, as NFS: a second name for a file, then the first one
  /// goes. A folder replaces only an empty one. Killed between the two, the file has both names.
  func renameByLinking(_ from: FilePath, to target: FilePath) throws(DiskError) {
    guard try status(of: from).kind == .directory else {
      try link(from, as: target)
      return try remove(from)
    }
    do { try rename(from, to: target) } catch {
      let taken: [Errno] = [.directoryNotEmpty, .notDirectory]
      guard let code = error.code, taken.contains(code), exists(target) else { throw error }
      throw .system(operation: .rename, path: from, code: .fileExists)
    }
  }
}
