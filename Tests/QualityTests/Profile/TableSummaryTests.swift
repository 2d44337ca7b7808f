@testable import Quality
import Tables
import Testing

@Suite struct TableSummaryTests {
  @Test("numbers are summed up without their missing values")
  func numbers() throws {
    let summary = summary([Column(name: "x", storage: .floats([2, 4, 4, .nan, 5, 9]))])
    #expect(summary.missingCount == 1)
    #expect(summary.distinctCount == 4)
    #expect(summary.mean == 4.8)
    // statistics.stdev([2, 4, 4, 5, 9]) of Python.
    #expect(abs((summary.standardDeviation ?? 0) - 2.588435821108957) < 1e-12)
    #expect(summary.minimum == "2" && summary.maximum == "9")
  }

  @Test("texts have their most frequent values, equal counts in order of the text")
  func texts() {
    let summary = summary([
      Column(name: "s", storage: .strings(.init(codes: [1, 0, 2, 2, -1, 0], values: ["b", "c", "a", "unused"])))
    ])
    #expect(summary.topValues.map(\.text) == ["a", "b", "c"])
    #expect(summary.distinctCount == 3 && summary.missingCount == 1)
    #expect(summary.minimum == "a" && summary.maximum == "c")
  }

  @Test("integers beyond 2^53 are told apart")
  func largeIntegers() {
    let first: Int64 = 1 << 53
    let summary = summary([Column(name: "id", storage: .integers([first, first + 1, first + 2]))])
    #expect(summary.distinctCount == 3)
    #expect(summary.maximum == "9007199254740994" && summary.minimum == "9007199254740992")
  }

  @Test("sums that no double can hold leave numbers out")
  func overflow() {
    let summary = summary([Column(name: "x", storage: .floats([1e308, 1e308, 1e308, -1e308]))])
    #expect(summary.mean == nil || summary.mean?.isFinite == true)
    #expect(summary.standardDeviation == nil)
    #expect(summary.maximum == "1e+308")
  }

  private func summary(_ columns: [Column]) -> TableSummary.Column {
    let table = Table(columns: columns, rowCount: columns[0].count)
    var summary = TableSummary(schema: table.schema)
    summary.add(table)
    return summary.columns[0]
  }
}
