import Foundation
@testable import Learning
import Tables
import Testing

@Suite struct ObjectiveTests {
  /// ``SeededTable`` with targets for all objectives.
  private static func table(_ rowCount: Int, seed: UInt64 = 1) -> Table {
    let table = SeededTable.make(rowCount, seed: seed)
    let delays = table["delay"]?.doubles ?? []
    return table.with("grade", .integers(delays.map { Int64($0 / 8) })).with(
      "count", .integers(delays.map { Int64($0) })
    ).with("query", .integers((0..<rowCount).map { Int64($0 % (rowCount / 15)) }))
      .with("weight", .floats((0..<rowCount).map { Double($0 % 4) }))
  }

  private static let features = ["number", "carrier", "flag"]

  private func options(_ parameters: [String: String], threads: Int = 2, rounds: Int = 20) -> TrainingOptions {
    var options = TrainingOptions.quick(rounds: rounds, threads: threads, parameters: parameters)
    options.features = Self.features
    if Objective.isRanking(parameters["objective"]) { options.group = "query" }
    if parameters["booster"] == "gblinear" { options.features = ["number", "flag"] }
    return options
  }

  private func train(
    _ target: String, _ options: TrainingOptions, _ table: Table = table(900), validation: Table? = nil
  ) throws -> Model {
    try Trainer(options).train(table, validation: validation, target: try TargetRule(target))
  }

  @Test(
    "every objective and booster gives the same bytes at any number of threads",
    arguments: [
      ("delay", ["objective": "reg:squarederror", "subsample": "0.7"]), ("delay", ["objective": "reg:squaredlogerror"]),
      ("delay", ["objective": "reg:pseudohubererror"]), ("delay", ["objective": "reg:absoluteerror"]),
      ("delay", ["objective": "reg:gamma"]), ("count", ["objective": "reg:tweedie"]),
      ("count", ["objective": "count:poisson"]), ("delay > 15", ["objective": "binary:logistic"]),
      ("carrier", ["objective": "multi:softprob"]),
      ("delay", ["objective": "reg:quantileerror", "quantile_alpha": "[0.1,0.5,0.9]"]),
      ("grade", ["objective": "rank:ndcg"]), ("grade", ["objective": "rank:pairwise"]),
      ("delay", ["booster": "gblinear"]), ("delay > 15", ["booster": "gblinear", "feature_selector": "greedy"]),
    ] as [(String, [String: String])])
  func deterministic(target: String, parameters: [String: String]) throws {
    let table = Self.table(3000)
    func files(_ threads: Int) throws -> [[UInt8]] {
      var options = options(parameters, threads: threads, rounds: 8)
      if target == "carrier" { options.features = ["number", "flag", "delay"] }
      options.weights = Objective.isRanking(parameters["objective"]) ? nil : "weight"
      return try train(target, options, table).files().map(\.bytes)
    }
    let one = try files(1)
    #expect(try files(2) == one)
    #expect(try files(3) == one)
  }

  @Test("bins give the same model as the numbers themselves, whatever the size of a block", arguments: [true, false])
  func binning(isWeighted: Bool) throws {
    let table = Self.table(500)
    let schema = ModelSchema(
      features: try ModelSchema.features(Self.features, of: table), target: "delay", task: .regression)
    let labels = try #require(table["delay"]?.doubles).map(Float.init)
    let facts = FeatureMatrix.RowFacts(
      labels: labels, weights: isWeighted ? labels.indices.map { Float($0 % 3 + 1) } : nil)
    let rows = try FeatureEncoder(features: schema.features).encode(table)
    func model(_ matrix: FeatureMatrix) throws -> [UInt8] {
      let booster = try Booster([matrix], parameters: try options([:]).libraryParameters(for: schema))
      for round in 0..<5 { try booster.update(round: round, matrix) }
      return try booster.model()
    }
    let plain = try model(try FeatureMatrix(rows, features: schema.features, facts, threads: 2))
    for blockRows in [500, 77, 1000] {
      let binned = try FeatureMatrix(
        binning: table, features: schema.features, facts, .init(threads: 2, blockRows: blockRows))
      #expect(try model(binned) == plain)
    }
  }

  @Test("quantiles are met by as many rows as they say")
  func quantiles() throws {
    let levels = [0.1, 0.5, 0.9]
    let model = try train(
      "delay", options(["objective": "reg:quantileerror", "quantile_alpha": "[0.9,0.1,0.5]", "eta": "0.3"], rounds: 40))
    #expect(model.schema.task == .quantile(levels: levels))
    let test = Self.table(1200, seed: 8)
    let scores = try Predictor(model, threads: 1).predict(test).scores
    let delays = try #require(test["delay"]?.doubles)
    #expect(scores.count == 3 * delays.count)
    for (index, level) in levels.enumerated() {
      let below = delays.indices.count { delays[$0] <= scores[3 * $0 + index] }
      // A tenth of each feature is missing, and so a row's group is not always known.
      let share = Double(below) / Double(delays.count)
      #expect(abs(share - level) < 0.1)
    }
    #expect(model.training.curves.keys.sorted() == ["train quantile"])
    let curve = try #require(model.training.curves["train quantile"])
    #expect(curve[39] < 0.6 * curve[0])
  }

