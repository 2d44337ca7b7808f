internal import Foundation

/// How to train.
package struct TrainingOptions: Sendable {
  package enum Trainer: Sendable {
    case xgboost
    case baseline
    /// The value that was seen last at the same place of the season; needs ``TrainingOptions/season``.
    case seasonalNaive
  }

  /// How much the rows of a class count.
  package enum ClassWeights: Hashable, Sendable {
    /// Every class counts the same, however many rows it has.
    case balanced
    /// By class, each above 0; 1 for those that are not named.
    case given([String: Double])
  }

  /// What repeats itself in the target.
  package struct Season: Hashable, Sendable {
    /// The column of times.
    package var time: String
    /// How long it takes until it begins anew.
    package var seconds: Int
    /// Columns whose values each have a season of their own.
    package var by: [String]

    package init(time: String, seconds: Int, by: [String] = []) {
      self.time = time
      self.seconds = seconds
      self.by = by
    }
  }

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
  /// The column that makes rows one query of a ranking.
  package var group: String?
  /// The column that says how much a row counts.
  package var weights: String?
  package var classWeights: ClassWeights?
  /// For the seasonal-naive baseline.
  package var season: Season?

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

  /// Columns that are no features unless they are named as such: what weighs, groups or dates a row says nothing of it.
  var otherColumns: [String] {
    [group, weights, season?.time].compactMap { $0 }
  }

  /// Throws for options that the trainer has no use for.
  func check(for task: ModelSchema.Task) throws(LearningError) {
    if trainer == .seasonalNaive, season == nil {
      throw .invalidParameter("`kind: seasonal-naive` needs `season`: `{time: COLUMN, period: 7d}`")
    }
    if let season {
      guard (1...ModelSchema.Feature.limitSeasonSeconds).contains(season.seconds) else {
        throw .invalidParameter("`season` has a period of less than a second, or of more than thirty years")
      }
      if case .ranking = task { throw .invalidParameter(Self.needlessSeason) }
    }
    if group != nil {
      guard case .ranking = task else { throw .invalidParameter(Self.needlessGroup) }
    }
  }

  static let needlessSeason = "`season` is for targets that are values, not for rankings"
  static let needlessGroup = "`group` is for rankings: set `objective: rank:ndcg` in `params`, or leave it out"

  /// The task that the objective gives to a target of numbers; nil where the target tells it.
  func numericTask() throws(LearningError) -> ModelSchema.Task? {
    let objective = parameters["objective"]
    if let objective { _ = try Objective(named: objective) }
    try checkQuantileLevels()
    if Objective.isRanking(objective) {
      guard let group else {
        throw .invalidParameter(
          "the objective \(objective ?? "") needs `group`: the column that rows are ranked within")
      }
      return .ranking(group: group)
    }
    guard objective == Objective.quantile.rawValue else { return nil }
    return .quantile(levels: try QuantileLevels.read(parameters["quantile_alpha"] ?? "0.5"))
  }

  /// Throws for levels that are none, or that the objective has no use for.
  func checkQuantileLevels() throws(LearningError) {
    guard let levels = parameters["quantile_alpha"] else { return }
    guard parameters["objective"] == Objective.quantile.rawValue else {
      throw .invalidParameter("`quantile_alpha` goes with `objective: reg:quantileerror`: set it, or leave both out")
    }
    _ = try QuantileLevels.read(levels)
  }

  /// The objective of the parameters, or the task's own.
  func objective(for task: ModelSchema.Task) throws(LearningError) -> Objective {
    let allowed = Objective.fitting(task)
    guard let name = parameters["objective"] else { return allowed[0] }
    guard let objective = allowed.first(where: { $0.rawValue == name }) else {
      throw .invalidParameter(
        "the objective \(name) does not fit a \(task.name) target: use \(allowed.map(\.rawValue).joined(separator: " or "))"
      )
    }
    return objective
  }

  /// What is boosted.
  func booster(for task: ModelSchema.Task) throws(LearningError) -> BoosterKind {
    guard let name = parameters["booster"] else { return .trees }
    let kind = try BoosterKind(named: name)
    try kind.check(try objective(for: task))
    return kind
  }

  /// Names and values for the library, in a fixed order; a name may come more than once, each time with one more metric.
  /// Throws for parameters that are unknown, that Nightshift sets itself, that contradict each other, that are out of
  /// range, or that do not fit the task.
  func libraryParameters(for schema: ModelSchema) throws(LearningError) -> [(name: String, value: String)] {
    let task = schema.task
    let (objective, booster) = (try objective(for: task), try booster(for: task))
    var all: [(name: String, value: String)] = [
      ("objective", objective.rawValue), ("seed", "\(seed)"), ("verbosity", "0"),
      ("nthread", "\(try libraryThreads(objective, booster))"),
    ]
    switch booster {
    case .trees: all.append(("tree_method", "hist"))
    case .linear:
      // Its updates come one after the other: the others depend on which thread is faster.
      all += [("booster", "gblinear"), ("updater", "coord_descent")]
    }
    if case .multiclass(let classes) = task { all.append(("num_class", "\(classes.count)")) }
    if case .quantile(let levels) = task { all.append(("quantile_alpha", QuantileLevels.text(levels))) }
    var given: [String: String] = [:]
    for (name, value) in parameters.sorted(by: { $0.key < $1.key }) where !Self.readApart.contains(name) {
      let parameter = try XGBoostParameter(named: name, for: booster)
      if let other = given.updateValue(name, forKey: parameter.name) {
        throw .invalidParameter(XGBoostParameter.twoNames(other, name))
      }
      for value in try parameter.libraryValues(value, for: schema) { all.append((parameter.name, value)) }
    }
    if booster == .linear { try Self.checkLinear(schema) }
    if given["eval_metric"] == nil { all.append(("eval_metric", XGBoostMetric.defaultName(task))) }
    return all
  }

  static let readApart: Set<String> = ["objective", "booster", "quantile_alpha"]

  /// Sums of a linear model's gradients, and the pairs that 1.x draws for a ranking, depend on the number of threads: one
  /// thread makes them the same everywhere.
  private func libraryThreads(_ objective: Objective, _ booster: BoosterKind) throws(LearningError) -> Int {
    if booster == .linear { return 1 }
    guard objective == .ndcg || objective == .pairwise else { return threads }
    return try XGBoostLibrary.shared().isAtLeast(2, 0) ? threads : 1
  }

  /// The library would take a category's place for a number.
  private static func checkLinear(_ schema: ModelSchema) throws(LearningError) {
    guard let feature = schema.features.first(where: \.kind.isCategorical) else { return }
    throw .unusableColumn(
      name: feature.name,
      reason: "it holds categories, which a linear model cannot read; add it to `exclude`, or make numbers of it")
  }
}

