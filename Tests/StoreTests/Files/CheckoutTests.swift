import Disk
@testable import Store
import SystemPackage
import Testing

@Suite struct CheckoutTests {
  let fixture: StoreFixture
  let store: Store
  let folder: FilePath

  init() throws {
    fixture = try StoreFixture()
    store = try fixture.open()
    folder = fixture.root.appending("out")
  }

  private func version(_ files: [String: [UInt8]], executable: Set<String> = []) throws -> Manifest {
    let writer = try StoreWriter(store)
    var listed: [Manifest.File] = []
    for (path, bytes) in files {
      var stream = MemoryStream(bytes)
      listed.append(try writer.addFile(try RelativePath(path), isExecutable: executable.contains(path), &stream))
    }
    try writer.finish()
    return try Manifest(listed)
  }

  private func content(of folder: FilePath) throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for file in try FolderContent(of: folder, Disk()).files {
      files[file.path.text] = try Disk().read(folder.appending(file.path.text))
    }
    return files
  }

  @Test("large files in parts and small ones in groups come out as they went in")
  func roundTrip() throws {
    var files: [String: [UInt8]] = ["large": noise(21_000_000, seed: 1), "empty": [], "deep/er/still": [1]]
    for number in 0..<150 { files["small/\(number % 7)/\(number)"] = noise(number * 37, seed: UInt64(number)) }
    let summary = try store.checkout(try version(files), to: folder)
    #expect(try content(of: folder) == files)
    #expect(summary.writtenCount == files.count)
    #expect(summary.writtenBytes == files.values.reduce(0) { $0 + $1.count })
  }

  @Test("an update writes what differs, keeps what is the same and removes what is more")
  func updates() throws {
    let same = noise(300_000, seed: 5)
    try store.checkout(try version(["same": same, "changed": [1, 2], "gone/file": [3]]), to: folder)
    let inode = try Disk().status(of: folder.appending("same")).inode
    let summary = try store.update(folder, to: try version(["same": same, "changed": [2, 1], "new/file": [4]]))
    #expect(try content(of: folder) == ["same": same, "changed": [2, 1], "new/file": [4]])
    #expect(try Disk().status(of: folder.appending("same")).inode == inode)
    #expect(summary == Store.CheckoutSummary(writtenCount: 2, writtenBytes: 3, keptCount: 1, removedCount: 1))
    #expect(try Disk().list(fixture.root).map(\.name) == ["out", "store"])
  }

  @Test("an update to what is there already does not touch the folder")
  func nothingToDo() throws {
    let manifest = try version(["a": [1], "b/c": [2]])
    try store.checkout(manifest, to: folder)
    let before = try Disk().status(of: folder)
    #expect(try store.update(folder, to: manifest) == Store.CheckoutSummary(keptCount: 2))
    #expect(try Disk().status(of: folder) == before)
  }

  @Test("an edit that changes neither length nor name is found")
  func silentEdit() throws {
    let bytes = noise(200_000, seed: 9)
    let manifest = try version(["a": bytes])
    try store.checkout(manifest, to: folder)
    var edited = bytes
    edited[150_000] ^= 1
    try Disk().replace(folder.appending("a"), with: edited)
    #expect(try store.update(folder, to: manifest).writtenCount == 1)
    #expect(try content(of: folder) == ["a": bytes])
  }

  @Test("a file that has become executable, or read-only, is written again")
  func permissions() throws {
    try store.checkout(try version(["run": [1]]), to: folder)
    let executable = try version(["run": [1]], executable: ["run"])
    #expect(try store.update(folder, to: executable).writtenCount == 1)
    #expect(try Disk().status(of: folder.appending("run")).isExecutable)
    #expect(try store.update(folder, to: executable, .readOnly).writtenCount == 1)
    #expect(try Disk().status(of: folder.appending("run")).mode & 0o222 == 0)
  }

  @Test("what no version can hold is not removed", arguments: [".git/config", "data/.hidden"])
  func foreign(path: String) throws {
    let manifest = try version(["data/a": [1]])
    try store.checkout(manifest, to: folder)
    let foreign = folder.appending(path)
    try Disk().makeDirectory(foreign.removingLastComponent())
    try Disk().replace(foreign, with: [1])
    let name = path.hasPrefix(".git") ? ".git" : path
    #expect(throws: StoreError.foreignFiles(folder, name)) { try store.update(folder, to: manifest) }
    #expect(try Disk().read(foreign) == [1])
  }

  @Test("where content is damaged, the folder stays as it was and nothing is left beside it", arguments: [true, false])
  func damage(isUpdate: Bool) throws {
    let old = try version(["a": [1]])
    if isUpdate { try store.checkout(old, to: folder) }
    let new = try version(["a": noise(100_000, seed: 3), "b": noise(9_000_000, seed: 4)])
    let packs = fixture.root.appending("store/packs")
    for entry in try Disk().list(packs) where entry.status.sizeBytes > 1000 {
      var bytes = try Disk().read(packs.appending(entry.name))
      bytes[bytes.count / 2] ^= 1
      try Disk().replace(packs.appending(entry.name), with: bytes)
    }
    let store = try fixture.open()
    #expect(throws: StoreError.self) {
      if isUpdate { try store.update(folder, to: new) } else { try store.checkout(new, to: folder) }
    }
    if isUpdate { #expect(try content(of: folder) == ["a": [1]]) }
    #expect(try Disk().list(fixture.root).map(\.name) == (isUpdate ? ["out", "store"] : ["store"]))
  }

  @Test("a reader beside updates sees one version or the other, never a mixture")
  func atomic() async throws {
    let versions = try (0..<2).map { number in
      try version(Dictionary(uniqueKeysWithValues: (0..<20).map { ("f\($0)", [UInt8(number), UInt8($0)]) }))
    }
    try store.checkout(versions[0], to: folder)
    let (store, folder) = (store, folder)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for round in 1...30 { _ = try store.update(folder, to: versions[round % 2]) }
      }
      group.addTask {
        for _ in 0..<300 {
          // One open folder is one version.
          let listed = try Disk().list(folder)
          #expect(listed.count == 20 || listed.isEmpty)
        }
      }
      try await group.waitForAll()
    }
    #expect(try store.update(folder, to: versions[0]) == Store.CheckoutSummary(keptCount: 20))
  }
}
