import Disk
@testable import Store
import SystemPackage
import Testing

/// Snapshot, publication and promotion, with a fault at every operation.
@Suite struct StoreFaultTests {
  private let model: EntityName
  private let dataset: EntityName
  /// Version 1 of the model is its champion; there is no dataset yet.
  private let prepared: StoreFixture

  init() throws {
    model = try EntityName(.model, project: "p", name: "m")
    dataset = try EntityName(.dataset, project: "new", name: "d")
    prepared = try StoreFixture()
    let store = try prepared.open()
    _ = try publish(try snapshot(prepared, store, "old"), "old", as: model, store)
    try promote(from: nil, to: 1, store)
  }

  private func snapshot(_ fixture: StoreFixture, _ store: Store, _ text: String) throws -> Digest {
    let landing = fixture.root.appending("landing")
    try Disk().makeDirectory(landing)
    for name in ["a", "b"] { try Disk().replace(landing.appending(name), with: Array((name + text).utf8)) }
    let writer = try StoreWriter(store)
    let ingest = Ingest(disk: Disk())
    let digest = try writer.put(try ingest.read(try ingest.sources("landing", below: fixture.root), into: writer))
    try writer.finish()
    return digest
  }

  private func publish(_ digest: Digest, _ key: String, as entity: EntityName, _ store: Store) throws -> Int {
    try store.refs.publish(
      Refs.Publication(digest: digest, description: nil, key: key, at: "2013-04-01T02:00:00Z", run: nil, step: nil),
      as: entity
    ).number
  }

  private func promote(from: Int?, to: Int, _ store: Store) throws {
    let move = Refs.Move(at: "2013-04-01T02:00:00Z", by: "test", why: "because", run: nil)
    try store.refs.move("champion", of: model, from: from, to: to, move)
  }

  /// The night's work: the first version of a dataset, the second of a model, a promotion.
  private func work(_ fixture: StoreFixture, _ disk: Disk) throws {
    let store = try fixture.open(disk)
    let digest = try snapshot(fixture, store, "new")
    #expect(try publish(digest, "new", as: dataset, store) == 1)
    #expect(try publish(digest, "new", as: model, store) == 2)
    try promote(from: 1, to: 2, store)
    try store.remember(Digest(of: [1]), [2])
  }

  @Test(
    "a store is whole after a fault at any operation, and the work can be done again", arguments: EveryOperation.faults)
  func survives(fault: FaultPlan.Fault) throws {
    try EveryOperation(fault: fault, prepared: prepared).run(atLeast: 25, work) { outcome in
      let place = "operation \(outcome.hit ?? -1)"
      let store = try outcome.fixture.open()
      let champion = try store.refs.alias("champion", of: model)?.version
      #expect(champion == 1 || champion == 2, "\(place)")
      if outcome.hit == nil {
        // What was done without an error stays, even when the power goes right after it.
        if let error = outcome.error { throw error }
        #expect(champion == 2)
        #expect(try store.refs.latest(of: dataset)?.number == 1)
      } else {
        #expect(outcome.error != nil, "\(place)")
      }
      let report = try store.check(.readData)
      #expect(report.isClean, "\(place): \(report.problems)")
      try work(outcome.fixture, Disk())
      #expect(try store.refs.alias("champion", of: model)?.version == 2)
      let acts = try store.audit.entries().map { "\($0.action) \($0.object)" }
      #expect(
        acts == [
          "publish-model p/m@v1", "move-alias p/m@champion", "publish-dataset new/d@v1", "publish-model p/m@v2",
          "move-alias p/m@champion",
        ], "\(place)")
      try store.sweep()
      #expect(try store.check(.structure).notices.isEmpty, "\(place)")
    }
  }

  @Test(
    "a checkout is there whole or not at all when its process dies, and nothing of the store has changed",
    arguments: [.stop, .tear(seed: 1), .fail(.noSpace)] as [FaultPlan.Fault])
  func checkout(fault: FaultPlan.Fault) throws {
    let digest = try #require(try prepared.open().refs.latest(of: model)).digest
    try EveryOperation(fault: fault, prepared: prepared).run(atLeast: 5) { fixture, disk in
      let store = try fixture.open(disk)
      try store.checkout(try store.manifest(digest), to: fixture.root.appending("out"), .readOnly)
    } then: { outcome in
      let out = outcome.fixture.root.appending("out")
      #expect(Disk().exists(out) || outcome.error != nil)
      if Disk().exists(out) {
        #expect(try ["a", "b"].map { try Disk().read(out.appending($0)) } == [Array("aold".utf8), Array("bold".utf8)])
      } else {
        let store = try outcome.fixture.open()
        try store.checkout(try store.manifest(digest), to: out)
      }
      #expect(try outcome.fixture.open().check(.structure).isClean)
    }
  }
}
