internal import Disk
internal import SystemPackage

/// What `store check` found.
package struct CheckReport: Sendable, Equatable {
  package enum Depth: Sendable {
    /// Packs' tables, refs and manifests.
    case structure
    /// Also the bytes of every blob.
    case readData
  }

  package struct Problem: Sendable, Equatable, Codable {
    /// What is wrong and where, in one sentence.
    package var message: String
    /// The versions that cannot be read whole any more: `flights/flights-delay@v3`.
    package var victims: [String]
  }

  package var packCount = 0
  package var blobCount = 0
  package var versionCount = 0
  package var storedBytes = 0
  package var problems: [Problem] = []

  package var isClean: Bool { problems.isEmpty }
}

extension Store {
  /// Looks at everything that can be wrong. A problem is a value in the report; only a disk that cannot be read at all
  /// throws.
  package func check(_ depth: CheckReport.Depth) throws(StoreError) -> CheckReport {
    var check = StoreCheck(store: self, depth: depth)
    try check.checkPacks()
    try check.checkRefs()
    do { _ = try audit.entries() } catch { check.note("\(error)") }
    return check.report
  }
}

/// One pass over a store: packs first, then what the refs reach in them.
private struct StoreCheck {
  let store: Store
  let depth: CheckReport.Depth
  private(set) var report = CheckReport()
  private var present: Set<Digest> = []
  /// Blobs that cannot be trusted, and which problem says why.
  private var damaged: [Digest: Int] = [:]

  init(store: Store, depth: CheckReport.Depth) {
    self.store = store
    self.depth = depth
  }

  @discardableResult
  mutating func note(_ message: String, victims: [String] = []) -> Int {
    report.problems.append(CheckReport.Problem(message: message, victims: victims))
    return report.problems.count - 1
  }

  // MARK: Packs

  mutating func checkPacks() throws(StoreError) {
    let packs = store.root.appending("packs")
    for entry in try onDisk({ () throws(DiskError) in try store.disk.list(packs) }) {
      let path = packs.appending(entry.name)
      guard entry.name.hasSuffix(".pack"), entry.status.kind == .regular else {
        note("\(path) is no pack: move it elsewhere")
        continue
      }
      report.packCount += 1
      report.storedBytes += entry.status.sizeBytes
      try checkPack(path, named: String(entry.name.dropLast(5)))
    }
  }

  private mutating func checkPack(_ path: FilePath, named name: String) throws(StoreError) {
    let rows: [Pack.Row]
    do {
      rows = try checkedRows(path, named: name)
    } catch {
      let problem = note("\(error)")
      // The copy of the table in the index says what the damage reaches.
      for row in try store.index.indexedRows(ofPack: name) ?? [] { damaged[row.digest] = problem }
      return
    }
    report.blobCount += rows.count
    present.formUnion(rows.map(\.digest))
    if depth == .readData { try checkData(path, rows) }
  }

  /// The rows in the order of their bytes, which they cover without a gap.
  private func checkedRows(_ path: FilePath, named name: String) throws(StoreError) -> [Pack.Row] {
    let file = try onDisk { () throws(DiskError) in try store.disk.open(path) }
    let (footer, size) = try Pack.readFooter(of: file)
    let rows = try Pack.rows(inFooter: footer, of: path, fileBytes: size).sorted { $0.offset < $1.offset }
    guard Pack.name(ofFooter: footer) == name else {
      throw .damagedPack(path, reason: "its name is not the digest of its table")
    }
    try Pack.checkCover(rows, tableOffset: size - footer.count, of: path)
    return rows
  }

  private mutating func checkData(_ path: FilePath, _ rows: [Pack.Row]) throws(StoreError) {
    let file = try onDisk { () throws(DiskError) in try store.disk.open(path) }
    for row in rows {
      do { try checkEntry(file, row) } catch { damaged[row.digest] = note("\(error)") }
    }
  }

  private func checkEntry(_ file: OpenFile, _ row: Pack.Row) throws(StoreError) {
    let header = Pack.entryHeader(
      row.digest, row.codec, storedBytes: row.storedBytes, plainBytes: row.plainBytes)
    let entry = try onDisk { () throws(DiskError) in
      try file.read(count: header.count + row.storedBytes, at: row.offset - header.count)
    }
    _ = try store.unpack(Array(entry.dropFirst(header.count)), PackIndex.Location(pack: file.path, row: row))
    guard entry.starts(with: header) else {
      throw .damagedPack(file.path, reason: "the header before \(row.digest.short) is not what its table says")
    }
  }

  // MARK: Refs

  /// Every version of every ref must reach only content that is there and whole.
  mutating func checkRefs() throws(StoreError) {
    for kind in EntityName.Kind.allCases {
      for entity in try store.refs.entities(kind) {
        do {
          let versions = try store.refs.versions(of: entity)
          for version in versions { checkVersion(version, "\(entity.project)/\(entity.name)@v\(version.number)") }
          try checkAliases(of: entity, versions)
          for path in try store.refs.strays(of: entity) { note("\(path) is no ref: move it elsewhere") }
        } catch {
          note("\(error)")
        }
      }
    }
  }

  private mutating func checkAliases(of entity: EntityName, _ versions: [VersionRef]) throws(StoreError) {
    for (alias, ref) in try store.refs.aliases(of: entity).sorted(by: { $0.key < $1.key }) {
      let label = "\(entity.project)/\(entity.name)@\(alias)"
      guard let version = versions.first(where: { $0.number == ref.version }) else {
        note("\(label) points at v\(ref.version), which is not there: move it to a version that is")
        continue
      }
      if version.digest != ref.digest {
        note("\(label) names other content than v\(ref.version), which it points at: move it again")
      }
    }
  }

  private mutating func checkVersion(_ version: VersionRef, _ label: String) {
    report.versionCount += 1
    var missing: Set<Digest> = []
    var problems: Set<Int> = []
    for digest in reached(by: version, label) {
      if let problem = damaged[digest] {
        problems.insert(problem)
      } else if !present.contains(digest) {
        missing.insert(digest)
      }
    }
    for problem in problems { report.problems[problem].victims.append(label) }
    guard let first = missing.min() else { return }
    let others = missing.count == 1 ? "" : " and \(missing.count - 1) more"
    note("\(label) needs content that no pack holds: \(first)\(others)", victims: [label])
  }

  /// All that the version needs, as far as its manifest can be read.
  private mutating func reached(by version: VersionRef, _ label: String) -> [Digest] {
    let own = [version.digest] + (version.description.map { [$0] } ?? [])
    guard present.contains(version.digest), damaged[version.digest] == nil else { return own }
    do {
      return own + (try store.manifest(version.digest)).files.flatMap(\.chunks).map(\.digest)
    } catch {
      damaged[version.digest] = note("\(error)")
      return own
    }
  }
}
