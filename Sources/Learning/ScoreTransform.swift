internal import CForest

/// What an objective makes of sums of leaves, as XGBoost does it, to the last bit.
enum ScoreTransform: Sendable {
  case identity
  case logistic
  case exponential
  case softmax
  /// 1 above zero, 0 elsewhere.
  case sign

  /// Throws ``LearningError/damagedPackage(_:)`` for an objective that no version up to 3.2 has.
  init(objective: String) throws(LearningError) {
    switch objective {
    case "binary:logistic", "reg:logistic": self = .logistic
    case "count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft": self = .exponential
    // The likeliest class alone would be less than a multi-class model says here.
    case "multi:softprob", "multi:softmax": self = .softmax
    case "binary:hinge": self = .sign
    case "binary:logitraw", "reg:squarederror", "reg:linear", "reg:squaredlogerror", "reg:pseudohubererror",
      "reg:absoluteerror", "reg:quantileerror", "rank:pairwise", "rank:ndcg", "rank:map":
      self = .identity
    default: throw .damagedPackage("model.json has the unknown objective “\(objective.prefix(40))”")
    }
  }

  /// Makes scores of sums, in place.
  ///
  /// - Parameter scores: rows x outputs, row-major.
  func apply(to scores: UnsafeMutableBufferPointer<Float>, outputCount: Int) {
    guard let start = scores.baseAddress else { return }
    switch self {
    case .identity: return
    case .logistic: forest_logistic(start, scores.count)
    case .exponential: forest_exponential(start, scores.count)
    case .softmax: forest_softmax(start, scores.count / outputCount, outputCount)
    case .sign: for index in scores.indices { scores[index] = scores[index] > 0 ? 1 : 0 }
    }
  }

  /// The sum that a score of no trees stands for.
  static func margin(ofBaseScore score: Float, objective: String) -> Float {
    switch objective {
    case "binary:logistic", "reg:logistic": -forest_logf(1 / score - 1)
    case "count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft": forest_logf(score)
    default: score
    }
  }
}
