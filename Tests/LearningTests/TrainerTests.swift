@testable import Learning
import Tables
import Testing

@Suite struct TrainerTests {
  /// Rows whose target depends on both features, with missing values: seeded, so the same each time.
  private static func table(_ count: Int, seed: UInt64 = 1) -> Table {
    var state = seed
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 33) / Double(1 << 31)
    }
    let names = ["UA", "AA", "B6"]
    var (numbers, codes, targets) = ([Double](), [Int32](), [Double]())
    for _ in 0..<count {
      let (number, code) = (next() * 10, Int32(next() * 3))
      numbers.append(next() < 0.1 ? .nan : number)
      codes.append(next() < 0.1 ? -1 : code)
      targets.append((number > 5 ? 20 : 0) + (code == 1 ? 10 : 0) + next())
    }
    return Table(
      columns: [
        Column(name: "number", storage: .floats(numbers)),
        Column(name: "carrier", storage: .strings(.init(codes: codes, values: names))),
        Column(name: "delay", storage: .floats(targets)),
      ], rowCount: count)
  }

  private func options(
    _ trainer: TrainingOptions.Trainer = .xgboost, threads: Int = 2, parameters: [String: String] = ["max_depth": "4"]
  ) -> TrainingOptions {
    TrainingOptions(trainer: trainer, parameters: parameters, rounds: 30, seed: 7, threads: threads)
  }

  private func train(_ target: String, _ options: TrainingOptions? = nil) throws -> Model {
    try Trainer(options ?? self.options()).train(Self.table(600), validation: nil, target: try TargetRule(target))
  }

  @Test("a binary model learns what there is to learn")
  func binary() throws {
    let model = try train("delay > 15")
    #expect(model.schema.task == .binary(negative: "false", positive: "true"))
    let test = Self.table(300, seed: 9)
    let scores = try Predictor(model, threads: 1).predict(test).scores
    let truth = try #require(test["delay"]?.doubles).map { $0 > 15 }
    let right = zip(scores, truth).count { ($0 >= 0.5) == $1 }
    #expect(right > 270)
    #expect(model.training.importance["number"] ?? 0 > 0.5)
  }

  @Test("a regression model comes close")
  func regression() throws {
    let model = try train("delay")
    let test = Self.table(300, seed: 9)
    let scores = try Predictor(model, threads: 1).predict(test).scores
    let errors = zip(scores, try #require(test["delay"]?.doubles)).map { abs($0 - $1) }
    #expect(errors.reduce(0, +) / 300 < 3)
  }

  @Test("a multi-class model gives each class a probability")
  func multiclass() throws {
    let model = try Trainer(options()).train(
      Self.table(600), validation: nil, target: try TargetRule("carrier"))
    #expect(model.schema.task == .multiclass(classes: ["AA", "B6", "UA"]))
    let scores = try Predictor(model, threads: 1).predict(Self.table(10)).scores
    #expect(scores.count == 30)
    #expect(abs(scores[0] + scores[1] + scores[2] - 1) < 1e-5)
  }

  @Test("the same data, parameters and seed give the same bytes at any number of threads")
  func deterministic() throws {
    let parameters = ["max_depth": "4", "subsample": "0.8", "colsample_bytree": "0.5"]
    let one = try train("delay > 15", options(threads: 1, parameters: parameters)).files()
    let two = try train("delay > 15", options(threads: 2, parameters: parameters)).files()
    #expect(one.map(\.path) == two.map(\.path))
    #expect(one.map(\.bytes) == two.map(\.bytes))
  }

  @Test("a package read again gives the same scores", arguments: [TrainingOptions.Trainer.xgboost, .baseline])
  func reload(trainer: TrainingOptions.Trainer) throws {
    let model = try train("delay > 15", options(trainer))
    let files = try model.files()
    let again = try Model { name in files.first { $0.path == name }?.bytes }
    let rows = Self.table(50, seed: 3)
    #expect(try Predictor(again, threads: 2).predict(rows).scores == Predictor(model, threads: 1).predict(rows).scores)
  }

  @Test("a package that does not answer its own sample as it did is refused")
  func selfTest() throws {
    var files = try train("delay > 15").files()
    let other = try train("delay > 5").files()
    files[0] = other[0]
    let mixed = try Model { name in files.first { $0.path == name }?.bytes }
    #expect(throws: LearningError.damagedPackage("it does not answer its own sample as it did when it was made")) {
      try Predictor(mixed, threads: 1)
    }
  }

  @Test("early stopping keeps the best round's model")
  func earlyStopping() throws {
    var options = options()
    (options.rounds, options.earlyStopping) = (400, 5)
    let model = try Trainer(options).train(
      Self.table(300), validation: Self.table(200, seed: 5), target: try TargetRule("delay > 15"))
    let curve = try #require(model.training.curves["validation logloss"])
    let best = try #require(model.training.bestRound)
    #expect(curve.count < 400)
    #expect(curve[best - 1] == curve.min())
  }

  @Test("a category that training never saw counts as missing and is counted")
  func unseen() throws {
    let model = try train("delay > 15")
    let rows = Table(
      columns: [
        Column(name: "carrier", storage: .strings(.init(codes: [0, -1], values: ["ZZ"]))),
        Column(name: "number", storage: .floats([3, 3])),
      ], rowCount: 2)
    let predictions = try Predictor(model, threads: 1).predict(rows)
    #expect(predictions.unseenCategoryCounts == ["carrier": 1])
    #expect(predictions.scores[0] == predictions.scores[1])
  }

  @Test("columns are found by name; a missing or unfit one is named")
  func columns() throws {
    let model = try train("delay > 15")
    let rows = Self.table(5)
    let reordered = Table(columns: rows.columns.reversed(), rowCount: 5)
    #expect(
      try Predictor(model, threads: 1).predict(reordered).scores == Predictor(model, threads: 1).predict(rows).scores)
    let bare = Table(columns: [rows.columns[0]], rowCount: 5)
    #expect(throws: LearningError.unknownColumn(role: "feature", name: "carrier", nearest: nil)) {
      try Predictor(model, threads: 1).predict(bare)
    }
  }

  @Test("a target with one value alone is refused with its count")
  func singleClass() throws {
    let error = #expect(throws: LearningError.self) { try train("delay > 1000") }
    #expect(
      error?.description
        == "the target “delay > 1000” is “false” in all 600 rows: there is nothing to tell apart; check the target, or take data with both"
    )
  }

  @Test(
    "a parameter that is unknown, ours, or out of place is refused",
    arguments: [
      ["max_dept": "3"], ["nthread": "4"], ["objective": "reg:squarederror"], ["eta": "fast"],
    ])
  func parameters(parameters: [String: String]) {
    #expect(throws: LearningError.self) { try train("delay > 15", options(parameters: parameters)) }
  }

  @Test("the target never is a feature")
  func leakage() throws {
    #expect(try train("delay > 15").schema.features.map(\.name) == ["number", "carrier"])
    var options = options()
    options.features = ["number", "delay"]
    #expect(throws: LearningError.self) { try train("delay > 15", options) }
  }
}
