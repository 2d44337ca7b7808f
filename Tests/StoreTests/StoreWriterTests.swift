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
}
