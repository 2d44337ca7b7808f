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

  private func rmse(_ hypothesis: PairedHypothesis, _ metric: String = "rmse", threads: Int = 2) throws
    -> PairedComparison
  {
    let sample = reference.bootstrap
    return try PairedBootstrap(
      metric, challenger: try RegressionSample(predicted: sample.first, actual: sample.actual),
      champion: try RegressionSample(predicted: sample.second, actual: sample.actual), clusters: nil,
      Bootstrap(resamples: sample.count, seed: sample.seed, threads: threads)
    ).comparison(hypothesis)
  }

  @Test("the bootstrap is the one that a plain script draws, on any number of threads", arguments: [1, 2, 7])
  func bootstrap(threads: Int) throws {
    let sample = reference.bootstrap
    let found = try rmse(
      PairedHypothesis(side: .below, margin: sample.margin, confidence: sample.confidence), threads: threads)
    #expect(found.test == .bootstrap)
    #expect(abs(found.lower - sample.lower) < 1e-12)
    #expect(abs(found.upper - sample.upper) < 1e-12)
    #expect(found.pValue == sample.p)
  }

  @Test("bounds and p-value of the bootstrap say the same", arguments: [0.5, 0.3, 0.2, 0.1, 0.05, 0.0, -0.2])
  func agreement(margin: Double) throws {
    let found = try rmse(PairedHypothesis(side: .below, margin: margin, confidence: 0.9), "mae")
    #expect(found.isShown == (found.upper < margin))
  }

  @Test("rows in another order for each model are the same rows")
  func order() throws {
    // Both samples sort by score, so each has an order of its own.
    let labels = (0..<120).map { $0 * 7 % 5 < 2 }
    let scores = (0..<120).map { Double($0 * 37 % 120) / 120 }
    let sample = try BinarySample(scores: scores, labels: labels, threshold: 0.5)
    let other = try BinarySample(scores: scores.map { ($0 * $0 + $0) / 2 }, labels: labels, threshold: 0.5)
    let found = try PairedBootstrap(
      "auc", challenger: sample, champion: other, clusters: nil, Bootstrap(resamples: 200)
    ).comparison(PairedHypothesis(side: .above, margin: 0, confidence: 0.95))
    // A monotone transformation changes no rank, so no resample shows a difference.
    #expect(found.lower == 0)
    #expect(found.upper == 0)
    #expect(!found.isShown)
  }

  @Test("clusters are drawn whole: rows that say the same thing many times say it once")
  func clusters() throws {
    let sample = reference.bootstrap
    let times = 9
    func repeated(_ values: [Double]) -> [Double] { values.flatMap { Array(repeating: $0, count: times) } }
    let groups = Grouping(
      name: "id", labels: sample.actual.indices.map { "\($0)" },
      codes: sample.actual.indices.flatMap { Array(repeating: Int32($0), count: times) })
    func width(_ clusters: Grouping?) throws -> Double {
      let found = try PairedBootstrap(
        "mae", challenger: try RegressionSample(predicted: repeated(sample.first), actual: repeated(sample.actual)),
        champion: try RegressionSample(predicted: repeated(sample.second), actual: repeated(sample.actual)),
        clusters: clusters, Bootstrap(resamples: 400, seed: 1)
      ).comparison(PairedHypothesis(side: .below, margin: 0, confidence: 0.95))
      return found.upper - found.lower
    }
    let (alone, together) = (try width(nil), try width(groups))
    #expect(together > 2.5 * alone && together < 3.5 * alone)
  }

  /// Losses of two equally good models in rows of which eight share most of their errors, as a mean over rows.
  private func comparison(clusterCount: Int, trial: Int) throws -> PairedComparison {
    var random = SeededGenerator(seed: 17, stream: trial)
    func normal() -> Double { Distribution.normalQuantile(random.unit() + 0x1p-54) }
    let codes = (0..<clusterCount * 8).map { Int32($0 / 8) }
    let zeros = codes.map { _ in 0.0 }
    func sample() throws -> RegressionSample {
      let shared = (0..<clusterCount).map { _ in normal() }
      return try RegressionSample(predicted: codes.map { shared[Int($0)] + 0.5 * normal() }, actual: zeros)
    }
    return try PairedBootstrap(
      "mae", challenger: try sample(), champion: try sample(),
      clusters: Grouping(name: "id", labels: (0..<clusterCount).map { "\($0)" }, codes: codes),
      Bootstrap(resamples: 199, seed: UInt64(trial))
    ).comparison(PairedHypothesis(side: .below, margin: 0, confidence: 0.95))
  }

  @Test("few clusters err no more often than the confidence says", arguments: [10, 20])
  func fewClusters(clusterCount: Int) throws {
    var errors = 0
    for trial in 0..<300 {
      let found = try comparison(clusterCount: clusterCount, trial: trial)
      if found.isShown { errors += 1 }
      #expect(found.isShown == (found.upper < 0))
    }
    // 15 expected, with a standard deviation of 3.8. Plain percentiles of 10 clusters err 24 times.
    #expect(errors <= 24, "\(errors) of 300")
    #expect(throws: StatisticsError.self) { try comparison(clusterCount: 9, trial: 0) }
  }

  @Test("a model is no better than itself, and not worse by any margin")
  func itself() throws {
    let labels = (0..<200).map { $0 % 3 == 0 }
    let scores = (0..<200).map { Double($0 * 37 % 200) / 200 }
    func shown(_ margin: Double) throws -> Bool {
      try DeLong(challenger: scores, champion: scores, labels: labels)
        .comparison(PairedHypothesis(side: .above, margin: margin, confidence: 0.95)).isShown
    }
    #expect(try shown(-0.05))
    #expect(try !shown(0))
    let right = scores.map { $0 > 0.4 }
    let counts = McNemar(challenger: right, champion: right)
    #expect(counts.comparison(PairedHypothesis(side: .above, margin: -0.05, confidence: 0.95)).isShown)
    #expect(!counts.comparison(PairedHypothesis(side: .above, margin: 0, confidence: 0.95)).isShown)
  }

  @Test("DeLong's test refuses rows that allow none")
  func fewRows() {
    let message = "DeLong's test needs 10 positive and as many negative rows, and there are 2 and 1"
    #expect(throws: StatisticsError(message)) {
      try DeLong(challenger: [0.1, 0.2, 0.3], champion: [0.1, 0.2, 0.3], labels: [true, true, false])
    }
  }

  @Test("two models that both part the classes without a fault are not known without error", arguments: [10, 40, 1000])
  func separated(count: Int) throws {
    let labels = (0..<(2 * count)).map { $0 < count }
    let first = labels.indices.map { Double(labels[$0] ? 4 * count : 0) + Double($0 * 7 % count) }
    let second = labels.indices.map { Double(labels[$0] ? 4 * count : 0) + Double($0 * 3 % count) }
    let found = try DeLong(challenger: first, champion: second, labels: labels)
      .comparison(PairedHypothesis(side: .above, margin: -0.05, confidence: 0.95))
    #expect(found.difference == 0)
    #expect(found.test == .tango)
    // Pairs that share no row, of which none differs: b = c = 0 give q21 = d and T = sqrt(n d / (1 - d)) at the margin -d.
    #expect(abs(found.pValue - Distribution.normalSurvival((Double(count) * 0.05 / 0.95).squareRoot())) < 1e-9)
    #expect(found.lower < 0 && found.upper > 0)
    #expect(found.isShown == (count > 51))
  }

  @Test("few resamples show nothing with much confidence, and say how many would")
  func fewResamples() throws {
    let message = "199 resamples show nothing with confidence 0.999: at least 999 do"
    #expect(throws: StatisticsError(message)) {
      try rmse(PairedHypothesis(side: .below, margin: 0, confidence: 0.999))
    }
  }

  @Test(
    "the bootstrap refuses rows that allow none",
    arguments: [
      ("pr_auc", [true, true, true], "pr_auc is undefined on these 3 rows"),
      ("pr_auc", [true, false, false], "pr_auc is undefined in 64 of 199 resamples: 3 rows are too few"),
      ("rmse", [true, false, true], "there is no paired test of “rmse” for such a task"),
    ])
  func refused(metric: String, labels: [Bool], message: String) throws {
    let sample = try BinarySample(scores: [0.1, 0.2, 0.3], labels: labels, threshold: 0.5)
    #expect(throws: StatisticsError(message)) {
      try PairedBootstrap(
        metric, challenger: sample, champion: sample, clusters: nil, Bootstrap(resamples: 199, seed: 1))
    }
  }
}
