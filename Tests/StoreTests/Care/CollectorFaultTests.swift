import Disk
@testable import Store
import SystemPackage
import Testing

/// Faults at the n-th operation of a collection that changes the disk.
@Suite struct CollectorFaultTests {
  /// A dead pack, a sparse one and a whole one; the first version is about to expire.
  private func prepared() throws -> CollectionFixture {
    let store = try CollectionFixture()
    for seeds in [[1, 2, 3], [5], [3, 4]] as [[UInt64]] { try store.publish(seeds, sizeBytes: 2000) }
    try store.expire(2)
    return store
  }

  @Test(
    "a collection that meets a fault at any operation leaves a whole store, and a later one ends the work",
    arguments: [
      (.stop, 1), (.tear(seed: 1), 2), (.powerCut(seed: nil), 2), (.powerCut(seed: 1), 2), (.fail(.noSpace), 4),
      (.full, 4),
    ] as [(FaultPlan.Fault, Int)])
  func survives(fault: FaultPlan.Fault, stride: Int) throws {
    let prepared = try prepared()
    try EveryOperation(fault: fault, prepared: prepared.fixture, stride: stride).run(atLeast: 20) { fixture, disk in
      let store = prepared.copy(fixture)
      try store.expire(1, disk)
      try store.collect(disk)
    } then: { outcome in
      if outcome.hit == nil, let error = outcome.error { throw error }
      try check(prepared.copy(outcome.fixture), outcome.hit ?? -1)
    }
  }

  private func check(_ store: CollectionFixture, _ index: Int) throws {
    let report = try store.fixture.open().check(.readData)
    #expect(report.isClean, "operation \(index): \(report.problems)")
    try store.expire(1)
    try store.collect()
    let settled = try store.fixture.open()
    try store.readAll(settled)
    #expect(try settled.refs.versions(of: store.entity).map(\.number) == [3], "operation \(index)")
    let blobs = try settled.index.packNames().flatMap { try settled.index.rows(ofPack: $0) }.map(\.digest)
    // The manifest and two files, and nothing else.
    #expect(Set(blobs).count == 3, "operation \(index): \(blobs.count)")
    let expiries = try settled.audit.entries().filter { $0.action == "expire-dataset" }
    #expect(expiries.map(\.object) == ["p/d@v2", "p/d@v1"], "operation \(index)")
    #expect(try leftovers(settled).isEmpty, "operation \(index)")
  }

  /// Files that no reader knows: torn ones, tables without a pack, locks of generations that are over.
  private func leftovers(_ store: Store) throws -> [String] {
    let disk = Disk()
    let packs = try disk.list(store.root.appending("packs")).map { $0.name.dropLast(5) }
    let tables = try disk.list(store.root.appending("index")).map(\.name).filter { $0.hasSuffix(".idx") }
    let temporary = try ["packs", "index", "tmp"].flatMap { try disk.list(store.root.appending($0)) }.map(\.name)
      .filter { $0.hasPrefix(".tmp-") }
    return tables.filter { !packs.contains($0.dropLast(4)) } + temporary
  }
}