  @Test("quantiles stop early and keep the best round")
  func quantilesStop() throws {
    var settings = options(
      ["objective": "reg:quantileerror", "quantile_alpha": "[0.2,0.8]", "eta": "0.9"], rounds: 200)
    settings.earlyStopping = 4
    let validation = Self.table(150, seed: 4)
    let model = try train("delay", settings, Self.table(200), validation: validation)
    let best = try #require(model.training.bestRound)
    let curve = try #require(model.training.curves["validation quantile"])
    #expect(model.training.rounds == best + 4 && curve[best - 1] == curve.min())
    let delays = try #require(validation["delay"]?.doubles)
    func loss(_ scores: [Double]) -> Double {
      let losses = scores.indices.map { place -> Double in
        let (level, rest) = ([0.2, 0.8][place % 2], delays[place / 2] - scores[place])
        return rest >= 0 ? level * rest : (level - 1) * rest
      }
      return losses.reduce(0, +) / Double(losses.count)
    }
    guard case .xgboost(let json) = model.learner else { throw LearningError.noRows("it is no model of trees") }
    let rows = try FeatureEncoder(features: model.schema.features).encode(validation)
    let learnt = loss(try ScoringModel(json: json).scores(rows, threads: 1).map(Double.init))
    #expect(abs(learnt - curve[best - 1]) < 1e-4 * learnt)
    // Quantiles that cross are put in order, which never costs.
    #expect(loss(try Predictor(model, threads: 1).predict(validation).scores) <= learnt)
  }

