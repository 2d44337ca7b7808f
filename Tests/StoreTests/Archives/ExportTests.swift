import Disk
import Foundation
@testable import Store
import SystemPackage
import Testing

@Suite struct ExportTests {
  let fixture: StoreFixture
  let file: FilePath

  init() throws {
    fixture = try StoreFixture()
    file = fixture.root.appending("version")
  }

  /// Every kind of file that a header has to say something special for.
  private static let files: [(path: String, isExecutable: Bool, bytes: [UInt8])] = [
    ("a/empty", false, []),
    ("a/run.sh", true, Array("#!/bin/sh\n".utf8)),
    ("größe/é.csv", false, Array("1,2\n".utf8)),
    (String(repeating: String(repeating: "d", count: 250) + "/", count: 15) + "end", false, [1]),
    ("weights", false, noise((1 << 20) + 5000, seed: 3)),
  ]

  private func add(to store: Store) throws -> (digest: Digest, manifest: Manifest) {
    let writer = try StoreWriter(store)
    let manifest = try Manifest(
      Self.files.map { file in
        var stream = MemoryStream(file.bytes)
        return try writer.addFile(RelativePath(file.path), isExecutable: file.isExecutable, &stream)
      })
    let digest = try writer.put(manifest)
    try writer.finish()
    return (digest, manifest)
  }

  private func export(_ format: ArchiveFormat, _ disk: Disk = Disk()) throws -> [UInt8] {
    let store = try fixture.open(disk)
    try store.export(try add(to: store).manifest, as: format, to: file)
    return try Disk().read(file)
  }

  @Test(
    "an archive's bytes are the same for ever",
    arguments: [
      (.tar, "0b60de42e17cfe364d2459ee9052a0119a89b8c95c3e29aafa4ed3238b7dfa3b"),
      (.zip, "2a5ad826e4604dc36ce65853111a481256fc1e9b58287610d2ffc305a4945e81"),
    ] as [(ArchiveFormat, String)])
  func golden(format: ArchiveFormat, digest: String) throws {
    let found = Digest(of: try export(format)).hex
    #expect(found == digest)
  }

  @Test(
    "a compressed tar unpacks to the plain one", arguments: ArchiveFormat.allCases.filter { $0 != .tar && $0 != .zip })
  func filters(format: ArchiveFormat) throws {
    let packed = try export(format)
    let limits = ArchiveReader.Limits(entryCount: 1, totalBytes: 4 << 20, ratio: 10)
    var stream = try CompressedStream(MemoryStream(packed), name: "version", limits: limits)
    #expect(try stream.readAll() == (try export(.tar)))
  }

  @Test("the bytes depend on the files alone, not on how a store cuts them", arguments: ArchiveFormat.allCases)
  func chunks(format: ArchiveFormat) throws {
    let usual = try export(format)
    try Disk().replace(
      fixture.root.appending("store/format"), with: Array("nightshift-store 1\nchunks fastcdc 1000 4096 9999\n".utf8))
    #expect(try export(format) == usual)
  }

  @Test("an import of an export is the same version", arguments: ArchiveFormat.allCases)
  func roundTrip(format: ArchiveFormat) throws {
    _ = try export(format)
    let store = try fixture.open()
    let limits = ArchiveReader.Limits(entryCount: 10, totalBytes: 4 << 20, ratio: 10)
    let writer = try StoreWriter(store)
    let manifest = try ArchiveReader(file, disk: Disk(), limits: limits).read(select: [], into: writer)
    #expect(try writer.put(manifest) == (try add(to: store).digest))
  }

  @Test(
    "Python's own libraries find every name and nothing else",
    arguments: [
      (.tar, "[(m.name, m.mode, m.size, m.mtime, m.uid, m.gid, m.uname, m.gname) for m in tarfile.open(p)]"),
      (
        .zip,
        "[(m.filename, m.external_attr >> 16 & 0o777, m.file_size, 0 if m.date_time == (1980, 1, 1, 0, 0, 0) else 1, 0, 0, '', '') for m in zipfile.ZipFile(p).infolist()]"
      ),
    ] as [(ArchiveFormat, String)])
  func python(format: ArchiveFormat, listing: String) throws {
    _ = try export(format)
    let script = "import sys,tarfile,zipfile,json\np=sys.argv[1]\nprint(json.dumps(\(listing)))"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script, file.string]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let json = try JSONSerialization.jsonObject(with: output.fileHandleForReading.readDataToEndOfFile())
    process.waitUntilExit()
    let expected: [[Any]] = Self.files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }.map {
      [$0.path, $0.isExecutable ? 0o755 : 0o644, $0.bytes.count, 0, 0, 0, "", ""]
    }
    #expect(json as? NSArray == expected as NSArray)
  }

  @Test("a file of 9 GiB has its size in the header", arguments: [ArchiveFormat.tar, .zip])
  func large(format: ArchiveFormat) throws {
    var written: [UInt8] = []
    do {
      let archive = try ArchiveWriter(format, name: file) { written += $0 }
      try archive.beginFile(try RelativePath("big"), isExecutable: false, sizeBytes: 9 << 30)
      for _ in 0..<3 { try archive.write([UInt8](repeating: 7, count: 1 << 20)) }
    }
    #expect(written.count < 4 << 20, "an archive given up is not filled up")
    if format == .tar {
      // The top bit of the field says that the rest is a big-endian number.
      #expect(Array(written[124..<136]) == [0x80, 0, 0, 0, 0, 0, 0, 2, 0x40, 0, 0, 0])
    } else {
      // Version 4.5 of the format, which has sizes of 64 bits.
      #expect(written[4] == 45)
    }
  }

  @Test("a damaged blob leaves the archive that was there", arguments: ArchiveFormat.allCases)
  func damaged(format: ArchiveFormat) throws {
    let before = try export(format)
    let store = try fixture.open()
    let name = try #require(try store.index.packNames().first)
    let pack = fixture.root.appending("store/packs/\(name).pack")
    var bytes = try Disk().read(pack)
    bytes[bytes.count / 2] ^= 1
    try Disk().replace(pack, with: bytes)
    #expect(throws: StoreError.self) { try export(format) }
    #expect(try Disk().read(file) == before)
    #expect(try Disk().list(fixture.root).map(\.name).sorted() == ["store", "version"])
  }

  @Test("a full disk is said to be full, and nothing is left")
  func full() throws {
    let store = try fixture.open()
    let manifest = try add(to: store).manifest
    var met = true
    var index = 0
    while met {
      let plan = FaultPlan(.fail(.noSpace), at: index)
      let faulty = try fixture.open(Disk(faults: plan))
      let result = Result { try faulty.export(manifest, as: .tar, to: file) }
      met = plan.wasMet
      let names = try Disk().list(fixture.root).map(\.name)
      if met, case .failure(let error) = result {
        #expect("\(error)".hasSuffix("the disk is full"))
        #expect(names.allSatisfy { !$0.hasPrefix(".") } || index == 0)
      } else {
        #expect(!met && names.contains("version"))
      }
      index += 1
    }
    #expect(index > 4)
  }

  @Test(
    "a name says its format",
    arguments: [
      ("a.tar", .tar), ("A.TAR.GZ", .tarGzip), ("x.y.tar.zst", .tarZstandard), ("a.tar.lz4", .tarLZ4),
      ("a.tar.xz", .tarXZ), ("a.zip", .zip), ("tar", nil), ("a.gz", nil), ("a.7z", nil), ("", nil),
    ] as [(String, ArchiveFormat?)])
  func names(name: String, format: ArchiveFormat?) { #expect(ArchiveFormat(fileName: name) == format) }
}
