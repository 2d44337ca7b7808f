internal import Tables

/// What training brings to a minimum: the library's objectives that a spec may name, and the targets that each can learn.
enum Objective: String, CaseIterable, Sendable {
  case squaredError = "reg:squarederror"
  case squaredLogError = "reg:squaredlogerror"
  case pseudoHuber = "reg:pseudohubererror"
  case absoluteError = "reg:absoluteerror"
  case gamma = "reg:gamma"
  case tweedie = "reg:tweedie"
  case poisson = "count:poisson"
  case logistic = "binary:logistic"
  case softmax = "multi:softprob"
  case quantile = "reg:quantileerror"
  case ndcg = "rank:ndcg"
  case pairwise = "rank:pairwise"

  /// Throws for a name that is no objective's, or that of one which is not offered here.
  init(named name: String) throws(LearningError) {
    guard let objective = Objective(rawValue: name) else {
      let names = Objective.allCases.map(\.rawValue)
      let hint = nearestWord(to: name, among: names).map { "did you mean \($0)?" }
      throw .invalidParameter(
        "`objective` cannot be \(name): " + (hint ?? "it is one of \(names.joined(separator: ", "))"))
    }
    self = objective
  }

  /// What a score of the task may be learnt by; the first is the default.
  static func fitting(_ task: ModelSchema.Task) -> [Objective] {
    switch task {
    case .binary: [.logistic]
    case .multiclass: [.softmax]
    case .quantile: [.quantile]
    case .ranking: [.ndcg, .pairwise]
    case .regression: [.squaredError, .squaredLogError, .pseudoHuber, .absoluteError, .poisson, .gamma, .tweedie]
    }
  }

  /// Whether it asks for classes, whatever the target's values.
  static func isClassifying(_ name: String?) -> Bool {
    name.map { $0.hasPrefix("binary:") || $0.hasPrefix("multi:") } ?? false
  }

  static func isRanking(_ name: String?) -> Bool { name?.hasPrefix("rank:") ?? false }

  /// Whether each leaf is set to a quantile of what is left to explain, which a linear model has no leaves for.
  var needsTrees: Bool { self == .absoluteError || self == .quantile }

  /// The library's documentation ("Learning Task Parameters"); the grades of a ranking are exponents of two there.
  private var labels: (text: String, holds: (Double) -> Bool)? {
    switch self {
    case .squaredLogError: ("numbers above -1", { $0 > -1 })
    case .gamma: ("numbers above 0", { $0 > 0 })
    case .tweedie, .poisson: ("numbers of at least 0", { $0 >= 0 })
    case .ndcg, .pairwise: ("whole numbers from 0 to 31 as grades", { (0...31).contains($0) && $0 == $0.rounded() })
    default: nil
    }
  }

  /// Throws for a label that the objective cannot learn.
  func check(_ labels: [Double], of target: String) throws(LearningError) {
    guard let wanted = self.labels, let wrong = labels.first(where: { !wanted.holds($0) }) else { return }
    throw .unusableColumn(
      name: target, reason: "it holds \(CSVWriter.text(wrong)), and the objective \(rawValue) needs \(wanted.text)")
  }
}
