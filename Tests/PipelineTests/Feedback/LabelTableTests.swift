import Jobs
@testable import Pipeline
import Records
import Tables
import Testing

/// Labels, and from when on each was known.
@Suite struct LabelTableTests {
  private func keys(_ texts: [String]) -> [RowKey?] {
    RowKey.keys(
      [Column(name: "id", storage: .strings(.init(codes: texts.indices.map { Int32($0) }, values: texts)))],
      rowCount: texts.count)
  }

  private func day(_ day: Int) -> Timestamp { Timestamp(seconds: day * 86_400) }

  /// Labels of `a` to `d`, of which all are known on day 30.
  private func table() -> LabelTable {
    var table = LabelTable(scoreCount: 1, knownAt: day(30), take: .first)
    #expect(table.add(keys(["a", "b", "c", "d"]), [1, 0, 1, nil], nil) == nil)
    table.close()
    return table
  }

  private func said(_ table: inout LabelTable, on moment: Int) -> [Bool] {
    var tally = LabelTable.Tally()
    table.join(keys(["a", "b", "c", "d"]), [0.5, 0.5, 0.5, 0.5], version: 0, made: day(moment), &tally)
    #expect(tally.rowCount == 4 && tally.labelledCount == table.versions.count { $0 == 0 })
    return table.versions.map { $0 == 0 }
  }

  @Test(
    "a label is known since the first of the versions that have had it without a break",
    arguments: [
      (5, [true, true, true]), (15, [false, true, true]), (25, [false, false, true]), (30, [false, false, false]),
    ] as [(Int, [Bool])])
  func earlier(moment: Int, counts: [Bool]) {
    var table = table()
    #expect(table.wereKnown(keys(["a", "b", "x"]), [1, 0, 1], at: day(20), depth: 1) == 2)
    #expect(table.wereKnown(keys(["a", "b", "c"]), [1, nil, 1], at: day(10), depth: 2) == 1)
    // What a version before had and the next had not is known since later.
    #expect(table.wereKnown(keys(["b", "c"]), [1, 1], at: day(2), depth: 3) == 0)
    #expect(said(&table, on: moment) == counts + [false])
  }

  @Test("a key that is there twice is told by its place")
  func repeated() {
    var table = LabelTable(scoreCount: 1, knownAt: day(30), take: .first)
    #expect(table.add(keys(["a", "b"]), [1, 1], nil) == nil)
    #expect(table.add(keys(["c", "b"]), [1, 1], nil) == 3)
  }
}
