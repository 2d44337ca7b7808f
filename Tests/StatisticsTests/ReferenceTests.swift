import Foundation
@testable import Statistics
import Testing

/// Against the values of scikit-learn and SciPy in Fixtures/reference.json, which make-reference.py made.
@Suite struct ReferenceTests {
  struct Reference: Decodable {
    struct Case: Decodable {
      var scores: [Double]?
      var labels: [Int]?
      var classes: Int?
      var predicted: [Double]?
      var actual: [Double]?
      var auc, pr_auc, log_loss, brier, accuracy, precision, recall, f1: Double?
      var macro_precision, macro_recall, macro_f1, macro_auc, rmse, mae, r2: Double?

      var expected: [String: Double] {
        let all: [String: Double?] = [
          "auc": auc, "pr_auc": pr_auc, "log_loss": log_loss, "brier": brier, "accuracy": accuracy,
          "precision": precision,
          "recall": recall, "f1": f1, "macro_precision": macro_precision, "macro_recall": macro_recall,
          "macro_f1": macro_f1, "macro_auc": macro_auc, "rmse": rmse, "mae": mae, "r2": r2,
        ]
        return all.compactMapValues { $0 }
      }
    }
    struct Samples<Value: Decodable>: Decodable {
      var reference, current: [Value]
      var statistic, p: Double
    }
    var binary, multiclass, regression: [Case]
    var kolmogorov: [Samples<Double>]
    var chi_square: [Samples<Int>]
  }

  let reference: Reference

  init() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "Fixtures/reference.json")
    reference = try JSONDecoder().decode(Reference.self, from: try Data(contentsOf: path))
  }

  private func expectEqual(
    _ found: [String: Double], _ expected: [String: Double], _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(Set(expected.keys).isSubset(of: found.keys), sourceLocation: location)
    for (name, value) in expected {
      #expect(abs((found[name] ?? .nan) - value) < 1e-9, "\(name)", sourceLocation: location)
    }
  }

  @Test("binary metrics are scikit-learn's, ties included", arguments: 0..<2)
  func binary(index: Int) throws {
    let sample = reference.binary[index]
    let metrics = try BinarySample(
      scores: try #require(sample.scores), labels: try #require(sample.labels).map { $0 == 1 }, threshold: 0.5)
    expectEqual(metrics.metricSet().values, sample.expected)
  }

  @Test("multi-class metrics are scikit-learn's", arguments: 0..<2)
  func multiclass(index: Int) throws {
    let sample = reference.multiclass[index]
    let metrics = try MulticlassSample(
      probabilities: try #require(sample.scores), labels: try #require(sample.labels),
      classCount: try #require(sample.classes))
    expectEqual(metrics.metricSet().values, sample.expected)
  }

  @Test("regression metrics are scikit-learn's")
  func regression() throws {
    let sample = reference.regression[0]
    let found = try RegressionSample(
      predicted: try #require(sample.predicted), actual: try #require(sample.actual))
    expectEqual(found.metricSet().values, sample.expected)
  }

  @Test("the Kolmogorov-Smirnov test is SciPy's", arguments: 0..<3)
  func kolmogorov(index: Int) throws {
    let sample = reference.kolmogorov[index]
    let test = try #require(Divergence.kolmogorovSmirnov(reference: sample.reference, current: sample.current))
    #expect(abs(test.statistic - sample.statistic) < 1e-12)
    #expect(abs(test.pValue - sample.p) < 1e-9)
  }

  @Test("the chi-square test is SciPy's", arguments: 0..<3)
  func chiSquare(index: Int) throws {
    let sample = reference.chi_square[index]
    let test = try #require(Divergence.chiSquare(reference: sample.reference, current: sample.current))
    #expect(abs(test.statistic - sample.statistic) < 1e-9 * sample.statistic)
    #expect(abs(test.pValue - sample.p) < 1e-9)
  }

  @Test("equal samples have no divergence, and a new category is felt")
  func psi() {
    #expect(Divergence.psi(reference: [10, 20, 30], current: [10, 20, 30]) == 0)
    // (0.5 - 0.25) ln 2 + (0.5 - 0.75) ln(2/3), computed by hand.
    #expect(abs(Divergence.psi(reference: [25, 75], current: [50, 50]) - 0.27465307216702745) < 1e-12)
    #expect(Divergence.psi(reference: [100, 0], current: [50, 50]) > 1)
  }

  @Test("one class alone leaves AUC undefined with a reason")
  func oneClass() throws {
    let metrics = try BinarySample(scores: [0.1, 0.9], labels: [true, true], threshold: 0.5).metricSet()
    #expect(metrics.values["auc"] == nil)
    #expect(metrics.undefined["auc"] == "all 2 rows are positive")
  }

  @Test("a score that is no number is an error")
  func nan() {
    #expect(throws: StatisticsError.self) { try BinarySample(scores: [.nan], labels: [true], threshold: 0.5) }
  }
}
