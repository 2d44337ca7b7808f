import Disk
import Foundation
import Quality
import Records
import SystemPackage
import Tables
import Testing

@testable import Jobs

/// Values at the edges of what rules tell apart.
@Suite struct ContractEdgeTests {
  private func reader(_ text: String, _ options: ReadOptions = ReadOptions()) -> TableReader {
    let bytes = Array(text.utf8)
    return TableReader([TableSource(name: "v.csv") { BytesOnce(bytes: bytes) }], options: options)
  }

  @Test("cells of failing rows are clipped, whatever letters are made of")
  func cells() throws {
    let cell = "e" + String(repeating: "\u{301}", count: 5000)
    var surroundings = ContractSurroundings(
      now: 0, disk: Disk(), folder: FilePath(FileManager.default.temporaryDirectory.path))
    surroundings.rowCounts = []
    let rules = try ContractReader(file: "c.yaml").read(Array("version: 1\ncolumns: {x: {in: [a]}}\n".utf8))
    let document = try ContractCheck(rules, on: reader("x\n\(cell)\n"), surroundings).document()
    let shown = try #require(document.samples.first?.cells.first ?? nil)
    #expect(shown.unicodeScalars.count <= 120)
  }

  /// What became of each rule of the contract, of which `version: 1` is written already.
  private func findings(
    _ contract: String, _ data: String, other: String? = nil, rowCounts: [Int]? = nil
  ) throws -> [String: ContractDocument.Finding] {
    var surroundings = ContractSurroundings(
      now: 0, disk: Disk(), folder: FilePath(FileManager.default.temporaryDirectory.path))
    surroundings.rowCounts = rowCounts
    if let other { surroundings.tables["other@latest"] = reader(other) }
    let rules = try ContractReader(file: "c.yaml").read(Array("version: 1\n\(contract)\n".utf8))
    let document = try ContractCheck(rules, on: reader(data), surroundings).document()
    _ = try CanonicalJSON.encode(document)
    return Dictionary(uniqueKeysWithValues: document.findings.map { ($0.rule, $0) })
  }

  private func outcomes(_ contract: String, _ data: String, other: String? = nil) throws -> [String: Bool] {
    try findings(contract, data, other: other).mapValues { $0.outcome == .passed }
  }

