import Disk
@testable import Store
import SystemPackage
import Testing

@Suite struct StoreWriterTests {
  @Test("a writer that met a full disk stores nothing more, whoever goes on with it", arguments: 0..<4)
  func staysFailed(index: Int) throws {
    let fixture = try StoreFixture()
    let plan = FaultPlan(.fail(.noSpace), at: index)
    let writer = try StoreWriter(try fixture.open(Disk(faults: plan)))
    var stored: [Digest] = []
    #expect(throws: StoreError.self) {
      stored.append(try writer.put(noise(5_000_000, seed: 1)))
      try writer.finish()
    }
    try #require(plan.wasMet)
    #expect(throws: StoreError.self) { try writer.put(Array("more".utf8)) }
    #expect(throws: StoreError.self) { try writer.finish() }
    #expect(try fixture.open().check(.readData).isClean)
  }

  @Test("content that another writer has named but perhaps not synced is synced before a writer relies on it")
  func reusedContentIsSynced() throws {
    let fixture = try StoreFixture()
    try fixture.open().put(Array("shared".utf8))
    let plan = FaultPlan(.fail(.ioError), at: 0)
    let packs = fixture.root.appending("store/packs")
    #expect(throws: StoreError.disk(.system(operation: .sync, path: packs, code: .ioError))) {
      try fixture.open(Disk(faults: plan)).put(Array("shared".utf8))
    }
    #expect(try fixture.open().put(Array("shared".utf8)) == [Digest(of: Array("shared".utf8))])
    #expect(try Disk().list(packs).count == 1)
  }
}
