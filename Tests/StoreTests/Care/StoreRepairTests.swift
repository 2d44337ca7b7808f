import Disk
@testable import Store
import SystemPackage
import Testing

@Suite struct StoreRepairTests {
  let fixture: StoreFixture
  let store: Store
  private let entity = Result { try EntityName(.dataset, project: "p", name: "d") }

  /// Two versions in a pack each, of which the second adds a file to the first.
  init() throws {
    fixture = try StoreFixture()
    store = try fixture.open()
    try Self.fill(store)
  }

  private static func fill(_ store: Store) throws {
    for (number, count) in [(1, 2), (2, 3)] {
      let writer = try StoreWriter(store)
      let files = try (0..<count).map { index in
        try writer.addFile(try RelativePath("\(index).csv"), noise(40_000, seed: UInt64(index)))
      }
      let version = try writer.put(try Manifest(files))
      try writer.finish()
      _ = try store.refs.publish(
        Refs.Publication(
          digest: version, description: nil, key: "k\(number)", at: "2013-04-01T02:00:00Z", run: nil, step: nil),
        as: try EntityName(.dataset, project: "p", name: "d"))
    }
  }

  /// The pack that holds the first chunk of `0.csv`.
  private func pack() throws -> FilePath {
    let version = try #require(try store.refs.version(1, of: try entity.get()))
    let chunk = try #require(try store.manifest(version.digest).files.first?.chunks.first)
    return try #require(try store.index.location(of: chunk.digest)).pack
  }

  private func change(_ path: FilePath, _ body: (inout [UInt8]) -> Void) throws {
    var bytes = try store.disk.read(path)
    body(&bytes)
    try store.disk.replace(path, with: bytes)
  }

  private func removeTables() throws {
    for name in try store.disk.list(store.root.appending("index")).map(\.name) where name.hasSuffix(".idx") {
      try store.disk.remove(store.root.appending("index").appending(name))
    }
  }

  @Test(
    "where every blob of a damaged pack is good, all is whole after a repair, with and without its table",
    arguments: ["head", "header", "table", "trailer", "end"], [true, false])
  func healed(damage: String, hasTable: Bool) throws {
    let path = try pack()
    try change(path) { bytes in
      switch damage {
      case "head": bytes[3] ^= 1
      case "header": bytes[8 + 32] ^= 4
      case "table": bytes[bytes.count - 100] ^= 1
      case "trailer": bytes[bytes.count - 50] ^= 1
      default: bytes.removeLast(20)
      }
    }
    if !hasTable { try removeTables() }
    let report = try fixture.open().repair(from: nil)
    #expect(report.check.isClean, "\(report.check.problems)")
    #expect(report.actions.contains { $0.contains("blobs saved") })
    #expect(try fixture.open().check(.readData).notices.isEmpty)
  }

