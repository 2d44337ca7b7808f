import Foundation
@testable import Quality
import Records
import Statistics
import Tables
import Testing

/// Against the values of pandas and SciPy in Fixtures/profile.json, which make-profile.py made.
@Suite struct ProfileReferenceTests {
  struct Reference: Decodable {
    struct Column: Decodable {
      var mean, standardDeviation, skewness: Double
      var distinct, missing: Int
      var quantiles: [Double]
    }
    var columns: [String: Column]
    var pearson, spearman: [[Double]]
    var cramersV: Double
    var ratio: [String: Double]
    var top: [String: [String: Int]]
  }

  let reference: Reference
  let document: ProfileDocument

  init() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures")
    reference = try JSONDecoder().decode(
      Reference.self, from: try Data(contentsOf: folder.appendingPathComponent("profile.json")))
    let bytes = Array(try Data(contentsOf: folder.appendingPathComponent("profile.csv")))
    document = try ProfileFixture.document(of: bytes)
  }

  @Test("counts, moments and quantiles of numbers", arguments: ["x", "y", "steps", "heavy", "tiny"])
  func numbers(name: String) throws {
    let expected = try #require(reference.columns[name])
    let column = try #require(document.columns.first { $0.name == name })
    let numbers = try #require(column.numbers)
    #expect(column.missingCount == expected.missing)
    #expect(column.distinct == .init(expected.distinct))
    #expect(isClose(numbers.mean, expected.mean))
    // pandas loses digits where the mean is a million million times the deviation.
    let tolerance = name == "tiny" ? 1e-5 : 1e-9
    #expect(isClose(numbers.standardDeviation, expected.standardDeviation, tolerance))
    #expect(name == "tiny" || isClose(numbers.skewness, expected.skewness))
    #expect(numbers.rankError == 0)
    #expect(zip(numbers.quantiles, expected.quantiles).allSatisfy { isClose($0.value, $1) })
    #expect(numbers.quantiles.count == expected.quantiles.count)
  }

  @Test("Pearson and Spearman over the rows in which both have a value")
  func correlations() throws {
    let pearson = try #require(document.correlations.pearson)
    let spearman = try #require(document.correlations.spearman)
    #expect(pearson.columns == ["x", "y", "steps", "heavy", "tiny"])
    #expect(pearson.rowCount == 400 && spearman.rowCount == 400)
    #expect(areClose(pearson.values, reference.pearson))
    #expect(areClose(spearman.values, reference.spearman))
  }

  @Test("categories by categories, and by numbers")
  func categories() throws {
    let cramersV = try #require(document.correlations.cramersV)
    #expect(cramersV.columns == ["colour", "shape"])
    #expect(isClose(cramersV.values[0][1], reference.cramersV))
    let ratio = try #require(document.correlations.correlationRatio)
    let row = try #require(ratio.rows.firstIndex(of: "colour"))
    for name in ["x", "y", "steps", "heavy"] {
      let column = try #require(ratio.columns.firstIndex(of: name))
      #expect(isClose(ratio.values[row][column], reference.ratio[name] ?? .nan))
    }
  }

  @Test("the most frequent texts", arguments: ["colour", "shape"])
  func topValues(name: String) throws {
    let column = try #require(document.columns.first { $0.name == name })
    let counts = Dictionary(uniqueKeysWithValues: column.topValues.map { ($0.text, $0.count) })
    #expect(counts == reference.top[name])
    #expect(column.topValues.map(\.count) == column.topValues.map(\.count).sorted(by: >))
  }

  private func isClose(_ value: Double?, _ expected: Double, _ tolerance: Double = 1e-9) -> Bool {
    value.map { abs($0 - expected) <= tolerance * max(1, abs(expected)) } ?? false
  }

  private func areClose(_ values: [[Double?]], _ expected: [[Double]]) -> Bool {
    zip(values, expected).allSatisfy { zip($0, $1).allSatisfy { isClose($0, $1) } }
  }
}
