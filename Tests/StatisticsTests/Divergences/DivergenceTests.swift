import Foundation
@testable import Statistics
import Testing

/// Against the values of SciPy and statsmodels in Fixtures/divergences.json, which make-divergences.py made.
@Suite struct DivergenceTests {
  struct Reference: Decodable {
    struct Numbers: Decodable { var reference, current: [Double], statistic, exact_p, wasserstein, smd: Double }
    struct Shares: Decodable {
      var reference, current: [Int]
      var jensen_shannon, total_variation, chi_square, chi_square_p, cramers_v: Double
    }
    var numbers: [Numbers]
    var shares: [Shares]
    var corrected: [[String: [Double]]]
  }

  let reference: Reference

  init() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/divergences.json")
    reference = try JSONDecoder().decode(Reference.self, from: try Data(contentsOf: path))
  }

  @Test("distances between numbers, and the exact Kolmogorov-Smirnov test, are SciPy's", arguments: 0..<5)
  func numbers(index: Int) throws {
    let sample = reference.numbers[index]
    let (old, new) = (EmpiricalDistribution(sample.reference), EmpiricalDistribution(sample.current))
    let statistic = try #require(Divergence.kolmogorovSmirnov(old, new))
    #expect(abs(statistic - sample.statistic) < 1e-12)
    let p = Divergence.kolmogorovSmirnovPValue(statistic, old.rowCount, new.rowCount)
    #expect(abs(p - sample.exact_p) < 1e-9)
    let distance = try #require(Divergence.wasserstein(old, new))
    #expect(abs(distance - sample.wasserstein) < 1e-9 * max(1, sample.wasserstein))
    let (before, after) = (
      try #require(Moments(sample.reference[...]).spread), try #require(Moments(sample.current[...]).spread)
    )
    let difference = try #require(Divergence.standardisedMeanDifference(before, after))
    #expect(abs(difference - sample.smd) < 1e-9)
  }

  @Test("distances between shares are SciPy's", arguments: 0..<4)
  func shares(index: Int) throws {
    let sample = reference.shares[index]
    let distance = try #require(Divergence.jensenShannon(reference: sample.reference, current: sample.current))
    #expect(abs(distance - sample.jensen_shannon) < 1e-9)
    let moved = try #require(Divergence.totalVariation(reference: sample.reference, current: sample.current))
    #expect(abs(moved - sample.total_variation) < 1e-9)
    let test = try #require(Divergence.chiSquare(reference: sample.reference, current: sample.current))
    #expect(abs(test.pValue - sample.chi_square_p) < 1e-9)
    let rows = (sample.reference + sample.current).reduce(0, +)
    #expect(abs(Divergence.cramersV(test.statistic, rowCount: rows) - sample.cramers_v) < 1e-9)
  }

  @Test("corrected p-values are statsmodels'", arguments: 0..<4, MultipleTests.allCases)
  func corrected(index: Int, method: MultipleTests) throws {
    let sample = reference.corrected[index]
    let found = method.adjusted(try #require(sample["p"]))
    let expected = try #require(sample[method.rawValue])
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-12 } && found.count == expected.count)
  }

  @Test("samples that lie apart are as far apart as can be, and a sample is no distance from itself")
  func ends() {
    let (low, high) = (EmpiricalDistribution([1, 2, 2, 3]), EmpiricalDistribution([11, 12, 12, 13]))
    #expect(Divergence.kolmogorovSmirnov(low, high) == 1)
    #expect(Divergence.wasserstein(low, high) == 10)
    #expect(Divergence.kolmogorovSmirnov(low, low) == 0)
    #expect(Divergence.wasserstein(low, low) == 0)
    #expect(Divergence.jensenShannon(reference: [5, 0], current: [0, 7]) == 1)
    #expect(Divergence.totalVariation(reference: [5, 0], current: [0, 7]) == 1)
    #expect(Divergence.kolmogorovSmirnov(low, EmpiricalDistribution([.nan])) == nil)
    #expect(Divergence.kolmogorovSmirnovPValue(0, 40, 50) == 1)
  }

  @Test("rare categories are put together before a chi-square test")
  func pooling() {
    let pooled = Divergence.pooled(reference: [500, 3, 400, 2, 1, 60], current: [50, 1, 40, 0, 1, 5])
    // 65 rows in all: 5.9 are expected among the 97.
    #expect(pooled.reference == [500, 400, 66])
    #expect(pooled.current == [50, 40, 7])
    #expect(Divergence.pooled(reference: [9, 9], current: [9, 9]).reference == [9, 9])
    #expect(Divergence.pooled(reference: [1, 1], current: [1, 1]).reference == [2])
  }
}
