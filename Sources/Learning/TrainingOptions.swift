/// How to train.
package struct TrainingOptions: Sendable {
  package enum Trainer: Sendable { case xgboost, baseline }

  package var trainer: Trainer
  /// Nil: every column but the target's and the excluded ones.
  package var features: [String]?
  package var exclude: [String]
  /// XGBoost's own parameters as text; lists and maps as JSON.
  package var parameters: [String: String]
  package var rounds: Int
  /// Rounds without a better validation metric after which training stops; the best round's model is kept.
  package var earlyStopping: Int?
  package var seed: Int
  package var threads: Int

  package init(
    trainer: Trainer, features: [String]? = nil, exclude: [String] = [], parameters: [String: String] = [:],
    rounds: Int = 100, earlyStopping: Int? = nil, seed: Int = 0, threads: Int
  ) {
    self.trainer = trainer
    self.features = features
    self.exclude = exclude
    self.parameters = parameters
    self.rounds = rounds
    self.earlyStopping = earlyStopping
    self.seed = seed
    self.threads = threads
  }

  /// Throws for numbers that no training can work with.
  func check(hasValidation: Bool) throws(LearningError) {
    guard rounds >= 1 else { throw .invalidParameter("`rounds` is \(rounds), and at least 1 is needed") }
    guard threads >= 1 else {
      throw .invalidParameter("training with \(threads) threads is not possible: give 1 or more")
    }
    guard let earlyStopping else { return }
    guard earlyStopping >= 1 else {
      throw .invalidParameter("`early_stopping` is \(earlyStopping), and at least 1 is needed")
    }
    guard hasValidation else {
      throw .invalidParameter("`early_stopping` needs `validation` rows to look at")
    }
  }

  /// What a score of the task may be learnt by; the first is the default.
  private static func objectives(_ task: ModelSchema.Task) -> [String] {
    switch task {
    case .binary: ["binary:logistic"]
    case .multiclass: ["multi:softprob"]
    case .quantile: ["reg:quantileerror"]
    case .ranking: ["rank:ndcg", "rank:pairwise"]
    case .regression:
      [
        "reg:squarederror", "reg:squaredlogerror", "reg:pseudohubererror", "reg:absoluteerror", "count:poisson",
        "reg:gamma", "reg:tweedie",
      ]
    }
  }

  /// Names and values for the library, in a fixed order; a name may come more than once, each time with one more metric.
  /// Throws for parameters that are unknown, that Nightshift sets itself, that contradict each other, that are out of
  /// range, or that do not fit the task.
  func libraryParameters(for schema: ModelSchema) throws(LearningError) -> [(name: String, value: String)] {
    let task = schema.task
    let allowed = Self.objectives(task)
    let objective = parameters["objective"] ?? allowed[0]
    guard allowed.contains(objective) else {
      throw .invalidParameter(
        "the objective \(objective) does not fit a \(task.name) target: use \(allowed.joined(separator: " or "))")
    }
    var all: [(name: String, value: String)] = [
      ("objective", objective), ("tree_method", "hist"), ("seed", "\(seed)"), ("nthread", "\(threads)"),
      ("verbosity", "0"),
    ]
    if case .multiclass(let classes) = task { all.append(("num_class", "\(classes.count)")) }
    var given: [String: String] = [:]
    for (name, value) in parameters.sorted(by: { $0.key < $1.key }) where name != "objective" {
      let parameter = try XGBoostParameter(named: name)
      if let other = given.updateValue(name, forKey: parameter.name) {
        throw .invalidParameter("`\(other)` and `\(name)` are two names of one parameter: set one of them")
      }
      for value in try parameter.libraryValues(value, for: schema) { all.append((parameter.name, value)) }
    }
    if given["eval_metric"] == nil { all.append(("eval_metric", XGBoostMetric.defaultName(task))) }
    return all
  }
}
