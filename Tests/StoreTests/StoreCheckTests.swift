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
    arguments: stride(from: 8, to: 401_000, by: 31_007).map { $0 })
  func flippedBit(offset: Int) throws {
    let (fixture, store) = try filled()
    let path = try pack(store)
    var bytes = try store.disk.read(path)
    bytes[min(offset, bytes.count - 1)] ^= 4
    try store.disk.replace(path, with: bytes)
    let report = try fixture.open().check(.readData)
    // The headers before blobs are for salvage alone: all other bytes are covered by a digest.
    #expect(report.problems.contains { $0.victims == ["p/d@v1"] } || isInHeader(offset, store))
  }

  private func isInHeader(_ offset: Int, _ store: Store) -> Bool { offset < Pack.magic.count + Pack.entryHeaderBytes }

  @Test("a truncated pack is found and its victims are named")
  func truncated() throws {
    let (fixture, store) = try filled()
    let path = try pack(store)
    try store.disk.replace(path, with: Array(try store.disk.read(path).dropLast(10)))
    let report = try fixture.open().check(.structure)
    #expect(report.problems.contains { $0.message.contains("damaged") })
  }

  @Test("a missing pack is found and its victims are named")
  func missing() throws {
    let (fixture, store) = try filled()
    try store.disk.remove(try pack(store))
    try store.disk.removeTree(store.root.appending("index"))
    let report = try fixture.open().check(.structure)
    #expect(report.problems.contains { $0.victims == ["p/d@v1"] })
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
}
