import Disk
import Foundation
import Quality
import Records
import SystemPackage
import Tables
import Testing

@testable import Jobs

/// Proposals of contracts for tables that are odd in one way.
@Suite struct SuggestionLimitTests {
  private let folder = FilePath(FileManager.default.temporaryDirectory.path)

  private func quoted(_ text: String) -> String { "\"" + text.replacing("\"", with: "\"\"") + "\"" }

  /// Proposes a contract of the table, which must be one, and be kept.
  private func suggestion(_ columns: [(name: String, values: [String])]) throws -> String {
    var csv = columns.map { quoted($0.name) }.joined(separator: ",") + "\n"
    for row in 0..<100 {
      csv += columns.map { quoted($0.values[row % $0.values.count]) }.joined(separator: ",") + "\n"
    }
    let bytes = Array(csv.utf8)
    let reader = TableReader([TableSource(name: "v.csv") { BytesOnce(bytes: bytes) }])
    let text = try ContractSuggestion([.init(name: "v", reader: reader)], disk: Disk(), folder: folder).text { text in
      (try? ContractReader(file: "c.yaml").read(Array(text.utf8))) != nil
    }
    let contract = try ContractReader(file: "c.yaml").read(Array(text.utf8))
    let surroundings = ContractSurroundings(now: 0, disk: Disk(), folder: folder)
    let open = try ContractCheck(contract, on: reader, surroundings).document().findings.filter {
      $0.outcome != .passed
    }
    #expect(open.isEmpty, "\(open.prefix(3))")
    return text
  }

  @Test(
    "names and values of any length and of any characters are proposed",
    arguments: [
      "x", String(repeating: "name ", count: 500), "a\u{FFFE}b\u{FFFF}", "a\u{7F}\u{85}\u{2028}b", "[0, 10)",
      "\u{1F600}\u{301}",
    ])
  func odd(text: String) throws {
    _ = try suggestion([(text, ["1", "2", "3"]), (text + "2", [text, "y"]), ("z", [text + "1", text + "2"])])
  }

  @Test("long values are told by their length, not written out")
  func longValues() throws {
    let text = try suggestion([("x", [String(repeating: "a", count: 400), String(repeating: "b", count: 700)])])
    #expect(text.contains("length: [200, 1400]") && !text.contains("bbbb"))
  }

  @Test("lists of values give way where a contract with them is refused")
  func refused() throws {
    let bytes = Array(("x\n" + String(repeating: "a\nb\n", count: 50)).utf8)
    let reader = TableReader([TableSource(name: "v.csv") { BytesOnce(bytes: bytes) }])
    let proposal = ContractSuggestion([.init(name: "v", reader: reader)], disk: Disk(), folder: folder)
    #expect(try proposal.text().contains("in: [\"a\", \"b\"]"))
    #expect(try proposal.text { !$0.contains("in: [") }.contains("length: [0, 2]"))
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
