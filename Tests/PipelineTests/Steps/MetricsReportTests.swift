import Learning
@testable import Pipeline
import Records
import Statistics
import Store
import Testing

@Suite struct MetricsReportTests {
  /// Rows of two classes in groups of a column `g`; the scores tell the classes apart by `skill`.
  private func judged(_ count: Int, skill: Double, groups: [String] = ["a", "b"]) -> Judged {
    var random = SeededGenerator(seed: 7)
    let labels = (0..<count).map { _ in random.unit() < 0.4 ? 1.0 : 0 }
    let scores = labels.map { 0.2 + 0.3 * random.unit() + skill * $0 }
    let codes = (0..<count).map { Int32($0 % groups.count) }
    return Judged(
      task: .binary(negative: "no", positive: "yes"), target: "y", scores: scores, labels: labels, droppedRowCount: 0,
      unknownClassRowCount: 0, groups: ["g": Grouping(name: "g", values: groups, codes: codes)],
      fit: DataFit(rowCount: count, ignoredColumns: [], columns: []), cost: [:])
  }

  private func document() -> MetricsDocument {
    MetricsDocument(
      model: Digest(of: [1]), modelVersion: nil, data: Digest(of: [2]), dataVersion: nil, task: "binary", target: "y",
      rowCount: 0, droppedRowCount: 0, metrics: [:])
  }

  private func baseline(_ judged: Judged) throws -> MetricsDocument.Baseline {
    var document = document()
    let report = MetricsReport(judged: judged, bootstrap: Bootstrap(resamples: 200, seed: 1))
    try report.addBaselines(to: &document)
    return try #require(document.baselines?.first)
  }

  @Test("a model that tells the classes apart beats the constant by more than chance")
  func beaten() throws {
    var rows = judged(300, skill: 0.3)
    rows.baselines = [Judged.Baseline(name: "constant", scores: [Double](repeating: 0.4, count: 300))]
    let found = try baseline(rows)
    #expect(found.metrics["auc"] == 0.5)
    #expect(found.isBeaten == true && found.complaint == nil)
    let losses = try #require(rows.losses).values.reduce(0, +) / 300
    #expect(abs((found.gain ?? 0) - ((found.metrics["log_loss"] ?? 0) - losses)) < 1e-12)
    #expect(abs((found.skill ?? 0) - (1 - losses / (found.metrics["log_loss"] ?? 1))) < 1e-12)
    let interval = try #require(found.gainInterval)
    #expect(interval.low < found.gain ?? 0 && found.gain ?? 0 < interval.high)
  }

  @Test("a model that knows nothing is said to be not better than the constant")
  func notBeaten() throws {
    var rows = judged(300, skill: 0)
    rows.baselines = [Judged.Baseline(name: "constant", scores: [Double](repeating: 0.4, count: 300))]
    let found = try baseline(rows)
    #expect(found.isBeaten == false)
    #expect(found.complaint?.hasPrefix("not better than the constant baseline: its mean log_loss exceeds") == true)
  }

  @Test("slices below the minimum are left out and counted; rates have Wilson's intervals")
  func suppressed() throws {
    var document = document()
    // Of 200 rows, 10 are of b and 190 of a.
    var rows = judged(200, skill: 0.3)
    let codes = (0..<200).map { Int32($0 % 20 == 3 ? 1 : 0) }
    rows.groups = ["g": Grouping(name: "g", values: ["a", "b"], codes: codes)]
    let report = MetricsReport(
      judged: rows, slices: [["g"]], minimumRows: 20, bootstrap: Bootstrap(resamples: 20))
    try report.addSlices(to: &document)
    #expect(document.slices.map(\.value) == ["a"])
    #expect(document.suppressed == [.init(column: "g", sliceCount: 1, rowCount: 10, minimumRows: 20)])
    let slice = try #require(document.slices.first)
    let hits = Int((slice.metrics["accuracy"] ?? 0) * Double(slice.rowCount) + 0.5)
    let wilson = try #require(Interval(wilson: hits, of: slice.rowCount, confidence: 0.95))
    #expect(slice.intervals?["accuracy"] == MetricsDocument.Interval(low: wilson.low, high: wilson.high))
  }

  @Test("fairness of a task without decisions is refused")
  func refused() {
    var rows = judged(50, skill: 0)
    rows.task = .regression
    let report = MetricsReport(judged: rows, fairness: MetricsReport.Fairness(columns: ["g"], reference: [:]))
    #expect(throws: PipelineError.self) {
      var document = document()
      try report.addFairness(to: &document)
    }
  }
}