  @Test("a lost blob hurts its versions alone, its pack is kept in quarantine, and another store brings it back")
  func lost() throws {
    let path = try pack()
    try change(path) { $0[200] ^= 1 }
    let report = try fixture.open().repair(from: nil)
    #expect(report.check.problems.flatMap(\.victims) == ["dataset p/d@v1", "dataset p/d@v2"])
    let kept = store.root.appending("quarantine/packs").appending(try #require(path.lastComponent).string)
    #expect(store.disk.exists(kept) && !store.disk.exists(path))

    let backup = try StoreFixture()
    try Self.fill(try backup.open())
    let again = try fixture.open().repair(from: try backup.open())
    #expect(again.check.isClean, "\(again.check.problems)")
    #expect(again.actions.count == 1, "\(again.actions)")
  }

  @Test("a bad sector in a pack's head or at its end costs no blob", arguments: [true, false])
  func badSector(isInHead: Bool) throws {
    let path = try pack()
    let size = try store.disk.status(of: path).sizeBytes
    let sector = isInHead ? 0..<8 : size - 56..<size
    let disk = Disk(faults: FaultPlan(.badSector(path, sector), at: 0))
    #expect(try fixture.open(disk).check(.structure).problems.count == 1)
    let report = try fixture.open(disk).repair(from: nil)
    #expect(report.check.isClean, "\(report.check.problems)")
    #expect(report.actions.contains { $0.contains("0 lost") }, "\(report.actions)")
  }

  @Test("that the other store cannot be read is said, and not taken for a loss")
  func unreadableOther() throws {
    try change(try pack()) { $0[200] ^= 1 }
    let backup = try StoreFixture()
    try Self.fill(try backup.open())
    let other = backup.root.appending("store/packs").appending(try #require(try pack().lastComponent).string)
    let disk = Disk(faults: FaultPlan(.badSector(other, 8..<1 << 20), at: 0))
    #expect(throws: StoreError.disk(.system(operation: .read, path: other, code: .ioError))) {
      try fixture.open().repair(from: try backup.open(disk))
    }
    #expect(try fixture.open().repair(from: try backup.open()).check.isClean)
  }

  @Test("a pack that is gone is named by its table, and comes back from another store, manifests and all")
  func gone() throws {
    let path = try pack()
    try store.disk.remove(path)
    let found = try fixture.open().check(.structure)
    #expect(found.problems.map(\.message) == ["\(path) is missing: restore it from a copy"])
    #expect(found.problems.flatMap(\.victims) == ["dataset p/d@v1", "dataset p/d@v2"])
    let backup = try StoreFixture()
    try Self.fill(try backup.open())
    let report = try fixture.open().repair(from: try backup.open())
    #expect(report.check.isClean, "\(report.check.problems)")
    #expect(try fixture.open().check(.readData).notices.isEmpty)
  }

  @Test("blobs between damage are found again though their pack has no table left", arguments: [1, 2, 3] as [UInt64])
  func scattered(seed: UInt64) throws {
    let path = try pack()
    let rows = try store.index.rows(ofPack: try #require(path.stem)).sorted { $0.offset < $1.offset }
    let hit = rows[Int(seed) % rows.count]
    try change(path) { bytes in
      bytes.removeLast(30)
      bytes.replaceSubrange(hit.offset - 20..<hit.offset + 40, with: noise(60, seed: seed))
    }
    try removeTables()
    _ = try fixture.open().repair(from: nil)
    let healed = try fixture.open()
    for row in rows {
      #expect(try healed.contains(row.digest) == (row.digest != hit.digest))
    }
  }

  @Test("strays move to quarantine under the path that they had, and a torn end of the audit log too")
  func strays() throws {
    let strays = ["packs/notes.txt", "index/alien.idx", "refs/datasets/p/d/versions/v1.json.bak", "tmp/old", "odd"]
    for stray in strays { try store.disk.replace(store.root.pushing(FilePath(stray)), with: [1]) }
    try store.disk.openForAppending(store.root.appending("audit/log.ndjson")).write(Array("{\"entry".utf8))
    let found = try fixture.open().check(.structure)
    #expect(found.problems.count == strays.count && found.notices.count == 1, "\(found)")
    let report = try fixture.open().repair(from: nil)
    #expect(report.check.isClean && report.check.notices.isEmpty, "\(report.check)")
    for stray in strays {
      #expect(store.disk.exists(store.root.appending("quarantine").pushing(FilePath(stray))), "\(stray)")
    }
    let tail = store.root.appending("quarantine/audit/log.ndjson.tail")
    #expect(try store.disk.read(tail) == Array("{\"entry".utf8))
    #expect(try store.audit.entries().count == 2)
  }

  @Test("a torn or alien table is written again from its pack")
  func tables() throws {
    let names = try store.index.packNames()
    let index = store.root.appending("index")
    let alien = try store.disk.read(index.appending(names[1] + ".idx"))
    try store.disk.replace(index.appending(names[0] + ".idx"), with: alien)
    // The next reader writes it again as well: it is the repair's turn first.
    let report = try fixture.open().repair(from: nil)
    #expect(report.actions == ["index/\(names[0]).idx: written again from its pack"])
    #expect(report.check.notices.isEmpty)
    try store.disk.replace(index.appending(names[0] + ".idx"), with: Array(alien.dropLast()))
    #expect(try fixture.open().check(.structure).notices.count == 1)
  }

  @Test("a list of condemned packs that nobody can read is set aside, and sessions begin again")
  func condemned() throws {
    try store.disk.replace(store.root.appending("index/condemned.json"), with: Array("{".utf8))
    #expect(throws: StoreError.self) { try fixture.open().put([1]) }
    #expect(try fixture.open().check(.structure).problems.count == 1)
    #expect(try fixture.open().repair(from: nil).check.isClean)
    try fixture.open().put([1])
  }

  @Test("a repair of a whole store does nothing")
  func nothing() throws {
    let report = try store.repair(from: nil)
    #expect(report.check.isClean && report.actions.isEmpty)
    #expect(!store.disk.exists(store.root.appending("quarantine")))
  }
}
