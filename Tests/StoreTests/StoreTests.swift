import Disk
@testable import Store
import SystemPackage
import Testing

@Suite struct StoreTests {
  @Test("what was put in comes out, once stored however often it is put")
  func roundTrip() throws {
    let fixture = try StoreFixture()
    let (small, large) = (Array("small".utf8), noise(3_000_000, seed: 1))
    let store = try fixture.open()
    let writer = try StoreWriter(store)
    let file = try writer.addFile(try RelativePath("large"), large)
    let again = try writer.addFile(try RelativePath("again"), large)
    let digest = try writer.put(small)
    try writer.finish()
    #expect(file.chunks == again.chunks)
    let reopened = try fixture.open()
    #expect(try reopened.blob(digest) == small)
    var stream = reopened.stream(of: file)
    #expect(try stream.readAll() == large)
    #expect(try Set(file.chunks.map(\.digest)).count + 1 == reopened.check(.readData).blobCount)
  }

  @Test("a digest is the SHA-256 that everybody computes")
  func digest() {
    #expect(Digest(of: Array("abc".utf8)).hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(Digest("sha256:" + Digest(of: []).hex) == Digest(of: []))
    #expect(Digest("BA78") == nil)
  }

  @Test("an unfinished writer leaves nothing that is read, and is swept")
  func unfinished() throws {
    let fixture = try StoreFixture()
    do {
      let writer = try StoreWriter(try fixture.open())
      try writer.put(noise(5_000_000, seed: 2))
    }
    let store = try fixture.open()
    #expect(try store.check(.readData).blobCount == 0)
    try store.sweep()
    #expect(try store.disk.list(store.root.appending("tmp")).isEmpty)
  }

  @Test("a lost index is rebuilt from the packs")
  func lostIndex() throws {
    let fixture = try StoreFixture()
    let digest = try fixture.open().put(noise(100_000, seed: 3))[0]
    try Disk().removeTree(fixture.root.appending("store/index"))
    #expect(try fixture.open().blob(digest) == noise(100_000, seed: 3))
  }

  @Test("a torn index table is passed over for the pack's own")
  func tornIndex() throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    let digest = try store.put(Array("kept".utf8))[0]
    let folder = store.root.appending("index")
    let table = folder.appending(try #require(try store.disk.list(folder).first { $0.name.hasSuffix(".idx") }).name)
    try store.disk.replace(table, with: Array(try store.disk.read(table).dropLast(9)))
    #expect(try fixture.open().blob(digest) == Array("kept".utf8))
    let rebuilt = try fixture.open().index.indexedRows(ofPack: table.stem ?? "")
    #expect(rebuilt?.map(\.digest) == [digest])
  }

