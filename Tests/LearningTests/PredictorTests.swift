@testable import Learning
import Tables
import Testing

@Suite struct PredictorTests {
  private let rows = SeededTable.make(97, seed: 3)

  private func predictor() throws -> Predictor { try Predictor(try Model.quick(), threads: 2) }

  @Test("parts give the same scores as the whole, at any number of threads", arguments: [1, 2, 7, 96], [1, 2])
  func batches(size: Int, threads: Int) throws {
    let model = try Model.quick()
    let parts = try Predictor(model, threads: threads)
    let scores = try stride(from: 0, to: rows.rowCount, by: size).flatMap { start in
      try parts.predict(rows.gather(Array(start..<min(start + size, rows.rowCount)))).scores
    }
    #expect(try Predictor(model, threads: 1).predict(rows).scores == scores)
  }

  @Test("no rows give no scores", arguments: [TrainingOptions.Trainer.xgboost, .baseline])
  func noRows(trainer: TrainingOptions.Trainer) throws {
    let predictor = try Predictor(try Model.quick("delay > 15", .quick(trainer)), threads: 1)
    #expect(try predictor.predict(rows.gather([])).scores.isEmpty)
  }

  @Test("quantiles never cross, though each level is learnt by itself, and their loss is no larger for it")
  func quantiles() throws {
    let levels = [0.4, 0.45, 0.5, 0.55]
    let model = try Model.quick(
      "delay", .quick(parameters: ["objective": "reg:quantileerror", "quantile_alpha": "\(levels)", "max_depth": "6"]))
    let predictor = try Predictor(model, threads: 2)
    let table = SeededTable.make(500, seed: 8)
    let raw = predictor.scores(try FeatureEncoder(features: model.schema.features).encode(table))
    let scores = try predictor.predict(table).scores
    let delays = try #require(table["delay"]?.doubles)
    func rows(_ scores: [Double]) -> [[Double]] { delays.indices.map { Array(scores[$0 * 4..<$0 * 4 + 4]) } }
    func loss(_ scores: [Double]) -> Double {
      zip(rows(scores), delays).reduce(0) { sum, row in
        zip(row.0, levels).reduce(sum) { $0 + max($1.1 * (row.1 - $1.0), ($1.1 - 1) * (row.1 - $1.0)) }
      }
    }
    #expect(rows(raw).contains { $0 != $0.sorted() })
    #expect(rows(scores) == rows(raw).map { $0.sorted() })
    #expect(loss(scores) < loss(raw))
  }

  @Test("levels in any order get the score of their rank")
  func unorderedLevels() {
    var predictions = Predictor.Predictions(foreign: [3, 1, 2, 1, 2, 3], outputCount: 3, unseen: [:], ignored: [])
    predictions.rearrange(for: .quantile(levels: [0.5, 0.9, 0.1]))
    #expect(predictions.scores == [2, 3, 1, 2, 3, 1])
    predictions.rearrange(for: .multiclass(classes: ["a", "b", "c"]))
    #expect(predictions.scores == [2, 3, 1, 2, 3, 1])
  }

  @Test("columns are found by name; those that are not read are listed")
  func columns() throws {
    let reordered = Table(columns: rows.columns.reversed(), rowCount: rows.rowCount).with(
      "extra", .integers(Array(0..<97)))
    let predictions = try predictor().predict(reordered)
    #expect(try predictions.scores == predictor().predict(rows).scores)
    #expect(predictions.ignoredColumns == ["delay", "extra"])
  }

  @Test("a category that training never saw counts as missing and is counted")
  func unseen() throws {
    let codes: [Int32] = [0, -1, 1, 0]
    let known = rows.gather([0, 0, 0, 0])
    let predictions = try predictor().predict(
      known.with("carrier", .strings(.init(codes: codes, values: ["ZZ", "AA"]))))
    #expect(predictions.unseenCategoryCounts == ["carrier": 2])
    #expect(predictions.scores[0] == predictions.scores[1] && predictions.scores[0] != predictions.scores[2])
  }

  @Test("numbers stand for categories of the same text, and 0 and 1 for booleans")
  func readOtherwise() throws {
    let table = SeededTable.make(200).with(
      "code", .strings(.init(codes: (0..<200).map { $0 % 3 }, values: ["7", "8", "9"])))
    let predictor = try Predictor(
      try Trainer(.quick()).train(table, validation: nil, target: try TargetRule("delay")), threads: 1)
    let flags: [Int64] = try #require(table["flag"]?.doubles).map { $0.isNaN ? Column.missingInteger : Int64($0) }
    let other = table.with("code", .integers((0..<200).map { Int64(7 + $0 % 3) })).with("flag", .integers(flags))
    #expect(try predictor.predict(other).scores == predictor.predict(table).scores)
    #expect(
      try predictor.predict(other.with("code", .floats((0..<200).map { Double(5 + $0 % 3) }))).unseenCategoryCounts == [
        "code": 134
      ])
  }

  @Test(
    "a column that is missing or of another type is named before anything is scored",
    arguments: [
      (nil, "the feature column “number” is not in the data: did you mean “numbers”?"),
      (
        .strings(.init(codes: [0], values: ["x"])),
        "the column “number” cannot be used: the model learnt it as numeric, but here it holds texts"
      ),
      (.timestamps([1]), "the column “number” cannot be used: the model learnt it as numeric, but here it holds times"),
      (
        .floats([-.infinity]),
        "the column “number” cannot be used: row 1 holds -inf, too large for a model's numbers; mark it as missing or scale it"
      ),
    ] as [(Column.Storage?, String)])
  func misfits(storage: Column.Storage?, message: String) throws {
    let row = rows.gather([0])
    let table = storage.map { row.with("number", $0) } ?? row.without("number").with("numbers", .floats([1]))
    let predictor = try predictor()
    let error = #expect(throws: LearningError.self) { try predictor.predict(table) }
    #expect(error?.description == message)
  }

  @Test("all missing columns are named at once; booleans that hold other numbers are no booleans")
  func severalMisfits() throws {
    let predictor = try predictor()
    let bare = rows.without("number").without("flag")
    #expect(throws: LearningError.missingFeatures(["number", "flag"])) { try predictor.predict(bare) }
    let wrong = rows.gather([0]).with("flag", .integers([2]))
    #expect(
      throws: LearningError.unusableColumn(
        name: "flag", reason: "the model learnt it as boolean, but here it holds numbers")
    ) { try predictor.predict(wrong) }
  }

  @Test("labels are counted as the model counts them; new classes and missing values have none")
  func labels() throws {
    let predictor = try predictor()
    #expect(try predictor.labels(Column(name: "t", storage: .booleans([1, 0, -1]))) == [1, 0, nil])
    let texts = Column(name: "t", storage: .strings(.init(codes: [0, 1, 2, -1], values: ["true", "maybe", "false"])))
    #expect(try predictor.labels(texts) == [1, nil, 0, nil])
  }
}
