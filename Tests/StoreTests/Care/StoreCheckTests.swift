import Disk
@testable import Store
import SystemPackage
import Testing

@Suite struct StoreCheckTests {
  private func filled() throws -> (StoreFixture, Store) {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    let writer = try StoreWriter(store)
    let manifest = try Manifest([try writer.addFile(try RelativePath("data.csv"), noise(400_000, seed: 9))])
    let version = try writer.put(manifest)
    try writer.finish()
    _ = try store.refs.publish(
      Refs.Publication(digest: version, description: nil, key: "k", at: "2013-04-01T02:00:00Z", run: nil, step: nil),
      as: try EntityName(.dataset, project: "p", name: "d"))
    return (fixture, try fixture.open())
  }

  private func pack(_ store: Store) throws -> FilePath {
    store.root.appending("packs").appending(try #require(try store.disk.list(store.root.appending("packs")).first).name)
  }

  @Test("a whole store is clean")
  func clean() throws {
    let (fixture, store) = try filled()
    #expect(try store.check(.readData).isClean)
    _ = fixture
  }

  @Test(
    "a flipped bit anywhere in a pack is found and its victims are named",
    arguments: [0, 7, 8, 40, 51] + stride(from: 52, to: 401_000, by: 31_007).map { $0 } + [-1, -9, -41, -49, -57, -100])
  func flippedBit(offset: Int) throws {
    let (fixture, store) = try filled()
    let path = try pack(store)
    var bytes = try store.disk.read(path)
    // Counted from the end where it is negative: the table and what follows it.
    bytes[offset < 0 ? bytes.count + offset : min(offset, bytes.count - 1)] ^= 4
    try store.disk.replace(path, with: bytes)
    let report = try fixture.open().check(.readData)
    #expect(report.problems.contains { $0.victims == ["dataset p/d@v1"] })
  }

  @Test("a truncated pack is found and its victims are named")
  func truncated() throws {
    let (fixture, store) = try filled()
    let path = try pack(store)
    try store.disk.replace(path, with: Array(try store.disk.read(path).dropLast(10)))
    let report = try fixture.open().check(.structure)
    #expect(report.problems.contains { $0.message.contains("damaged") && $0.victims == ["dataset p/d@v1"] })
  }

  @Test("a missing pack is found and its victims are named")
  func missing() throws {
    let (fixture, store) = try filled()
    try store.disk.remove(try pack(store))
    try store.disk.removeTree(store.root.appending("index"))
    let report = try fixture.open().check(.structure)
    #expect(report.problems.contains { $0.victims == ["dataset p/d@v1"] })
  }

  @Test(
    "a ref to nothing, a stray file and another's table are found",
    arguments: [
      "alias", "stray-pack", "stray-ref", "number",
    ])
  func oddities(what: String) throws {
    let (fixture, store) = try filled()
    let entity = store.root.appending("refs/datasets/p/d")
    let version = try store.disk.read(entity.appending("versions/v1.json"))
    switch what {
    case "alias":
      try store.refs.move(
        "champion", of: try EntityName(.dataset, project: "p", name: "d"), from: nil, to: 1,
        Refs.Move(at: "2013-04-01T02:00:00Z", by: "test", why: "", run: nil))
      let path = entity.appending("aliases/champion.json")
      let text = String(decoding: try store.disk.read(path), as: UTF8.self)
      try store.disk.replace(path, with: Array(text.replacing("\"version\":1", with: "\"version\":7").utf8))
    case "stray-pack": try store.disk.replace(store.root.appending("packs/notes.txt"), with: [1])
    case "stray-ref": try store.disk.replace(entity.appending("versions/v1.json.bak"), with: version)
    default: try store.disk.replace(entity.appending("versions/v2.json"), with: version)
    }
    #expect(try fixture.open().check(.structure).problems.count == 1)
  }

  @Test("damaged content is never handed out")
  func neverRead() throws {
    let (fixture, store) = try filled()
    let path = try pack(store)
    var bytes = try store.disk.read(path)
    bytes[200] ^= 1
    try store.disk.replace(path, with: bytes)
    let reopened = try fixture.open()
    let version = try #require(try reopened.refs.latest(of: try EntityName(.dataset, project: "p", name: "d")))
    let file = try #require(try reopened.manifest(version.digest)["data.csv"])
    #expect(throws: StoreError.self) {
      var stream = reopened.stream(of: file)
      _ = try stream.readAll()
    }
  }