  @Test("a file whose manifest states a wrong size is not handed out")
  func wrongSize() throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    let digest = try store.put(Array("four".utf8))[0]
    let file = Manifest.File(path: try RelativePath("f"), chunks: [Manifest.Chunk(digest: digest, sizeBytes: 5)])
    let reason = "its manifest states 5 bytes for \(digest.short), which has 4"
    #expect(throws: StoreError.damagedRecord("f", reason: reason)) {
      var stream = store.stream(of: file)
      _ = try stream.readAll()
    }
    #expect(throws: StoreError.self) { try store.checkout(Manifest([file]), to: fixture.root.appending("out")) }
    #expect(!store.disk.exists(fixture.root.appending("out")))
  }

  @Test("a store of an unknown format is refused with its name")
  func unknownFormat() throws {
    let fixture = try StoreFixture()
    let path = fixture.root.appending("store/format")
    try Disk().replace(path, with: Array("nightshift-store 2\n".utf8))
    #expect(throws: StoreError.unknownFormat(path, found: "nightshift-store 2")) { try fixture.open() }
  }

  @Test("many writers at once lose nothing")
  func concurrentWriters() async throws {
    let fixture = try StoreFixture()
    let digests = try await withThrowingTaskGroup(of: [Digest].self) { group in
      for seed in 0..<8 {
        group.addTask {
          // A store of its own each, as processes have.
          let store = try fixture.open()
          return try (0..<10).map { try store.put(noise(40_000, seed: UInt64(seed * 5 + $0)))[0] }
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    let store = try fixture.open()
    for digest in digests { _ = try store.blob(digest) }
    #expect(try store.check(.readData).isClean)
  }

  @Test("a checkout is whole or not there, and nothing is written over")
  func checkout() throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    let writer = try StoreWriter(store)
    let manifest = try Manifest([
      try writer.addFile(try RelativePath("a/b.csv"), Array("1,2\n".utf8)),
      try writer.addFile(try RelativePath("run"), Array("#!".utf8)),
    ])
    try writer.finish()
    let target = fixture.root.appending("out")
    try store.checkout(manifest, to: target, .readOnly)
    #expect(try store.disk.read(target.appending("a/b.csv")) == Array("1,2\n".utf8))
    // Other suites change the umask of this process meanwhile.
    #expect(try store.disk.status(of: target.appending("a/b.csv")).mode & 0o622 == 0o400)
    #expect(throws: StoreError.self) { try store.checkout(manifest, to: target) }
    #expect(try store.disk.list(fixture.root).map(\.name) == ["out", "store"])
  }

  @Test("of two packs that hold a blob, the one that is whole gives it", arguments: 0..<2, [true, false])
  func secondCopy(damaged: Int, isReadable: Bool) throws {
    let fixture = try StoreFixture()
    let content = noise(30_000, seed: 6)
    let manifest = try Manifest([try Self.file(content, in: try fixture.open())])
    let packs = fixture.root.appending("store/packs")
    let second = try fixture.open()
    let writer = try StoreWriter(second)
    second.index.condemn(Set(try second.index.packNames()))
    _ = try writer.addFile(try RelativePath("f"), content)
    try writer.finish()
    let names = try Disk().list(packs).map(\.name)
    #expect(names.count == 2)
    let path = packs.appending(names[damaged])
    var bytes = try Disk().read(path)
    if isReadable { bytes[100] ^= 1 }
    try Disk().replace(path, with: bytes)
    let plan = FaultPlan(.badSector(path, isReadable ? 0..<0 : 52..<200), at: 0)
    let store = try fixture.open(Disk(faults: plan))
    #expect(try store.blob(manifest.files[0].chunks[0].digest) == content)
    try store.checkout(manifest, to: fixture.root.appending("out"))
    #expect(try Disk().read(fixture.root.appending("out/f")) == content)
  }

  private static func file(_ content: [UInt8], in store: Store) throws -> Manifest.File {
    let writer = try StoreWriter(store)
    let file = try writer.addFile(try RelativePath("f"), content)
    try writer.finish()
    return file
  }

  @Test("a damaged pack without a table hides its own content alone, and that can be stored again")
  func damagedPack() throws {
    let fixture = try StoreFixture()
    let (kept, lost) = (noise(100_000, seed: 4), noise(100_000, seed: 5))
    let keptDigest = try fixture.open().put(kept)[0]
    let packs = fixture.root.appending("store/packs")
    let keptPack = try #require(try Disk().list(packs).first).name
    let lostDigest = try fixture.open().put(lost)[0]
    let lostPack = try #require(try Disk().list(packs).first { $0.name != keptPack }).name
    try Disk().replace(packs.appending(lostPack), with: [])
    try Disk().removeTree(fixture.root.appending("store/index"))
    let store = try fixture.open()
    #expect(try store.blob(keptDigest) == kept)
    #expect(try store.contains(keptDigest) && !store.contains(lostDigest))
    #expect(throws: StoreError.damagedPack(packs.appending(lostPack), reason: "it is only 0 bytes long")) {
      try store.blob(lostDigest)
    }
    try store.put(lost)
    #expect(try fixture.open().blob(lostDigest) == lost)
  }
}
