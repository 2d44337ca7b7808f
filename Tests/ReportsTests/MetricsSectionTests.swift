import Records
@testable import Reports
import Store
import Testing

@Suite struct MetricsSectionTests {
  /// A document with something in every place, and `text` in every text.
  private func document(_ text: String) -> MetricsDocument {
    var document = MetricsDocument(
      model: Digest(of: [1]), modelVersion: nil, data: Digest(of: [2]), dataVersion: nil, task: "binary", target: text,
      rowCount: 1000, droppedRowCount: 0, metrics: ["auc": 0.7], undefined: ["f1": text],
      slices: [.init(column: text, value: nil, rowCount: 60, metrics: ["auc": 0.6], intervals: ["auc": interval])],
      roc: [.init(x: 0, y: 0), .init(x: 1, y: 1)],
      calibration: [.init(meanScore: 0.3, observedRate: 0.25, rowCount: 90, interval: interval)])
    document.intervals = ["auc": interval]
    document.resampling = .init(resamples: 1000, confidence: 0.95, seed: 3, cluster: text, clusterCount: 12)
    document.suppressed = [.init(column: text, sliceCount: 4, rowCount: 20, minimumRows: 30)]
    document.worstSlices = .init(
      loss: "log_loss", meanLoss: 0.4, triedCount: 99, permutations: 1000,
      slices: [.init(column: text, value: text, rowCount: 50, meanLoss: 0.9, pValue: 0.001)])
    var fairness = MetricsDocument.Fairness(
      column: text, reference: text, measures: ["demographic_parity_difference": 0.2],
      groups: [.init(column: text, value: text, rowCount: 70, metrics: ["selection_rate": 0.3])])
    fairness.undefined = ["equalized_odds_ratio": text]
    fairness.suppressed = .init(column: text, sliceCount: 1, rowCount: 3, minimumRows: 30)
    document.fairness = [fairness]
    document.costs = .init(
      truePositive: 0, falsePositive: 1, falseNegative: 5, trueNegative: 0, threshold: 0.4, cost: 0.3,
      bestThreshold: nil, bestCost: 0.2)
    document.classes = [.init(label: text, rowCount: 9, metrics: ["recall": 0.5], intervals: ["recall": interval])]
    document.residuals = [.init(x: 0.5, y: -0.1)]
    var baseline = MetricsDocument.Baseline(name: text, metrics: ["auc": 0.5])
    (baseline.loss, baseline.gain, baseline.skill) = ("log_loss", -0.01, -0.02)
    baseline.gainInterval = .init(low: -0.03, high: 0.01)
    document.baselines = [baseline]
    return document
  }

  private let interval = MetricsDocument.Interval(low: 0.6512, high: 0.7234)

  @Test(
    "what the document says stands on the page",
    arguments: [
      "[0.6512, 0.7234]", "1,000 resamples", "12 clusters of origin", "99 slices were tried",
      "4 of origin with fewer than 30 rows",
      "demographic parity difference", "above all scores", "not better than origin", "By class (1)", "Residuals",
      "Observed rate", "missing",
    ])
  func told(text: String) { #expect(MetricsSection.html(document("origin")).text.contains(text)) }

  @Test("precision and recall follow from the ROC curve, and the champion's curves stand beside")
  func curves() {
    var one = document("a")
    one.confusion = .init(labels: ["no", "yes"], counts: [[600, 150], [50, 200]], threshold: 0.5)
    one.roc = [.init(x: 0, y: 0), .init(x: 0.2, y: 0.8), .init(x: 1, y: 1)]
    one.modelVersion = VersionLabel(project: "p", name: "delays", number: 8)
    var other = one
    other.modelVersion = VersionLabel(project: "p", name: "delays", number: 7)
    #expect(MetricsSection.html(one).text.contains("right as often as there are positives, 25 %"))
    let both = MetricsSection.html(one, champion: other).text
    #expect(both.contains("delays v8, AUC 0.7000") && both.contains("delays v7, AUC 0.7000"))
  }

  @Test("no text becomes markup", arguments: ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>"])
  func hostile(text: String) {
    let page = MetricsSection.html(document(text)).text
    #expect(!page.contains("<script") && !page.contains("<img"))
  }

  @Test("a document of an earlier time is shown as it was")
  func older() {
    let older = MetricsDocument(
      model: Digest(of: [1]), modelVersion: nil, data: Digest(of: [2]), dataVersion: nil, task: "binary", target: "y",
      rowCount: 10, droppedRowCount: 0, metrics: ["auc": 0.7])
    let page = MetricsSection.html(older).text
    #expect(page.contains("0.7000") && !page.contains("Interval") && !page.contains("Fairness"))
  }

  @Test("what scoring took is told with its units")
  func cost() {
    let cost = CostDocument(
      model: Digest(of: [1]), modelVersion: nil, data: Digest(of: [2]), rowCount: 5000, threads: 2,
      measures: ["ms_per_1000": 1.25, "peak_mib": 48])
    let page = CostSection.html(cost).text
    #expect(page.contains("1.25 ms, the mean of 5,000 rows with 2 threads") && page.contains("48 MiB"))
  }
}
