import Disk
import Foundation
@testable import Store
import SystemPackage
import Testing

/// Stores are readable for ever. `Fixtures/format-1` was written by `Fixtures/make-format-1.py`, which follows
/// Store/README.md and shares no code with us; it is never written anew.
@Suite struct FrozenFormatTests {
  private static let version = "4bf455a0b934da4acbe3a6fcf1a954d551f3c4610010c6200ab91f2990915889"

  let fixture: StoreFixture
  let entity: EntityName

  /// A copy of the store, since opening one makes the folders that are derived.
  init() throws {
    fixture = try StoreFixture()
    entity = try EntityName(.dataset, project: "flights", name: "raw")
    let original = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/format-1")
    let copy = URL(fileURLWithPath: fixture.root.appending("store").string)
    try FileManager.default.removeItem(at: copy)
    try FileManager.default.copyItem(at: original, to: copy)
  }

  @Test("the store of the first format is clean, and its refs and audit log are read")
  func whole() throws {
    let store = try fixture.open()
    let report = try store.check(.readData)
    #expect(report.isClean, "\(report.problems)")
    #expect(report.blobCount == 27)
    #expect(try store.refs.latest(of: entity)?.digest.hex == Self.version)
    #expect(try store.refs.alias("checked", of: entity)?.version == 1)
    #expect(try store.audit.entries().map(\.to) == ["v1"])
  }

  @Test("its files come out, and put in again they are the same version in the same chunks")
  func sameChunks() throws {
    let store = try fixture.open()
    let digest = try #require(Digest(Self.version))
    let manifest = try store.manifest(digest)
    #expect(
      manifest.files.map(\.path.text) == [
        "bin/run.sh", "empty", "flights/2013-01.csv", "noise", "\u{E4} \"quoted\"\\\n\u{1}",
      ])
    #expect(manifest.files.map(\.isExecutable) == [true, false, false, false, false])
    // Lengths that the Python script printed when it cut the file.
    #expect(
      manifest["noise"]?.chunks.map(\.sizeBytes) == [312, 309, 459, 270, 323, 356, 196, 265, 257, 253])
    let folder = fixture.root.appending("out")
    try store.checkout(manifest, to: folder)
    let writer = try StoreWriter(store)
    let ingest = Ingest(disk: Disk())
    let again = try ingest.read(try ingest.sources("out", below: fixture.root), into: writer)
    #expect(try writer.put(again) == digest)
    try writer.finish()
    #expect(try store.disk.list(store.root.appending("packs")).count == 1)
  }
}
