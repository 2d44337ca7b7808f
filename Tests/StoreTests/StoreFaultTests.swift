import Disk
@testable import Store
import SystemPackage
import Testing

/// Stops dead, or fails, at the n-th operation that changes the disk, for every n.
@Suite struct StoreFaultTests {
  private static let entity = Result { try EntityName(.model, project: "p", name: "m") }

  /// Snapshot, publication and promotion of a version named by `text`.
  private func work(_ store: Store, _ text: String, from: Int?, to: Int) throws {
    let entity = try Self.entity.get()
    let folder = store.root.removingLastComponent()
    try Disk().makeDirectory(folder.appending("landing"))
    for name in ["a", "b"] {
      try Disk().replace(folder.appending("landing").appending(name), with: Array((name + text).utf8))
    }
    let writer = try StoreWriter(store)
    let ingest = Ingest(disk: Disk())
    let manifest = try ingest.read(try ingest.sources("landing", below: folder), into: writer)
    let digest = try writer.put(manifest)
    try writer.finish()
    let version = try store.refs.publish(
      Refs.Publication(digest: digest, description: nil, key: text, at: "2013-04-01T02:00:00Z", run: nil, step: nil),
      as: entity)
    #expect(version.number == to)
    try store.refs.move(
      "champion", of: entity, from: from, to: to,
      Refs.Move(at: "2013-04-01T02:00:00Z", by: "test", why: text, run: nil))
    try store.remember(Digest(of: Array(text.utf8)), Array(text.utf8))
  }

  @Test(
    "a store stopped dead or failing at any operation is whole, and the work can be done again",
    arguments: [
      FaultPlan.Fault.stop, .fail(.noSpace), .fail(.ioError),
    ])
  func survives(fault: FaultPlan.Fault) throws {
    var index = 0
    while true {
      let fixture = try StoreFixture()
      try work(try fixture.open(), "old", from: nil, to: 1)
      let plan = FaultPlan(fault, at: index)
      let failed = Result { try work(try fixture.open(Disk(faults: plan)), "new", from: 1, to: 2) }
      try check(fixture, index)
      guard plan.wasMet else {
        try failed.get()
        #expect(index > 10)
        return
      }
      #expect(throws: (any Error).self, "operation \(index)") { try failed.get() }
      index += 1
    }
  }

  private func check(_ fixture: StoreFixture, _ index: Int) throws {
    let store = try fixture.open()
    let entity = try Self.entity.get()
    let alias = try #require(try store.refs.alias("champion", of: entity))
    #expect(alias.version == 1 || alias.version == 2, "operation \(index)")
    let report = try store.check(.readData)
    #expect(report.isClean, "operation \(index): \(report.problems)")
    try work(store, "new", from: 1, to: 2)
    #expect(try store.refs.alias("champion", of: entity)?.version == 2)
    let moves = try store.audit.entries().filter { $0.action == "move-alias" }
    #expect(moves.map(\.to) == ["v1", "v2"], "operation \(index)")
    let published = try store.audit.entries().filter { $0.action == "publish-model" }
    #expect(published.map(\.object) == ["p/m@v1", "p/m@v2"], "operation \(index)")
    try store.sweep()
    #expect(try Self.temporaries(below: store.root).isEmpty, "operation \(index)")
  }

  private static func temporaries(below folder: FilePath) throws -> [FilePath] {
    try Disk().list(folder).flatMap { entry in
      let path = folder.appending(entry.name)
      if entry.status.kind == .directory { return try temporaries(below: path) }
      return entry.name.hasPrefix(".tmp-") ? [path] : []
    }
  }
}
