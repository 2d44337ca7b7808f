internal import Disk
internal import SystemPackage

/// What `store check --repair` did, and what it left.
package struct RepairReport: Sendable {
  /// One sentence each, in the order in which they were done.
  package var actions: [String]
  /// The store after it.
  package var check: CheckReport
}

extension Store {
  /// Makes the store as whole as it can be: writes index tables again from packs, saves the good blobs of damaged packs
  /// into new ones, takes lost blobs from `other`, and moves what is damaged or a stray to `quarantine/`.
  ///
  /// It is safe beside readers and writers, and at every instant all that could be read before it can be read. What
  /// stays lost stays named by its refs.
  package func repair(from other: Store?) throws(StoreError) -> RepairReport {
    // Another store on the same disk: what this one remembers of packs may be about to move.
    let store = try Store(at: root, disk: outside)
    var repair = StoreRepair(store, from: other)
    // No collection meanwhile: it would judge by packs that are about to move.
    guard let lock = try onDisk({ () throws(DiskError) in try store.disk.lockIfFree(root.appending("locks/gc")) })
    else {
      throw .busy("a collection or another repair is at work on \(root): try again when it has ended")
    }
    try repair.begin()
    let session = try StoreSession(store)
    defer {
      session.keep()
      lock.keep()
    }
    try repair.run()
    return RepairReport(actions: repair.actions, check: try Store(at: root, disk: outside).check(.readData))
  }
}

/// One repair. Good content is stored anew, durably, before anything moves.
private struct StoreRepair {
  private let store: Store
  private let other: Store?
  private let quarantine: Quarantine
  private(set) var actions: [String] = []
  /// Blobs of damaged packs that nobody can read.
  private var lost: Set<Digest> = []

  init(_ store: Store, from other: Store?) {
    self.store = store
    self.other = other
    quarantine = Quarantine(store)
  }

  /// Clears up after dead writers, which takes a list of condemned packs that can be read: without one, the next
  /// collection begins anew.
  mutating func begin() throws(StoreError) {
    let path = store.root.appending("index/condemned.json")
    let bytes = try onDisk { () throws(DiskError) in
      try store.disk.readIfPresent(path, limitBytes: CondemnedList.limitBytes)
    }
    if let bytes, CondemnedList(bytes) == nil { try setAside(path) }
    // Before anything is looked for: what it says falsely would be taken for stored.
    var check = StoreCheck(store: store, depth: .structure)
    try check.checkMergedTable(Set(try store.index.packNames()))
    if let path = check.damagedMergedTable { try setAside(path) }
    try store.sweep()
  }

  mutating func run() throws(StoreError) {
    var check = StoreCheck(store: store, depth: .readData)
    try check.run()
    for name in check.tornTables where !check.damagedPacks.contains(where: { $0.name == name }) {
      _ = try store.index.rows(ofPack: name)
      actions.append("index/\(name).idx: written again from its pack")
    }
    try salvage(check.damagedPacks)
    if !check.damagedPacks.isEmpty || !check.missing.isEmpty { try fetchMissing() }
    for name in check.orphanTables where !isThere(name) {
      try setAside(store.root.appending("index").appending(name + ".idx"))
    }
    for path in check.strays { try setAside(path) }
    if let tail = try quarantine.takeAuditTail() { actions.append("audit/log.ndjson: its torn end moved to \(tail)") }
  }

  /// A writer that stored the same content, or a collection, may have changed it since it was looked at.
  private func isThere(_ pack: String) -> Bool {
    store.disk.exists(store.root.appending("packs").appending(pack + ".pack"))
  }

  private mutating func setAside(_ path: FilePath) throws(StoreError) {
    guard let target = try quarantine.take(path) else { return }
    actions.append("\(quarantine.relative(path)): moved to \(target)")
  }

  // MARK: Damaged packs

  /// Good blobs of damaged packs go to new packs, lost ones come from the other store; then the damaged packs move.
  private mutating func salvage(_ packs: [StoreCheck.DamagedPack]) throws(StoreError) {
    guard !packs.isEmpty else { return }
    store.index.condemn(try store.generations.refresh().names.union(packs.map(\.name)))
    let writer = try StoreWriter(store)
    var salvages: [PackSalvage.Outcome] = []
    for pack in packs {
      let salvage = try PackSalvage(pack.path, named: pack.name, store)
      salvages.append(try salvage.store(into: writer))
    }
    try writer.finish()
    let held = try heldOutside(packs)
    for (pack, outcome) in zip(packs, salvages) {
      lost.formUnion((outcome.lost ?? []).subtracting(held))
      try settle(pack, outcome, held)
    }
  }

  private mutating func settle(
    _ pack: StoreCheck.DamagedPack, _ outcome: PackSalvage.Outcome, _ held: Set<Digest>
  ) throws(StoreError) {
    let saved = "\(outcome.saved.count) blobs saved" + (outcome.lost.map { ", \($0.count) lost" } ?? ", others lost")
    let status = try onDisk { () throws(DiskError) in try store.disk.statusIfPresent(of: pack.path) }
    // A writer that stored the same content meanwhile gave its pack the same name.
    let replaced = "packs/\(pack.name).pack: \(saved), written again in its place"
    guard let status, status.inode == outcome.inode else { return actions.append(replaced) }
    guard outcome.saved.isSubset(of: held) else {
      return actions.append("packs/\(pack.name).pack: left alone, since its good blobs are nowhere else yet")
    }
    guard let target = try quarantine.take(pack.path, inode: outcome.inode) else { return actions.append(replaced) }
    _ = try quarantine.take(store.root.appending("index").appending(pack.name + ".idx"))
    actions.append("packs/\(pack.name).pack: \(saved); moved to \(target)")
  }

  /// All blobs in packs that are not damaged.
  private func heldOutside(_ packs: [StoreCheck.DamagedPack]) throws(StoreError) -> Set<Digest> {
    let damaged = Set(packs.map(\.name))
    var held: Set<Digest> = []
    for name in try store.index.packNames() where !damaged.contains(name) {
      held.formUnion(try store.index.rows(ofPack: name).map(\.digest))
    }
    return held
  }

  // MARK: The other store

  /// A manifest that came back names chunks that may be missing too: on until nothing more comes.
  private mutating func fetchMissing() throws(StoreError) {
    guard let other else { return }
    var count = 0
    while true {
      // Opened anew: the packs that moved are no longer there.
      let store = try Store(at: store.root, disk: store.outside)
      var check = StoreCheck(store: store, depth: .structure)
      try check.checkContent()
      let writer = try StoreWriter(store)
      var fetched = 0
      for digest in check.missing.union(lost).sorted() {
        guard let blob = try Self.blob(digest, of: other) else { continue }
        try writer.put(blob)
        fetched += 1
      }
      lost = []
      try writer.finish()
      count += fetched
      if fetched == 0 { break }
    }
    if count > 0 { actions.append("\(count) lost blobs: taken from \(other.root)") }
  }

  /// Nil where the other store has it not, or not whole: then it stays lost. That it cannot be read is said.
  private static func blob(_ digest: Digest, of other: Store) throws(StoreError) -> [UInt8]? {
    do throws(StoreError) { return try other.blob(digest) } catch {
      switch error {
      case .missingBlob, .damagedBlob, .damagedPack: return nil
      default: throw error
      }
    }
  }
}
