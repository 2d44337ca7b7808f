@testable import Learning
import Tables
import Testing

@Suite struct TrainingOptionsTests {
  private func schema(_ task: ModelSchema.Task = .binary(negative: "false", positive: "true")) -> ModelSchema {
    ModelSchema(
      features: [
        .init(name: "distance", kind: .numeric), .init(name: "carrier", kind: .categorical(["AA"])),
        .init(name: "age", kind: .numeric),
      ], target: "late", task: task)
  }

  private func message(_ parameters: [String: String], _ task: ModelSchema.Task? = nil) -> String? {
    let schema = task.map { self.schema($0) } ?? schema()
    do throws(LearningError) {
      _ = try TrainingOptions.quick(parameters: parameters).libraryParameters(for: schema)
      return nil
    } catch { return error.description }
  }

  @Test(
    "a wrong parameter is named with what it may be",
    arguments: [
      (["max_dept": "3"], "XGBoost has no parameter `max_dept` that may be set here: did you mean `max_depth`?"),
      (
        ["lerning_rate": "1"],
        "XGBoost has no parameter `lerning_rate` that may be set here: did you mean `learning_rate`?"
      ),
      (["zzz": "1"], "XGBoost has no parameter `zzz` that may be set here"),
      (["nthread": "4"], "`nthread` cannot be set in `params`: set `resources`"),
      (["seed": "4"], "`seed` cannot be set in `params`: write the step's `seed`"),
      (["eta": "fast"], "`eta` is fast, but must be a number from 0.0 to 1.0"),
      (["eta": "nan"], "`eta` is nan, but must be a number from 0.0 to 1.0"),
      (["learning_rate": "3"], "`eta` is 3, but must be a number from 0.0 to 1.0"),
      (
        ["eta": "0.1", "learning_rate": "0.2"],
        "`eta` and `learning_rate` are two names of one parameter: set one of them"
      ),
      (["max_depth": "6.5"], "`max_depth` is 6.5, but must be a whole number from 0 to 64"),
      (["subsample": "0"], "`subsample` is 0, but must be a number above 0.0 and at most 1.0"),
      (["lambda": "-1"], "`lambda` is -1, but must be a number of at least 0.0"),
      (["scale_pos_weight": "inf"], "`scale_pos_weight` is inf, but must be a number above 0.0"),
      (["base_score": "half"], "`base_score` is half, but must be a number"),
      (["tweedie_variance_power": "2"], "`tweedie_variance_power` is 2, but must be a number between 1.0 and 2.0"),
      (["grow_policy": "fast"], "`grow_policy` is fast, but must be depthwise or lossguide"),
      (
        ["objective": "reg:squarederror"],
        "the objective reg:squarederror does not fit a binary target: use binary:logistic"
      ),
      (["eval_metric": "acu"], "`eval_metric` acu does not fit a binary target: did you mean auc?"),
      (["eval_metric": "rmsle"], "`eval_metric` rmsle does not fit a binary target: did you mean rmse?"),
      (["eval_metric": "error@2"], "`eval_metric` error@2 does not fit a binary target: did you mean error?"),
      (["eval_metric": "auc,auc"], "`eval_metric` names a metric twice: auc, auc"),
      (["eval_metric": ""], "`eval_metric` is empty: name a metric, or leave it out"),
      (
        ["monotone_constraints": "{\"distanec\":1}"],
        "`monotone_constraints` names “distanec”, which is no feature of the model: did you mean “distance”?"
      ),
      (
        ["monotone_constraints": "{\"carrier\":1}"],
        "`monotone_constraints` names “carrier”, which has categories and so no direction"
      ),
      (
        ["monotone_constraints": "(1,0,1)"],
        "`monotone_constraints` is (1,0,1), but must give features a direction: `{distance: 1, age: -1}`, 1 to rise, -1 to fall"
      ),
      (
        ["interaction_constraints": "[\"age\"]"],
        "`interaction_constraints` is [\"age\"], but must list groups of features: `[[distance, age], [carrier]]`"
      ),
    ])
  func mistakes(parameters: [String: String], expected: String) {
    #expect(message(parameters) == expected)
  }