  @Test("a ranking puts the better rows of a group first", arguments: ["rank:ndcg", "rank:pairwise"])
  func ranking(objective: String) throws {
    let model = try train("grade", options(["objective": objective]), validation: Self.table(300, seed: 3))
    #expect(model.schema.task == .ranking(group: "query"))
    let test = Self.table(300, seed: 5)
    let scores = try Predictor(model, threads: 1).predict(test).scores
    let (grades, queries) = (try #require(test["grade"]?.doubles), try #require(test["query"]?.doubles))
    var (right, pairs) = (0, 0)
    for (left, grade) in grades.enumerated() {
      for other in grades.indices where queries[other] == queries[left] && grade > grades[other] {
        pairs += 1
        right += scores[left] > scores[other] ? 1 : 0
      }
    }
    #expect(Double(right) / Double(pairs) > 0.8)
    #expect(model.training.curves.keys.sorted() == ["train ndcg", "validation ndcg"])
    #expect(model.training.curves["validation ndcg"]?.last ?? 0 > 0.8)
  }

  @Test("a ranking does not depend on whether the rows of a group stand together")
  func rankingOrder() throws {
    let table = Self.table(300)
    let queries = try #require(table["query"]?.doubles)
    let sorted = table.gather(queries.indices.sorted { (queries[$0], $0) < (queries[$1], $1) })
    let models = try [table, sorted].map { try train("grade", options(["objective": "rank:ndcg"]), $0) }
    // The samples in the packages are of other rows.
    let learnt = try models.map { model in try model.files().first { $0.path == "model.json" }?.bytes }
    #expect(learnt[0] == learnt[1])
  }

  @Test("a linear model learns a slope, and keeps its best round")
  func linear() throws {
    let table = Self.table(400)
    let numbers = (0..<400).map { Double($0 % 20) }
    let straight = table.with("number", .floats(numbers)).with("delay", .floats(numbers.map { 3 * $0 + 2 }))
    var settings = options(["booster": "gblinear", "eta": "0.8", "lambda": "0"], rounds: 300)
    settings.earlyStopping = 10
    let model = try train("delay", settings, straight, validation: straight)
    let scores = try Predictor(model, threads: 1).predict(straight).scores
    let furthest = zip(scores, numbers).map { score, number -> Double in abs(score - 3 * number - 2) }.max()
    #expect(furthest ?? .infinity < 0.5)
    #expect(model.training.importance.isEmpty && model.training.bestRound != nil)
  }

  @Test("rows that come in a rhythm are all in the sample of the curve", arguments: [1, 7, 24])
  func rhythm(period: Int) {
    let rows = Boosting.curveRows(8192 * 24, seed: 3)
    #expect(Set(rows).count == 8192 && rows == rows.sorted())
    #expect(Set(rows.map { $0 % period }).count == period)
  }

  @Test("the curve of many rows is that of some of them")
  func sampledCurve() throws {
    let table = SeededTable.make(9000)
    let model = try train("delay", TrainingOptions.quick(rounds: 3), table)
    let scores = try Predictor(model, threads: 1).predict(table).scores
    let delays = try #require(table["delay"]?.doubles)
    let rows = Boosting.curveRows(9000, seed: 7)
    let squares = rows.map { (scores[$0] - delays[$0]) * (scores[$0] - delays[$0]) }
    let curve = try #require(model.training.curves["train rmse"])
    let error = (squares.reduce(0, +) / 8192).squareRoot()
    #expect(abs(error - curve[2]) < 1e-4)
  }

  @Test(
    "what an objective cannot learn is named",
    arguments: [
      (
        "delay", ["objective": "rank:ndcg"], nil,
        "the objective rank:ndcg needs `group`: the column that rows are ranked within"
      ),
      (
        "delay", ["objective": "rank:ndcg"], "qery", "the group column “qery” is not in the data: did you mean “query”?"
      ),
      (
        "delay", ["objective": "rank:ndcg"], "row",
        "the column “row” cannot be used: each of its 60 rows has a value of its own: rows of one group are ranked"
      ),
      (
        "delay", ["objective": "rank:ndcg"], "hole",
        "the column “hole” cannot be used: row 3 of those with a target has no value, and so belongs to no group"
      ),
      (
        "delay > 9", [:], "query",
        "`group` is for rankings: set `objective: rank:ndcg` in `params`, or leave it out"
      ),
      (
        "below", ["objective": "count:poisson"], nil,
        "the column “below” cannot be used: it holds -1, and the objective count:poisson needs numbers of at least 0"
      ),
      (
        "zero", ["objective": "reg:gamma"], nil,
        "the column “zero” cannot be used: it holds 0, and the objective reg:gamma needs numbers above 0"
      ),
      (
        "below", ["objective": "reg:squaredlogerror"], nil,
        "the column “below” cannot be used: it holds -1, and the objective reg:squaredlogerror needs numbers above -1"
      ),
      (
        "carrier", ["objective": "reg:quantileerror"], nil,
        "the objective reg:quantileerror needs a target of numbers, but “carrier” is none"
      ),
      (
        "delay", ["objective": "reg:quantileerror", "quantile_alpha": "[0.5, 1]"], nil,
        "`quantile_alpha` is [0.5, 1], but must be different numbers between 0 and 1: `[0.1, 0.5, 0.9]`"
      ),
      (
        "delay", ["quantile_alpha": "0.5"], nil,
        "`quantile_alpha` goes with `objective: reg:quantileerror`: set it, or leave both out"
      ),
      ("delay", ["booster": "dart"], nil, "`booster` is dart, but must be gbtree or gblinear"),
      (
        "delay", ["booster": "gblinear", "max_depth": "3"], nil,
        "`max_depth` is of trees alone, and `booster` is gblinear: leave one of them out"
      ),
      (
        "delay", ["top_k": "3"], nil,
        "`top_k` is of linear models alone: set `booster: gblinear`, or leave it out"
      ),
      (
        "delay", ["booster": "gblinear", "objective": "reg:absoluteerror"], nil,
        "the objective reg:absoluteerror needs trees: leave `booster: gblinear` out"
      ),
      (
        "delay", ["booster": "gblinear"], nil,
        "the column “carrier” cannot be used: it holds categories, which a linear model cannot read; add it to `exclude`, or make numbers of it"
      ),
    ] as [(String, [String: String], String?, String)])
  func mistakes(target: String, parameters: [String: String], group: String?, message: String) throws {
    let table = Self.table(60).with("below", .integers((0..<60).map { Int64($0) - 1 }))
      .with("zero", .integers((0..<60).map { Int64($0) })).with("row", .integers((0..<60).map { Int64($0) }))
      .with("hole", .integers((0..<60).map { $0 == 2 ? Column.missingInteger : 1 }))
    var options = TrainingOptions.quick(parameters: parameters)
    (options.features, options.group) = (target == "carrier" ? ["number"] : Self.features, group)
    let error = #expect(throws: LearningError.self) { try train(target, options, table) }
    #expect(error?.description == message)
  }

  @Test("grades are whole numbers")
  func grades() throws {
    let error = #expect(throws: LearningError.self) {
      try train("delay", options(["objective": "rank:pairwise"]), Self.table(60))
    }
    #expect(
      error?.description.hasSuffix("and the objective rank:pairwise needs whole numbers from 0 to 31 as grades") == true
    )
  }
}
