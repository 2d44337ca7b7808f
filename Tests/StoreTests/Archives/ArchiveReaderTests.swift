import CArchive
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

  private func read(
    _ select: [String] = [], ratio: Double = 1000, entries: Int = 100, names: ArchiveReader.Names = .portable
  ) throws -> Manifest {
    let limits = ArchiveReader.Limits(entryCount: entries, totalBytes: 64 << 20, ratio: ratio, names: names)
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

  @Test("an archive in the store gives what it gives on disk", arguments: ["w", "w:gz", "zip"])
  func readsFromStore(mode: String) throws {
    let content = "import random; r=random.Random(5); big=r.randbytes(2_000_000)\n"
    try make(
      content
        + (mode == "zip"
          ? "with zipfile.ZipFile(p,'w') as z: [z.writestr(f'd/{i}', big[i:]) for i in range(3)]"
          : Self.tar + "with tarfile.open(p,'\(mode)') as t: [add(t,f'd/{i}',big[i:]) for i in range(3)]"))
    let store = try fixture.open()
    let writer = try StoreWriter(store)
    let stored = try Ingest(disk: Disk()).read([.init(file: archive, path: try RelativePath("archive"))], into: writer)
    try writer.finish()
    let limits = ArchiveReader.Limits(entryCount: 100, totalBytes: 64 << 20, ratio: 1000)
    let manifest = try ArchiveReader(stored.files[0], in: store, limits: limits)
      .read(select: [try #require(Glob("d/[12]"))], into: try StoreWriter(store))
    #expect(manifest.files.map(\.sizeBytes) == [1_999_999, 1_999_998])
    #expect(manifest == (try read(["d/[12]"])))
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

  /// Writes `a/é.csv` by libarchive, for what Python's libraries have no writer for.
  private func write(_ format: (OpaquePointer) -> Int32, _ filter: (OpaquePointer) -> Int32) throws {
    let locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)
    let former = uselocale(locale)
    defer {
      uselocale(former)
      freelocale(locale)
    }
    let writer = try #require(archive_write_new())
    defer { archive_write_free(writer) }
    try #require(format(writer) == ARCHIVE_OK && filter(writer) == ARCHIVE_OK)
    try #require(archive_write_open_filename(writer, archive.string) == ARCHIVE_OK)
    let entry = try #require(archive_entry_new())
    defer { archive_entry_free(entry) }
    archive_entry_set_pathname_utf8(entry, "a/é.csv")
    archive_entry_set_filetype(entry, 0o100000)
    archive_entry_set_perm(entry, 0o644)
    archive_entry_set_size(entry, 4)
    try #require(archive_write_header(writer, entry) >= ARCHIVE_WARN)
    try #require(archive_write_data(writer, "1,2\n", 4) == 4)
    try #require(archive_write_close(writer) == ARCHIVE_OK)
  }

  @Test("7z, tar.zst and tar.lz4 give their files", arguments: ["7z", "zst", "lz4"])
  func readsMore(kind: String) throws {
    switch kind {
    case "7z":
      try write(archive_write_set_format_7zip) { _ in ARCHIVE_OK }
    case "zst": try write(archive_write_set_format_gnutar, archive_write_add_filter_zstd)
    default: try write(archive_write_set_format_gnutar, archive_write_add_filter_lz4)
    }
    let manifest = try read()
    #expect(manifest.files.map(\.path.text) == ["a/é.csv"])
    #expect(manifest.files[0].digest == Digest(of: Array("1,2\n".utf8)))
  }

  @Test("a single compressed file is a file of its name without the suffix")
  func single() throws {
    let packed = fixture.root.appending("flights.csv.gz")
    try make("import gzip\nopen(p,'wb').write(gzip.compress(b'1,2\\n'))")
    try Disk().rename(archive, to: packed)
    let limits = ArchiveReader.Limits(entryCount: 1, totalBytes: 100, ratio: 100)
    let writer = try StoreWriter(try fixture.open())
    let manifest = try ArchiveReader(packed, disk: Disk(), limits: limits).read(select: [], into: writer)
    #expect(manifest.files.map(\.path.text) == ["flights.csv"])
    #expect(manifest.files[0].digest == Digest(of: Array("1,2\n".utf8)))
  }

  @Test("names beyond ASCII are kept in every kind of archive", arguments: ["zip", "USTAR", "GNU", "PAX"])
  func names(format: String) throws {
    try make(
      format == "zip"
        ? "with zipfile.ZipFile(p,'w') as z: z.writestr('größe/é.csv','1')"
        : Self.tar + "with tarfile.open(p,'w',format=tarfile.\(format)_FORMAT) as t: add(t,'größe/é.csv')")
    #expect(try read().files.map(\.path.text) == ["größe/é.csv"])
  }

  @Test("an accent on a slash opens no way out")
  func accent() throws {
    try make(Self.tar + "with tarfile.open(p,'w') as t: add(t,'a/../\\u0301evil')")
    #expect(
      throws: StoreError.refusedArchive(
        archive, entry: "a/../\u{301}evil", reason: "it leaves its folder by `..`")
    ) { try read() }
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

  // MARK: What two readers would see differently

  @Test(
    "names that another file system takes for one are refused together, unless any name is allowed",
    arguments: [
      (["a.csv", "A.csv"], "A.csv", "a.csv"),
      (["é.csv", "e\u{301}.csv"], "e\u{301}.csv", "é.csv"),
      (["straße", "STRASSE"], "STRASSE", "straße"),
      (["a", "A/b"], "A/b", "a"),
      (["A/b/c", "a/B"], "a/B", "A/b"),
    ])
  func clashes(names: [String], entry: String, other: String) throws {
    let list = names.map { "'\($0)'" }.joined(separator: ",")
    try make(Self.tar + "with tarfile.open(p,'w',format=tarfile.GNU_FORMAT) as t: [add(t,n) for n in [\(list)]]")
    #expect(
      throws: StoreError.refusedArchive(
        archive, entry: entry,
        reason:
          "macOS and Windows take it for “\(other)”: rename one, select one, or allow both by `names: any` in `limits`")
    ) { try read() }
    #expect(try read(names: .any).files.count == 2)
  }

  @Test("folders whose names differ in case are one, and no clash")
  func mergedFolders() throws {
    try make(Self.tar + "with tarfile.open(p,'w') as t: [add(t,n) for n in ['a/b/x','A/b/y','a/B/z','ab']]")
    #expect(try read().files.count == 4)
    try make(Self.tar + "with tarfile.open(p,'w') as t: add(t,'a.csv'); add(t,'A.csv')")
    #expect(try read(["a.*"]).files.count == 1, "what is not selected is at odds with nothing")
  }

  /// Changes bytes of a zip file of `good.csv` and `more.csv`, found from either end.
  private static let zip = """
    def zip(change):
      with zipfile.ZipFile(p,'w',allowZip64=True) as z: z.writestr('good.csv','1,2\\n'); z.writestr('more.csv','3,4\\n')
      data = bytearray(open(p,'rb').read()); data = change(data) or data
      open(p,'wb').write(data)

    """

  @Test(
    "a zip file whose directory and entries disagree is refused",
    arguments: [
      ("d[30:34] = b'evil'", "good.csv", "the archive's directory calls it so, but its own header “evil.csv”"),
      (
        "d[d.rindex(b'more'):][:4]; d.__setitem__(slice(d.rindex(b'more'),d.rindex(b'more')+4), b'evil')", "evil.csv",
        "the archive's directory calls it so, but its own header “more.csv”"
      ),
      ("d[d.index(b'PK\\1\\2')+42] = 7", "good.csv", "the archive's directory points at no such entry"),
    ])
  func mismatch(change: String, entry: String, reason: String) throws {
    try make(Self.zip + "def c(d):\n  \(change)\nzip(c)")
    #expect(throws: StoreError.refusedArchive(archive, entry: entry, reason: reason)) { try read() }
  }

  @Test(
    "a zip file whose directory is torn, hidden or elsewhere is refused",
    arguments: [
      ("return d[:-22]", "its directory is not at its end"),
      ("return d + b'more'", "its directory is not at its end"),
      ("return d[:d.index(b'PK\\1\\2')]", "its directory is not at its end"),
      ("d[-6] += 1", "its directory is not where its end says"),
      ("d[-12] += 1", "its directory is torn"),
      ("return b'#!/bin/sh\\n' + d", "something stands before the zip archive in it: cut it off"),
    ])
  func tornZip(change: String, reason: String) throws {
    try make(Self.zip + "def c(d):\n  \(change)\nzip(c)")
    #expect(throws: StoreError.unreadableArchive(archive, reason: reason)) { try read() }
  }

  @Test("a zip file of more entries than its first header can count is read")
  func manyEntries() throws {
    try make("with zipfile.ZipFile(p,'w') as z: [z.writestr(str(n),'') for n in range(66000)]")
    #expect(try read(entries: 70_000).files.count == 66_000)
    #expect(throws: StoreError.unreadableArchive(archive, reason: "its directory has 66000 entries, more than 100")) {
      try read()
    }
  }

  @Test("a zip entry whose offset stands in the extra field is found there", arguments: [0, 7])
  func largeOffset(error: Int) throws {
    try make(
      Self.zip + """
        def c(d):
          import struct
          at = d.index(b'PK\\1\\2'); end = d.rindex(b'PK\\5\\6'); offset = d.rindex(b'PK\\3\\4')
          second = d.rindex(b'PK\\1\\2'); entry = d[second:end]
          entry[42:46] = b'\\xff' * 4; entry[30:32] = struct.pack('<H', 12)
          entry += struct.pack('<HHQ', 1, 8, offset + \(error))
          tail = d[end:]; tail[12:16] = struct.pack('<L', second - at + len(entry))
          return d[:second] + entry + tail
        zip(c)
        """)
    guard error == 0 else {
      let reason = "the archive's directory points at no such entry"
      #expect(throws: StoreError.refusedArchive(archive, entry: "more.csv", reason: reason)) { try read() }
      return
    }
    #expect(try read().files.map(\.path.text) == ["good.csv", "more.csv"])
  }

  // MARK: Bombs

  @Test("compression in compression is refused", arguments: ["w:gz", "w:xz"])
  func nested(mode: String) throws {
    try make(
      Self.tar + "import gzip\nwith tarfile.open(p,'\(mode)') as t: add(t,'a')\n"
        + "d=open(p,'rb').read(); open(p,'wb').write(gzip.compress(d))")
    #expect(throws: StoreError.unreadableArchive(archive, reason: "it is compressed more than once: unpack it before"))
    {
      try read()
    }
  }

  @Test("a hole of a terabyte counts as a terabyte")
  func sparse() throws {
    try make(
      Self.tar + "i=tarfile.TarInfo('hole'); i.pax_headers={'GNU.sparse.major':'1','GNU.sparse.minor':'0',"
        + "'GNU.sparse.name':'hole','GNU.sparse.realsize':str(1<<40)}; m=b'1\\n%d\\n1\\n' % ((1<<40)-1); m+=b'\\0'*(512-len(m))+b'x'\n"
        + "i.size=len(m)\nwith tarfile.open(p,'w',format=tarfile.PAX_FORMAT) as t: t.addfile(i,io.BytesIO(m))")
    #expect(
      throws: StoreError.refusedArchive(
        archive, entry: "hole", reason: "the archive unpacks to more than 100 times its size")
    ) { try read(ratio: 100) }
  }

  @Test(
    "headers without end are refused in little time and memory", .timeLimit(.minutes(5)),
    arguments: [
      // One extended header of 8 MiB, and ten thousand of them before one entry.
      "i=tarfile.TarInfo('a'); i.pax_headers={'comment':'x'*(8<<20)}\nwith tarfile.open(p,'w') as t: t.addfile(i)",
      "h=tarfile.TarInfo('h'); h.type=tarfile.XHDTYPE; h.size=0\nopen(p,'wb').write(h.tobuf()*10000+tarfile.TarInfo('a').tobuf()+bytes(1024))",
      "h=tarfile.TarInfo('././@LongLink'); h.type=tarfile.GNUTYPE_LONGNAME; h.size=8<<20\nopen(p,'wb').write(h.tobuf()+b'n'*(8<<20)+tarfile.TarInfo('a').tobuf()+bytes(1024))",
    ])
  func headers(script: String) throws {
    try make(script)
    #expect(throws: StoreError.self) { try read() }
  }
}
