internal import Disk
internal import Synchronization
internal import SystemPackage

/// Sessions by generation: what this process last saw of ``CondemnedList``, and the locks that tell which generations
/// are still alive.
///
/// `locks/writers` is the lock of generation 0, `locks/writers.N` that of generation N.
final class Generations: Sendable {
  private struct Sight {
    /// Of the file; nil where there is none.
    var bytes: [UInt8]?
    var list: CondemnedList
  }

  private let disk: Disk
  private let path: FilePath
  private let locks: FilePath
  /// Held while the generation moves, and by those who need it to stay.
  private let movingLock: FilePath
  private let index: PackIndex
  private let packs: OpenPacks
  private let sight = Mutex<Sight?>(nil)

  init(disk: Disk, root: FilePath, index: PackIndex, packs: OpenPacks) {
    self.disk = disk
    path = root.appending("index/condemned.json")
    locks = root.appending("locks")
    movingLock = locks.appending("generation")
    self.index = index
    self.packs = packs
  }

  // MARK: The list

  /// The list as it is now. What this process knows of packs is brought up to it: it builds on no condemned one, and
  /// forgets those that went.
  ///
  /// The file is read under the mutex, so that of two callers the later one never takes an older list for the present.
  @discardableResult
  func refresh() throws(StoreError) -> CondemnedList {
    try sight.withLock { sight throws(StoreError) in
      let bytes = try onDisk { () throws(DiskError) in
        try disk.readIfPresent(path, limitBytes: CondemnedList.limitBytes)
      }
      if let sight, sight.bytes == bytes { return sight.list }
      var list = CondemnedList()
      if let bytes {
        guard let read = CondemnedList(bytes) else {
          throw .damagedRecord(path, reason: "it is no list of condemned packs that this version knows")
        }
        list = read
      }
      index.condemn(list.names)
      if sight != nil || bytes != nil { try forgetRemoved() }
      sight = Sight(bytes: bytes, list: list)
      return list
    }
  }

  /// Forgets packs that a collection removed: what was live of them lies elsewhere.
  func forgetRemoved() throws(StoreError) {
    try index.forgetRemoved()
    packs.close()
  }

  /// Replaces the list, durably, while nobody sweeps. Only the one collection at work may call it.
  func write(_ list: CondemnedList) throws(StoreError) {
    let bytes: [UInt8]
    do { bytes = try list.encoded() } catch { throw .damagedRecord(path, reason: "\(error)") }
    try onDisk { () throws(DiskError) in
      let lock = try disk.lock(movingLock)
      defer { lock.keep() }
      try disk.replace(path, with: bytes)
    }
  }

  // MARK: Locks

  private func lockPath(_ generation: Int) -> FilePath {
    locks.appending(generation == 0 ? "writers" : "writers.\(generation)")
  }

  /// Enters the present generation: packs that are condemned later stay until the lock is dropped. Waits for nobody but
  /// a sweep of what dead writers left.
  func enter() throws(StoreError) -> FileLock {
    while true {
      let generation = try refresh().generation
      let path = lockPath(generation)
      if let lock = try onDisk({ () throws(DiskError) in try disk.lockIfFree(path, .shared) }) {
        // Only now is the generation sure to have been the present one while its lock was held.
        if try refresh().generation == generation {
          // A list that was lost does not tell what went by it.
          try forgetRemoved()
          return lock
        }
      } else if try refresh().generation == generation {
        let wait = try onDisk { () throws(DiskError) in try disk.lock(path, .shared) }
        wait.keep()
      }
    }
  }

  /// Whether no session of an earlier generation is alive. None can begin any more: it would look again.
  func areOver(before generation: Int) throws(StoreError) -> Bool {
    try areOver(try known().filter { $0 < generation })
  }

  private func areOver(_ generations: [Int]) throws(StoreError) -> Bool {
    for generation in generations {
      let path = lockPath(generation)
      guard let lock = try onDisk({ () throws(DiskError) in try disk.lockIfFree(path) }) else { return false }
      lock.keep()
    }
    return true
  }

  /// The number for packs that are condemned now: higher than any that a session may hold, even where the list was
  /// lost.
  func next(after list: CondemnedList) throws(StoreError) -> Int {
    let next = max(list.generation, try known().max() ?? 0) + 1
    guard next <= CondemnedList.lastGeneration else {
      throw .damagedRecord(path, reason: "no generation comes after the one that it names")
    }
    return next
  }

  /// Removes the locks of earlier generations that nobody holds. Generation 0 keeps its own: without a list, all begin
  /// there.
  func removeLocks(before generation: Int) throws(StoreError) {
    for earlier in try known() where earlier > 0 && earlier < generation {
      let path = lockPath(earlier)
      try onDisk { () throws(DiskError) in
        guard let lock = try disk.lockIfFree(path) else { return }
        try disk.remove(path)
        lock.keep()
      }
    }
  }

  /// Runs `body` if no session of any generation is alive, and lets none begin meanwhile.
  func whileNobodyWrites(_ body: () throws(StoreError) -> Void) throws(StoreError) {
    guard let moving = try onDisk({ () throws(DiskError) in try disk.lockIfFree(movingLock) }) else { return }
    defer { moving.keep() }
    let generation = try refresh().generation
    let path = lockPath(generation)
    guard let lock = try onDisk({ () throws(DiskError) in try disk.lockIfFree(path) }) else { return }
    defer { lock.keep() }
    // Where the list was lost, sessions of higher generations may be alive.
    guard try areOver(try known().filter { $0 != generation }) else { return }
    try body()
  }

  /// Generations that have a lock. A number that counting never reaches is none.
  private func known() throws(StoreError) -> [Int] {
    let names = try onDisk { () throws(DiskError) in try disk.listIfPresent(locks) }.map(\.name)
    let numbers = names.compactMap { name in
      name == "writers" ? 0 : name.hasPrefix("writers.") ? Int(name.dropFirst(8)) : nil
    }
    return numbers.filter { (0..<CondemnedList.lastGeneration).contains($0) }
  }
}