  /// A run that names the version's manifest, a step's key, and content that is kept no longer.
  private func addRun(_ store: Store) throws {
    let version = try #require(try store.refs.latest(of: try EntityName(.dataset, project: "p", name: "d")))
    let text = """
      {"id": "r", "steps": [{"key": "\(Digest(of: [1]))", "outputs": [{"artifact": {"digest": "\(version.digest)"}}]}],
       "spec": "\(Digest(of: [2]))"}
      """
    let folder = store.root.appending("runs/2013/04/01/r-20130401T020000-7f3a")
    try store.disk.makeDirectory(folder)
    try store.disk.replace(folder.appending("run.json"), with: Array(text.utf8))
  }

  @Test("a run is hurt by damage in what its record names; that an artifact is kept no longer is no damage")
  func runs() throws {
    let (fixture, store) = try filled()
    try addRun(store)
    let whole = try fixture.open().check(.structure)
    #expect(whole.isClean && whole.runCount == 1)
    #expect(whole.notices == ["content that 1 run names is not kept"])
    let path = try pack(store)
    var bytes = try store.disk.read(path)
    bytes[200] ^= 1
    try store.disk.replace(path, with: bytes)
    let report = try fixture.open().check(.readData)
    #expect(report.problems.map(\.victims) == [["dataset p/d@v1", "run r-20130401T020000-7f3a"]])
  }

  @Test("a version that expired while the check ran leaves no problem behind", arguments: ["gone", "manifest"])
  func expiredMeanwhile(what: String) throws {
    let (fixture, store) = try filled()
    let entity = try EntityName(.dataset, project: "p", name: "d")
    let version = try #require(try store.refs.version(1, of: entity))
    if what == "gone" {
      try store.disk.remove(try pack(store))
    } else {
      let manifest = try store.put(Array("no manifest".utf8))[0]
      var ref = version
      ref.digest = manifest
      let path = store.root.appending("refs/datasets/p/d/versions/v1.json")
      let text = String(decoding: try store.disk.read(path), as: UTF8.self)
      try store.disk.replace(path, with: Array(text.replacing("\(version.digest)", with: "\(manifest)").utf8))
    }
    var check = StoreCheck(store: try fixture.open(), depth: .structure)
    try check.checkTables()
    let needed = try #require(try store.refs.version(1, of: entity))
    try store.disk.remove(store.root.appending("refs/datasets/p/d/versions/v1.json"))
    try check.checkVersion(needed, of: entity)
    #expect(check.report.isClean, "\(check.report.problems)")
    #expect(try !fixture.open().check(.structure).problems.contains { $0.message.contains("manifest") })
  }

  @Test("an alias that moved, beside the check, to a version newer than the list is no problem")
  func movedMeanwhile() throws {
    let (fixture, store) = try filled()
    let entity = try EntityName(.dataset, project: "p", name: "d")
    let move = Refs.Move(at: "2013-04-01T02:00:00Z", by: "test", why: "", run: nil)
    try store.refs.move("champion", of: entity, from: nil, to: 1, move)
    var check = StoreCheck(store: try fixture.open(), depth: .structure)
    try check.checkAliases(of: entity, [])
    #expect(check.report.isClean, "\(check.report.problems)")
  }

