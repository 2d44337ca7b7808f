import Foundation
@testable import Statistics
import Testing

/// Against the values of scikit-learn, SciPy and fairlearn in Fixtures/evaluation.json, which make-evaluation.py made.
@Suite struct EvaluationReferenceTests {
  struct Reference: Decodable {
    struct Binary: Decodable {
      var scores: [Double]
      var labels: [Int]
      var counts: [UInt8]?
      var threshold: Double
      var costs: [Double]?
      var bestThreshold, bestCost: Double?
      var expected: [String: Double]
    }
    struct Multiclass: Decodable {
      var scores: [Double]
      var labels: [Int]
      var classes: Int
      var expected: [String: Double]
    }
    struct Numbers: Decodable {
      var predicted, actual: [Double]
      var levels: [Double]?
      var expected: [String: Double]
    }
    struct Ranking: Decodable {
      var scores, relevance: [Double]
      var queries: [Int32]
      var expected: [String: Double]
    }
    struct Resampled: Decodable {
      var values: [Double]
      var confidence, low, high: Double
      var estimate: Double?
    }
    struct Wilson: Decodable {
      var successes, count: Int
      var low, high: Double
    }
    struct Intervals: Decodable {
      var percentile, mirrored: Resampled
      var wilson: [Wilson]
    }
    struct Fairness: Decodable {
      var groups: [String]
      var labels, called: [Int]
      var rates: [String: [String: Double]]
      var expected: [String: Double]
    }
    var binary: [Binary]
    var weighted: Binary
    var multiclass: [Multiclass]
    var regression: [Numbers]
    var quantile: Numbers
    var ranking: Ranking
    var intervals: Intervals
    var fairness: Fairness
  }

  let reference: Reference

  init() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "Fixtures/evaluation.json")
    reference = try JSONDecoder().decode(Reference.self, from: try Data(contentsOf: path))
  }

  private func expectEqual(
    _ found: [String: Double], _ expected: [String: Double], _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(Set(found.keys) == Set(expected.keys), sourceLocation: location)
    for (name, value) in expected {
      #expect(abs((found[name] ?? .nan) - value) < 1e-9, "\(name)", sourceLocation: location)
    }
  }

  private func sample(_ data: Reference.Binary) throws -> BinarySample {
    try BinarySample(
      scores: data.scores, labels: data.labels.map { $0 == 1 }, threshold: data.threshold,
      costs: data.costs.map {
        BinarySample.CostTable(truePositive: $0[0], falsePositive: $0[1], falseNegative: $0[2], trueNegative: $0[3])
      })
  }

  @Test("binary metrics, calibration errors and cost are scikit-learn's, ties included", arguments: 0..<2)
  func binary(index: Int) throws {
    let data = reference.binary[index]
    let sample = try sample(data)
    expectEqual(sample.metricSet().values, data.expected)
  }

  @Test("the cheapest threshold is found", arguments: 0..<2)
  func threshold(index: Int) throws {
    let data = reference.binary[index]
    let costs = try #require(data.costs)
    let best = try sample(data).cheapestThreshold(
      BinarySample.CostTable(
        truePositive: costs[0], falsePositive: costs[1], falseNegative: costs[2], trueNegative: costs[3]))
    #expect(best.threshold == data.bestThreshold)
    #expect(abs(best.cost - (data.bestCost ?? .nan)) < 1e-12)
  }

  @Test("a resample's metrics are those of the rows it repeats")
  func weighted() throws {
    let data = reference.weighted
    let sample = try sample(data)
    let counts = try #require(data.counts)
    let placed = sample.order.map { counts[$0] }
    let found = Dictionary(uniqueKeysWithValues: zip(sample.names, sample.values(placed.span)))
    expectEqual(found.filter { data.expected[$0.key] != nil }, data.expected)
  }

  @Test("multi-class metrics are scikit-learn's", arguments: 0..<2)
  func multiclass(index: Int) throws {
    let data = reference.multiclass[index]
    let sample = try MulticlassSample(
      probabilities: data.scores, labels: data.labels, classCount: data.classes, tops: [2, 3, 99])
    expectEqual(sample.metricSet().values, data.expected)
  }

  @Test("regression metrics are scikit-learn's", arguments: 0..<2)
  func regression(index: Int) throws {
    let data = reference.regression[index]
    expectEqual(try RegressionSample(predicted: data.predicted, actual: data.actual).metricSet().values, data.expected)
  }

  @Test("quantile metrics are scikit-learn's")
  func quantile() throws {
    let data = reference.quantile
    let sample = try MeanSample(quantiles: data.predicted, levels: try #require(data.levels), actual: data.actual)
    expectEqual(sample.metricSet().values, data.expected)
  }

  @Test("ranking metrics are scikit-learn's, ties included")
  func ranking() throws {
    let data = reference.ranking
    let labels = (0...(data.queries.max() ?? 0)).map { Optional("\($0)") }
    let queries = Grouping(name: "query", labels: labels, codes: data.queries)
    let sample = try MeanSample(ranked: data.scores, relevance: data.relevance, queries: queries)
    expectEqual(sample.metricSet().values, data.expected)
  }

  @Test("bootstrap intervals are SciPy's for SciPy's resamples")
  func resampled() {
    let percentile = reference.intervals.percentile
    let found = Interval(bootstrap: percentile.values, confidence: percentile.confidence)
    #expect(abs(found.low - percentile.low) < 1e-12 && abs(found.high - percentile.high) < 1e-12)
    let mirrored = reference.intervals.mirrored
    let basic = Interval(
      bootstrap: mirrored.values, confidence: mirrored.confidence, .mirrored(estimate: mirrored.estimate ?? .nan))
    #expect(abs(basic.low - mirrored.low) < 1e-12 && abs(basic.high - mirrored.high) < 1e-12)
  }

  @Test("intervals of rates are SciPy's Wilson intervals", arguments: 0..<5)
  func wilson(index: Int) throws {
    let data = reference.intervals.wilson[index]
    let found = try #require(Interval(wilson: data.successes, of: data.count, confidence: 0.95))
    #expect(abs(found.low - data.low) < 1e-12 && abs(found.high - data.high) < 1e-12)
  }

  @Test("fairness is fairlearn's")
  func fairness() throws {
    let data = reference.fairness
    let values = ["c", "b", "a"]
    let groups = Grouping(
      name: "group", values: values, codes: data.groups.map { Int32(values.firstIndex(of: $0) ?? -1) })
    #expect(groups.labels == ["a", "b", "c"])
    let sample = FairnessSample(
      labels: data.labels.map { $0 == 1 }, called: data.called.map { $0 == 1 }, groups: groups, compared: [0, 1, 2],
      reference: 0)
    expectEqual(sample.metricSet().values, data.expected)
    for (label, rates) in zip(["a", "b", "c"], sample.rates) {
      let found = [
        "selection_rate": rates.selection, "true_positive_rate": rates.truePositive,
        "false_positive_rate": rates.falsePositive, "precision": rates.precision,
      ]
      expectEqual(found, try #require(data.rates[label]))
    }
  }
}
