internal import CPosix
internal import Glibc
package import SystemPackage

/// The one door to the file system.
///
/// Everything that Nightshift reads or writes goes through a `Disk`, so that a test can make the n-th change fail or
/// stop the world there (``FaultPlan``). A value is cheap to copy; the real disk has no fault plan.
package struct Disk: Sendable {
  private let faults: FaultPlan?
  private let modes: Modes?

  /// Permissions that whoever shares a folder agreed on, whatever umask each has.
  package struct Modes: Equatable, Sendable {
    /// Most that a new file gets; one that is made read-only gets no more than that.
    package var file: UInt32
    package var folder: UInt32

    package init(file: UInt32, folder: UInt32) {
      self.file = file
      self.folder = folder
    }
  }

  /// - Parameter modes: of all that is made; nil leaves it to the umask.
  package init(faults: FaultPlan? = nil, modes: Modes? = nil) {
    self.faults = faults
    self.modes = modes
  }

  /// The same disk, with other permissions for what is made.
  package func with(modes: Modes?) -> Disk { Disk(faults: faults, modes: modes) }

  /// How far a write must have got before the call returns.
  package enum Durability: Sendable {
    /// On the disk, name included: a power cut loses nothing.
    case synced
    /// Its bytes are on the disk; its name is as soon as its folder is synced.
    case contentSynced
    /// In the kernel's memory: a later sync of the file system makes it durable.
    case cached
  }

  // MARK: Reading

  /// The status of a path itself; a final link is not followed.
  package func status(of path: FilePath) throws(DiskError) -> FileStatus {
    var status = stat()
    guard path.withPlatformString({ lstat($0, &status) }) == 0 else { throw failure(.status, path) }
    return FileStatus(status)
  }

  /// Like ``status(of:)``, nil where there is nothing.
  package func statusIfPresent(of path: FilePath) throws(DiskError) -> FileStatus? {
    do { return try status(of: path) } catch { if error.isMissing { return nil } else { throw error } }
  }

  package func exists(_ path: FilePath) -> Bool { (try? status(of: path)) != nil }

  /// Opens a regular file for reading, without following a link or hanging on a pipe.
  package func open(_ path: FilePath) throws(DiskError) -> OpenFile { try openWithStatus(path).file }

  /// Like ``open(_:)``, with the status that the file had then.
  package func openWithStatus(_ path: FilePath) throws(DiskError) -> (file: OpenFile, status: FileStatus) {
    let file = try openRaw(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    let status = try file.status()
    guard status.kind == .regular else { throw .notRegular(path: path) }
    return (file, status)
  }

  /// The bytes of a file that nobody changes in place; nil where it is missing or empty.
  package func map(_ path: FilePath) throws(DiskError) -> MappedFile? {
    guard try statusIfPresent(of: path) != nil else { return nil }
    let (file, status) = try openWithStatus(path)
    guard status.sizeBytes > 0 else { return nil }
    guard let mapped = MappedFile(file, count: status.sizeBytes) else { throw failure(.read, path) }
    return mapped
  }

  /// The whole of a regular file of at most `limitBytes`, as it was at one moment.
  package func read(_ path: FilePath, limitBytes: Int = 1 << 30) throws(DiskError) -> [UInt8] {
    let file = try open(path)
    let before = try file.status()
    guard before.sizeBytes <= limitBytes else { throw .tooLarge(path: path, limitBytes: limitBytes) }
    let bytes = try file.read(count: before.sizeBytes, at: 0)
    let after = try file.status()
    // Its last name went meanwhile, to a new file perhaps: that changes its times in steps, and not its bytes.
    let isWhole = after.linkCount != before.linkCount || after.linkCount == 0
    guard bytes.count == before.sizeBytes, after.isUnchanged(since: before) || isWhole else {
      throw .changedWhileReading(path: path)
    }
    return bytes
  }

  /// Like ``read(_:limitBytes:)``, nil where there is no file.
  package func readIfPresent(_ path: FilePath, limitBytes: Int = 1 << 30) throws(DiskError) -> [UInt8]? {
    do { return try read(path, limitBytes: limitBytes) } catch {
      if error.isMissing { return nil } else { throw error }
    }
  }

  /// The names in a folder with their status, in byte order of the names. What vanishes meanwhile is left out, and so
  /// is what has a name that is no UTF-8 text: nobody could name it.
  package func list(_ folder: FilePath) throws(DiskError) -> [DirectoryEntry] {
    try DirectoryReader(folder).entries().filter { !$0.name.utf8.contains(0xEF) || !$0.name.contains("\u{FFFD}") }
  }

  /// Like ``list(_:)``, with the names that are no UTF-8 text, each false byte replaced by U+FFFD. For those who must not
  /// pass over a file in silence: the name leads nowhere.
  package func listEverything(_ folder: FilePath) throws(DiskError) -> [DirectoryEntry] {
    try DirectoryReader(folder).entries()
  }

  /// Like ``list(_:)``, empty where there is no such folder.
  package func listIfPresent(_ folder: FilePath) throws(DiskError) -> [DirectoryEntry] {
    do { return try list(folder) } catch { if error.isMissing { return [] } else { throw error } }
  }

  /// The names that ``listIfPresent(_:)`` would give, without asking what each of them is.
  package func namesIfPresent(in folder: FilePath) throws(DiskError) -> [String] {
    do { return try DirectoryReader(folder).textNames() } catch {
      if error.isMissing { return [] } else { throw error }
    }
  }

  // MARK: Writing

  /// Makes a folder and its missing parents. What is there already stays as it is.
  ///
  /// What is made durable in a new folder is so only when the folder itself is.
  package func makeDirectory(
    _ path: FilePath, mode: UInt32 = 0o777, durability: Durability = .cached
  ) throws(DiskError) {
    if let status = try statusIfPresent(of: path), status.kind == .directory { return }
    let parent = path.removingLastComponent()
    if !parent.isEmpty, parent != path, !exists(parent) {
      try makeDirectory(parent, mode: mode, durability: durability)
    }
    try makeOneDirectory(path, mode: mode)
    if durability == .synced, !parent.isEmpty { try syncDirectory(parent) }
  }

  private func makeOneDirectory(_ path: FilePath, mode: UInt32) throws(DiskError) {
    try faults?.meet(.makeDirectory, path)
    guard path.withPlatformString({ mkdir($0, mode) }) == 0 else {
      if errno == EEXIST { return }
      throw failure(.makeDirectory, path)
    }
    guard let modes, path.withPlatformString({ chmod($0, modes.folder) }) != 0 else { return }
    throw failure(.makeDirectory, path)
  }

  /// A new file for writing; one that is there already is an error.
  package func create(_ path: FilePath, mode: UInt32 = 0o666) throws(DiskError) -> OpenFile {
    try faults?.meet(.open, path)
    return try openRaw(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode)
  }

  /// A new file without a name, for writing and reading back: nothing stays of it, whatever ends the process.
  package func createNameless(in folder: FilePath) throws(DiskError) -> OpenFile {
    let path = folder.appending(Self.temporaryName())
    try faults?.meet(.open, path)
    let file = try openRaw(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
    try remove(path)
    return file
  }

  /// A file to append to, made when it is missing.
  package func openForAppending(_ path: FilePath, mode: UInt32 = 0o666) throws(DiskError) -> OpenFile {
    try faults?.meet(.open, path)
    return try openRaw(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, mode: mode)
  }

  /// Replaces the file at `path` in one instant: a reader sees the old bytes or the new, never a part.
  package func replace(
    _ path: FilePath, with bytes: [UInt8], durability: Durability = .synced, mode: UInt32 = 0o666
  ) throws(DiskError) {
    let temporary = path.removingLastComponent().appending(Self.temporaryName())
    do {
      let file = try create(temporary, mode: mode)
      try file.write(bytes)
      if durability != .cached { try file.sync() }
      try rename(temporary, to: path)
    } catch {
      removeAfterFailure(temporary)
      throw error
    }
    if durability == .synced { try syncDirectory(path.removingLastComponent()) }
  }

  /// Renames, replacing a file that is there.
  package func rename(_ from: FilePath, to target: FilePath) throws(DiskError) {
    try faults?.meet(.rename, from, to: target)
    let result = from.withPlatformString { source in target.withPlatformString { Glibc.rename(source, $0) } }
    guard result == 0 else { throw failure(.rename, from) }
  }

  /// Renames, throwing ``Errno/fileExists`` when `target` exists: of many claimants one wins.
  package func renameExclusively(_ from: FilePath, to target: FilePath) throws(DiskError) {
    try faults?.meet(.rename, from, to: exists(target) ? nil : target)
    let result = from.withPlatformString { source in
      target.withPlatformString { posix_rename_exclusive(source, $0) }
    }
    if result == -EINVAL || result == -ENOSYS { return try renameByLinking(from, to: target) }
    guard result == 0 else { throw .system(operation: .rename, path: from, code: Errno(rawValue: -result)) }
  }

  /// Swaps two files or folders in one instant. Throws ``Errno/invalidArgument`` where the file system cannot.
  package func exchange(_ one: FilePath, _ other: FilePath) throws(DiskError) {
    try faults?.meetExchange(of: one, other)
    let result = one.withPlatformString { first in other.withPlatformString { posix_rename_exchange(first, $0) } }
    guard result == 0 else { throw .system(operation: .rename, path: one, code: Errno(rawValue: -result)) }
  }

  /// Gives the file at `path` a second name.
  package func link(_ path: FilePath, as name: FilePath) throws(DiskError) {
    try faults?.meet(.link, path, to: name)
    let result = path.withPlatformString { from in name.withPlatformString { Glibc.link(from, $0) } }
    guard result == 0 else { throw failure(.link, name) }
  }

  /// Removes a file; that it is gone already is no error.
  package func remove(_ path: FilePath) throws(DiskError) {
    try faults?.meet(.remove, path)
    guard path.withPlatformString({ unlink($0) }) == 0 || errno == ENOENT else { throw failure(.remove, path) }
  }

  /// Removes a folder and all below it, following no link; that it is gone already is no error.
  package func removeTree(_ path: FilePath) throws(DiskError) {
    guard let status = try statusIfPresent(of: path) else { return }
    guard status.kind == .directory else { return try remove(path) }
    if status.mode & 0o700 != 0o700 { try setMode(status.mode | 0o700, of: path) }
    for name in try componentsIfPresent(in: path) { try removeTree(path.appending(name)) }
    try faults?.meet(.remove, path)
    guard path.withPlatformString({ rmdir($0) }) == 0 || errno == ENOENT else { throw failure(.remove, path) }
  }

  package func setMode(_ mode: UInt32, of path: FilePath) throws(DiskError) {
    try faults?.meet(.write, path)
    guard path.withPlatformString({ chmod($0, mode) }) == 0 else { throw failure(.write, path) }
  }

  /// Makes the names in a folder durable: creations, renames and removals up to now.
  package func syncDirectory(_ path: FilePath) throws(DiskError) {
    try faults?.meet(.sync, path)
    let folder = try openRaw(path, O_RDONLY | O_DIRECTORY)
    guard fsync(folder.descriptor) == 0 else { throw failure(.sync, path) }
  }

  /// Makes all that was written to the file system of `path` durable.
  package func syncFileSystem(of path: FilePath) throws(DiskError) {
    try faults?.meet(.sync, path)
    let folder = try openRaw(path, O_RDONLY)
    let result = posix_sync_file_system(folder.descriptor)
    guard result == 0 else { throw .system(operation: .sync, path: path, code: Errno(rawValue: -result)) }
    try faults?.syncedEverything()
  }

  // MARK: Locks

  /// Locks the file at `path`, made when it is missing and never removed. Waits for the present holder.
  package func lock(_ path: FilePath, _ mode: FileLock.Mode = .exclusive) throws(DiskError) -> FileLock {
    let file = try openLockFile(path)
    while flock(file.descriptor, mode == .exclusive ? LOCK_EX : LOCK_SH) != 0 {
      guard errno == EINTR else { throw failure(.lock, path) }
    }
    return FileLock(file: file)
  }

  /// Like ``lock(_:_:)``, but nil at once when somebody else holds it.
  package func lockIfFree(_ path: FilePath, _ mode: FileLock.Mode = .exclusive) throws(DiskError) -> FileLock? {
    let file = try openLockFile(path)
    while flock(file.descriptor, (mode == .exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0 {
      if errno == EWOULDBLOCK { return nil }
      guard errno == EINTR else { throw failure(.lock, path) }
    }
    return FileLock(file: file)
  }

  /// Whether the path still leads to the file that is locked: another may have removed it meanwhile.
  package func leads(_ path: FilePath, to lock: borrowing FileLock) throws(DiskError) -> Bool {
    let locked = try lock.file.status()
    guard let named = try statusIfPresent(of: path) else { return false }
    return named.inode == locked.inode && named.device == locked.device
  }

  // MARK: Parts

  /// Nanoseconds since 1970 by the clock that local file systems take their times from.
  package static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// A hidden name that no reader takes for content: `.tmp-` and 16 random hex digits.
  package static func temporaryName() -> String {
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    return ".tmp-" + String(repeating: "0", count: 16 - digits.count) + digits
  }

  private func componentsIfPresent(in folder: FilePath) throws(DiskError) -> [FilePath.Component] {
    do { return try DirectoryReader(folder).components() } catch {
      if error.isMissing { return [] } else { throw error }
    }
  }

  private func openLockFile(_ path: FilePath) throws(DiskError) -> OpenFile {
    try openRaw(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o666)
  }

  private func openRaw(_ path: FilePath, _ flags: Int32, mode: UInt32 = 0) throws(DiskError) -> OpenFile {
    while true {
      let descriptor = path.withPlatformString { Glibc.open($0, flags | O_CLOEXEC, mode) }
      if descriptor >= 0 {
        let file = OpenFile(path: path, descriptor: descriptor, faults: faults)
        if flags & O_CREAT != 0, let modes { try file.setOwnMode(mode & modes.file) }
        return file
      }
      if errno == ELOOP { throw .notRegular(path: path) }
      guard errno == EINTR else { throw failure(.open, path) }
    }
  }

  /// Clears a temporary file after the error that matters, which the caller throws on: this one's outcome says no more.
  private func removeAfterFailure(_ path: FilePath) {
    guard faults == nil || (try? faults?.meet(.remove, path)) != nil else { return }
    _ = path.withPlatformString { unlink($0) }
  }

  private func failure(_ operation: DiskOperation, _ path: FilePath) -> DiskError {
    .system(operation: operation, path: path, code: Errno(rawValue: errno))
  }
}
