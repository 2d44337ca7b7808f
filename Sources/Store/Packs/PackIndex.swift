internal import Disk
internal import Synchronization
internal import SystemPackage

/// Finds blobs by sorted tables of digests: one of each pack, and one of many packs where there are many.
///
/// A table comes from `index/NAME.idx`, the copy of a pack's footer; where that is missing or torn, from the pack, and
/// is written again. Files are mapped, not read.
final class PackIndex: Sendable {
  struct Location {
    var pack: FilePath
    var row: Pack.Row

    var packName: String { pack.stem ?? "" }
  }

  private let disk: Disk
  private let packs: FilePath
  private let index: FilePath
  private let present: Mutex<PackTables>
  /// Held while the folder of packs is looked at; when it had last changed at the last look.
  private let refreshing = Mutex<Int64?>(nil)
  private let lockPath: FilePath

  init(disk: Disk, root: FilePath) {
    self.disk = disk
    packs = root.appending("packs")
    index = root.appending("index")
    lockPath = root.appending("locks/index")
    present = Mutex(PackTables())
  }

  /// Where the blob is; nil when no pack has it. Looks for new packs before it says no, and says no only when it could
  /// look into all of them: otherwise it throws ``StoreError/damagedPack(_:reason:)``.
  func location(of digest: Digest) throws(StoreError) -> Location? {
    if let found = try find(digest) { return found }
    // On some file systems a folder's times say less than its list.
    try refresh(.always)
    if let found = held(digest) { return found }
    if let fault = tables.fault { throw fault }
    return nil
  }

  /// Whether a pack that can be read has the blob. Looks for new packs before it says no.
  func contains(_ digest: Digest) throws(StoreError) -> Bool {
    try find(digest) != nil
  }

  /// Looks for new packs, and then into the table of many, before it says no.
  private func find(_ digest: Digest) throws(StoreError) -> Location? {
    if let found = held(digest) { return found }
    try refresh(.whereChanged)
    if let found = held(digest) { return found }
    guard try dropDamagedTable() else { return nil }
    return held(digest)
  }

  /// Whether the table of many packs was damaged: each pack's own is used from then on. Hashes it once.
  func dropDamagedTable() throws(StoreError) -> Bool {
    guard let merged = tables.merged, !present.withLock({ $0.isVerified }) else { return false }
    let isWhole = merged.isWhole
    present.withLock { present in
      if !isWhole { present.dropMerged() }
      present.isVerified = true
    }
    if !isWhole { try refresh() }
    return !isWhole
  }

  /// Where a pack known so far that is none of these has the blob. Does not look at the disk.
  func location(of digest: Digest, outside names: Set<String>) -> Location? {
    tables.find(digest, outside: names).map(location)
  }

  /// Whether a pack known so far has the blob and will keep it; looks at the disk once in a process. What only a
  /// damaged or a condemned pack has is not had: it is to be stored again.
  func containsKnown(_ digest: Digest) throws(StoreError) -> Bool {
    if !tables.isLoaded { try refresh() }
    let tables = tables
    return tables.find(digest, outside: tables.condemned) != nil
  }

  /// From now on nothing is built on what only these packs hold.
  func condemn(_ names: Set<String>) { present.withLock { $0.condemned = names } }

  /// Whether the pack is about to go: nothing new may take its name.
  func isCondemned(_ name: Digest) -> Bool { tables.condemned.contains(name.hex) }

  /// Forgets the packs that are no longer there, and takes in new ones. Nothing happens where no table was read yet.
  func forgetRemoved() throws(StoreError) { if tables.isLoaded { try refresh(.whereChanged) } }

  /// The names of all packs, sorted.
  func packNames() throws(StoreError) -> [String] {
    try onDisk { () throws(DiskError) in try disk.namesIfPresent(in: packs) }
      .filter { $0.hasSuffix(".pack") }.map { String($0.dropLast(5)) }
      .filter { $0.utf8.count == 64 && Digest($0) != nil }
  }

  /// Takes in a pack that this process has just written.
  func add(_ name: Digest, footer: [UInt8]) {
    let count = (footer.count - Pack.trailerBytes) / Pack.rowBytes
    let table = IndexTable(.memory(footer), start: 0, rowBytes: Pack.rowBytes, count: count)
    present.withLock { $0.add(name.hex, table) }
  }

  /// Takes in the tables of packs that were not known, and forgets packs that went. A damaged pack hides its own
  /// content, not that of the others.
  ///
  /// One at a time: what an earlier look at the folder saw must not come back after a later one.
  func refresh(_ effort: Effort = .always) throws(StoreError) {
    try refreshing.withLock { last throws(StoreError) in
      let changed = try onDisk { () throws(DiskError) in try disk.statusIfPresent(of: packs) }?.modified
      let tables = tables
      if effort == .whereChanged, tables.isLoaded, tables.fault == nil, let changed, changed == last { return }
      // A folder that changes again within the tick of its clock has the same time: one that is young is not trusted.
      let isYoung = changed.map { Disk.now() - $0 < Self.youthNanoseconds } ?? true
      try look()
      last = isYoung ? nil : changed
    }
  }

