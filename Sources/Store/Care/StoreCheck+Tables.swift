internal import Disk
internal import SystemPackage

extension StoreCheck {
  /// Tables are copies: a torn one is read from its pack. One without a pack tells what a lost pack held.
  mutating func checkTables() throws(StoreError) {
    let folder = store.root.appending("index")
    // Before the packs: a table is written when its pack is there.
    let entries = try onDisk { () throws(DiskError) in try store.disk.listIfPresent(folder) }
    let packs = Set(try store.index.packNames())
    for entry in entries where entry.name.hasSuffix(".idx") {
      let name = String(entry.name.dropLast(4))
      let rows = try store.index.indexedRows(ofPack: name)
      if packs.contains(name) {
        guard rows == nil else { continue }
        tornTables.append(name)
        report.notices.append("\(folder.appending(entry.name)) is torn or another pack's: the pack's own table is read")
      } else if let rows {
        orphanTables.append(name)
        for row in rows where !present.contains(row.digest) { gone[row.digest] = name }
      } else {
        noteStray(folder.appending(entry.name), "table of a pack")
      }
    }
    try checkMergedTable(packs)
  }

  /// The table of many packs, which no reader hashes before it uses it.
  mutating func checkMergedTable(_ packs: Set<String>) throws(StoreError) {
    let path = store.root.appending("index").appending(MergedTable.fileName)
    guard let file = try onDisk({ () throws(DiskError) in try store.disk.map(path) }) else { return }
    guard let merged = MergedTable(file), merged.isWhole else {
      damagedMergedTable = path
      return report.notices.append("\(path) is damaged: the tables of the packs are read")
    }
    let goneCount = merged.names.count { !packs.contains($0) }
    guard goneCount > 0 else { return }
    report.notices.append("\(path) names packs that are no longer there: \(goneCount), which readers pass over")
  }

  /// The problem that says that the pack is gone.
  mutating func problem(ofGonePack name: String) -> Int {
    if let known = goneProblems[name] { return known }
    let path = store.root.appending("packs").appending(name + ".pack")
    let problem = note("\(path) is missing: restore it from a copy")
    goneProblems[name] = problem
    return problem
  }
}
