import Disk
@testable import Pipeline
import Store
import SystemPackage
import Testing

@Suite struct PredictionPartsTests {
  private let store: Store
  private let name = Digest(of: Array("a step".utf8))

  init() throws {
    let root = FilePath("/tmp/nightshift-parts-\(Disk.temporaryName())")
    try Store.create(at: root, disk: Disk())
    store = try Store(at: root, disk: Disk())
  }

  private func state(_ count: Int) -> PredictionState {
    var state = PredictionState()
    (state.scoredCount, state.unseen) = (count, ["carrier": count])
    return state
  }

  /// Two parts of an attempt that is gone.
  private func leaveParts() throws {
    let parts = try #require(try PredictionParts(name, in: store))
    try parts.append(rowCount: 10, files: ["predictions": [1, 2, 10], "rejected": [10]], state: state(9))
    try parts.append(rowCount: 20, files: ["predictions": [3]], state: state(19))
  }

  @Test("an attempt after a killed one finds what that finished, in order, and goes on behind it")
  func resume() throws {
    try leaveParts()
    do {
      let parts = try #require(try PredictionParts(name, in: store))
      let first = try #require(try parts.next())
      #expect(first.rowCount == 10 && first.files == ["predictions": [1, 2, 10], "rejected": [10]])
      #expect(first.state.scoredCount == 9 && first.state.unseen == ["carrier": 9])
      #expect(try parts.next()?.files == ["predictions": [3]])
      #expect(try parts.next() == nil)
      try parts.append(rowCount: 30, files: ["predictions": [4]], state: state(29))
    }
    let parts = try #require(try PredictionParts(name, in: store))
    #expect(try parts.next()?.rowCount == 10 && parts.next()?.rowCount == 20 && parts.next()?.rowCount == 30)
    try parts.remove()
    #expect(try store.disk.namesIfPresent(in: store.root.appending("tmp")).isEmpty)
  }

  @Test("a torn or changed part ends what counts", arguments: [0, 1])
  func torn(part: Int) throws {
    try leaveParts()
    let folder = store.root.appending("tmp").appending("parts-" + name.short)
    let path = folder.appending("part-\(part)")
    var bytes = try store.disk.read(path)
    bytes[bytes.count - 1] ^= 1
    try store.disk.replace(path, with: bytes)
    let parts = try #require(try PredictionParts(name, in: store))
    if part == 1 { #expect(try parts.next()?.rowCount == 10) }
    #expect(try parts.next() == nil)
    // What is written now takes the damaged one's place.
    try parts.append(rowCount: 11, files: ["predictions": [7]], state: state(1))
  }

  @Test("two attempts at a time do not share parts; other steps have their own")
  func apart() throws {
    let parts = try #require(try PredictionParts(name, in: store))
    #expect(try PredictionParts(name, in: store) == nil)
    #expect(try PredictionParts(Digest(of: Array("another".utf8)), in: store) != nil)
    try parts.remove()
  }
}
