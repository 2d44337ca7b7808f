import Disk
@testable import Store
import SystemPackage
import Testing

@Suite struct RefsTests {
  let fixture: StoreFixture
  let entity: EntityName

  init() throws {
    fixture = try StoreFixture()
    entity = try EntityName(.model, project: "p", name: "m")
  }

  private func publish(_ text: String, key: String, kind: EntityName.Kind = .model) throws -> VersionRef {
    try fixture.open().refs.publish(
      Refs.Publication(
        digest: Digest(of: Array(text.utf8)), description: nil, key: key, at: "2013-04-01T02:00:00Z", run: nil,
        step: nil),
      as: try EntityName(kind, project: "p", name: "m"))
  }

  private func move(_ from: Int?, _ to: Int, why: String = "better") throws {
    try fixture.open().refs.move(
      "champion", of: entity, from: from, to: to, Refs.Move(at: "2013-04-01T02:00:00Z", by: "test", why: why, run: nil))
  }

  @Test("publishing again finds the version that was published")
  func publishesOnce() throws {
    #expect(try publish("a", key: "1").number == 1)
    #expect(try publish("a", key: "1").number == 1)
    #expect(try publish("b", key: "2").number == 2)
    #expect(try publish("b", key: "3").number == 2)
    #expect(try publish("b", key: "1").number == 1)
  }

  @Test("a model that was there before keeps its number; data that comes back is the latest")
  func reverts() throws {
    for kind in EntityName.Kind.allCases {
      #expect(try publish("a", key: "1", kind: kind).number == 1)
      #expect(try publish("b", key: "2", kind: kind).number == 2)
      #expect(try publish("a", key: "3", kind: kind).number == (kind == .model ? 1 : 3))
    }
  }

  @Test("an alias moves only from where it is, and each move is in the audit log")
  func moves() throws {
    for text in ["a", "b", "c"] { _ = try publish(text, key: text) }
    try move(nil, 1)
    try move(1, 2)
    try move(1, 2)
    #expect(throws: StoreError.aliasMoved(entity, alias: "champion", expected: 1, found: 2)) { try move(1, 3) }
    #expect(throws: StoreError.unknownVersion(entity, "v9")) { try move(2, 9) }
    let store = try fixture.open()
    #expect(try store.refs.alias("champion", of: entity)?.version == 2)
    let entries = try store.audit.entries()
    #expect(
      entries.map(\.action) == Array(repeating: "publish-model", count: 3) + Array(repeating: "move-alias", count: 2))
    #expect(entries.suffix(2).map(\.to) == ["v1", "v2"])
  }

  @Test("a version is rolled back from until somebody moves the alias there again, and promoted only by a run")
  func rollsBack() throws {
    for text in ["a", "b", "c"] { _ = try publish(text, key: text) }
    let refs = try fixture.open().refs
    func move(_ act: Refs.Move.Act, _ from: Int?, _ to: Int, run: String?) throws {
      try refs.move(
        "champion", of: entity, from: from, to: to,
        Refs.Move(act, at: "2013-04-01T02:00:00Z", by: "ann", why: "because", run: run))
    }
    try move(.promotion, nil, 1, run: "r1")
    try move(.promotion, 1, 2, run: "r2")
    let seen = [Digest(of: [1]), Digest(of: [2])]
    try move(.rollBack(judgedOn: seen), 2, 1, run: nil)
    #expect(try refs.rollBack(from: 2, alias: "champion", of: entity)?.judgedOn == seen)
    #expect(try refs.rollBack(from: 1, alias: "champion", of: entity) == nil)
    #expect(try refs.rollBack(from: 2, alias: "other", of: entity) == nil)
    #expect(try refs.wasPromoted(2, to: "champion", of: entity))
    #expect(try !refs.wasPromoted(3, to: "champion", of: entity))
    #expect(try !refs.wasPromoted(2, to: "other", of: entity))

    try move(.promotion, 1, 2, run: "r3")
    #expect(try refs.rollBack(from: 2, alias: "champion", of: entity) == nil)
    // Whatever brought the alias to v3 by hand, it was no verdict.
    try move(.promotion, 2, 3, run: nil)
    #expect(try !refs.wasPromoted(3, to: "champion", of: entity))
    #expect(try fixture.open().audit.entries().map(\.action).suffix(5).contains("roll-back-alias"))
  }

  @Test("of many who move an alias from the same place, one succeeds")
  func races() async throws {
    for text in 0..<9 { _ = try publish("\(text)", key: "\(text)") }
    try move(nil, 1)
    let winners = await withTaskGroup(of: Bool.self) { group in
      for target in 2...9 { group.addTask { (try? self.move(1, target)) != nil } }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(winners == 1)
    #expect(try fixture.open().audit.entries().count { $0.action == "move-alias" } == 2)
  }

  @Test("a version's file that says to be another is damaged, and no stray")
  func misnumbered() throws {
    for text in ["a", "b"] { _ = try publish(text, key: text) }
    let store = try fixture.open()
    let folder = store.root.appending("refs/models/p/m/versions")
    try store.disk.replace(folder.appending("v1.json"), with: try store.disk.read(folder.appending("v2.json")))
    let damage = StoreError.damagedRecord(folder.appending("v1.json"), reason: "it is the ref of v2")
    #expect(throws: damage) { try store.refs.versions(of: entity) }
    #expect(throws: damage) { try store.refs.version(1, of: entity) }
    #expect(try store.refs.strays(of: entity).isEmpty)
    #expect(try store.check(.structure).problems.contains { $0.victims == ["model p/m@v1"] })
  }

  @Test("an edited audit log is noticed")
  func auditChain() throws {
    for text in ["a", "b"] { _ = try publish(text, key: text) }
    try move(nil, 1, why: "first")
    try move(1, 2, why: "second")
    let store = try fixture.open()
    let path = store.root.appending("audit/log.ndjson")
    let text = String(decoding: try store.disk.read(path), as: UTF8.self)
    try store.disk.replace(path, with: Array(text.replacing("first", with: "f1rst").utf8))
    #expect(throws: StoreError.self) { try store.audit.entries() }
    #expect(try !store.check(.structure).isClean)
  }

  @Test("a torn last line of the audit log is cut off by the next entry")
  func tornAudit() throws {
    for text in ["a", "b"] { _ = try publish(text, key: text) }
    try move(nil, 1)
    let store = try fixture.open()
    let file = try store.disk.openForAppending(store.root.appending("audit/log.ndjson"))
    try file.write(Array("{\"sequence\":1,".utf8))
    try move(1, 2)
    #expect(try store.audit.entries().suffix(2).map(\.to) == ["v1", "v2"])
  }

  @Test("an alias that goes back and forth is in the log each time")
  func backAndForth() throws {
    for text in ["a", "b"] { _ = try publish(text, key: text) }
    for (from, to) in [(nil, 1), (1, 2), (2, 1), (1, 2)] { try move(from, to) }
    #expect(try fixture.open().audit.entries().suffix(4).map(\.to) == ["v1", "v2", "v1", "v2"])
  }

  @Test(
    "names that could be paths are refused",
    arguments: ["", "..", "a/b", "A", "-a", String(repeating: "a", count: 101)])
  func names(name: String) {
    #expect(throws: StoreError.invalidName(name)) { try EntityName(.model, project: "p", name: name) }
  }
}
