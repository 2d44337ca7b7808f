import Disk
import Foundation
@testable import Store
import SystemPackage
import Testing

@Suite struct IngestTests {
  let fixture: StoreFixture
  let folder: FilePath

  init() throws {
    fixture = try StoreFixture()
    folder = fixture.root.appending("landing")
    try Disk().makeDirectory(folder.appending("sub"))
    try Disk().replace(folder.appending("b.csv"), with: noise(1_500_000, seed: 1))
    try Disk().replace(folder.appending("sub/a.csv"), with: Array("1,2\n".utf8))
    try Disk().replace(folder.appending(".hidden"), with: [1])
  }

  /// Reads the folder as if it had rested `seconds` before.
  private func read(restedSeconds seconds: Int64 = 60, _ mode: StoreWriter.Mode = .store) throws -> Manifest {
    let ingest = Ingest(disk: Disk(), now: { Disk.now() + seconds * 1_000_000_000 })
    let writer = try StoreWriter(try fixture.open(), mode: mode)
    let manifest = try ingest.read(try ingest.sources(folder.string, below: fixture.root), into: writer)
    try writer.finish()
    return manifest
  }

  /// Changes the bytes under the cache's feet: the chunks it names show whether a file was read or looked up.
  private func forgeCache() throws {
    let stat = fixture.root.appending("store/index/stat")
    let path = stat.appending(try #require(try Disk().list(stat).first).name)
    let store = try fixture.open()
    var cache = StatCache(store.format)
    let file = folder.appending("b.csv")
    let forged = try store.put(Array("forged".utf8))[0]
    cache.remember(
      file, try Disk().status(of: file), [Manifest.Chunk(digest: forged, sizeBytes: 6)], readFrom: .max)
    try Disk().replace(path, with: cache.encoded())
  }

  @Test("a folder is read in order, without its hidden files")
  func reads() throws {
    #expect(try read().files.map(\.path.text) == ["b.csv", "sub/a.csv"])
    #expect(try read() == read(.digestOnly))
  }

  @Test("a file that has not changed is not read again")
  func lookedUp() throws {
    let manifest = try read()
    try forgeCache()
    #expect(try read()["b.csv"]?.sizeBytes == 6)
    #expect(try read().files[1] == manifest.files[1])
  }

  @Test("a file that was changed, replaced or touched is read again", arguments: ["change", "replace", "touch"])
  func readAgain(how: String) throws {
    _ = try read()
    try forgeCache()
    let path = folder.appending("b.csv")
    var bytes = try Disk().read(path)
    bytes[7] ^= 1
    switch how {
    case "change":
      let status = try Disk().status(of: path)
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path.string))
      try handle.seek(toOffset: 7)
      try handle.write(contentsOf: Data([bytes[7]]))
      try handle.close()
      // Its time is set back, as `cp -p` does: the time of change cannot be.
      let modified = Date(timeIntervalSince1970: Double(status.modified) / 1e9)
      try FileManager.default.setAttributes([.modificationDate: modified], ofItemAtPath: path.string)
    case "replace": try Disk().replace(path, with: bytes)
    default:
      try Disk().setMode(0o600, of: path)
      bytes[7] ^= 1
    }
    let file = try #require(try read()["b.csv"])
    var stream = try fixture.open().stream(of: file)
    #expect(try stream.readAll() == bytes)
  }

  @Test("a file that changed a moment before it was read is not trusted")
  func racy() throws {
    _ = try read(restedSeconds: 1)
    #expect(try Disk().listIfPresent(fixture.root.appending("store/index/stat")).isEmpty)
  }

  @Test("a torn cache, and one whose chunks are gone, are as good as none")
  func torn() throws {
    let manifest = try read()
    let stat = fixture.root.appending("store/index/stat")
    let path = stat.appending(try #require(try Disk().list(stat).first).name)
    try Disk().replace(path, with: Array(try Disk().read(path).dropLast(3)))
    #expect(try read() == manifest)
    try Disk().removeTree(fixture.root.appending("store/packs"))
    #expect(try read() == manifest)
    var stream = try fixture.open().stream(of: manifest.files[0])
    #expect(try stream.readAll().count == 1_500_000)
  }

  @Test("computing digests alone writes nothing")
  func digestOnly() throws {
    _ = try read(.digestOnly)
    for name in ["packs", "tmp", "index"] {
      #expect(try Disk().list(fixture.root.appending("store").appending(name)).isEmpty)
    }
  }

  @Test("a link is refused, not followed")
  func link() throws {
    #expect(symlink("/etc/passwd", folder.appending("passwd.csv").string) == 0)
    #expect(throws: StoreError.disk(.notRegular(path: folder.appending("passwd.csv")))) { try read() }
  }

  @Test("a file or folder whose name is no text is refused, not passed over", arguments: [false, true])
  func nameBeyondText(isFolder: Bool) throws {
    let name = Array(folder.string.utf8CString.dropLast()) + [0x2F, 0x78, CChar(bitPattern: 0xE9), 0]
    try name.withUnsafeBufferPointer { name in
      let base = try #require(name.baseAddress)
      try #require(isFolder ? mkdir(base, 0o700) == 0 : close(creat(base, 0o600)) == 0)
    }
    #expect(throws: StoreError.invalidPath("x\u{FFFD}", reason: "it is not UTF-8 text without NUL")) { try read() }
  }
}
