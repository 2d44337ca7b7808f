internal import Tables

/// How to train.
package struct TrainingOptions: Sendable {
  package enum Trainer: Sendable { case xgboost, baseline }

  package var trainer: Trainer
  /// Nil: every column but the target's and the excluded ones.
  package var features: [String]?
  package var exclude: [String]
  /// XGBoost's own parameters as text.
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

  /// What a spec may set, of the parameters that 1.7 and 3.x share.
  private static let known: Set<String> = [
    "objective", "eval_metric", "eta", "learning_rate", "gamma", "min_split_loss", "max_depth", "min_child_weight",
    "max_delta_step", "subsample", "colsample_bytree", "colsample_bylevel", "colsample_bynode", "lambda", "reg_lambda",
    "alpha", "reg_alpha", "scale_pos_weight", "grow_policy", "max_leaves", "max_bin", "num_parallel_tree",
    "monotone_constraints", "interaction_constraints", "max_cat_to_onehot", "max_cat_threshold", "base_score",
    "tweedie_variance_power", "huber_slope",
  ]

  private static let objectives: [String: Set<String>] = [
    "binary": ["binary:logistic"],
    "multiclass": ["multi:softprob"],
    "regression": [
      "reg:squarederror", "reg:squaredlogerror", "reg:pseudohubererror", "reg:absoluteerror", "count:poisson",
      "reg:gamma", "reg:tweedie",
    ],
  ]

  /// Names and values for the library, in a fixed order. Throws for parameters that are unknown, that Nightshift sets
  /// itself, or that do not fit the task.
  func libraryParameters(for task: ModelSchema.Task) throws(LearningError) -> [(name: String, value: String)] {
    for name in parameters.keys.sorted() where !Self.known.contains(name) {
      if ["nthread", "seed", "random_state", "verbosity", "tree_method", "booster", "device", "num_class"].contains(
        name)
      {
        throw .invalidParameter("`\(name)` cannot be set in `params`: nightshift sets it, so that runs can be repeated")
      }
      throw .unknownParameter(
        name: name,
        nearest: nearestWord(to: name, among: Self.known.sorted()))
    }
    let allowed = Self.objectives[task.name] ?? []
    let objective = parameters["objective"] ?? Self.defaultObjective(task)
    guard allowed.contains(objective) else {
      throw .invalidParameter(
        "the objective \(objective) does not fit a \(task.name) target: use \(allowed.sorted().joined(separator: " or "))"
      )
    }
    var all: [(name: String, value: String)] = [
      ("objective", objective), ("tree_method", "hist"), ("seed", "\(seed)"), ("nthread", "\(threads)"),
      ("verbosity", "0"),
    ]
    if case .multiclass(let classes) = task { all.append(("num_class", "\(classes.count)")) }
    for (name, value) in parameters.sorted(by: { $0.key < $1.key }) where name != "objective" {
      all.append((name, value))
    }
    if parameters["eval_metric"] == nil { all.append(("eval_metric", Self.defaultMetric(task))) }
    return all
  }

  private static func defaultObjective(_ task: ModelSchema.Task) -> String {
    switch task {
    case .regression: "reg:squarederror"
    case .binary: "binary:logistic"
    case .multiclass: "multi:softprob"
    }
  }

  private static func defaultMetric(_ task: ModelSchema.Task) -> String {
    switch task {
    case .regression: "rmse"
    case .binary: "logloss"
    case .multiclass: "mlogloss"
    }
  }
}
