import Foundation
@testable import Statistics
import Testing

/// Against Fixtures/intervals.json, which make-intervals.py made with statsmodels, SciPy and from DeLong's definition.
@Suite struct MetricEstimatesTests {
  struct Reference: Decodable {
    struct Case: Decodable {
      var scores: [Double]
      var labels: [Bool]
      var auc, variance: Double
      var bounds, log_loss, accuracy: [Double]
    }
    var auc: [Case]
    var wilson: [[Double]]
  }

  let reference: Reference
  private static let bootstrap = Bootstrap(resamples: 200, seed: 3)
  /// Closed forms alone.
  private static let none = Bootstrap(resamples: 0)

  init() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/intervals.json")
    reference = try JSONDecoder().decode(Reference.self, from: try Data(contentsOf: path))
  }

  @Test(
    "DeLong's variance is that of its definition, ties included, and bounds are those of statsmodels and SciPy",
    arguments: 0..<2)
  func binary(index: Int) throws {
    let sample = reference.auc[index]
    let variance = try #require(MetricEstimates.aucVariance(sample.scores, sample.labels))
    #expect(abs(variance - sample.variance) < 1e-12)
    let found = try MetricEstimates.binary(
      scores: sample.scores, labels: sample.labels, threshold: 0.5, Self.bootstrap)
    for (name, bounds) in [("auc", sample.bounds), ("log_loss", sample.log_loss), ("accuracy", sample.accuracy)] {
      let estimate = try #require(found[name])
      #expect(abs((estimate.low ?? .nan) - bounds[0]) < 1e-9 && abs((estimate.high ?? .nan) - bounds[1]) < 1e-9)
    }
    #expect(abs((found["auc"]?.value ?? .nan) - sample.auc) < 1e-12)
  }

  @Test("Wilson's interval is statsmodels'", arguments: 0..<4)
  func wilson(index: Int) throws {
    let row = reference.wilson[index]
    let bounds = try #require(Interval(wilson: Int(row[0]), of: Int(row[1]), confidence: 0.95))
    #expect(abs(bounds.low - row[2]) < 1e-9 && abs(bounds.high - row[3]) < 1e-9)
  }

  @Test("the stated share of intervals holds the truth", arguments: [11, 12] as [UInt64])
  func coverage(seed: UInt64) throws {
    var state = seed
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53)
    }
    // Scores of positives are the larger of two draws: the AUC is 2/3.
    var held = 0
    for _ in 0..<400 {
      let labels = (0..<120).map { _ in next() < 0.4 }
      let scores = labels.map { $0 ? max(next(), next()) : next() }
      let auc = try #require(
        try MetricEstimates.binary(scores: scores, labels: labels, threshold: 0.5, Self.none)["auc"])
      if let low = auc.low, let high = auc.high, low <= 2 / 3.0, high >= 2 / 3.0 { held += 1 }
    }
    #expect((365...395).contains(held), "\(held) of 400")
  }

  private struct Draws {
    var state: UInt64

    mutating func unit() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (Double(state >> 11) + 0.5) / Double(1 << 53)
    }

    mutating func normal() -> Double { Distribution.normalQuantile(unit()) }
  }

  @Test(
    "of few rows, the stated share of intervals of mean losses holds the truth, or nearly", arguments: [10, 30, 100])
  func fewRows(rowCount: Int) throws {
    var draws = Draws(state: 41)
    var held = (mae: 0, rmse: 0)
    for _ in 0..<400 {
      let errors = (0..<rowCount).map { _ in draws.normal() }
      let found = try MetricEstimates.regression(
        predicted: errors, actual: [Double](repeating: 0, count: rowCount), Self.none)
      let (mae, rmse) = (try #require(found["mae"]), try #require(found["rmse"]))
      if let low = mae.low, let high = mae.high, low <= 0.797_884_560_8, high >= 0.797_884_560_8 { held.mae += 1 }
      if let low = rmse.low, let high = rmse.high, low <= 1, high >= 1 { held.rmse += 1 }
    }
    // Squared errors have a long tail: of 10 of them a plain normal interval holds 82 of 100.
    #expect(held.mae >= 370 && held.rmse >= (rowCount == 10 ? 352 : 362), "\(held)")
  }

  @Test("every metric that resamples can bound has an interval about it")
  func all() throws {
    var draws = Draws(state: 7)
    let scores = (0..<200).map { _ in draws.unit() }
    let labels = scores.map { draws.unit() < $0 }
    let found = try MetricEstimates.binary(scores: scores, labels: labels, threshold: 0.5, Self.bootstrap)
    #expect(found.count == 13)
    for (name, estimate) in found {
      let (low, high) = (try #require(estimate.low, "\(name)"), try #require(estimate.high, "\(name)"))
      #expect(low <= estimate.value && estimate.value <= high && low < high, "\(name)")
    }
    #expect(
      try MetricEstimates.binary(
        scores: scores, labels: labels, threshold: 0.5, Bootstrap(resamples: 200, seed: 3, threads: 2)) == found)
    let numbers = try MetricEstimates.regression(
      predicted: scores, actual: scores.map { $0 + draws.unit() }, Self.bootstrap)
    #expect(numbers.values.allSatisfy { $0.low != nil })
    let quantiles = try MetricEstimates.quantile(
      predicted: scores.flatMap { [$0, $0 + 0.5] }, actual: scores.map { $0 + draws.unit() }, levels: [0.2, 0.8],
      Self.bootstrap)
    #expect(quantiles["quantile_loss"]?.low != nil && quantiles["interval_coverage"]?.low != nil)
  }

  @Test("of many rows, random groups bound metrics about as widely as resamples of them do")
  func manyRows() throws {
    var draws = Draws(state: 9)
    let scores = (0..<MetricEstimates.groupedRows).map { _ in draws.unit() }
    let labels = scores.map { draws.unit() < $0 }
    let grouped = try MetricEstimates.binary(scores: scores, labels: labels, threshold: 0.5, Self.bootstrap)
    let sample = try BinarySample(scores: scores, labels: labels, threshold: 0.5)
    let drawn = sample.intervals(sample.metricSet(), Bootstrap(resamples: 120, seed: 1, threads: 2))
    for name in ["pr_auc", "f1", "mcc", "balanced_accuracy", "auc", "log_loss"] {
      let (one, other) = (try #require(grouped[name]), try #require(drawn[name]))
      let ratio = try (#require(one.high) - #require(one.low)) / (other.high - other.low)
      #expect((0.7...1.4).contains(ratio), "\(name): \(ratio)")
      #expect(try #require(one.low) < one.value && one.value < #require(one.high))
    }
  }

  @Test("few rows, few of a class, and values that are all alike bound nothing but shares")
  func undefined() throws {
    let perfect = try MetricEstimates.binary(
      scores: [0.1, 0.2, 0.8, 0.9], labels: [false, false, true, true], threshold: 0.5, Self.bootstrap)
    #expect(perfect["auc"] == MetricEstimate(value: 1) && perfect["f1"] == MetricEstimate(value: 1))
    #expect(try #require(perfect["accuracy"]?.low) < 0.6)
    let rare = try MetricEstimates.binary(
      scores: (0..<60).map { Double($0) / 60 }, labels: (0..<60).map { $0 % 20 == 19 }, threshold: 0.5, Self.bootstrap)
    #expect(rare["auc"]?.low == nil && rare["pr_auc"]?.low == nil && rare["log_loss"]?.low != nil)
    let numbers = try MetricEstimates.regression(
      predicted: (0..<20).map(Double.init), actual: (1..<21).map(Double.init), Self.bootstrap)
    #expect(numbers["mae"] == MetricEstimate(value: 1) && numbers["rmse"] == MetricEstimate(value: 1))
  }
}
