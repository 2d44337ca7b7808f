import Disk
@testable import Store
import SystemPackage

/// A store with versions of one dataset to collect from.
struct CollectionFixture {
  private(set) var fixture: StoreFixture
  let entity: EntityName

  init() throws {
    fixture = try StoreFixture()
    entity = try EntityName(.dataset, project: "p", name: "d")
  }

  /// The same in a copy of the folder.
  func copy(_ fixture: StoreFixture) -> CollectionFixture {
    var copy = self
    copy.fixture = fixture
    return copy
  }

  var packs: FilePath { fixture.root.appending("store/packs") }

  /// Publishes a version of the files given, each in noise of a seed.
  @discardableResult
  func publish(_ seeds: [UInt64], sizeBytes: Int = 20_000, in store: Store? = nil) throws -> VersionRef {
    let store = try store ?? fixture.open()
    let session = try StoreSession(store)
    defer { session.keep() }
    let writer = try StoreWriter(store)
    let files = try seeds.map { try writer.addFile(try RelativePath("f\($0)"), noise(sizeBytes, seed: $0)) }
    let digest = try writer.put(try Manifest(files))
    try writer.finish()
    return try store.refs.publish(
      Refs.Publication(
        digest: digest, description: nil, key: "\(seeds)", at: "2013-04-01T02:00:00Z", run: nil, step: nil),
      as: entity)
  }

  /// Roots of all versions that there are.
  func roots(_ store: Store) throws -> [Root] {
    try EntityName.Kind.allCases.flatMap { try store.refs.entities($0) }.flatMap { try store.refs.versions(of: $0) }
      .map { Root($0.digest, .manifest, .required) }
  }

  @discardableResult
  func collect(_ disk: Disk = Disk(), graceSeconds: Int = 0, now: Int = .max / 2) throws -> CollectionReport {
    let store = try fixture.open(disk)
    return try Collector(store, graceSeconds: graceSeconds, now: now).collect { try roots(store) }
  }

  func expire(_ number: Int, _ disk: Disk = Disk()) throws {
    try fixture.open(disk).refs.expire(number, of: entity, at: "2013-05-01T02:00:00Z", why: "test")
  }

  /// Reads every version whole, through `store`.
  func readAll(_ store: Store) throws {
    for version in try store.refs.versions(of: entity) { try Self.read(version, store) }
  }

  static func read(_ version: VersionRef, _ store: Store) throws {
    for file in try store.manifest(version.digest).files {
      var stream = store.stream(of: file)
      while try stream.next() != nil {}
    }
  }
}
