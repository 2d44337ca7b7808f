import Disk
import Foundation
@testable import Quality
import Records
import Tables
import Testing

/// A table of one CSV file in memory.
func compared(_ text: String, name: String = "data.csv") -> ComparedTable {
  ComparedTable(name: name, reader: TableReader([TableSource(name: name) { MemoryStream(Array(text.utf8)) }]))
}

func difference(_ old: String, _ new: String, keys: [String] = []) throws -> TableDiffDocument {
  try TableComparison(compared(old, name: "old.csv"), compared(new, name: "new.csv"), keys: keys).document()
}

/// Changes as `severity change column`, in their order.
func changes(_ document: TableDiffDocument) -> [String] {
  document.findings.map { finding in
    "\(finding.severity) \(finding.change.rawValue)" + (finding.column.map { " " + $0 } ?? "")
  }
}

@Suite struct TableComparisonTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures")

  private static func fixture(_ name: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
  }

  private struct Expected: Decodable {
    struct Numbers: Decodable {
      var mean: Double
      var sd: Double
      var quantiles: [Double]
      var min: Double
      var max: Double
      var missing: Int
      var distinct: Int
    }
    var added: Int
    var removed: Int
    var changed: Int
    var unchanged: Int
    var changedColumns: [String: Int]
    var old: Numbers
    var new: Numbers
    var ksStatistic: Double
    var chiSquare: Double
    var chiSquareP: Double
    var cramersV: Double
    var westRows: Int
  }

  private func expected() throws -> Expected {
    try JSONDecoder().decode(Expected.self, from: Data(try Self.fixture("comparison.json").utf8))
  }

  private func fixtures(keys: [String]) throws -> TableDiffDocument {
    try difference(
      try Self.fixture("comparison-old.csv"), try Self.fixture("comparison-new.csv"), keys: keys)
  }

  @Test("keys and changed rows are those that pandas finds by a merge")
  func keysLikePandas() throws {
    let (document, expected) = (try fixtures(keys: ["id"]), try expected())
    let keys = try #require(document.keys)
    #expect(keys.addedCount == expected.added)
    #expect(keys.removedCount == expected.removed)
    #expect(keys.changedCount == expected.changed)
    #expect(keys.unchangedCount == expected.unchanged)
    let columns = Dictionary(uniqueKeysWithValues: keys.changedColumns.map { ($0.column, $0.rowCount) })
    #expect(columns == expected.changedColumns)
    #expect(keys.added.count == 20 && keys.removed.count == 15 && keys.changed.count == 20)
    #expect(keys.changed.allSatisfy { $0.cells.contains { $0.column == "minutes" } })
  }

  @Test("summaries and tests are those of pandas and SciPy")
  func statisticsLikePandas() throws {
    let (document, expected) = (try fixtures(keys: []), try expected())
    let score = try #require(document.columns.first { $0.name == "score" })
    for (found, wanted) in [(score.old, expected.old), (score.new, expected.new)] {
      let found = try #require(found)
      #expect(found.missingCount == wanted.missing && found.distinctCount == wanted.distinct)
      #expect(found.minimum == wanted.min && found.maximum == wanted.max)
      #expect(abs((found.mean ?? 0) - wanted.mean) < 1e-12)
      #expect(abs((found.standardDeviation ?? 0) - wanted.sd) < 1e-12)
      let quantiles = try #require(found.quantiles)
      #expect(zip(quantiles, wanted.quantiles).allSatisfy { abs($0 - $1) < 1e-12 })
    }
    let shift = try #require(score.shift)
    #expect(abs(shift.statistic - expected.ksStatistic) < 1e-12)
    let site = try #require(document.columns.first { $0.name == "site" }?.shift)
    #expect(abs(site.statistic - expected.chiSquare) < 1e-9)
    #expect(abs(site.pValue / expected.chiSquareP - 1) < 1e-6)
    #expect(abs(site.effect - expected.cramersV) < 1e-12)
    #expect(site.newCategories?.examples == [DatasetDescription.Value(text: "west", count: expected.westRows)])
  }

  @Test("what a person must know comes first", arguments: [[], ["id"]])
  func order(keys: [String]) throws {
    let document = try fixtures(keys: keys)
    #expect(
      Array(changes(document).prefix(4)) == [
        "severe removed gone", "severe renamed departure_delay", "severe unit-shifted minutes",
        "notable new-categories site",
      ])
    let minutes = try #require(document.columns.first { $0.name == "minutes" }?.unit)
    #expect(minutes.factor == 60 && minutes.meaning == "minutes to seconds")
    #expect(minutes.evidence == (keys.isEmpty ? "quantiles" : "keys"))
    #expect(changes(document).contains("minor added note"))
  }

  private static let plain = "id,a,b\n1,1.5,x\n2,2.5,y\n3,NA,x\n4,4.5,z\n"

  @Test(
    "each change of a schema has its name",
    arguments: [
      ("id,a,b\n1,1.5,x\n2,2.5,y\n3,NA,x\n4,4.5,z\n", []),
      ("b,id,a\nx,1,1.5\ny,2,2.5\nx,3,NA\nz,4,4.5\n", ["minor reordered"]),
      ("id,a,b\n1,1,x\n2,2,y\n3,NA,x\n4,4,z\n", ["minor retyped a"]),
      ("id,a,b\n1,1.5,x\n2,two,y\n3,NA,x\n4,4.5,z\n", ["severe retyped a"]),
      ("id,a,b\n1,NA,x\n2,NA,y\n3,NA,x\n4,NA,z\n", ["severe all-missing a"]),
      (
        "id,a,b\n1,1.5,x\n2,2.5,x\n3,NA,x\n4,4.5,x\n",
        ["notable constant b", "notable vanished-categories b"]
      ),
      ("id,a,b\n1,1.5,x\n2,2.5,y\n2,NA,x\n4,4.5,z\n", ["notable no-longer-unique id"]),
      (
        "id,a,b\n1,1.5,x\n2,2.5,y\n3,NA,NA\n4,4.5,z\n",
        ["notable missing b", "minor unique b"]
      ),
      ("id,a,b\n", ["severe no-rows", "minor all-missing id", "minor all-missing a", "minor all-missing b"]),
    ])
  func schemaChanges(new: String, wanted: [String]) throws {
    #expect(try changes(difference(Self.plain, new)) == wanted)
  }

  @Test("keys that are there twice are told and matched with nothing; a missing key is a key")
  func duplicateKeys() throws {
    let document = try difference("k,v\na,1\nb,2\nb,3\n,4\nc,5\n", "k,v\na,1\na,2\nb,2\n,5\nc,6\nd,7\n", keys: ["k"])
    let keys = try #require(document.keys)
    #expect(keys.oldDuplicateCount == 1 && keys.newDuplicateCount == 1)
    #expect(keys.duplicates == [["a"], ["b"]])
    #expect(keys.changedCount == 2 && keys.unchangedCount == 0)
    #expect(keys.added == [["d"]] && keys.removedCount == 0)
    #expect(keys.changed.first?.cells == [TableDiffDocument.Cell(column: "v", old: "4", new: "5")])
  }

  @Test("a key of several columns names a row by all of them; an unknown one is told with the nearest")
  func compoundKeys() throws {
    let (old, new) = ("x,y,v\n1,a,1\n1,b,2\n2,a,3\n", "y,x,v\nb,1,2\na,2,4\na,1,1\n")
    let keys = try #require(try difference(old, new, keys: ["x", "y"]).keys)
    #expect(keys.unchangedCount == 2 && keys.changed.map(\.key) == [["2", "a"]])
    let error = #expect(throws: TablesError.self) { try difference("key\n1\n", "key\n1\n", keys: ["kye"]) }
    #expect(error?.description == "new.csv has no column “kye”: did you mean “key”?")
  }

  @Test("parts of the keys one after the other give what all at once give", arguments: [1, 3_000, 100_000])
  func parts(limitBytes: Int) throws {
    let (old, new) = (
      compared(try Self.fixture("comparison-old.csv")), compared(try Self.fixture("comparison-new.csv"))
    )
    let match = ColumnMatch(try TableSketch(old), try TableSketch(new))
    let pairs = match.pairs.map { ColumnPair($0.old, $0.new) }
    func compare(_ limit: Int) throws -> KeyComparison {
      try KeyComparison(
        old, new, keys: [pairs[0]], values: Array(pairs.dropFirst()), rowCounts: (600, 610), limitBytes: limit)
    }
    #expect(try compare(max(limitBytes, 1000)).document == compare(1 << 30).document)
  }

  @Test("memory of a comparison by key is that of old values, their masks and all keys")
  func keyMemory() throws {
    let table = KeyTable(width: 10, oldRows: 8, newRows: 100_000)
    #expect(table.values.capacity < 1000)
    #expect(KeyTable.bytes(width: 640, oldRows: 1000, newRows: 1000) == 1000 * (48 + 8 * 640 + 8 * 10))
    #expect(KeyTable.bytes(width: 1, oldRows: 10, newRows: 1000) == 1000 * 48 + 10 * 16)
    let empty = compared("a\n")
    let pair = ColumnPair(ColumnSketch(name: "a", type: .string), ColumnSketch(name: "a", type: .string))
    let bytes = KeyTable.bytes(width: 64, oldRows: 50_000, newRows: 50_000)
    func parts(_ limit: Int) throws -> Int {
      try KeyComparison(
        empty, empty, keys: [pair], values: [ColumnPair](repeating: pair, count: 64), rowCounts: (50_000, 50_000),
        limitBytes: limit
      ).partCount
    }
    #expect(try parts(bytes) == 1 && parts(bytes - 1) == 2)
  }

  @Test(
    "examples of changed rows show what differs: at the end of long texts, and in letters that look the same",
    arguments: [
      (String(repeating: "x", count: 300) + "1", String(repeating: "x", count: 300) + "2", "…\(forty)1", "…\(forty)2"),
      (String(repeating: "x", count: 300), "y", String(repeating: "x", count: 120), "y"),
      (
        "x" + String(repeating: "\u{301}", count: 300), "y", "x" + String(repeating: "\u{301}", count: 119), "y"
      ),
      ("caf\u{E9}", "cafe\u{301}", "caf\\u{00E9}", "cafe\\u{0301}"), ("a", "b", "a", "b"),
    ])
  func cells(old: String, new: String, shownOld: String, shownNew: String) throws {
    let document = try difference("k,v,w\n1,\(old),0.0\n", "k,v,w\n1,\(new),-0.0\n", keys: ["k"])
    let keys = try #require(document.keys)
    #expect(keys.changedColumns.map(\.column) == ["v"])
    #expect(keys.changed.first?.cells == [TableDiffDocument.Cell(column: "v", old: shownOld, new: shownNew)])
  }

  private static let forty = String(repeating: "x", count: 40)

  @Test("an estimate of different values is no more than there are values")
  func distinct() throws {
    for value in ["n\u{E9}", "", "0."] {
      let text = "v\n" + (0..<3000).map { "\(value)\($0 + 1)\n" }.joined()
      let count = try #require(try difference(text, text).columns[0].old).distinctCount
      #expect(value == "0." ? count > 2400 && count <= 3000 : count == 3000)
    }
  }

  @Test("an outlier leaves a distribution in bins, all rows in them", arguments: ["1e30", "-1e30", "1.7e308"])
  func outliers(value: String) throws {
    let rows = (0..<300).map { "\($0 % 150)\n" }.joined()
    let bins = try #require(try difference("v\n" + rows, "v\n" + rows + "\(value)\n").columns[0].shift?.bins)
    #expect(abs(bins.reduce(0) { $0 + $1.current } - 1) < 1e-12)
  }

  @Test(
    "huge numbers, no rows and columns without values leave a document that can be written", arguments: [[], ["k"]])
  func extremes(keys: [String]) throws {
    let huge = (0..<60).map { "\($0),\($0 % 2 == 0 ? "-1.7e308" : "1.7e308"),\($0 == 7 ? "1e300" : "\($0)e-3"),\n" }
      .joined()
    let tables = ["k,a,b,c\n" + huge, "k,a,b,c\n", "k,a,b,c\n1,2,3,\n", "k,b\n1,-1e300\n2,5e-324\n"]
    for old in tables {
      for new in tables {
        let document = try difference(old, new, keys: keys)
        #expect(try CanonicalJSON.decode(TableDiffDocument.self, from: CanonicalJSON.encode(document)) == document)
        #expect(document.isEmpty == (old == new))
      }
    }
  }
}
