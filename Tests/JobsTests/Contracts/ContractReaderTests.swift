import Disk
import Foundation
import Quality
import Records
import SystemPackage
import Tables
import Testing

@testable import Jobs

@Suite struct ContractReaderTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

  @Test("every mistake in a contract is told, each at its place")
  func mistakes() throws {
    let golden = Self.root.appendingPathComponent("Golden")
    let text = try String(contentsOf: golden.appendingPathComponent("contract-mistakes.yaml"), encoding: .utf8)
    let expected = golden.appendingPathComponent("contract-mistakes.txt")
    var found = ""
    do { _ = try ContractReader(file: "c.yaml").read(Array(text.utf8)) } catch { found = "\(error)\n" }
    if ProcessInfo.processInfo.environment["NIGHTSHIFT_REWRITE_GOLDEN"] != nil {
      try found.write(to: expected, atomically: true, encoding: .utf8)
    }
    #expect(found == (try String(contentsOf: expected, encoding: .utf8)))
  }

  @Test("the shipped schema is the one that the vocabulary makes")
  func schema() throws {
    let path = Self.root.deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Jobs/nightshift-contract.schema.json")
    if ProcessInfo.processInfo.environment["NIGHTSHIFT_REWRITE_GOLDEN"] != nil {
      try ContractSchema.text.write(to: path, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: path, encoding: .utf8) == ContractSchema.text)
  }

  @Test(
    "a condition is read, or refused with its reason",
    arguments: [
      ("a <= b", true), ("a + b - 1 == c", true), ("`odd name` > -5", true), ("t >= 2013-01-01T10:00:00Z", true),
      ("x in [a, 'b c', 3] and y is not missing", true), ("flag == true", true), ("x == \"text\"", true),
      ("x > \"text\"", false), ("x in [a", false), ("x is gone", false), ("1 == 1", false), ("a < b or c < d", false),
      ("a <", false), ("a = b", false), ("", false), ("9999999999999999999999 < a", true), ("x in [1e300]", true),
    ])
  func conditions(text: String, isRight: Bool) {
    let found = PredicateParser.predicate(text)
    #expect((found.predicate != nil) == isRight)
    #expect(found.reason.isEmpty == isRight)
  }

  @Test("a suggested contract holds on what it was made from, and is the same each time", arguments: 1...12)
  func suggestion(seed: Int) throws {
    let folder = FilePath(FileManager.default.temporaryDirectory.path)
    let versions = (0...(seed % 3)).map { Self.table(seed: UInt64(seed * 10 + $0)) }
    let sources = versions.map { ContractSuggestion.Source(name: "v", reader: $0) }
    let text = try ContractSuggestion(sources, disk: Disk(), folder: folder).text()
    #expect(try ContractSuggestion(sources, disk: Disk(), folder: folder).text() == text)
    let contract = try ContractReader(file: "c.yaml").read(Array(text.utf8))
    for version in versions {
      let surroundings = ContractSurroundings(now: 0, disk: Disk(), folder: folder)
      let open = try ContractCheck(contract, on: version, surroundings).document().findings.filter {
        $0.outcome != .passed
      }
      #expect(open.isEmpty, "\(open.map { ($0.rule, $0.explanation) })\n\(text)")
    }
  }

  /// Columns of all types, with missing values, odd names and odd texts.
  private static func table(seed: UInt64) -> TableReader {
    var state = seed
    func below(_ limit: UInt64) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % limit)
    }
    let words = ["yes", "null ", "a: b", "\"q\"", "Ω, ω", "0x1", "- x", "tab\\t"]
    let scale = [0.001, 1, 1e6, 1e-9][below(4)]
    var text = "id,\"odd: name\",x,whole,flag,at,empty,free\n"
    for row in 0..<(below(400) + 1) {
      let x = below(10) == 0 ? "NA" : "\(Double(below(20_000) - 10_000) * scale)"
      let word = words[below(UInt64(words.count))].replacing("\"", with: "\"\"")
      text +=
        "\(row * 7 - 50),\"\(word)\",\(x),\(below(1000) - 990),\(below(2) == 0),2013-01-\(10 + row / 20),,t\(below(1_000_000))\n"
    }
    let bytes = Array(text.utf8)
    return TableReader([TableSource(name: "v.csv") { BytesOnce(bytes: bytes) }])
  }
}

/// A file in memory.
private struct BytesOnce: ByteStream {
  var bytes: [UInt8]

  mutating func next() -> [UInt8]? {
    defer { bytes = [] }
    return bytes.isEmpty ? nil : bytes
  }
}