  @Test("a damaged pack hurts its versions whatever the table of many packs says of it")
  func damagedBesideMergedTable() throws {
    let (fixture, store) = try filled()
    let path = try pack(store)
    for number in 0..<40 { try store.put(Array("blob \(number)".utf8)) }
    let index = store.root.appending("index")
    try #require(store.disk.exists(index.appending(MergedTable.fileName)))
    try store.disk.remove(index.appending(try #require(path.stem) + ".idx"))
    var bytes = try store.disk.read(path)
    bytes[bytes.count - 100] ^= 1
    try store.disk.replace(path, with: bytes)
    #expect(try fixture.open().check(.structure).problems.contains { $0.victims == ["dataset p/d@v1"] })
    #expect(try fixture.open().repair(from: nil).check.isClean)
  }

  @Test("a flipped bit in the table of many packs is noticed, and a repair looks for nothing in it")
  func damagedMergedTable() throws {
    let (fixture, store) = try filled()
    for number in 0..<40 { try store.put(Array("blob \(number)".utf8)) }
    #expect(try fixture.open().check(.structure).notices.isEmpty)
    let path = store.root.appending("index").appending(MergedTable.fileName)
    var bytes = try store.disk.read(path)
    bytes[bytes.count - 40] ^= 1
    try store.disk.replace(path, with: bytes)
    let found = try fixture.open().check(.structure)
    #expect(found.isClean && found.notices == ["\(path) is damaged: the tables of the packs are read"])
    let report = try fixture.open().repair(from: nil)
    #expect(report.actions == ["index/all.index: moved to quarantine/index/all.index"])
    #expect(report.check.isClean && report.check.notices.isEmpty)
  }

  @Test("a table of many packs that names packs which are gone is noticed")
  func staleMergedTable() throws {
    let (fixture, store) = try filled()
    let blobs = try (0..<40).map { try store.put(Array("blob \($0)".utf8))[0] }
    let location = try #require(try store.index.location(of: blobs[3]))
    try store.disk.remove(location.pack)
    try store.disk.remove(store.root.appending("index").appending(location.packName + ".idx"))
    let found = try fixture.open().check(.structure)
    #expect(found.isClean && found.notices.count == 1 && found.notices[0].contains("no longer there: 1,"), "\(found)")
  }

  @Test("a pack that is named while the tables are listed is there: its table is no orphan")
  func tablesBesideWriter() async throws {
    let fixture = try StoreFixture()
    async let orphans = Self.orphans(fixture, untilPacks: 200)
    for number in 0..<200 { try fixture.open().put(Array("blob \(number)".utf8)) }
    #expect(try await orphans.isEmpty)
  }

  private static func orphans(_ fixture: StoreFixture, untilPacks count: Int) async throws -> [String] {
    while true {
      let store = try fixture.open()
      var check = StoreCheck(store: store, depth: .structure)
      try check.checkTables()
      if try !check.orphanTables.isEmpty || store.index.packNames().count == count { return check.orphanTables }
    }
  }

  @Test("a damaged version file hurts that version, and the others are looked at all the same")
  func damagedRef() throws {
    let (fixture, store) = try filled()
    let versions = store.root.appending("refs/datasets/p/d/versions")
    try store.disk.replace(versions.appending("v2.json"), with: Array("{".utf8))
    let report = try fixture.open().check(.structure)
    #expect(report.problems.map(\.victims) == [["dataset p/d@v2"]])
    #expect(report.versionCount == 1)
  }

  @Test("an unreadable log, and a pack that is too short to be one, are problems and no crash", arguments: 0..<3)
  func hostile(size: Int) throws {
    let (fixture, store) = try filled()
    try store.disk.replace(try pack(store), with: [UInt8](repeating: 0xFF, count: size * 60))
    try store.disk.replace(store.root.appending("audit/log.ndjson"), with: Array("{}\n".utf8))
    #expect(try fixture.open().check(.readData).problems.count >= 2)
    #expect(try !fixture.open().repair(from: nil).check.isClean)
  }
}
