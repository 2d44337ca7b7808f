@testable import Disk
import SystemPackage
import Testing

/// What a power cut may undo, and what it may not.
@Suite struct PowerCutTests {
  let folder = TemporaryFolder()
  let plain = Disk()

  private var file: FilePath { folder.path.appending("file") }

  /// Does `work` on a disk whose power goes at the end of it.
  private func cut(seed: UInt64? = nil, after work: (Disk) throws -> Void) throws {
    let plan = FaultPlan(.powerCut(seed: seed), at: .max)
    try work(Disk(faults: plan))
    try plan.cutPower()
  }

  private func names() throws -> [String] { try plain.list(folder.path).map(\.name) }

  @Test("a synced replacement stays; a cached one is undone, old bytes and all")
  func replacements() throws {
    try plain.replace(file, with: [1])
    try cut { try $0.replace(file, with: [2]) }
    #expect(try plain.read(file) == [2])
    try cut { try $0.replace(file, with: [3], durability: .cached) }
    #expect(try plain.read(file) == [2])
    #expect(try names() == ["file"])
  }

  @Test("bytes of a file need its own sync, its name needs the folder's")
  func bytesAndNames() throws {
    try cut {
      let made = try $0.create(file)
      try made.write([1, 2])
      try made.sync()
    }
    #expect(try names() == [])
    try cut {
      try $0.create(file).write([1, 2])
      try $0.syncDirectory(folder.path)
    }
    #expect(try plain.read(file) == [])
  }

  @Test("an append that was not synced goes, what was there before stays")
  func appends() throws {
    try plain.replace(file, with: [1, 2])
    try cut { try $0.openForAppending(file).write([3, 4]) }
    #expect(try plain.read(file) == [1, 2])
  }

  @Test("a rename between folders happened whole or not at all", arguments: [nil, 1, 2, 3, 4] as [UInt64?])
  func renames(seed: UInt64?) throws {
    try plain.makeDirectory(folder.path.appending("a/deep"))
    try plain.makeDirectory(folder.path.appending("b"))
    try plain.replace(folder.path.appending("a/deep/file"), with: [7])
    let target = folder.path.appending("b/moved")
    try cut(seed: seed) { try $0.rename(folder.path.appending("a/deep"), to: target) }
    let moved = plain.exists(target)
    #expect(try plain.read((moved ? target : folder.path.appending("a/deep")).appending("file")) == [7])
    #expect(plain.exists(folder.path.appending("a/deep")) != moved)
    if seed == nil { #expect(!moved) }
  }

  @Test("two folders took each other's names or kept their own", arguments: [nil, 1, 2, 3, 4] as [UInt64?])
  func exchanges(seed: UInt64?) throws {
    for name in ["a", "b"] {
      try plain.makeDirectory(folder.path.appending(name))
      try plain.replace(folder.path.appending(name).appending("file"), with: Array(name.utf8))
    }
    let (one, other) = (folder.path.appending("a"), folder.path.appending("b"))
    try cut(seed: seed) { try $0.exchange(one, other) }
    let found = try [one, other].map { String(decoding: try plain.read($0.appending("file")), as: UTF8.self) }
    #expect(found == ["a", "b"] || seed != nil && found == ["b", "a"])
    try cut {
      try $0.exchange(one, other)
      try $0.syncDirectory(folder.path)
    }
    #expect(try String(decoding: plain.read(one.appending("file")), as: UTF8.self) == found[1])
  }

  @Test("a removed file comes back, unless its folder was synced")
  func removals() throws {
    try plain.replace(file, with: [1])
    try cut { try $0.remove(file) }
    #expect(try plain.read(file) == [1])
    try cut {
      try $0.remove(file)
      try $0.syncDirectory(folder.path)
    }
    #expect(try names() == [])
  }

  @Test("a folder that was made goes with all in it; a sync of the file system keeps all")
  func folders() throws {
    let deep = folder.path.appending("new/er/file")
    let make: (Disk) throws -> Void = {
      try $0.makeDirectory(deep.removingLastComponent())
      try $0.replace(deep, with: [1])
    }
    try cut(after: make)
    #expect(try names() == [])
    try cut {
      try make($0)
      try $0.syncFileSystem(of: folder.path)
    }
    #expect(try plain.read(deep) == [1])
  }

  @Test(
    "whatever a seed lets survive, a synced file is whole and an unsynced one is old, new or torn", arguments: 1..<40)
  func seeds(seed: UInt64) throws {
    let old = [UInt8](repeating: 1, count: 100)
    let new = old + [UInt8](repeating: 2, count: 900)
    try plain.replace(file, with: old)
    try cut(seed: seed) {
      try $0.openForAppending(file).write(Array(new.dropFirst(100)))
      try $0.replace(folder.path.appending("sure"), with: new)
      try $0.create(folder.path.appending("perhaps")).write(new)
    }
    #expect(try plain.read(folder.path.appending("sure")) == new)
    let bytes = try plain.read(file)
    #expect(bytes.starts(with: old))
    #expect(zip(bytes, new).allSatisfy { $0 == $1 || $0 == 0 } && bytes.count <= new.count)
    #expect(try names().contains("perhaps") || names() == ["file", "sure"])
  }

  @Test("a torn write leaves a part of its bytes, and the disk is dead")
  func tornWrite() throws {
    let disk = Disk(faults: FaultPlan(.tear(seed: 3), at: 1))
    let made = try disk.create(file)
    #expect(throws: DiskError.stopped) { try made.write([UInt8](repeating: 1, count: 1000)) }
    #expect(throws: DiskError.stopped) { try disk.remove(file) }
    let bytes = try plain.read(file)
    #expect(bytes.count < 1000)
    #expect(bytes.allSatisfy { $0 == 1 })
  }
}
