import Disk
@testable import Store
import SystemPackage
import Testing

/// A repair with a fault at every operation: it never makes anything worse, and the next one ends its work.
@Suite struct StoreRepairFaultTests {
  private let prepared: StoreFixture
  private let backup: StoreFixture
  /// Blobs that could be read before the repair.
  private let readable: [Digest]

  /// A store with a pack that lost one of its blobs and its table, a torn index table, a stray and a torn audit log.
  init() throws {
    prepared = try StoreFixture()
    let store = try prepared.open()
    try Self.fill(store, seed: 1, key: "damaged")
    try Self.fill(store, seed: 2, key: "whole")
    backup = try StoreFixture(copying: prepared)
    let names = try store.index.packNames()
    let damaged = store.root.appending("packs").appending(names[0] + ".pack")
    let rows = try store.index.rows(ofPack: names[0]).sorted { $0.offset < $1.offset }
    var bytes = try store.disk.read(damaged)
    bytes[rows[1].offset + 100] ^= 1
    bytes[bytes.count - 20] ^= 1
    try store.disk.replace(damaged, with: bytes)
    for name in names { try store.disk.replace(store.root.appending("index").appending(name + ".idx"), with: [1]) }
    try store.disk.replace(store.root.appending("packs/notes.txt"), with: [1])
    try store.disk.openForAppending(store.root.appending("audit/log.ndjson")).write([0x7B])
    let others = try store.index.rows(ofPack: names[1])
    readable = (rows + others).map(\.digest).filter { $0 != rows[1].digest }
  }

  private static func fill(_ store: Store, seed: UInt64, key: String) throws {
    let writer = try StoreWriter(store)
    let files = try (0..<3).map { index in
      try writer.addFile(try RelativePath("\(index)"), noise(1000, seed: seed * 10 + UInt64(index)))
    }
    let version = try writer.put(try Manifest(files))
    try writer.finish()
    _ = try store.refs.publish(
      Refs.Publication(digest: version, description: nil, key: key, at: "2013-04-01T02:00:00Z", run: nil, step: nil),
      as: try EntityName(.dataset, project: "p", name: "d"))
  }

  @Test(
    "a repair that meets a fault at any operation loses nothing, and can be done again",
    arguments: EveryOperation.faults)
  func survives(fault: FaultPlan.Fault) throws {
    try EveryOperation(fault: fault, prepared: prepared).run(atLeast: 20) { fixture, disk in
      _ = try fixture.open(disk).repair(from: try backup.open())
    } then: { outcome in
      let place = "operation \(outcome.hit ?? -1)"
      let damaged = try outcome.fixture.open()
      for digest in readable { #expect(try Self.isReadable(digest, damaged), "\(place): \(digest.short)") }
      let report = try damaged.repair(from: try backup.open())
      #expect(report.check.isClean, "\(place): \(report.check.problems)")
      #expect(report.check.notices.isEmpty, "\(place): \(report.check.notices)")
      let packs = try damaged.disk.list(damaged.root.appending("quarantine/packs")).map(\.name)
      #expect(packs.count == 2 && packs.contains("notes.txt"), "\(place): \(packs)")
      #expect(try damaged.audit.entries().count == 2, "\(place)")
    }
  }

  /// The damaged pack has no table, so that a reader finds nothing in it: a salvage must.
  private static func isReadable(_ digest: Digest, _ store: Store) throws -> Bool {
    if (try? store.blob(digest)) != nil { return true }
    for name in try store.index.packNames() {
      let path = store.root.appending("packs").appending(name + ".pack")
      let bytes = try store.disk.read(path)
      let header = digest.rawBytes
      if (0..<bytes.count - 32).contains(where: { bytes[$0] == header[0] && bytes[$0..<$0 + 32].elementsEqual(header) })
      {
        return true
      }
    }
    return false
  }
}
