import Quality
import Tables
import Testing

@Suite struct ColumnSummaryTests {
  @Test("numbers are summarised as pandas does")
  func numbers() {
    let summary = ColumnSummary(Column(name: "x", storage: .floats([2, 4, 4, .nan, 5, 9])))
    #expect(summary.missingCount == 1)
    #expect(summary.distinctCount == 4)
    #expect(summary.mean == 4.8)
    // pandas 2: Series([2, 4, 4, 5, 9]).std()
    #expect(abs((summary.standardDeviation ?? 0) - 2.588435821108957) < 1e-14)
    #expect(summary.minimum == "2" && summary.maximum == "9")
  }

  @Test("texts are ranked by count, then by text")
  func texts() {
    let summary = ColumnSummary(
      Column(name: "t", storage: .strings(.init(codes: [2, 0, 1, 1, -1, 0], values: ["b", "a", "c", "unused"]))))
    #expect(summary.topValues.map(\.text) == ["a", "b", "c"])
    #expect(summary.distinctCount == 3 && summary.missingCount == 1)
    #expect(summary.minimum == "a" && summary.maximum == "c")
  }
}
