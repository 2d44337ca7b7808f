import Foundation
@testable import Statistics
import Testing

/// Against Fixtures/intervals.json, which make-intervals.py made with statsmodels and from DeLong's definition.
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

  init() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/intervals.json")
    reference = try JSONDecoder().decode(Reference.self, from: try Data(contentsOf: path))
  }

  @Test("DeLong's variance is that of its definition, ties included, and bounds are statsmodels'", arguments: 0..<2)
  func binary(index: Int) throws {
    let sample = reference.auc[index]
    let variance = try #require(MetricEstimates.aucVariance(sample.scores, sample.labels))
    #expect(abs(variance - sample.variance) < 1e-12)
    let found = try MetricEstimates.binary(scores: sample.scores, labels: sample.labels, threshold: 0.5)
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
      let auc = try #require(try MetricEstimates.binary(scores: scores, labels: labels, threshold: 0.5)["auc"])
      if let low = auc.low, let high = auc.high, low <= 2 / 3.0, high >= 2 / 3.0 { held += 1 }
    }
    #expect((365...395).contains(held), "\(held) of 400")
  }

  @Test("what has no spread or no other class has no bounds")
  func undefined() throws {
    let perfect = try MetricEstimates.binary(
      scores: [0.1, 0.2, 0.8, 0.9], labels: [false, false, true, true], threshold: 0.5)
    #expect(perfect["auc"] == MetricEstimate(value: 1))
    let numbers = try MetricEstimates.regression(predicted: [1, 2, 3], actual: [2, 3, 4])
    #expect(numbers["mae"] == MetricEstimate(value: 1, low: 1, high: 1))
    #expect(numbers["rmse"] == MetricEstimate(value: 1, low: 1, high: 1))
  }
}
