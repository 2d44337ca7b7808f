import Disk
@testable import Store
import Testing

@Suite struct StoreStatisticsTests {
  private func publish(_ seeds: [UInt64], as entity: EntityName, _ store: Store) throws {
    let writer = try StoreWriter(store)
    let files = try seeds.enumerated().map { index, seed in
      try writer.addFile(
        try RelativePath("f\(index)"), seed == 0 ? [UInt8](repeating: 7, count: 8000) : noise(8000, seed: seed))
    }
    let digest = try writer.put(try Manifest(files))
    try writer.finish()
    _ = try store.refs.publish(
      Refs.Publication(
        digest: digest, description: nil, key: "\(seeds)", at: "2013-04-01T02:00:00Z", run: nil, step: nil), as: entity)
  }

  @Test("content is counted once in each group, and as its own where no other group has it")
  func counts() throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    let a = try EntityName(.dataset, project: "p", name: "a")
    let b = try EntityName(.model, project: "p", name: "b")
    let c = try EntityName(.dataset, project: "q", name: "c")
    for (seeds, entity) in [([1, 2], a), ([1, 1, 3], a), ([3, 0], b), ([2, 4], c)] as [([UInt64], EntityName)] {
      try publish(seeds, as: entity, store)
    }
    let statistics = try fixture.open().statistics()
    #expect(statistics.entities.map(\.name) == ["a", "b", "c"])
    #expect(statistics.entities.map(\.share.logicalBytes) == [40_000, 16_000, 16_000])
    #expect(statistics.entities.map(\.share.uniqueBytes) == [24_000, 16_000, 16_000])
    #expect(statistics.projects.map(\.share.uniqueBytes) == [32_000, 16_000])
    #expect(statistics.total.uniqueBytes == 40_000 && statistics.total.logicalBytes == 72_000)
    #expect(statistics.total.versions == 4)
    // Noise is stored as it is; the even bytes of b are next to nothing.
    let even = statistics.entities[1].share.storedBytes - 8000
    #expect(even < 100)
    #expect(statistics.entities.map(\.share.ownStoredBytes) == [8000, even, 8000])
    #expect(statistics.projects.map(\.share.ownStoredBytes) == [16_000 + even, 8000])
    #expect(statistics.total.storedBytes == 32_000 + even)
    #expect(statistics.total.dedupeRatio == 1.8)
    #expect(statistics.packs.count == 4 && statistics.blobs == 9)
  }

  @Test("an empty store has no ratio")
  func empty() throws {
    let statistics = try StoreFixture().open().statistics()
    #expect(statistics == StoreStatistics())
    #expect(statistics.total.dedupeRatio == nil && statistics.total.compressionRatio == nil)
  }
}
