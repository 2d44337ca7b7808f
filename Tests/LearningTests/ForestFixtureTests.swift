import Foundation
@testable import Learning
import Testing

/// Against scores and contributions of XGBoost's Python package 1.7.6 and 3.2.0, and of shap, which
/// Fixtures/make-forests.py made. No library is loaded.
@Suite struct ForestFixtureTests {
  struct Fixture: Decodable {
    struct Case: Decodable {
      var model: String
      var scores: [Float]
      var contributions: [Double]
      var shap: [Double]?
    }
    var rows: [[Float?]]
    var cases: [String: Case]

    var encoded: FeatureEncoder.Rows {
      FeatureEncoder.Rows(
        values: (0..<4).flatMap { column in rows.map { $0[column] ?? .nan } }, rowCount: rows.count)
    }
  }

  static let versions = ["1.7.6", "3.2.0"]
  static let names = [
    "regression", "numeric", "deep", "dart", "linear", "linear-classes", "binary", "raw", "hinge", "classes", "count",
    "gamma", "tweedie", "hazard", "ranking", "quantiles",
  ]

  static func fixture(_ version: String) throws -> Fixture {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/forests-\(version).json")
    return try JSONDecoder().decode(Fixture.self, from: try Data(contentsOf: file))
  }

  @Test("scores are those of Python's package to the last bit", arguments: versions)
  func scores(version: String) throws {
    let fixture = try Self.fixture(version)
    #expect(fixture.cases.keys.sorted() == Self.names.sorted().filter { $0 != "quantiles" || version != "1.7.6" })
    for (name, test) in fixture.cases.sorted(by: { $0.key < $1.key }) {
      let found = try ScoringModel(json: Array(test.model.utf8)).scores(fixture.encoded, threads: 1)
      #expect(found.map(\.bitPattern) == test.scores.map(\.bitPattern), "\(name)")
    }
  }

  @Test("contributions are those of Python's package within 1e-5", arguments: versions)
  func contributions(version: String) throws {
    let fixture = try Self.fixture(version)
    for (name, test) in fixture.cases.sorted(by: { $0.key < $1.key }) {
      let found = try #require(
        try ScoringModel(json: Array(test.model.utf8)).contributions(fixture.encoded, threads: 2))
      #expect(Self.distance(found.values, test.contributions) < 1e-5, "\(name)")
    }
  }

  @Test("contributions are those of shap's tree explainer", arguments: ["3.2.0"])
  func shap(version: String) throws {
    let fixture = try Self.fixture(version)
    let test = try #require(fixture.cases["numeric"])
    let found = try #require(try ScoringModel(json: Array(test.model.utf8)).contributions(fixture.encoded, threads: 1))
    let expected = try #require(test.shap)
    let ours = found.values.indices.filter { $0 % 5 != 4 }.map { found.values[$0] }
    #expect(Self.distance(ours, expected) < 1e-5)
  }

  @Test("contributions and the expectation add up to the margin", arguments: versions)
  func additive(version: String) throws {
    let fixture = try Self.fixture(version)
    for (name, test) in fixture.cases.sorted(by: { $0.key < $1.key }) {
      let model = try ScoringModel(json: Array(test.model.utf8))
      let contributions = try #require(model.contributions(fixture.encoded, threads: 1)).values
      let sums = stride(from: 0, to: contributions.count, by: 5).map { contributions[$0..<$0 + 5].reduce(0, +) }
      #expect(Self.distance(sums, model.margins(fixture.encoded, threads: 1).map(Double.init)) < 1e-5, "\(name)")
    }
  }

  @Test("the same contributions for any number of threads and any split")
  func threads() throws {
    let fixture = try Self.fixture("3.2.0")
    let model = try ScoringModel(json: Array(try #require(fixture.cases["classes"]).model.utf8))
    let rows = FeatureEncoder.Rows(
      values: (0..<4).flatMap { column in
        (0..<300).map { fixture.encoded.values[column * 60 + $0 * 7 % 60] }
      }, rowCount: 300)
    let whole = try #require(model.contributions(rows, threads: 1)).values
    #expect(try #require(model.contributions(rows, threads: 3)).values == whole)
    let part = try #require(model.contributions(rows.part(131..<150, width: 4), threads: 1)).values
    #expect(part == Array(whole[131 * 15..<150 * 15]))
  }

  private static func distance(_ found: [Double], _ expected: [Double]) -> Double {
    guard found.count == expected.count else { return .infinity }
    return zip(found, expected).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? 0
  }
}
