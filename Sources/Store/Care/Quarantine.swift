internal import Disk
internal import SystemPackage

/// `quarantine/`: where a repair puts what has no place in a store, under the path that it had. Nothing reads it, and
/// nothing is ever removed from it but by people.
struct Quarantine {
  private let store: Store

  init(_ store: Store) { self.store = store }

  /// A path as it is below the store's root.
  func relative(_ path: FilePath) -> String {
    var rest = path
    return rest.removePrefix(store.root) ? rest.string : path.string
  }

  /// Moves a file or folder of the store here, durably. Gives where it is now, below the root; nil where nothing was.
  ///
  /// - Parameter inode: the one that is meant, where others may give its name to another file: that one is put back, and
  ///   nil given.
  func take(_ path: FilePath, inode: UInt64? = nil) throws(StoreError) -> String? {
    let target = store.root.appending("quarantine").pushing(FilePath(relative(path)))
    return try onDisk { () throws(DiskError) in
      guard store.disk.exists(path) else { return nil }
      try store.disk.makeDirectory(target.removingLastComponent(), durability: .synced)
      let free = try unused(target)
      try store.disk.renameExclusively(path, to: free)
      if let inode, try store.disk.status(of: free).inode != inode {
        try putBack(free, to: path)
        return nil
      }
      try store.disk.syncDirectory(free.removingLastComponent())
      try store.disk.syncDirectory(path.removingLastComponent())
      return relative(free)
    }
  }

  /// Where a third one has the name by now, it holds the same, and this one stays here.
  private func putBack(_ moved: FilePath, to path: FilePath) throws(DiskError) {
    do { try store.disk.renameExclusively(moved, to: path) } catch {
      guard error.code == .fileExists else { throw error }
    }
    try store.disk.syncDirectory(path.removingLastComponent())
  }

  /// Moves the torn end of the audit log here. Gives where it is now; nil where it has none.
  func takeAuditTail() throws(StoreError) -> String? {
    let lock = try store.audit.lock()
    defer { lock.keep() }
    let tail = try store.audit.tornTail()
    guard !tail.isEmpty else { return nil }
    let target = store.root.appending("quarantine/audit/log.ndjson.tail")
    let kept = try onDisk { () throws(DiskError) in
      try store.disk.makeDirectory(target.removingLastComponent(), durability: .synced)
      let free = try unused(target)
      try store.disk.replace(free, with: Array(tail))
      return relative(free)
    }
    try store.audit.cut(tail.count)
    return kept
  }

  /// `target`, or the first of `target.1`, `target.2`, … that is not taken.
  private func unused(_ target: FilePath) throws(DiskError) -> FilePath {
    var candidate = target
    var number = 0
    while try store.disk.statusIfPresent(of: candidate) != nil {
      number += 1
      candidate = FilePath("\(target.string).\(number)")
    }
    return candidate
  }
}
