import Testing

@testable import Statistics

/// Against statsmodels, SciPy, scikit-learn and plain formulas: Fixtures/make-paired.py.
@Suite struct PairedTests {
  let reference: PairedReference

  init() throws { reference = try PairedReference.load() }

  @Test("DeLong's test is the one counted pair by pair, ties included", arguments: 0..<3)
  func deLong(index: Int) throws {
    let sample = reference.delong[index]
    let test = try DeLong(
      challenger: sample.first, champion: sample.second, labels: sample.labels.map { $0 == 1 })
    #expect(abs(test.challenger - sample.areas[0]) < 1e-12)
    #expect(abs(test.variance - sample.variance) < 1e-12)
    let found = test.comparison(PairedHypothesis(side: .above, margin: sample.margin, confidence: 0.95))
    #expect(abs(found.lower - sample.lower) < 1e-9)
    #expect(abs(found.upper - sample.upper) < 1e-9)
    #expect(abs(found.pValue - sample.p) < 1e-9)
    #expect(found.isShown == (found.lower > sample.margin))
  }

  @Test("McNemar's test is statsmodels's, exact and corrected", arguments: 0..<6)
  func mcNemar(index: Int) throws {
    let sample = reference.mcnemar[index]
    let test = McNemar(challengerAlone: sample.b, championAlone: sample.c, rowCount: sample.n)
    #expect(abs(test.exactPValue - sample.exact) < 1e-9)
    let corrected = try #require(test.corrected)
    #expect(abs(corrected.statistic - sample.statistic) < 1e-9)
    #expect(abs(corrected.pValue - sample.p) < 1e-9)
    let found = test.comparison(PairedHypothesis(side: .above, margin: 0, confidence: 0.95))
    #expect(found.test == .mcNemar)
    #expect(abs(found.pValue - sample.oneSided) < 1e-9)
  }

  @Test("Tango's bounds and p-value are those of the likelihood", arguments: 0..<6)
  func tango(index: Int) {
    let sample = reference.mcnemar[index]
    let found = McNemar(challengerAlone: sample.b, championAlone: sample.c, rowCount: sample.n)
      .comparison(PairedHypothesis(side: .above, margin: sample.margin, confidence: 0.95))
    #expect(found.test == .tango)
    #expect(abs(found.lower - sample.lower) < 1e-9)
    #expect(abs(found.upper - sample.upper) < 1e-9)
    #expect(abs(found.pValue - sample.pAtMargin) < 1e-9)
  }

  @Test("a metric over a resample is scikit-learn's with weights", arguments: ["binary", "classes", "numbers"])
  func weighted(task: String) throws {
    let sample =
      ["binary": reference.weighted.binary, "classes": reference.weighted.classes][task] ?? reference.weighted.numbers
    let truth: ScoredRows.Truth =
      switch task {
      case "binary": .binary((sample.labels ?? []).map { $0 == 1 })
      case "classes": .classes(sample.labels ?? [], count: 3)
      default: .numbers(sample.actual ?? [])
      }
    let rows = ScoredRows(truth: truth, scores: sample.scores)
    for (name, expected) in sample.values.sorted(by: { $0.key < $1.key }) {
      let value = try #require(try ResampledMetric(name, rows).value(reference.weighted.weights))
      #expect(abs(value - expected) < 1e-9, "\(name)")
    }
  }

  @Test("the bootstrap is the one that a plain script draws, on any number of threads", arguments: [1, 2, 7])
  func bootstrap(threads: Int) throws {
    let sample = reference.bootstrap
    #expect(PairedBootstrap.weights(0, seed: sample.seed, rowCount: sample.actual.count) == sample.weights)
    let found = try PairedTest.compare(
      "rmse", challenger: ScoredRows(truth: .numbers(sample.actual), scores: sample.first),
      champion: ScoredRows(truth: .numbers(sample.actual), scores: sample.second),
      PairedHypothesis(side: .below, margin: sample.margin, confidence: sample.confidence),
      Resampling(seed: sample.seed, count: sample.count, threads: threads))
    #expect(found.test == .bootstrap)
    #expect(abs(found.lower - sample.lower) < 1e-12)
    #expect(abs(found.upper - sample.upper) < 1e-12)
    #expect(found.pValue == sample.p)
  }

  @Test("bounds and p-value of the bootstrap say the same", arguments: [0.5, 0.3, 0.2, 0.1, 0.05, 0.0, -0.2])
  func agreement(margin: Double) throws {
    let sample = reference.bootstrap
    let found = try PairedTest.compare(
      "mae", challenger: ScoredRows(truth: .numbers(sample.actual), scores: sample.first),
      champion: ScoredRows(truth: .numbers(sample.actual), scores: sample.second),
      PairedHypothesis(side: .below, margin: margin, confidence: 0.9), Resampling(seed: 3, count: 199, threads: 2))
    #expect(found.isShown == (found.upper < margin))
  }

  @Test("a model is no better than itself, and not worse by any margin", arguments: ["auc", "accuracy", "log_loss"])
  func itself(metric: String) throws {
    let labels = (0..<200).map { $0 % 3 == 0 }
    let rows = ScoredRows(truth: .binary(labels), scores: (0..<200).map { Double($0 * 37 % 200) / 200 })
    func shown(_ margin: Double) throws -> Bool {
      let side: PairedHypothesis.Side = metric == "log_loss" ? .below : .above
      return try PairedTest.compare(
        metric, challenger: rows, champion: rows, PairedHypothesis(side: side, margin: margin, confidence: 0.95),
        Resampling(seed: 1, count: 99, threads: 1)
      ).isShown
    }
    let room = metric == "log_loss" ? 0.05 : -0.05
    #expect(try shown(room))
    #expect(try !shown(0))
    #expect(try !shown(-room))
  }

  @Test(
    "rows that allow no test are refused with why",
    arguments: [
      ("auc", [true, true, false], "DeLong's test needs two positive and two negative rows, and there are 2 and 1"),
      ("pr_auc", [true, true, true], "pr_auc is undefined on these 3 rows"),
      (
        "pr_auc", [true, false, false],
        "pr_auc is undefined in 59 of 199 resamples: 3 rows are too few"
      ),
      ("rmse", [true, false, true], "there is no paired test of “rmse” for such a task"),
    ])
  func refused(metric: String, labels: [Bool], message: String) {
    let rows = ScoredRows(truth: .binary(labels), scores: [0.1, 0.2, 0.3])
    #expect(throws: StatisticsError(message)) {
      try PairedTest.compare(
        metric, challenger: rows, champion: rows, PairedHypothesis(side: .above, margin: 0, confidence: 0.95),
        Resampling(seed: 1, count: 199, threads: 1))
    }
  }
}