  /// Whether to list the folder of packs even where its time of change is the one of the last look.
  enum Effort { case always, whereChanged }

  private static let youthNanoseconds: Int64 = 1_000_000_000

  private func look() throws(StoreError) {
    let before = tables
    let names = try packNames()
    var tables = before
    if !tables.isLoaded, let merged = try readMerged() { tables.add(merged) }
    // The merged table may be older than a collection.
    tables.keep(names)
    var fault: StoreError?
    for name in names where !tables.contains(name) {
      do {
        tables.add(name, try table(ofPack: name))
      } catch .disk(let error) where error.isMissing {
        // A collection removed it since it was listed.
        continue
      } catch .disk(.stopped) {
        throw .disk(.stopped)
      } catch {
        fault = fault ?? error
      }
    }
    tables.isLoaded = true
    tables.fault = fault
    present.withLock { present in
      tables.condemned = present.condemned
      present = tables.united(with: present, addedSince: before)
    }
  }

  /// The rows of the table in `index/`; nil where it is missing, torn or another pack's.
  func indexedRows(ofPack name: String) throws(StoreError) -> [Pack.Row]? {
    let path = index.appending(name + ".idx")
    guard let footer = try onDisk({ () throws(DiskError) in try disk.readIfPresent(path) }),
      Pack.name(ofFooter: footer) == name
    else { return nil }
    return try? Pack.rows(inFooter: footer, of: path, fileBytes: nil)
  }

  /// The rows of a pack, from the table in `index/` or else from the pack itself, which are then written there again.
  func rows(ofPack name: String) throws(StoreError) -> [Pack.Row] {
    if let rows = try indexedRows(ofPack: name) { return rows }
    return try restoreTable(ofPack: name).rows
  }

  // MARK: One table of many

  /// Writes one table for all packs, where there are so many tables of their own that looking through them takes long.
  ///
  /// It only saves time: where somebody else is at it, or it cannot be written, nothing is lost.
  func mergeTables() throws(StoreError) {
    guard tables.isWorthMerging else { return }
    try onDisk { () throws(DiskError) in
      guard let lock = try disk.lockIfFree(lockPath) else { return }
      defer { lock.keep() }
      var tables = tables
      // What was damaged must not get a new checksum.
      if let merged = tables.merged, !merged.isWhole { tables.dropMerged() }
      try MergedTable.write(tables, to: index, disk)
    }
    try refreshing.withLock { last throws(StoreError) in
      last = nil
      // Not for a moment may it be looked into for packs that a collection removed.
      guard let merged = try readMerged() else { return }
      let names = try packNames()
      present.withLock { present in
        present.add(merged)
        present.keep(names + present.single.map(\.name))
      }
    }
    try refresh()
  }

  private func readMerged() throws(StoreError) -> MergedTable? {
    try onDisk { () throws(DiskError) in try disk.map(index.appending(MergedTable.fileName)) }.flatMap(MergedTable.init)
  }

  // MARK: One pack's table

  private func table(ofPack name: String) throws(StoreError) -> IndexTable {
    let path = index.appending(name + ".idx")
    if let file = try onDisk({ () throws(DiskError) in try disk.map(path) }), Pack.isFooter(file, ofPack: name) {
      let count = (file.count - Pack.trailerBytes) / Pack.rowBytes
      return IndexTable(.file(file), start: 0, rowBytes: Pack.rowBytes, count: count)
    }
    let (footer, rows) = try restoreTable(ofPack: name)
    return IndexTable(.memory(footer), start: 0, rowBytes: Pack.rowBytes, count: rows.count)
  }

  /// The footer of the pack, which is written to `index/` again, and the rows in it.
  private func restoreTable(ofPack name: String) throws(StoreError) -> (footer: [UInt8], rows: [Pack.Row]) {
    let pack = packs.appending(name + ".pack")
    let file = try onDisk { () throws(DiskError) in try disk.open(pack) }
    let (footer, size) = try Pack.readFooter(of: file)
    let rows = try Pack.rows(inFooter: footer, of: pack, fileBytes: size)
    // The table only saves time: one who may not write here reads the pack each time.
    try? disk.replace(index.appending(name + ".idx"), with: footer, durability: .cached, mode: 0o444)
    return (footer, rows)
  }

  private var tables: PackTables { present.withLock { $0 } }

  private func held(_ digest: Digest) -> Location? { location(of: digest, outside: []) }

  private func location(_ name: String, _ row: Pack.Row) -> Location {
    Location(pack: packs.appending(name + ".pack"), row: row)
  }
}
