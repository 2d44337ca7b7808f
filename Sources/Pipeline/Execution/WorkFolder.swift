internal import CPosix
internal import Disk
internal import Glibc
internal import Store
internal import SystemPackage

/// The private folder of one attempt at a step: `tmp/work-RUN-STEP-TOKEN` of the store.
///
/// The token makes it the attempt's own: one that was taken for dead and wakes again writes where nobody looks. A lock
/// tells the living from the dead, whose folders the next runner removes; it is held as long as the value lives.
final class WorkFolder: Sendable {
  /// For what the step does not see: its request, its result.
  let root: FilePath
  /// What the step works in.
  let files: FilePath
  private let disk: Disk
  private let lock: FileLock

  private static let prefix = "work-"
  private static let filesName = "files"
  private static let lockName = "lock"
  /// Of one that is just being made: without it, a folder that lacks a part has lost it.
  private static let birthSuffix = ".new"
  /// How long the killed may take to go before their folder is left to the next runner.
  private static let departureSeconds = 5.0

  /// - Parameter name: of run and step, for people who look into `tmp/`.
  init(_ name: String, in store: Store) throws(DiskError) {
    // Not as the store shares its files: this one is its maker's alone.
    disk = store.disk.with(modes: nil)
    let token = Disk.temporaryName().split(separator: "-").last ?? ""
    root = Self.parent(store).appending("\(Self.prefix)\(name)-\(token)")
    files = root.appending(Self.filesName)
    let birth = FilePath(root.string + Self.birthSuffix)
    let making = try disk.lock(Self.makersLock(store), .shared)
    defer { making.keep() }
    try disk.makeDirectory(birth, mode: 0o700)
    lock = try disk.lock(birth.appending(Self.lockName))
    try disk.makeDirectory(birth.appending(Self.filesName), mode: 0o700)
    try disk.rename(birth, to: root)
  }

  /// Removes it with all that the step wrote, whatever permissions that has.
  func remove() throws(DiskError) { try Self.remove(root, disk) }

  /// The lock goes last: one that is half removed is still known for dead.
  private static func remove(_ folder: FilePath, _ disk: Disk) throws(DiskError) {
    do {
      for name in try disk.namesIfPresent(in: folder) where name != lockName {
        try disk.removeTree(folder.appending(name))
      }
      try disk.removeTree(folder)
    } catch {
      // Folders in folders, deeper than any path can say.
      guard error.code == .fileNameTooLong else { throw error }
      let result = folder.withPlatformString { posix_remove_deep_tree($0) }
      guard result == 0 else { throw .system(operation: .remove, path: folder, code: Errno(rawValue: -result)) }
    }
  }

  /// Moves what the step saw and wrote into `folder`, and gives its place there: `work`, `work-2`, …
  func keep(in folder: FilePath) throws(DiskError) -> FilePath {
    var number = 1
    while true {
      let target = folder.appending(number == 1 ? "work" : "work-\(number)")
      if !disk.exists(target) {
        try disk.renameExclusively(files, to: target)
        try Self.remove(root, disk)
        return target
      }
      number += 1
    }
  }

  /// Removes the folders of dead attempts, and ends what these left running on this machine. One that cannot be removed
  /// is passed over and named in the answer.
  ///
  /// - Parameter run: one that the caller has taken over: nobody else works in its folders, whatever their locks say
  ///   while their runner is just going.
  static func sweep(_ store: Store, takenOver run: String? = nil) throws(DiskError) -> [String] {
    var dead: [FilePath] = []
    for entry in try store.disk.listIfPresent(parent(store))
    where entry.name.hasPrefix(prefix) && entry.status.kind == .directory {
      let folder = parent(store).appending(entry.name)
      if isDead(folder, store) { dead.append(folder) }
    }
    let marks = Set(dead.map { mark(of: $0.appending(filesName)) })
    Remnants(store.disk).killAll(marked: marks, seconds: departureSeconds)
    return dead.compactMap { folder in
      do { try remove(folder, store.disk) } catch { return "\(error)" }
      return nil
    }
  }

  /// The variable that tells the attempt's processes from all others.
  static func mark(of files: FilePath) -> String { "\(Remnants.variable)=\(files.string)" }

  private static func parent(_ store: Store) -> FilePath { store.root.appending("tmp") }

  /// Held by all who are making one.
  private static func makersLock(_ store: Store) -> FilePath { store.root.appending("locks").appending("work") }

  /// Whether nobody works in it. On a disk without locks nobody can tell, so it stays.
  private static func isDead(_ folder: FilePath, _ store: Store) -> Bool {
    let isNew = folder.string.hasSuffix(birthSuffix)
    let lock = isNew ? makersLock(store) : folder.appending(lockName)
    // Without its lock it is half removed.
    guard isNew || store.disk.exists(lock) else { return true }
    guard let held = try? store.disk.lockIfFree(lock) else { return false }
    held.keep()
    return true
  }
}
