import Foundation
@testable import Learning
@testable import Pipeline
import Records
import Tables
import Testing

/// Against scikit-learn's `inspection` of the same models, which Fixtures/make-inspection.py wrapped as estimators.
@Suite struct InspectionTests {
  struct Fixture: Decodable {
    struct Case: Decodable {
      var model: String
      var labels: [Double]
      /// Features x repeats.
      var losses: [[Double]]
      /// One a feature.
      var mean, deviation: [Double]
      /// Features x points.
      var grids, means: [[Double]]
    }
    var rows: [[Double]]
    /// Repeats x rows.
    var orders: [[Int]]
    var cases: [String: Case]
  }

  private static let names = ["x0", "x1", "x2"]
  private let fixture: Fixture
  private let table: Table

  init() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../Fixtures/inspection.json")
    let fixture = try JSONDecoder().decode(Fixture.self, from: try Data(contentsOf: path))
    self.fixture = fixture
    table = Table(
      columns: Self.names.indices.map { place in
        Column(name: Self.names[place], storage: .floats(fixture.rows.map { $0[place] }))
      }, rowCount: fixture.rows.count)
  }

  private func scorer(_ name: String) throws -> Scorer {
    let test = try #require(fixture.cases[name])
    let schema = ModelSchema(
      features: Self.names.map { ModelSchema.Feature(name: $0, kind: .numeric) }, target: "y",
      task: name == "binary" ? .binary(negative: "0", positive: "1") : .regression)
    let training = Model.Training(
      trainer: "xgboost", environment: "xgboost", rowCount: table.rowCount, droppedRowCount: 0, seed: 1,
      parameters: [:],
      rounds: 8, curves: [:], importance: [:])
    let parts = Model.Parts(
      schema: schema, training: training, learner: .xgboost(Array(test.model.utf8)), baselines: nil)
    return Scorer(try Predictor(try Model(parts, sampling: table), threads: 1))
  }

  @Test("permutation importance is scikit-learn's for the same shuffles", arguments: ["regression", "binary"])
  func permutation(name: String) throws {
    let test = try #require(fixture.cases[name])
    let importance = PermutationImportance(rows: table, labels: test.labels, scorer: try scorer(name))
    let whole = try #require(try importance.value(table))
    for (place, feature) in Self.names.enumerated() {
      let found = try #require(try importance.importance(of: feature, whole: whole, orders: fixture.orders))
      #expect(abs(found.mean - test.mean[place]) < 1e-6)
      #expect(abs(found.deviation - test.deviation[place]) < 1e-6)
      for (order, loss) in zip(fixture.orders, test.losses[place]) {
        let one = try #require(try importance.importance(of: feature, whole: whole, orders: [order]))
        #expect(abs(one.mean - loss) < 1e-6)
      }
    }
  }

  @Test("partial dependence is scikit-learn's, and so is its grid", arguments: ["regression", "binary"])
  func dependence(name: String) throws {
    let test = try #require(fixture.cases[name])
    let dependence = PartialDependence(scorer: try scorer(name), rows: table)
    for (place, feature) in Self.names.enumerated() {
      let found = try #require(try dependence.dependence(of: ModelSchema.Feature(name: feature, kind: .numeric)))
      let grid = found.values.compactMap { Double($0) }
      #expect(grid.count == test.grids[place].count)
      #expect(zip(grid, test.grids[place]).allSatisfy { abs($0 - $1) < 1e-12 })
      let means = try #require(found.series.first).means
      #expect(zip(means, test.means[place]).allSatisfy { abs($0 - $1) < 1e-6 })
    }
  }
}
