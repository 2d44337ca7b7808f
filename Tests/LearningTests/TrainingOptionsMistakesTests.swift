@testable import Learning
import Tables
import Testing

@Suite struct TrainingOptionsMistakesTests {
  private typealias Mistake = TrainingOptions.Mistake

  private func mistakes(
    _ target: String, varied: [TrainingOptions.Varied] = [], _ change: (inout TrainingOptions) -> Void
  )
    throws -> [Mistake]
  {
    var options = TrainingOptions(trainer: .xgboost, threads: 1)
    change(&options)
    return options.mistakes(target: try TargetRule(target), varied: varied)
  }

  @Test(
    "parameters that suit some target of the kind pass",
    arguments: [
      ("late", [:]), ("late", ["objective": "reg:gamma", "eval_metric": "mae"]), ("late", ["eval_metric": "mlogloss"]),
      ("late", ["objective": "multi:softprob", "eval_metric": "merror,auc"]),
      ("late > 5", ["objective": "binary:logistic"]),
      ("late", ["objective": "reg:quantileerror", "quantile_alpha": "[0.1, 0.9]"]),
      ("late", ["booster": "gblinear", "top_k": "3", "lambda": "0.5"]),
      ("late > 5", ["eval_metric": "[\"auc\", \"error@0.3\"]"]),
      ("late", ["monotone_constraints": "{\"distance\": 1}", "interaction_constraints": "[[\"a\", \"b\"]]"]),
    ] as [(String, [String: String])])
  func sensible(target: String, parameters: [String: String]) throws {
    #expect(try mistakes(target) { $0.parameters = parameters }.isEmpty)
  }

  @Test("what a ranking needs is known before there are rows")
  func ranking() throws {
    let passing = try mistakes("grade") {
      $0.parameters = ["objective": "rank:ndcg", "eval_metric": "ndcg@5"]
      $0.group = "query"
    }
    #expect(passing.isEmpty)
    let lacking = try mistakes("grade") { $0.parameters = ["objective": "rank:pairwise"] }
    #expect(lacking.map(\.subject) == [.value(of: "objective")])
    let needless = try mistakes("grade") { $0.group = "query" }
    #expect(needless == [Mistake(subject: .group, text: TrainingOptions.needlessGroup)])
    let seasonal = try mistakes("grade") {
      $0.parameters = ["objective": "rank:ndcg"]
      $0.group = "query"
      $0.season = TrainingOptions.Season(time: "day", seconds: 60)
    }
    #expect(seasonal.map(\.subject) == [.season])
  }

  @Test(
    "an objective that is not offered is told before what it would need", arguments: ["rank:map", "binary:hinge", "x"])
  func unknownObjective(name: String) throws {
    let found = try mistakes("late") { $0.parameters = ["objective": name, "eval_metric": "nonsense"] }
    #expect(found.map(\.subject) == [.value(of: "objective")])
    #expect(found[0].text.hasPrefix("`objective` cannot be \(name): "))
  }

  @Test("classes have weights where there are classes")
  func classWeights() throws {
    let regression = try mistakes("late") {
      $0.parameters = ["objective": "reg:squarederror"]
      $0.classWeights = .balanced
    }
    #expect(regression == [Mistake(subject: .classWeights, text: RowWeights.noClasses)])
    #expect(try mistakes("late") { $0.classWeights = .balanced }.isEmpty)
    #expect(try mistakes("late > 5") { $0.classWeights = .given(["true": 5]) }.isEmpty)
    #expect(
      try mistakes("late > 5") { $0.classWeights = .given(["yes": 5]) }.map(\.text) == [
        "`class-weights` names “yes”, but “late > 5” is `true` or `false`"
      ])
  }

  @Test("a search is held to the ranges that training is held to")
  func varied() throws {
    func found(_ name: String, _ values: [String], isContinuous: Bool = false) throws -> [String] {
      try mistakes("late", varied: [.init(name: name, values: values, isContinuous: isContinuous)]) { _ in }.map(\.text)
    }
    #expect(try found("eta", ["0.01", "0.3"], isContinuous: true).isEmpty)
    #expect(
      try found("eta", ["0.01", "3.0"], isContinuous: true) == ["`eta` is 3.0, but must be a number from 0.0 to 1.0"])
    #expect(
      try found("max_depth", ["3.0", "9.0"], isContinuous: true) == [
        "`max_depth` takes whole numbers: write `int` or `log-int`"
      ])
    #expect(try found("max_bin", ["x", "100"]) == ["`max_bin` is x, but must be a whole number from 2 to 65536"])
    #expect(try found("booster", ["gbtree", "trees"]).count == 1)
    #expect(try found("objective", ["reg:gamma", "rank:ndcg"]).count == 1)
    // One booster of those that are tried has the parameter.
    let both = try mistakes(
      "late", varied: [.init(name: "booster", values: ["gbtree", "gblinear"], isContinuous: false)]
    ) {
      $0.parameters = ["max_depth": "3", "top_k": "2"]
    }
    #expect(both.isEmpty)
  }

  @Test("a search sets parameters of one value, and those alone")
  func tunable() {
    let names = TrainingOptions.tunableParameters
    #expect(Set(["booster", "objective", "rounds", "eta", "learning_rate", "max_depth"]).isSubset(of: names))
    #expect(Set(["eval_metric", "monotone_constraints", "interaction_constraints", "seed"]).isDisjoint(with: names))
    #expect(names == names.sorted() && Set(names).count == names.count)
  }

  @Test("the metric of a search is known by its name, and alone")
  func metric() throws {
    let options = TrainingOptions(trainer: .xgboost, threads: 1)
    let (numbers, classes) = (try TargetRule("late"), try TargetRule("late > 5"))
    #expect(
      options.mistake(ofMetric: "rmse", target: numbers) == nil
        && options.mistake(ofMetric: "auc", target: classes) == nil)
    #expect(
      options.mistake(ofMetric: "aucc", target: numbers) == "`metric` aucc is no metric of XGBoost: did you mean auc?")
    #expect(
      options.mistake(ofMetric: "rmsle", target: classes)
        == "`metric` rmsle does not fit a binary target: did you mean rmse?")
    #expect(options.mistake(ofMetric: "auc,logloss", target: classes) == "`metric` names one metric to judge by")
  }

  @Test("a baseline has a task, and no parameters of boosting")
  func baseline() throws {
    let found = try mistakes("late") {
      $0.trainer = .baseline
      $0.parameters = ["eta": "0.1", "objective": "reg:quantileerror", "quantile_alpha": "0.9"]
    }
    #expect(found.map(\.subject) == [.parameter("eta")])
  }
}
