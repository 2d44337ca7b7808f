import Disk
@testable import Store
import SystemPackage
import Testing

@Suite struct CollectorConcurrencyTests {
  /// Versions that a writer has made, of content that it shares with the others and takes up again after it expired.
  private static func write(_ store: CollectionFixture, _ name: String, seed: UInt64) async throws {
    let entity = try EntityName(.model, project: "p", name: name)
    var random = seed
    for round in 0..<4 {
      let opened = try store.fixture.open()
      try publish(entity, "\(round)", &random, opened)
      for version in try opened.refs.versions(of: entity).dropLast(2) {
        try opened.refs.expire(version.number, of: entity, at: "2013-05-01T02:00:00Z", why: "test")
      }
      await Task.yield()
      for version in try opened.refs.versions(of: entity) { try CollectionFixture.read(version, opened) }
      await Task.yield()
    }
  }

  private static func publish(_ entity: EntityName, _ key: String, _ random: inout UInt64, _ store: Store) throws {
    let session = try StoreSession(store)
    defer { session.keep() }
    let writer = try StoreWriter(store)
    var files: [Manifest.File] = []
    for index in 0..<3 {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      files.append(try writer.addFile(try RelativePath("f\(index)"), noise(3000, seed: (random >> 33) % 8)))
    }
    let digest = try writer.put(try Manifest(files))
    try writer.finish()
    _ = try store.refs.publish(
      Refs.Publication(
        digest: digest, description: nil, key: key, at: "2013-04-01T02:00:00Z", run: nil, step: nil), as: entity)
  }

  @Test("writers, readers and collections at once lose nothing", arguments: [1, 2] as [UInt64])
  func together(seed: UInt64) async throws {
    let store = try CollectionFixture()
    let removed = try await withThrowingTaskGroup(of: Int.self) { group in
      for writer in 0..<3 {
        group.addTask {
          try await Self.write(store, "m\(writer)", seed: seed &* 100 &+ UInt64(writer))
          return 0
        }
      }
      group.addTask {
        var removed = 0
        for _ in 0..<8 {
          removed += try store.collect().removed.count
          _ = try store.fixture.open().statistics()
          await Task.yield()
        }
        return removed
      }
      return try await group.reduce(0, +)
    }
    // All may have been in use at each of the collections so far; nothing is now.
    #expect(removed + (try store.collect().removed.count) > 0)
    let opened = try store.fixture.open()
    for entity in try opened.refs.entities(.model) {
      for version in try opened.refs.versions(of: entity) { try CollectionFixture.read(version, opened) }
    }
    #expect(try opened.check(.readData).isClean)
  }
}
