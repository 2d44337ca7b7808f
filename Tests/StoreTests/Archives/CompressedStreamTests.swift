import Disk
import Foundation
@testable import Store
import SystemPackage
import Testing

@Suite struct CompressedStreamTests {
  private static let limits = ArchiveReader.Limits(entryCount: 1, totalBytes: 64 << 20, ratio: 100)
  private let text = Array(String(repeating: "carrier,origin\nUA,EWR\n", count: 5_000).utf8)

  /// Compresses with Python's own libraries.
  private func packed(_ bytes: [UInt8], _ module: String) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "python3", "-c", "import sys,\(module)\nsys.stdout.buffer.write(\(module).compress(sys.stdin.buffer.read()))",
    ]
    let (input, output) = (Pipe(), Pipe())
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(bytes))
    try input.fileHandleForWriting.close()
    let packed = Array(output.fileHandleForReading.readDataToEndOfFile())
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return packed
  }

  private func plain(_ packed: [UInt8], blockBytes: Int = 1 << 20) throws -> [UInt8] {
    var stream = try CompressedStream(
      MemoryStream(packed, blockBytes: blockBytes), name: "f.csv.gz", limits: Self.limits)
    return try stream.readAll()
  }

  @Test("what was compressed comes out, in blocks of any size", arguments: ["gzip", "bz2", "lzma"], [1, 700, 1 << 20])
  func unpacks(module: String, blockBytes: Int) throws {
    #expect(
      try plain(try packed(Array(text.prefix(4_000)), module), blockBytes: blockBytes) == Array(text.prefix(4_000)))
  }

  @Test("nothing, compressed, is nothing")
  func empty() throws { #expect(try plain(try packed([], "gzip")).isEmpty) }

  @Test("half a file, and a file that is not compressed, are said to be so")
  func damaged() throws {
    let half = Array(try packed(text + noise(50_000, seed: 1), "gzip").prefix(20_000))
    #expect(throws: StoreError.self) { try plain(half) }
    #expect(throws: StoreError.unreadableArchive("f.csv.gz", reason: "it is of no known kind")) { try plain(text) }
  }

  @Test("a bomb is refused")
  func bomb() throws {
    let bomb = try packed([UInt8](repeating: 0, count: 20 << 20), "gzip")
    #expect(
      throws: StoreError.refusedArchive(
        "f.csv.gz", entry: "f.csv.gz", reason: "the archive unpacks to more than 100 times its size")
    ) { try plain(bomb) }
  }

  @Test("an error of the source is the one that is thrown")
  func sourceError() throws {
    struct Failing: ByteStream {
      var blocks: [[UInt8]]
      mutating func next() throws -> [UInt8]? {
        if blocks.isEmpty { throw StoreError.missingBlob(Digest(of: [])) }
        return blocks.removeFirst()
      }
    }
    let packed = try packed(noise(100_000, seed: 2), "gzip")
    #expect(throws: StoreError.missingBlob(Digest(of: []))) {
      let source = Failing(blocks: [Array(packed.prefix(50_000))])
      var stream = try CompressedStream(source, name: "f.csv.gz", limits: Self.limits)
      _ = try stream.readAll()
    }
  }

  @Test("a suffix tells", arguments: [("a.csv.gz", true), ("a.CSV.ZST", true), ("a.csv", false), ("gz", false)])
  func suffix(name: String, isCompressed: Bool) { #expect(CompressedStream.isCompressed(name) == isCompressed) }
}
