internal import Disk
internal import Synchronization
internal import SystemPackage

/// Finds blobs: the tables of all packs in memory, read when first needed and again when packs were added.
///
/// A table comes from `index/NAME.idx`, the copy of a pack's footer; where that is missing or torn, from the pack, and
/// is written again.
final class PackIndex: Sendable {
  struct Location {
    var pack: FilePath
    var row: Pack.Row
  }

  private struct Tables {
    var rows: [Digest: (pack: Int, row: Pack.Row)] = [:]
    var packs: [FilePath] = []
    var known: Set<String> = []
    var isLoaded = false
  }

  private let disk: Disk
  private let packs: FilePath
  private let index: FilePath
  private let tables = Mutex(Tables())

  init(disk: Disk, root: FilePath) {
    self.disk = disk
    packs = root.appending("packs")
    index = root.appending("index")
  }

  /// Where the blob is; nil when no pack has it. Looks for new packs before it says no.
  func location(of digest: Digest) throws(StoreError) -> Location? {
    if let found = held(digest) { return found }
    try refresh()
    return held(digest)
  }

  /// Whether a pack known so far has the blob; looks at the disk once in a process.
  func containsKnown(_ digest: Digest) throws(StoreError) -> Bool {
    if !tables.withLock({ $0.isLoaded }) { try refresh() }
    return held(digest) != nil
  }

  /// Takes in a pack that this process has just written.
  func add(_ name: Digest, _ rows: [Pack.Row]) {
    tables.withLock { insert(rows, named: name.hex, into: &$0) }
  }

  /// Reads the tables of packs that were not known.
  func refresh() throws(StoreError) {
    let names = try onDisk { () throws(DiskError) in try disk.listIfPresent(packs) }.map(\.name)
    let known = tables.withLock { $0.known }
    for file in names where file.hasSuffix(".pack") {
      let name = String(file.dropLast(5))
      guard !known.contains(name) else { continue }
      let rows = try self.rows(ofPack: name)
      tables.withLock { insert(rows, named: name, into: &$0) }
    }
    tables.withLock { $0.isLoaded = true }
  }

  /// The rows of the table in `index/`; nil where it is missing, torn or another pack's.
  func indexedRows(ofPack name: String) throws(StoreError) -> [Pack.Row]? {
    let path = index.appending(name + ".idx")
    guard let footer = try onDisk({ () throws(DiskError) in try disk.readIfPresent(path) }),
      Pack.name(ofFooter: footer) == name
    else { return nil }
    return try? Pack.rows(inFooter: footer, of: path, fileBytes: nil)
  }

  private func rows(ofPack name: String) throws(StoreError) -> [Pack.Row] {
    if let rows = try indexedRows(ofPack: name) { return rows }
    let pack = packs.appending(name + ".pack")
    let file = try onDisk { () throws(DiskError) in try disk.open(pack) }
    let (footer, size) = try Pack.readFooter(of: file)
    let rows = try Pack.rows(inFooter: footer, of: pack, fileBytes: size)
    // The table only saves time: one who may not write here reads the pack each time.
    try? disk.replace(index.appending(name + ".idx"), with: footer, durability: .cached, mode: 0o444)
    return rows
  }

  private func held(_ digest: Digest) -> Location? {
    tables.withLock { tables in
      tables.rows[digest].map { Location(pack: tables.packs[$0.pack], row: $0.row) }
    }
  }

  private func insert(_ rows: [Pack.Row], named name: String, into tables: inout Tables) {
    guard tables.known.insert(name).inserted else { return }
    tables.packs.append(packs.appending(name + ".pack"))
    for row in rows { tables.rows[row.digest] = (tables.packs.count - 1, row) }
  }
}