  @Test(
    "numbers that no training can work with are refused", arguments: [(0, nil, 1), (1, 0, 1), (1, 5, 1), (1, nil, 0)])
  func numbers(rounds: Int, earlyStopping: Int?, threads: Int) {
    let options = TrainingOptions(trainer: .xgboost, rounds: rounds, earlyStopping: earlyStopping, threads: threads)
    #expect(throws: LearningError.self) { try options.check(hasValidation: false) }
  }

  @Test("parameters reach the library in one order, features by their place")
  func order() throws {
    let parameters = [
      "learning_rate": "0.1", "eval_metric": "logloss, auc", "monotone_constraints": "{\"age\":-1,\"distance\":1}",
      "interaction_constraints": "[[\"age\",\"distance\"],[\"carrier\"]]",
    ]
    let library = try TrainingOptions.quick(parameters: parameters).libraryParameters(for: schema())
    #expect(
      library.map { "\($0.name)=\($0.value)" } == [
        "objective=binary:logistic", "seed=7", "verbosity=0", "nthread=2", "tree_method=hist", "eval_metric=logloss",
        "eval_metric=auc", "interaction_constraints=[[2,0],[1]]", "eta=0.1", "monotone_constraints=(1,0,-1)",
      ])
  }

  @Test(
    "every metric and objective that is let through is known to the library",
    arguments: [
      ("delay", "reg:squarederror", "rmse,rmsle,mae,mape,mphe"),
      ("delay", "reg:squaredlogerror", "rmsle"), ("delay", "reg:pseudohubererror", "mphe"),
      ("delay", "reg:absoluteerror", "mae"), ("delay", "count:poisson", "poisson-nloglik"),
      ("delay", "reg:gamma", "gamma-nloglik,gamma-deviance"), ("delay", "reg:tweedie", "tweedie-nloglik@1.5"),
      ("delay > 15", "binary:logistic", "logloss,error,error@0.3,auc,aucpr,rmse,mae"),
      ("carrier", "multi:softprob", "mlogloss,merror,auc"),
    ])
  func known(target: String, objective: String, metrics: String) throws {
    let options = TrainingOptions.quick(rounds: 2, parameters: ["objective": objective, "eval_metric": metrics])
    let model = try Model.quick(target, options)
    #expect(model.training.curves.count == metrics.split(separator: ",").count)
  }

  @Test("every parameter that is let through is known to the library")
  func parameters() throws {
    let parameters = [
      "alpha": "0.1", "base_score": "0.4", "colsample_bylevel": "0.9", "colsample_bynode": "0.9",
      "colsample_bytree": "0.9", "gamma": "0.1", "grow_policy": "lossguide",
      "interaction_constraints": "[[\"number\",\"flag\"]]",
      "lambda": "2", "max_bin": "64", "max_cat_threshold": "8", "max_cat_to_onehot": "2", "max_delta_step": "1",
      "max_depth": "3", "max_leaves": "7", "min_child_weight": "2", "monotone_constraints": "{\"number\":1}",
      "num_parallel_tree": "2", "scale_pos_weight": "1.5", "subsample": "0.9",
    ]
    #expect(try Model.quick("delay > 15", .quick(rounds: 2, parameters: parameters)).training.rounds == 2)
  }

  @Test("a score never rises with a feature that is to lower it")
  func monotone() throws {
    let options = TrainingOptions.quick(parameters: ["monotone_constraints": "{\"number\":-1}"])
    let predictor = try Predictor(try Model.quick("delay", options), threads: 1)
    let rows = SeededTable.make(50).with("number", .floats((0..<50).map { Double($0) / 5 }))
      .with("carrier", .strings(.init(codes: [Int32](repeating: 0, count: 50), values: ["AA"])))
      .with("flag", .booleans([Int8](repeating: 1, count: 50)))
    let scores = try predictor.predict(rows).scores
    #expect(zip(scores, scores.dropFirst()).allSatisfy { $0 >= $1 })
  }
}
