@testable import Disk
import Foundation
import SystemPackage
import Testing

@Suite struct DiskTests {
  let folder = TemporaryFolder()
  let disk = Disk()

  @Test("a replaced file has the new bytes and leaves nothing beside it")
  func replaces() throws {
    let path = folder.path.appending("file")
    try disk.replace(path, with: Array("old".utf8))
    try disk.replace(path, with: Array("new".utf8))
    #expect(try disk.read(path) == Array("new".utf8))
    #expect(try disk.list(folder.path).map(\.name) == ["file"])
  }

  @Test("of two claimants of one name, the second is told")
  func exclusiveRename() throws {
    for name in ["a", "b"] { try disk.replace(folder.path.appending(name), with: Array(name.utf8)) }
    let target = folder.path.appending("target")
    try disk.renameExclusively(folder.path.appending("a"), to: target)
    #expect(throws: DiskError.system(operation: .rename, path: folder.path.appending("b"), code: .fileExists)) {
      try disk.renameExclusively(folder.path.appending("b"), to: target)
    }
    #expect(try disk.read(target) == Array("a".utf8))
  }

  @Test("links are refused and a pipe does not hang")
  func oddFiles() throws {
    let link = folder.path.appending("link")
    let pipe = folder.path.appending("pipe")
    #expect(symlink("/etc/passwd", link.string) == 0)
    #expect(mkfifo(pipe.string, 0o600) == 0)
    #expect(throws: DiskError.notRegular(path: link)) { try disk.read(link) }
    #expect(throws: DiskError.notRegular(path: pipe)) { try disk.read(pipe) }
  }

  @Test("a held lock is seen by others and free when its holder lets go")
  func locks() throws {
    let path = folder.path.appending("lock")
    do {
      let held = try disk.lock(path)
      #expect(try isFree(path) == false)
      held.keep()
    }
    #expect(try isFree(path))
  }

  private func isFree(_ path: FilePath) throws -> Bool {
    switch try disk.lockIfFree(path) {
    case .some: true
    case .none: false
    }
  }

  @Test("a file larger than the reader's limit is refused, not read")
  func limit() throws {
    let path = folder.path.appending("large")
    try disk.replace(path, with: [UInt8](repeating: 0, count: 100))
    #expect(throws: DiskError.tooLarge(path: path, limitBytes: 99)) { try disk.read(path, limitBytes: 99) }
  }

  @Test("whatever operation of a replacement fails, the old bytes stay", arguments: 0..<8)
  func replacementSurvives(index: Int) throws {
    let path = folder.path.appending("file")
    try disk.replace(path, with: Array("old".utf8))
    for fault in [FaultPlan.Fault.stop, .fail(.noSpace)] {
      let plan = FaultPlan(fault, at: index)
      try? Disk(faults: plan).replace(path, with: Array("new".utf8))
      let bytes = try disk.read(path)
      #expect(bytes == Array("old".utf8) || bytes == Array("new".utf8))
    }
  }

  @Test("removing a tree leaves what a link in it points at")
  func removesTree() throws {
    let outside = folder.path.appending("outside")
    let tree = folder.path.appending("tree")
    try disk.makeDirectory(tree.appending("deep/er"))
    try disk.replace(outside, with: [1])
    #expect(symlink(outside.string, tree.appending("deep/link").string) == 0)
    try disk.removeTree(tree)
    #expect(!disk.exists(tree))
    #expect(disk.exists(outside))
  }
}
