import Disk
import Foundation
@testable import Store
import SystemPackage
import Testing

@Suite struct ArchiveReaderTests {
  let fixture: StoreFixture
  let archive: FilePath

  init() throws {
    fixture = try StoreFixture()
    archive = fixture.root.appending("archive")
  }

  /// Makes the archive with Python's own libraries.
  private func make(_ script: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", "import tarfile,zipfile,io,sys\np=sys.argv[1]\n" + script, archive.string]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }

  private static let tar = """
    def add(t, name, data=b'1,2\\n', type=tarfile.REGTYPE, link=''):
      i = tarfile.TarInfo(name); i.size = len(data) if type == tarfile.REGTYPE else 0; i.type = type; i.linkname = link
      t.addfile(i, io.BytesIO(data))

    """

  private func read(_ select: [String] = [], ratio: Double = 1000, entries: Int = 100) throws -> Manifest {
    let limits = ArchiveReader.Limits(entryCount: entries, totalBytes: 64 << 20, ratio: ratio)
    let writer = try StoreWriter(try fixture.open())
    let manifest = try ArchiveReader(archive, disk: Disk(), limits: limits).read(
      select: select.compactMap { Glob($0) }, into: writer)
    try writer.finish()
    return manifest
  }

  @Test(
    "tar, compressed tar and zip give their files",
    arguments: [
      "w", "w:gz", "w:bz2", "w:xz", "zip",
    ])
  func reads(mode: String) throws {
    try make(
      mode == "zip"
        ? "with zipfile.ZipFile(p,'w',zipfile.ZIP_DEFLATED) as z: z.writestr('a/x.csv','1,2\\n'); z.writestr('b.txt','b')"
        : Self.tar + "with tarfile.open(p,'\(mode)') as t: add(t,'a/x.csv'); add(t,'./b.txt',b'b')")
    #expect(try read().files.map(\.path.text) == ["a/x.csv", "b.txt"])
    #expect(try read(["**/*.csv"]).files.map(\.path.text) == ["a/x.csv"])
    #expect(throws: StoreError.nothingToStore("no file in \(archive) matches *.parquet")) { try read(["*.parquet"]) }
  }

  @Test(
    "a hostile entry is refused by name",
    arguments: [
      ("../evil", "tarfile.REGTYPE", "it leaves its folder by `..`"),
      ("/etc/passwd", "tarfile.REGTYPE", "it is absolute"),
      ("link", "tarfile.SYMTYPE", "it is a link: archives of data hold the files themselves"),
      ("hard", "tarfile.LNKTYPE", "it is a link: archives of data hold the files themselves"),
      ("pipe", "tarfile.FIFOTYPE", "it is a device, pipe or socket"),
      ("a.csv", "tarfile.REGTYPE", "the archive holds it twice"),
    ])
  func refuses(entry: String, type: String, reason: String) throws {
    try make(
      Self.tar + "with tarfile.open(p,'w') as t: add(t,'a.csv'); add(t,'\(entry)',type=\(type),link='/etc/passwd')")
    #expect(throws: StoreError.refusedArchive(archive, entry: entry, reason: reason)) { try read() }
  }

  @Test("a bomb and a flood are refused")
  func limits() throws {
    try make("with zipfile.ZipFile(p,'w',zipfile.ZIP_DEFLATED) as z: z.writestr('zeros',b'\\0'*(20<<20))")
    #expect(
      throws: StoreError.refusedArchive(
        archive, entry: "zeros", reason: "the archive unpacks to more than 100 times its size")
    ) {
      try read(ratio: 100)
    }
    try make(Self.tar + "with tarfile.open(p,'w') as t: [add(t,str(n)) for n in range(9)]")
    #expect(throws: StoreError.refusedArchive(archive, entry: "5", reason: "the archive has more than 5 entries")) {
      try read(entries: 5)
    }
  }

  @Test("what is no archive, and half of one, are said to be so")
  func unreadable() throws {
    try Disk().replace(archive, with: Array("this is no archive, whatever its name says".utf8))
    #expect(throws: StoreError.self) { try read() }
    try make(Self.tar + "with tarfile.open(p,'w:gz') as t: add(t,'a',bytes(range(256))*400)")
    try Disk().replace(archive, with: Array(try Disk().read(archive).prefix(300)))
    #expect(throws: StoreError.self) { try read() }
  }
}
