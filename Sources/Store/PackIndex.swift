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
    /// Packs that are about to go: what they hold is read, but not built on.
    var condemned: Set<String> = []
    var isLoaded = false
    /// Why a pack seen at the last refresh could not be read: what it held looks missing.
    var fault: StoreError?
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

  /// Where the blob is; nil when no pack has it. Looks for new packs before it says no, and says no only when it could
  /// look into all of them: otherwise it throws ``StoreError/damagedPack(_:reason:)``.
  func location(of digest: Digest) throws(StoreError) -> Location? {
    if let found = held(digest) { return found }
    try refresh()
    if let found = held(digest) { return found }
    if let fault = tables.withLock({ $0.fault }) { throw fault }
    return nil
  }

  /// Whether a pack that can be read has the blob. Looks for new packs before it says no.
  func contains(_ digest: Digest) throws(StoreError) -> Bool {
    if held(digest) != nil { return true }
    try refresh()
    return held(digest) != nil
  }

  /// Whether a pack known so far has the blob and will keep it; looks at the disk once in a process. What only a
  /// damaged or a condemned pack has is not had: it is to be stored again.
  func containsKnown(_ digest: Digest) throws(StoreError) -> Bool {
    if !tables.withLock({ $0.isLoaded }) { try refresh() }
    return tables.withLock { tables in
      tables.rows[digest].map { !tables.condemned.contains(tables.packs[$0.pack].stem ?? "") } ?? false
    }
  }

  /// From now on nothing is built on what only these packs hold.
  func condemn(_ names: Set<String>) { tables.withLock { $0.condemned = names } }

  /// Forgets packs that were removed: what other packs hold of their content is found there.
  func forget(_ names: Set<String>) throws(StoreError) {
    tables.withLock { tables in
      let condemned = tables.condemned.subtracting(names)
      tables = Tables()
      tables.condemned = condemned
    }
    try refresh()
  }

  /// The names of all packs, sorted.
  func packNames() throws(StoreError) -> [String] {
    try onDisk { () throws(DiskError) in try disk.listIfPresent(packs) }.map(\.name)
      .filter { $0.hasSuffix(".pack") }.map { String($0.dropLast(5)) }
  }

  /// Takes in a pack that this process has just written.
  func add(_ name: Digest, _ rows: [Pack.Row]) {
    tables.withLock { insert(rows, named: name.hex, into: &$0) }
  }

  /// Reads the tables of packs that were not known. A damaged pack hides its own content, not that of the others.
  func refresh() throws(StoreError) {
    let names = try onDisk { () throws(DiskError) in try disk.listIfPresent(packs) }.map(\.name)
    let known = tables.withLock { $0.known }
    var fault: StoreError?
    for file in names where file.hasSuffix(".pack") {
      let name = String(file.dropLast(5))
      guard !known.contains(name) else { continue }
      do {
        let rows = try self.rows(ofPack: name)
        tables.withLock { insert(rows, named: name, into: &$0) }
      } catch .damagedPack(let path, let reason) {
        fault = fault ?? .damagedPack(path, reason: reason)
      }
    }
    tables.withLock { tables in
      tables.fault = fault
      tables.isLoaded = true
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
