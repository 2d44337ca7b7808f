internal import Disk
internal import SystemPackage

/// Moves a run that is laid out in `staged/` into an inbox on another file system, where one rename cannot.
///
/// It is copied to a hidden name, the source gets one, the copy its own: killed anywhere in it, the next one, or the
/// next runner, ends it, and the job is in one place. One process at a time does so.
struct Transfer {
  private static let coming = ".coming-"
  private static let sent = ".sent-"

  private let spool: Spool

  init(_ spool: Spool) { self.spool = spool }

  private var disk: Disk { spool.disk }
  private var lockPath: FilePath { spool.root.appending(".transfer") }
  private var staged: FilePath { ScheduleBook.staged(in: spool) }

  /// Throws ``Errno/fileExists`` when `target` is taken.
  func move(_ source: FilePath, to target: FilePath) throws(DiskError) {
    let lock = try disk.lock(lockPath)
    defer { lock.keep() }
    try complete()
    if disk.exists(target) { throw .system(operation: .rename, path: source, code: .fileExists) }
    let name = source.lastComponent?.string ?? ""
    let copy = target.removingLastComponent().appending(Self.coming + name)
    do { try send(source, copy, to: target) } catch {
      if error != .stopped { try disk.removeTree(copy) }
      throw error
    }
  }

  private func send(_ source: FilePath, _ copy: FilePath, to target: FilePath) throws(DiskError) {
    let hidden = source.removingLastComponent().appending(Self.sent + (source.lastComponent?.string ?? ""))
    let before = try disk.status(of: source)
    try InboxCopy.copy(source, to: copy, disk)
    try disk.syncDirectory(target.removingLastComponent())
    try disk.rename(source, to: hidden)
    do throws(DiskError) {
      let after = try disk.status(of: hidden)
      guard before.inode == after.inode, before.sizeBytes == after.sizeBytes, before.modified == after.modified else {
        throw .changedWhileReading(path: source)
      }
      try disk.syncDirectory(source.removingLastComponent())
      try disk.renameExclusively(copy, to: target)
    } catch {
      if error != .stopped { try disk.renameExclusively(hidden, to: source) }
      throw error
    }
    try disk.syncDirectory(target.removingLastComponent())
    try disk.removeTree(hidden)
  }

  // MARK: Ending what the dead began

  /// Ends what was begun, unless somebody is at it.
  func completeIfIdle() throws(DiskError) {
    guard let lock = try disk.lockIfFree(lockPath) else { return }
    defer { lock.keep() }
    try complete()
  }

  private func complete() throws(DiskError) {
    let inbox = spool.folder(.inbox)
    for name in try names(Self.sent, in: staged) { try complete(name, to: inbox) }
    for name in try names(Self.coming, in: inbox) { try disk.removeTree(inbox.appending(Self.coming + name)) }
  }

  private func complete(_ name: String, to target: FilePath) throws(DiskError) {
    let copy = target.appending(Self.coming + name)
    var (free, number) = (name, 1)
    while disk.exists(copy) {
      do { try disk.renameExclusively(copy, to: target.appending(free)) } catch {
        guard error.code == .fileExists else { throw error }
        number += 1
        free = "\(number)-\(name)"
      }
    }
    try disk.syncDirectory(target)
    try disk.removeTree(staged.appending(Self.sent + name))
  }

  private func names(_ prefix: String, in folder: FilePath) throws(DiskError) -> [String] {
    try disk.namesIfPresent(in: folder).filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
  }
}

extension Spool {
  /// By one rename, where the file system can.
  func transfer(_ source: FilePath, to target: FilePath) throws(DiskError) {
    do { try disk.renameExclusively(source, to: target) } catch {
      guard error.code == .improperLink else { throw error }
      try Transfer(self).move(source, to: target)
    }
  }
}
