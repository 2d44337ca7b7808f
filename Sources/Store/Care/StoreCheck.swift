internal import Disk
internal import SystemPackage

extension Store {
  /// Looks at everything that can be wrong. A problem is a value in the report; only a disk that cannot be read at all
  /// throws. It takes no lock and writes nothing but index tables that are missing.
  package func check(_ depth: CheckReport.Depth) throws(StoreError) -> CheckReport {
    var check = StoreCheck(store: self, depth: depth)
    try check.run()
    return check.report
  }
}

/// One pass over a store: packs first, then what refs and runs reach in them, then what does not belong there.
struct StoreCheck {
  /// A pack whose own bytes are not as they should be.
  struct DamagedPack {
    var name: String
    var path: FilePath
    var problem: Int
  }

  let store: Store
  let depth: CheckReport.Depth
  var report = CheckReport()

  // What a repair starts from.
  private(set) var damagedPacks: [DamagedPack] = []
  /// Files that no reader knows.
  var strays: [FilePath] = []
  /// Packs whose table in `index/` is torn, or that is another's.
  var tornTables: [String] = []
  /// Tables in `index/` whose pack is gone.
  var orphanTables: [String] = []
  /// The table of many packs, where its bytes are not those that were written.
  var damagedMergedTable: FilePath?
  /// Content that refs need and no pack holds.
  var missing: Set<Digest> = []

  // What is known of blobs.
  var present: Set<Digest> = []
  /// Whether packs that came since were looked for, for the version at hand.
  var hasLookedAgain = false
  /// Blobs that cannot be trusted, and which problem says why.
  var damaged: [Digest: Int] = [:]
  /// Blobs that only a pack held that is gone: what is left of it is its table.
  var gone: [Digest: String] = [:]
  /// The problem that says that a pack is gone: none until somebody misses its content.
  var goneProblems: [String: Int] = [:]
  var harms: [Digest: Harm] = [:]

  /// Packs that are checked at once: their tables are in memory.
  private static let batchCount = 16

  init(store: Store, depth: CheckReport.Depth) {
    self.store = store
    self.depth = depth
  }

  mutating func run() throws(StoreError) {
    try checkContent()
    try checkRuns()
    try checkStrays()
    checkAudit()
  }

  /// Whether all that refs need is there.
  mutating func checkContent() throws(StoreError) {
    try checkPacks()
    try checkTables()
    try checkRefs()
  }

  @discardableResult
  mutating func note(_ message: String, victims: [String] = []) -> Int {
    report.problems.append(CheckReport.Problem(message: message, victims: victims))
    return report.problems.count - 1
  }

  // MARK: Packs

  private mutating func checkPacks() throws(StoreError) {
    let packs = store.root.appending("packs")
    var batch: [(name: String, reading: PackReading)] = []
    for entry in try onDisk({ () throws(DiskError) in try store.disk.listEverything(packs) }) {
      let path = packs.appending(entry.name)
      guard entry.name.hasSuffix(".pack"), entry.status.kind == .regular else {
        noteStray(path, "pack")
        continue
      }
      report.packCount += 1
      report.storedBytes += entry.status.sizeBytes
      let name = String(entry.name.dropLast(5))
      do {
        let reading = try checkedReading(path, named: name)
        report.blobCount += reading.rows.count
        present.formUnion(reading.rows.map(\.digest))
        if depth == .readData { batch.append((name, reading)) }
      } catch {
        // One that a collection removed meanwhile is no damage.
        guard store.disk.exists(path) else { continue }
        let problem = damage(name, path, "\(error)")
        // The copy of the table in the index says what the damage reaches.
        for row in try store.index.indexedRows(ofPack: name) ?? [] { damaged[row.digest] = problem }
      }
      if batch.count == Self.batchCount { try checkData(&batch) }
    }
    try checkData(&batch)
  }

  /// The rows in the order of their bytes, which they cover without a gap.
  private func checkedReading(_ path: FilePath, named name: String) throws(StoreError) -> PackReading {
    let file = try onDisk { () throws(DiskError) in try store.disk.open(path) }
    let (footer, size) = try Pack.readFooter(of: file)
    let rows = try Pack.rows(inFooter: footer, of: path, fileBytes: size).sorted { $0.offset < $1.offset }
    guard Pack.name(ofFooter: footer) == name else {
      throw .damagedPack(path, reason: "its name is not the digest of its table")
    }
    try Pack.checkCover(rows, tableOffset: size - footer.count, of: path)
    return PackReading(file: file, rows: rows)
  }

  private mutating func checkData(_ batch: inout [(name: String, reading: PackReading)]) throws(StoreError) {
    for fault in try PackReading.faults(in: batch.map(\.reading)) {
      let (name, reading) = batch[fault.pack]
      damaged[fault.row.digest] = damage(name, reading.file.path, "\(fault.error)")
    }
    batch.removeAll()
  }

  private mutating func damage(_ name: String, _ path: FilePath, _ message: String) -> Int {
    let problem = note(message)
    if damagedPacks.last?.name != name {
      damagedPacks.append(DamagedPack(name: name, path: path, problem: problem))
    }
    return problem
  }
}