/// What is boosted.
enum BoosterKind: String, Sendable {
  case trees = "gbtree"
  case linear = "gblinear"

  init(named name: String) throws(LearningError) {
    guard let kind = BoosterKind(rawValue: name) else {
      throw .invalidParameter("`booster` is \(name), but must be gbtree or gblinear")
    }
    self = kind
  }

  /// Throws for an objective that it cannot learn by.
  func check(_ objective: Objective) throws(LearningError) {
    guard self == .linear, objective.needsTrees else { return }
    throw .invalidParameter("the objective \(objective.rawValue) needs trees: leave `booster: gblinear` out")
  }
}

/// The levels of a quantile task as text.
enum QuantileLevels {
  /// `0.5` or `[0.1, 0.9]`, in any order.
  static func read(_ text: String) throws(LearningError) -> [Double] {
    let list = text.hasPrefix("[") ? text : "[\(text)]"
    guard let levels = try? JSONDecoder().decode([Double].self, from: Data(list.utf8)), !levels.isEmpty,
      levels.allSatisfy({ $0 > 0 && $0 < 1 }), Set(levels).count == levels.count
    else {
      throw .invalidParameter(
        "`quantile_alpha` is \(text), but must be different numbers between 0 and 1: `[0.1, 0.5, 0.9]`")
    }
    return levels.sorted()
  }

  /// As the library takes them.
  static func text(_ levels: [Double]) -> String { "[\(levels.map { "\($0)" }.joined(separator: ","))]" }
}
