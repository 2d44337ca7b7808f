import Foundation
@testable import Learning
import Tables
import Testing

/// Against the models and predictions of XGBoost's own Python package, which Fixtures/make-models.py made with 1.7.6 and
/// 3.2.0. Training is compared where the library that the tests run with is of the same version: `NIGHTSHIFT_XGBOOST=PATH swift test` names another.
@Suite struct XGBoostAgreementTests {
  struct Rows: Decodable {
    var distance, hour: [Double?]
    var carrier: [String?]
    var holiday, late: [Bool]
    var delay: [Double]
    var kind: [String]
  }

  struct Reference: Decodable {
    struct Task: Decodable {
      var model: String
      var predictions: [Double]
    }
    var version: String
    var tasks: [String: Task]
  }

  static let tasks: [(name: String, target: String, task: ModelSchema.Task)] = [
    ("regression", "delay", .regression), ("binary", "late", .binary(negative: "false", positive: "true")),
    ("multiclass", "kind", .multiclass(classes: ["early", "fair", "late"])),
  ]

  let table: Table

  init() throws {
    let rows = try Self.fixture(Rows.self, "rows.json")
    func texts(_ texts: [String?]) -> Column.Storage {
      let values = Set(texts.compactMap { $0 }).sorted().reversed() as [String]
      return .strings(.init(codes: texts.map { $0.flatMap(values.firstIndex).map(Int32.init) ?? -1 }, values: values))
    }
    table = Table(
      columns: [
        Column(name: "distance", storage: .floats(rows.distance.map { $0 ?? .nan })),
        Column(name: "hour", storage: .floats(rows.hour.map { $0 ?? .nan })),
        Column(name: "carrier", storage: texts(rows.carrier)),
        Column(name: "holiday", storage: .booleans(rows.holiday.map { $0 ? 1 : 0 })),
        Column(name: "delay", storage: .floats(rows.delay)),
        Column(name: "late", storage: .booleans(rows.late.map { $0 ? 1 : 0 })),
        Column(name: "kind", storage: texts(rows.kind)),
      ], rowCount: rows.delay.count)
  }

  private static func fixture<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/\(name)")
    return try JSONDecoder().decode(type, from: try Data(contentsOf: path))
  }

  private func options() -> TrainingOptions {
    TrainingOptions(
      trainer: .xgboost, features: ["distance", "hour", "carrier", "holiday"],
      parameters: ["max_depth": "3", "eta": "0.3", "max_cat_to_onehot": "2"], rounds: 6, seed: 7, threads: 2)
  }

  private func train(_ target: String) throws -> Model {
    try Trainer(options()).train(table, validation: nil, target: try TargetRule(target))
  }

  private func expectEqual(_ found: [Double], _ expected: [Double], _ location: SourceLocation = #_sourceLocation) {
    #expect(found.count == expected.count, sourceLocation: location)
    let furthest = zip(found, expected).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? .infinity
    #expect(furthest < 1e-6, sourceLocation: location)
  }

  @Test("models of Python's package give its predictions", arguments: ["1.7.6", "3.2.0"], 0..<3)
  func scoring(version: String, index: Int) throws {
    let (name, target, task) = Self.tasks[index]
    let reference = try #require(try Self.fixture(Reference.self, "xgboost-\(version).json").tasks[name])
    var model = try train(target)
    #expect(model.schema.task == task)
    model = Model(
      Model.Parts(
        schema: model.schema, training: model.training, learner: .xgboost(Array(reference.model.utf8)), baselines: nil),
      sample: model.sample)
    expectEqual(try Predictor(model, threads: 2, verify: .skip).predict(table).scores, reference.predictions)
  }

  @Test("training gives the predictions of Python's package of the same version", arguments: ["1.7.6", "3.2.0"], 0..<3)
  func training(version: String, index: Int) throws {
    let here = try Trainer.libraryVersion().split(separator: ".").prefix(2)
    guard here == version.split(separator: ".").prefix(2) else { return }
    let (name, target, _) = Self.tasks[index]
    let reference = try #require(try Self.fixture(Reference.self, "xgboost-\(version).json").tasks[name])
    expectEqual(try Predictor(try train(target), threads: 1).predict(table).scores, reference.predictions)
  }
}
