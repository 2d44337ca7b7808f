import Disk
import Foundation
@testable import Tables
import Testing

@Suite struct TableSourceTests {
  private static let text = (0..<3000).map { "\($0),\($0 * 7919 % 1000)\n" }.joined()

  /// The text compressed by Python's libraries, or by libarchive's own program.
  private static func packed(_ suffix: String, _ text: String) throws -> [UInt8] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("nightshift-source-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try text.write(to: folder.appendingPathComponent("plain"), atomically: true, encoding: .utf8)
    let module = ["gz": "gzip", "bz2": "bz2", "xz": "lzma", "lz4": "lz4.frame"][suffix] ?? ""
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = [
      "-c", "import \(module) as m; open('packed','wb').write(m.compress(open('plain','rb').read()))",
    ]
    process.currentDirectoryURL = folder
    try process.run()
    process.waitUntilExit()
    return Array(try Data(contentsOf: folder.appendingPathComponent("packed")))
  }

  private func source(_ name: String, _ bytes: [UInt8]) -> TableSource {
    TableSource(name: name) { MemoryStream(bytes, blockBytes: 1000) }
  }

  private func failure(_ name: String, _ bytes: [UInt8]) -> String {
    do { return "\(try TableReader([source(name, bytes)]).countRows()) rows" } catch { return "\(error)" }
  }

  @Test("compressed files are read as what they hold", arguments: ["gz", "bz2", "xz", "lz4"])
  func unpacks(suffix: String) throws {
    let bytes = try Self.packed(suffix, "a,b\n" + Self.text)
    #expect(try TableReader([source("x.csv.\(suffix)", bytes)]).countRows() == 3000)
    let half = failure("x.csv.\(suffix)", Array(bytes.prefix(bytes.count / 2)))
    #expect(half.contains("x.csv.\(suffix)") && !half.contains("rows"), "\(half)")
    // What is packed in two pieces is one file.
    let second = try Self.packed(suffix, Self.text)
    #expect(try TableReader([source("x.csv.\(suffix)", bytes + second)]).countRows() == 6000)
  }

  @Test("a file that is not what its name says is told so")
  func misnamed() throws {
    let plain = Array(("a,b\n" + Self.text).utf8)
    #expect(failure("x.csv.gz", plain).contains("x.csv.gz: what its name says is compressed cannot be unpacked"))
    let gzip = try Self.packed("gz", "a,b\n1,2\n")
    #expect(failure("x.csv", gzip) == "x.csv: it is gzip data, which its name does not say: let the name end in .gz")
    #expect(failure("x.csv", Array("PAR1".utf8) + [0x15, 0]).contains("Parquet"))
  }

  @Test(
    "names tell what is a table",
    arguments: [
      ("a/b.csv", .csv, false), ("B.TSV.ZST", .tsv, true), ("c.jsonl.lz4", .jsonLines, true),
      ("d.ndjson", .jsonLines, false),
      ("e.parquet", .parquet, false), ("f.parquet.gz", nil, false), ("csv", nil, false), ("g.txt", nil, false),
      ("h.gz", nil, false),
      ("i.json", nil, false),
    ] as [(String, TableFileFormat.Kind?, Bool)])
  func formats(name: String, kind: TableFileFormat.Kind?, isCompressed: Bool) {
    #expect(TableFileFormat(name) == kind.map { TableFileFormat(kind: $0, isCompressed: isCompressed) })
  }

  @Test("TSV is separated by tabs, also when it is compressed")
  func separators() throws {
    let bytes = try Self.packed("gz", "a\tb\n1,2\t3\n")
    #expect(try TableReader([source("x.tsv.gz", bytes)]).header() == ["a", "b"])
  }
}
