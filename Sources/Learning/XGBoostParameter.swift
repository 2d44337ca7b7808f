internal import Tables

/// A parameter of the library that a spec may set: one that 1.7 and 3.x share, with the range that their documentation
/// gives it ("XGBoost Parameters"), so that a mistake is named before training starts.
struct XGBoostParameter: Sendable {
  enum Domain: Sendable {
    case integers(ClosedRange<Int>)
    case numbers(ClosedRange<Double>)
    /// The lower end is left out.
    case numbersAbove(Double, through: Double)
    /// Both ends are left out.
    case numbersBetween(Double, Double)
    case words([String])
    case metrics
    /// By feature: 1 rises, -1 falls, 0 is free.
    case directions
    /// Groups of features that may meet in a branch.
    case groups

    fileprivate var isList: Bool {
      switch self {
      case .metrics, .directions, .groups: true
      case .integers, .numbers, .numbersAbove, .numbersBetween, .words: false
      }
    }
  }

  /// The library's main name of it.
  let name: String
  let domain: Domain

  private static let any = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
  private static let positive = 0...Double.greatestFiniteMagnitude

  private static let domains: [String: Domain] = [
    "alpha": .numbers(positive),
    "base_score": .numbers(any),
    "colsample_bylevel": .numbersAbove(0, through: 1),
    "colsample_bynode": .numbersAbove(0, through: 1),
    "colsample_bytree": .numbersAbove(0, through: 1),
    "eta": .numbers(0...1),
    "eval_metric": .metrics,
    "feature_selector": .words(["cyclic", "greedy", "thrifty"]),
    "gamma": .numbers(positive),
    "grow_policy": .words(["depthwise", "lossguide"]),
    "huber_slope": .numbersAbove(0, through: .greatestFiniteMagnitude),
    "interaction_constraints": .groups,
    "lambda": .numbers(positive),
    "max_bin": .integers(2...65_536),
    "max_cat_threshold": .integers(1...10_000),
    "max_cat_to_onehot": .integers(1...10_000),
    "max_delta_step": .numbers(positive),
    "max_depth": .integers(0...64),
    "max_leaves": .integers(0...1_000_000),
    "min_child_weight": .numbers(positive),
    "monotone_constraints": .directions,
    "num_parallel_tree": .integers(1...10_000),
    "scale_pos_weight": .numbersAbove(0, through: .greatestFiniteMagnitude),
    "subsample": .numbersAbove(0, through: 1),
    "top_k": .integers(0...1_000_000),
    "tweedie_variance_power": .numbersBetween(1, 2),
  ]

  private static let aliases = [
    "learning_rate": "eta", "min_split_loss": "gamma", "reg_alpha": "alpha", "reg_lambda": "lambda",
  ]

  private static let ofBoth: Set<String> = [
    "alpha", "base_score", "eta", "eval_metric", "huber_slope", "lambda", "scale_pos_weight", "tweedie_variance_power",
  ]
  private static let ofLinear: Set<String> = ["feature_selector", "top_k"]

  /// What a spec cannot set, and why.
  private static let ours = [
    "device": "training runs on processors",
    "disable_default_eval_metric": "name the wanted ones in `eval_metric`",
    "early_stopping_rounds": "write `early_stopping`", "n_estimators": "write `rounds`", "n_jobs": "set `resources`",
    "nthread": "set `resources`", "num_boost_round": "write `rounds`", "num_class": "the target tells it",
    "num_round": "write `rounds`", "random_state": "write the step's `seed`", "seed": "write the step's `seed`",
    "tree_method": "it always is `hist`", "updater": "it goes with `booster`",
    "verbosity": "metrics are kept for every round anyway",
  ]

  /// Throws for a name that no parameter of the booster has, or that Nightshift sets itself.
  init(named given: String, for booster: BoosterKind = .trees) throws(LearningError) {
    let name = Self.aliases[given] ?? given
    guard let domain = Self.domains[name] else {
      if let reason = Self.ours[given] {
        throw .invalidParameter("`\(given)` cannot be set in `params`: \(reason)")
      }
      let known =
        Self.domains.keys.sorted() + Self.aliases.keys.sorted() + [
          "booster", "early_stopping", "objective", "quantile_alpha", "rounds",
        ]
      throw .unknownParameter(name: given, nearest: nearestWord(to: given, among: known))
    }
    let isLinear = Self.ofLinear.contains(name)
    guard Self.ofBoth.contains(name) || isLinear == (booster == .linear) else {
      throw .invalidParameter(
        isLinear
          ? "`\(given)` is of linear models alone: set `booster: gblinear`, or leave it out"
          : "`\(given)` is of trees alone, and `booster` is gblinear: leave one of them out")
    }
    self.name = name
    self.domain = domain
  }

  /// The value as the library takes it; each metric is a value of its own.
  func libraryValues(_ text: String, for schema: ModelSchema) throws(LearningError) -> [String] {
    switch domain {
    case .metrics: return try XGBoostMetric.names(in: text, for: schema.task)
    case .directions: return [try FeatureConstraints(schema.features).directions(text)]
    case .groups: return [try FeatureConstraints(schema.features).groups(text)]
    default:
      try check(text)
      return [text]
    }
  }

  /// Throws for a value that it cannot have. Not for metrics and constraints, which the task and the features decide.
  func check(_ text: String) throws(LearningError) {
    guard accepts(text) else { throw .invalidParameter("`\(name)` is \(text), but must be \(expectation)") }
  }

  /// The names of those whose value is one number or word.
  static var singleValued: [String] {
    domains.filter { !$0.value.isList }.map(\.key) + aliases.filter { domains[$0.value]?.isList == false }.map(\.key)
  }

  static func twoNames(_ first: String, _ second: String) -> String {
    "`\(first)` and `\(second)` are two names of one parameter: set one of them"
  }

  private func accepts(_ text: String) -> Bool {
    let number = Double(text) ?? .nan
    return switch domain {
    case .integers(let range): Int(text).map(range.contains) ?? false
    case .numbers(let range): range.contains(number)
    case .numbersAbove(let lower, through: let upper): number > lower && number <= upper
    case .numbersBetween(let lower, let upper): number > lower && number < upper
    case .words(let words): words.contains(text)
    case .metrics, .directions, .groups: false
    }
  }

  private var expectation: String {
    func isUnbounded(_ bound: Double) -> Bool { abs(bound) == .greatestFiniteMagnitude }
    return switch domain {
    case .integers(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .numbers(let range) where isUnbounded(range.lowerBound): "a number"
    case .numbers(let range) where isUnbounded(range.upperBound): "a number of at least \(range.lowerBound)"
    case .numbers(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
    case .numbersAbove(let lower, through: let upper) where isUnbounded(upper): "a number above \(lower)"
    case .numbersAbove(let lower, through: let upper): "a number above \(lower) and at most \(upper)"
    case .numbersBetween(let lower, let upper): "a number between \(lower) and \(upper)"
    case .words(let words): words.joined(separator: " or ")
    case .metrics, .directions, .groups: "a list"
    }
  }
}
