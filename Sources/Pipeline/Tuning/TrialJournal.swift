internal import Disk
internal import Records
internal import Store
internal import SystemPackage

/// What a search has found so far, a line a trial, each on the disk before the next trial builds on it. A search that is
/// killed at any byte of it goes on with the next trial; one that is done leaves none.
///
/// The name is the step's key, so that only the very same search finds it. It is locked as long as the value lives: of two
/// processes that do the same step, the second waits and takes over what the first found.
final class TrialJournal {
  struct Entry: Codable {
    var trial: TrialsDocument.Trial
    /// Time that the trial took.
    var seconds: Double
    /// Time since the search began, that of processes that died included.
    var elapsedSeconds: Double
  }

  /// In the order in which they were noted.
  let entries: [Entry]
  private let path: FilePath
  private let disk: Disk
  private let file: OpenFile
  /// Held as long as the journal is there.
  private let lock: FileLock

  /// More than any search fills: a hundred thousand trials of some kilobytes.
  private static let limitBytes = 1 << 30

  /// What becomes of the trials that are there.
  enum Beginning {
    case takingOver
    case anew
  }

  init(_ key: Digest, in store: Store, _ beginning: Beginning = .takingOver) throws {
    path = store.journalPath(key)
    disk = store.disk
    try disk.makeDirectory(path.removingLastComponent())
    var lock = try disk.lock(path)
    // Whoever held it may have been done, and have removed it.
    while try !disk.leads(path, to: lock) { lock = try disk.lock(path) }
    self.lock = lock
    let bytes = beginning == .anew ? [] : try disk.read(path, limitBytes: Self.limitBytes)
    let (entries, wholeBytes) = Self.read(bytes)
    self.entries = entries
    file = try disk.openForAppending(path)
    if beginning == .anew || wholeBytes < bytes.count { try file.truncate(to: wholeBytes) }
    try disk.syncDirectory(path.removingLastComponent())
  }

  /// The lines up to the first that is torn or says nothing, and their length.
  static func read(_ bytes: [UInt8]) -> (entries: [Entry], wholeBytes: Int) {
    var entries: [Entry] = []
    var start = 0
    while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
      guard let entry = try? CanonicalJSON.decode(Entry.self, from: Array(bytes[start..<end])) else { break }
      entries.append(entry)
      start = end + 1
    }
    return (entries, start)
  }

  /// Returns when the line is on the disk.
  func append(_ entry: Entry) throws {
    try file.write(try CanonicalJSON.encode(entry) + [UInt8(ascii: "\n")])
    try file.sync()
  }

  /// Forgets the search: nobody goes on with it.
  func remove() throws { try disk.remove(path) }

  /// Forgets the search of this key: the step is done, and known under its key. One that another process holds is that
  /// one's to remove.
  static func remove(_ key: Digest, in store: Store) throws {
    let path = store.journalPath(key)
    guard store.disk.exists(path), let lock = try store.disk.lockIfFree(path) else { return }
    defer { lock.keep() }
    guard try store.disk.leads(path, to: lock) else { return }
    try store.disk.remove(path)
  }
}
