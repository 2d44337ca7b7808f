@testable import Learning
import Tables
import Testing

@Suite struct TrainerTests {
  private func train(
    _ table: Table, _ target: String, _ options: TrainingOptions = .quick(), validation: Table? = nil
  ) throws -> Model {
    try Trainer(options).train(table, validation: validation, target: try TargetRule(target))
  }

  // MARK: What is learnt

  @Test("a binary model learns what there is to learn")
  func binary() throws {
    let model = try Model.quick()
    #expect(model.schema.task == .binary(negative: "false", positive: "true"))
    let test = SeededTable.make(300, seed: 9)
    let truth = try #require(test["delay"]?.doubles).map { $0 > 15 }
    // A tenth of each feature is missing, and so not to be known.
    #expect(areaUnderCurve(try Predictor(model, threads: 1).predict(test).scores, truth) > 0.95)
    #expect(model.training.importance["number"] ?? 0 > 0.5)
    #expect(abs(model.training.importance.values.reduce(0, +) - 1) < 1e-9)
  }

  @Test("a regression model comes close")
  func regression() throws {
    let test = SeededTable.make(300, seed: 9)
    let scores = try Predictor(try Model.quick("delay"), threads: 1).predict(test).scores
    let errors = zip(scores, try #require(test["delay"]?.doubles)).map { abs($0 - $1) }
    #expect(errors.reduce(0, +) / 300 < 3)
  }

  @Test("a multi-class model gives each class a probability")
  func multiclass() throws {
    let rows = SeededTable.make(600)
    let kinds = try #require(rows["delay"]?.doubles).map { Int32($0 < 5 ? 2 : $0 < 18 ? 0 : 1) }
    let table = rows.with("kind", .strings(.init(codes: kinds, values: ["fair", "late", "early"]))).without("delay")
    let model = try train(table, "kind")
    #expect(model.schema.task == .multiclass(classes: ["early", "fair", "late"]))
    let predictions = try Predictor(model, threads: 1).predict(table)
    #expect(predictions.scores.count == 1800)
    #expect(abs(predictions.scores[0..<3].reduce(0, +) - 1) < 1e-5)
    let expected = kinds.map { [1, 2, 0][Int($0)] as Int32 }
    #expect(zip(predictions.likeliestClasses, expected).count { $0 == $1 } > 540)
  }

  @Test("whole numbers are classes when the objective says so, in the order of numbers")
  func numbersAsClasses() throws {
    let rows = SeededTable.make(200)
    let three = rows.with("grade", .integers((0..<200).map { Int64([10, 9, 100][$0 % 3]) }))
    #expect(
      try train(three, "grade", .quick(parameters: ["objective": "multi:softprob"])).schema.task
        == .multiclass(classes: ["9", "10", "100"]))
    let two = rows.with("grade", .integers((0..<200).map { Int64($0 % 2 == 0 ? -1 : 1) }))
    #expect(
      try train(two, "grade", .quick(parameters: ["objective": "binary:logistic"])).schema.task
        == .binary(negative: "-1", positive: "1"))
    #expect(try train(two, "grade").schema.task == .regression)
  }

  @Test(
    "the baseline says the mean or the shares",
    arguments: [
      ("delay > 1e9", nil), ("delay", 15.5), ("half", 0.5),
    ] as [(String, Double?)])
  func baseline(target: String, expected: Double?) throws {
    let table = SeededTable.make(100).with("delay", .floats((0..<100).map { $0 % 2 == 0 ? 1 : 30 }))
      .with("half", .booleans((0..<100).map { $0 % 2 == 0 ? 1 : 0 }))
    guard let expected else {
      #expect(throws: LearningError.self) { try train(table, target, .quick(.baseline)) }
      return
    }
    let model = try train(table, target, .quick(.baseline))
    #expect(try Predictor(model, threads: 1).predict(table).scores == [Double](repeating: expected, count: 100))
  }

  // MARK: Repeatability

  @Test(
    "the same data, parameters and seed give the same bytes at any number of threads",
    arguments: [
      [:], ["subsample": "0.8", "colsample_bytree": "0.5"], ["num_parallel_tree": "3", "subsample": "0.5"],
      ["grow_policy": "lossguide", "max_leaves": "9"],
    ] as [[String: String]])
  func deterministic(parameters: [String: String]) throws {
    func files(_ threads: Int) throws -> [[UInt8]] {
      try train(SeededTable.make(3000), "delay > 15", .quick(threads: threads, parameters: parameters)).files()
        .map(\.bytes)
    }
    let one = try files(1)
    #expect(try files(2) == one)
    #expect(try files(3) == one)
  }

  @Test("another seed gives another model where rows are sampled")
  func seed() throws {
    var options = TrainingOptions.quick(parameters: ["subsample": "0.5"])
    let one = try Model.quick("delay", options).files()[0].bytes
    options.seed = 8
    #expect(try Model.quick("delay", options).files()[0].bytes != one)
  }

  // MARK: Rounds

  @Test("early stopping keeps the best round's model, as if training had ended there", arguments: ["logloss", "auc"])
  func earlyStopping(metric: String) throws {
    var options = TrainingOptions.quick(rounds: 400, parameters: ["eval_metric": metric, "eta": "0.5"])
    options.earlyStopping = 5
    let (table, validation) = (SeededTable.make(300), SeededTable.make(200, seed: 5))
    let model = try train(table, "delay > 15", options, validation: validation)
    let curve = try #require(model.training.curves["validation \(metric)"])
    let best = try #require(model.training.bestRound)
    #expect(curve.count == model.training.rounds && curve.count == best + 5)
    #expect(curve[best - 1] == (metric == "auc" ? curve.max() : curve.min()))
    (options.earlyStopping, options.rounds) = (nil, best)
    let short = try train(table, "delay > 15", options)
    let scores = try [model, short].map { try Predictor($0, threads: 1).predict(validation).scores }
    #expect(scores[0] == scores[1])
  }

  @Test("several metrics are all in the curves, and the last decides")
  func metrics() throws {
    var options = TrainingOptions.quick(rounds: 60, parameters: ["eval_metric": "[\"logloss\",\"error@0.3\"]"])
    options.earlyStopping = 3
    var told: [[String]] = []
    let trainer = Trainer(options) { _, metrics in told.append(metrics.map(\.name)) }
    let model = try trainer.train(
      SeededTable.make(300), validation: SeededTable.make(200, seed: 5), target: try TargetRule("delay > 15"))
    let names = ["train logloss", "train error@0.3", "validation logloss", "validation error@0.3"]
    #expect(model.training.curves.keys.sorted() == names.sorted())
    #expect(told.count == model.training.rounds && told.allSatisfy { $0 == names })
    let curve = try #require(model.training.curves["validation error@0.3"])
    #expect(model.training.bestRound == curve.firstIndex(of: try #require(curve.min())).map { $0 + 1 })
  }

  @Test("an error of the progress callback ends training")
  func progressError() {
    struct Full: Error {}
    var rounds = 0
    let trainer = Trainer(.quick()) { round, _ in
      rounds = round
      if round == 3 { throw Full() }
    }
    #expect(throws: Full.self) {
      try trainer.train(SeededTable.make(100), validation: nil, target: try TargetRule("delay"))
    }
    #expect(rounds == 3)
  }

  @Test("a metric that is no number is an error, not a curve with a hole")
  func unusableMetric() throws {
    var options = TrainingOptions.quick(parameters: ["eval_metric": "auc"])
    options.earlyStopping = 3
    let late = SeededTable.make(50).with("delay", .floats([Double](repeating: 99, count: 50)))
    #expect(throws: LearningError.unusableMetric(name: "validation auc", round: 1)) {
      try train(SeededTable.make(300), "delay > 15", options, validation: late)
    }
  }

  // MARK: Rows and columns

  @Test("rows without a target are left out and counted")
  func dropped() throws {
    let rows = SeededTable.make(200)
    var delays = try #require(rows["delay"]?.doubles)
    let full = try train(rows.gather(Array(20..<200)), "delay > 15").files()
    for row in 0..<20 { delays[row] = .nan }
    let model = try train(rows.with("delay", .floats(delays)), "delay > 15")
    #expect(model.training.droppedRowCount == 20 && model.training.rowCount == 180)
    #expect(try model.files()[0].bytes == full[0].bytes)
  }

  @Test("features may be missing in every row")
  func emptyFeatures() throws {
    let table = SeededTable.make(200).with(
      "none", .strings(.init(codes: [Int32](repeating: -1, count: 200), values: []))
    )
    .with("nan", .floats([Double](repeating: .nan, count: 200)))
    let model = try train(table, "delay > 15")
    #expect(model.schema.features.last?.kind == .numeric)
    #expect(try Predictor(model, threads: 1).predict(table).scores.allSatisfy { (0...1).contains($0) })
  }

  @Test("names of columns may hold anything", arguments: ["a b", "a,b", "[x] <y>", "f1", "é", "\"q\"", "tab\there"])
  func oddNames(name: String) throws {
    let table = SeededTable.make(200)
    let renamed = table.without("number").with(name, try #require(table["number"]).storage)
    let model = try train(renamed, "delay > 15")
    #expect(model.training.importance[name] ?? 0 > 0.3)
    let files = try model.files()
    let again = try Model { name in files.first { $0.path == name }?.bytes }
    #expect(
      try Predictor(again, threads: 1).predict(renamed).scores == Predictor(model, threads: 1).predict(renamed).scores)
  }

  @Test("the target never is a feature")
  func leakage() throws {
    #expect(try Model.quick().schema.features.map(\.name) == ["number", "carrier", "flag"])
    var options = TrainingOptions.quick()
    options.features = ["number", "delay"]
    #expect(throws: LearningError.self) { try Model.quick("delay > 15", options) }
  }

  // MARK: Mistakes

  @Test(
    "a mistake is one sentence that names its column",
    arguments: [
      (
        "delay > 1000", nil, nil,
        "the target “delay > 1000” is “false” in all 60 rows: there is nothing to tell apart; check the target, or take data with both"
      ),
      ("dealy > 15", nil, nil, "the target column “dealy” is not in the data: did you mean “delay”?"),
      ("delay", ["numbre"], nil, "the feature column “numbre” is not in the data: did you mean “number”?"),
      (
        "delay", ["number", "number"], nil,
        "the column “number” cannot be used: it is named twice in `features`; name it once"
      ),
      ("delay", [], nil, "there is no column to learn from"),
      ("delay", nil, ["carier"], "the excluded column “carier” is not in the data: did you mean “carrier”?"),
      (
        "delay", ["time"], nil,
        "the column “time” cannot be used: it holds times, which are not learnt from; add it to `exclude`, or derive numbers from it"
      ),
      (
        "delay", ["huge"], nil,
        "the column “huge” cannot be used: row 4 holds 1e+300, too large for a model's numbers; mark it as missing or scale it"
      ),
      ("huge", nil, ["time"], "the column “huge” cannot be used: row 4 holds 1e+300, too large for a target; scale it"),
      ("time", nil, nil, "the column “time” cannot be used: a time cannot be a target"),
      ("never", nil, ["time"], "the target “never” is missing in every row"),
    ] as [(String, [String]?, [String]?, String)])
  func mistakes(target: String, features: [String]?, exclude: [String]?, message: String) throws {
    let table = SeededTable.make(60).with("time", .timestamps(Array(0..<60)))
      .with("huge", .floats((0..<60).map { $0 == 3 ? 1e300 : 1 })).with(
        "never", .booleans([Int8](repeating: -1, count: 60)))
    var options = TrainingOptions.quick()
    (options.features, options.exclude) = (features, exclude ?? [])
    let error = #expect(throws: LearningError.self) { try train(table, target, options) }
    #expect(error?.description == message)
  }

  @Test("a text with too many different values is no category")
  func tooManyCategories() throws {
    let names = (0..<10_001).map { "N\($0)" }
    let table = Table(
      columns: [
        Column(name: "tail", storage: .strings(.init(codes: Array(0..<10_001), values: names))),
        Column(name: "delay", storage: .floats([Double](repeating: 1, count: 10_001))),
      ], rowCount: 10_001)
    let error = #expect(throws: LearningError.self) { try train(table, "delay") }
    #expect(
      error?.description
        == "the column “tail” cannot be used: it has 10001 different texts, more than 10000: it is a name rather than a category; add it to `exclude`"
    )
  }

  @Test("spellings that Unicode holds to be one text are one category")
  func canonicalEquivalence() throws {
    let table = SeededTable.make(100).with(
      "place", .strings(.init(codes: (0..<100).map { $0 % 2 }, values: ["Orl\u{E9}ans", "Orle\u{301}ans"])))
    let model = try train(table, "delay")
    #expect(model.schema.features.last?.kind == .categorical(["Orléans"]))
    #expect(try Predictor(model, threads: 1).predict(table).unseenCategoryCounts.isEmpty)
  }
}