  @Test("brackets in quotes are no nesting, those without are")
  func brackets() throws {
    let columns = (0..<500).map { "  c\($0): {range: \"[0, 1)\", in: ['(0', \"[ \\\" [\", '[['], missing: <= 5%}" }
    let contract = try ContractReader(file: "c.yaml").read(
      Array(("version: 1\ncolumns:\n" + columns.joined(separator: "\n") + "\n").utf8))
    #expect(contract.columns.count == 500)
    for deep in [
      String(repeating: "[", count: 100), String(repeating: "['x', ", count: 100),
      "it's " + String(repeating: "{", count: 100),
    ] {
      do {
        _ = try ContractReader(file: "c.yaml").read(Array("version: 1\ncolumns: \(deep)'\n".utf8))
        Issue.record("it is read")
      } catch { #expect("\(error)".contains("nested more than 64 levels")) }
    }
  }

  @Test("a list after `in` keeps what it was written with")
  func spelling() throws {
    let found = PredicateParser.predicate("x in [02134, -1, 2013-01-02, 1e3, a, 'b c', -2.50]").predicate
    let words = ["02134", "-1", "2013-01-02", "1e3", "a", "b c", "-2.50"]
    #expect(found?.parts == [.among("x", words, isWanted: true)])
    for wrong in ["x in [-a]", "x in [-", "x in []", "x in [- -1]", "x in [1,]"] {
      #expect(PredicateParser.predicate(wrong).predicate == nil, "\(wrong)")
    }
    let zip = try outcomes(
      "columns: {zip: {type: string}}\nchecks: [{rule: 'zip in [02134, 2135]'}, {rule: 'zip not in [2134]'}]",
      "zip\n02134\n2135\n")
    #expect(zip.values.allSatisfy { $0 })
  }

  @Test(
    "a share that is its bound keeps it",
    arguments: [(10, 100, "90%"), (3, 1000, "99.7%"), (7, 10, "30%"), (1, 3, "66.67%")])
  func shares(failing: Int, rows: Int, mostly: String) throws {
    let data = "x,y\n" + (0..<rows).map { $0 < failing ? "-1,\n" : "1,1\n" }.joined()
    let isThird = rows == 3
    let found = try outcomes(
      "columns: {x: {range: '>= 0', mostly: \(mostly), shares: {'1': '>= \(mostly)'}}, y: {missing: '<= \(100 * Double(failing) / Double(rows))%'}}",
      data)
    #expect(found["x.range"] == !isThird)
    #expect(found["x.share-1"] == !isThird)
    #expect(found["y.missing"] == true)
    #expect(try outcomes("columns: {x: {shares: {'-1': '< 10%'}}}", data)["x.share--1"] == (failing * 10 < rows))
  }

  @Test("whole numbers are compared to the last digit")
  func largeIntegers() throws {
    let data = "a,b\n9007199254740992,1\n9007199254740993,2\n9007199254740994,3\n"
    let contract = """
      columns:
        a: {type: integer, increasing: strictly, range: [0, 9007199254740993], not-in: [9007199254740995], contains: [9007199254740993]}
      checks:
        - {name: one, rule: a == 9007199254740992}
        - {name: not, rule: a != 9007199254740993}
        - {name: sum, rule: a - b + 1 == 9007199254740992}
        - {name: room, rule: a + 9223372036854775000 > 0, missing: fail}
        - {name: in, rule: "a in [9007199254740992, 9007199254740994.0]"}
      """
    let found = try findings(contract, data)
    #expect(found["a.increasing"]?.outcome == .passed)
    #expect(found["a.range"]?.failingCount == 1)
    #expect(found["a.not-in"]?.outcome == .passed)
    #expect(found["a.contains"]?.outcome == .passed)
    #expect(found["check:one"]?.failingCount == 2)
    #expect(found["check:not"]?.failingCount == 1)
    #expect(found["check:sum"]?.outcome == .passed)
    #expect(found["check:room"]?.failingCount == 0)
    #expect(found["check:in"]?.failingCount == 1)
    let falling = try findings(
      "columns: {a: {decreasing: strictly}}", "a\n9007199254740993\n9007199254740992\n9007199254740993\n")
    #expect(falling["a.decreasing"]?.failingCount == 1)
  }

  @Test("numbers of both signs are put in order")
  func order() throws {
    let data = "a\n-1e300\n-1.5\n-0.0\n0\n1e-300\nNA\n2.5\n"
    let found = try findings("columns: {a: {type: float, increasing: true}}", data)
    #expect(found["a.increasing"]?.outcome == .passed)
    let strict = try findings("columns: {a: {type: float, increasing: strictly}}", data)
    #expect(strict["a.increasing"]?.failingCount == 1)
    let falling = try findings("columns: {a: {type: float, decreasing: true}}", data)
    #expect(falling["a.decreasing"]?.failingCount == 4)
  }

  @Test("groups whose values are missing in different places are different")
  func partialGroups() throws {
    let data = "a,b,x\nA,NA,5\nNA,A,1\nA,NA,6\nNA,A,2\n"
    let found = try outcomes("columns: {x: {increasing: {by: [a, b]}}}", data)
    #expect(found["x.increasing"] == true)
  }

  @Test(
    "values of a foreign key are compared as what they are here",
    arguments: [
      ("k\nA1\n1\n2\n", 1), ("k\n1.0\n2\n3.5\n", 1), ("k\n1\n2\n3\n", 0), ("k\n1.0\nx\n", 3), ("k\n2\n", 2),
    ])
  func foreignKeys(other: String, failing: Int) throws {
    let contract = "columns: {k: {type: integer}}\nforeign-keys: [{columns: k, in: other@latest}]"
    let found = try findings(contract, "k\n1\n2\n3\n", other: other)
    #expect(found["foreign-key(k)"]?.failingCount == failing)
    #expect(found["foreign-key(k)"]?.outcome == (failing == 0 ? .passed : .failed))
    let text = try findings(
      contract.replacing("integer", with: "string"), "k\n01\n2\n", other: "k\n1\n2\n")
    #expect(text["foreign-key(k)"]?.failingCount == 1)
    let large = try findings(
      contract.replacing("integer", with: "float"), "k\n1e16\n9007199254740994\n",
      other: "k\n10000000000000000\n9007199254740994\n")
    #expect(large["foreign-key(k)"]?.outcome == .passed)
  }

  @Test("rows are held against versions before only where they are known")
  func history() throws {
    let contract = "rows: {against: {within: 15%}}"
    let data = "x\n" + String(repeating: "1\n", count: 115)
    #expect(try findings(contract, data)["rows.against"]?.outcome == .couldNotRun)
    #expect(try findings(contract, data, rowCounts: [])["rows.against"]?.outcome == .passed)
    #expect(try findings(contract, data, rowCounts: [100])["rows.against"]?.outcome == .passed)
    #expect(try findings(contract, data, rowCounts: [99])["rows.against"]?.outcome == .failed)
  }

  @Test("columns with a comma in their names are no two columns")
  func commas() throws {
    let found = try outcomes("unique: [['a,b'], [a, b]]", "\"a,b\",a,b\n1,1,1\n2,1,1\n")
    #expect(found == ["unique(\"a,b\")": true, "unique(a,b)": false])
  }

  @Test("what has no room in a number is not judged")
  func overflow() throws {
    let data = "x\n1e308\n1e308\n-1e308\n1e308\n1e308\n"
    let found = try findings(
      "columns: {x: {type: float, sum: [0, 1], mean: [0, 1], sd: [0, 1]}}\nchecks: [{name: c, rule: x + x > 0}]", data)
    for rule in ["x.sum", "x.mean", "x.sd"] { #expect(found[rule]?.outcome == .couldNotRun, "\(rule)") }
    #expect(found["check:c"]?.failingCount == 1)
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
