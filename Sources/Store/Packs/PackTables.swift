/// The tables of a store's packs as one process knows them: a value, so that a lookup needs no lock.
struct PackTables: Sendable {
  /// Packs with a table of their own, the one that was added last first.
  private(set) var single: [(name: String, table: IndexTable)] = []
  private(set) var merged: MergedTable?
  private var singleNames: Set<String> = []
  /// Packs of the merged table that are gone.
  private var removed: Set<String> = []
  /// Packs that are about to go: what they hold is read, but not built on. Who sets it also ends it: a pack that went
  /// stays condemned until the list of such packs says otherwise.
  var condemned: Set<String> = []
  var isLoaded = false
  /// Whether the merged table was hashed.
  var isVerified = false
  /// Why a pack that is there could not be looked into: what it held looks missing.
  var fault: StoreError?

  func contains(_ name: String) -> Bool {
    singleNames.contains(name) || (merged?.contains(name) ?? false) && !removed.contains(name)
  }

  /// The pack that holds the blob and is none of these, and where in it.
  func find(_ digest: Digest, outside names: Set<String>) -> (name: String, row: Pack.Row)? {
    for (name, table) in single where !names.contains(name) {
      if let row = table.find(digest, { Pack.Row(tableRow: $0) }) { return (name, row) }
    }
    return merged?.find(digest) { !removed.contains($0) && !names.contains($0) }
  }

  mutating func add(_ name: String, _ table: IndexTable) {
    if let merged, merged.contains(name) {
      // It went and was written again, as it was: its name is that of its table.
      removed.remove(name)
      return
    }
    guard singleNames.insert(name).inserted else { return }
    single.insert((name, table), at: 0)
  }

  /// Uses the merged table in place of those it was made of.
  mutating func add(_ merged: MergedTable) {
    self.merged = merged
    isVerified = false
    removed = []
    single.removeAll { merged.contains($0.name) }
    singleNames = Set(single.map(\.name))
  }

  /// Goes on without the merged table: its packs are unknown until their own tables are added.
  mutating func dropMerged() {
    merged = nil
    removed = []
  }

  mutating func remove(_ names: Set<String>) {
    single.removeAll { names.contains($0.name) }
    singleNames.subtract(names)
    removed.formUnion(names.filter { merged?.contains($0) ?? false })
  }

  /// Drops every pack that is not among these.
  mutating func keep(_ names: [String]) {
    let names = Set(names)
    remove(singleNames.subtracting(names).union(merged.map { $0.names.filter { !names.contains($0) } } ?? []))
    removed.subtract(names)
  }

  /// These, and what another task has added to `others` since they were `before`.
  func united(with others: PackTables, addedSince before: PackTables) -> PackTables {
    var all = self
    for (name, table) in others.single.reversed() where !all.contains(name) && !before.contains(name) {
      all.add(name, table)
    }
    return all
  }

  /// Whether one table would spare more than it costs to write: tables of their own are an eighth of all.
  var isWorthMerging: Bool { single.count > max(32, (merged?.names.count ?? 0) / 8) }
}

extension Pack.Row {
  /// A row of a pack's table; nil where no pack can have such a row.
  init?(tableRow: UnsafeRawBufferPointer) {
    self.init(
      digest: Digest(raw: tableRow), offset: tableRow.littleEndian64(at: 32),
      storedBytes: tableRow.littleEndian32(at: 40), plainBytes: tableRow.littleEndian32(at: 44),
      codec: tableRow.littleEndian32(at: 48))
  }

  /// Nil where the numbers are not those of a blob in a pack: nothing that is computed from them may trap.
  init?(digest: Digest, offset: UInt64, storedBytes: UInt32, plainBytes: UInt32, codec: UInt32) {
    guard let codec = Codec(rawValue: codec), storedBytes <= Pack.limitBlobBytes, plainBytes <= Pack.limitBlobBytes,
      offset >= UInt64(Pack.magic.count + Pack.entryHeaderBytes), offset < 1 << 48
    else { return nil }
    self.init(
      digest: digest, offset: Int(offset), storedBytes: Int(storedBytes), plainBytes: Int(plainBytes), codec: codec)
  }
}
