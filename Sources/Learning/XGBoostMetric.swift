internal import Tables
internal import Foundation

/// The library's evaluation metrics, which draw the curves and decide on early stopping.
enum XGBoostMetric {
  static func defaultName(_ task: ModelSchema.Task) -> String {
    switch task {
    case .regression: "rmse"
    case .binary: "logloss"
    case .multiclass: "mlogloss"
    case .quantile: "quantile"
    case .ranking: "ndcg"
    }
  }

  /// Whether more is better. `name` may carry a set before it (`validation auc`).
  static func isHigherBetter(_ name: String) -> Bool {
    let metric = name.split(separator: " ").last?.split(separator: "@").first ?? ""
    return ["auc", "aucpr", "ndcg", "map"].contains(metric)
  }

  /// The metrics of `auc, logloss` or `["auc", "logloss"]`, in that order: the last one decides on early stopping.
  static func names(in text: String, for task: ModelSchema.Task) throws(LearningError) -> [String] {
    try names(in: text, forAnyOf: [task])
  }

  /// The same where the task is not known yet: one of `tasks` must know all of them.
  ///
  /// - Parameter key: what the spec calls the text.
  static func names(in text: String, forAnyOf tasks: [ModelSchema.Task], as key: String = "eval_metric")
    throws(LearningError) -> [String]
  {
    let names = split(text)
    guard !names.isEmpty else { throw .invalidParameter("`\(key)` is empty: name a metric, or leave it out") }
    guard Set(names).count == names.count else {
      throw .invalidParameter("`\(key)` names a metric twice: \(names.joined(separator: ", "))")
    }
    for name in names where !tasks.contains(where: { isKnown(name, for: $0) }) {
      var known: [String] = []
      for metric in tasks.flatMap(plain) where !known.contains(metric) { known.append(metric) }
      let hint =
        nearestWord(to: name, among: known).map { "did you mean \($0)?" } ?? "use \(known.joined(separator: ", "))"
      let fault = tasks.count == 1 ? "does not fit a \(tasks[0].name) target" : "is no metric of XGBoost"
      throw .invalidParameter("`\(key)` \(name) \(fault): \(hint)")
    }
    guard tasks.contains(where: { task in names.allSatisfy { isKnown($0, for: task) } }) else {
      throw .invalidParameter("`\(key)` names metrics that no target has together: \(names.joined(separator: ", "))")
    }
    return names
  }

  private static func split(_ text: String) -> [String] {
    if let list = try? JSONDecoder().decode([String].self, from: Data(text.utf8)) {
      return list
    }
    return text.split(separator: ",").map { String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
  }

  private static func plain(_ task: ModelSchema.Task) -> [String] {
    switch task {
    case .regression:
      ["rmse", "rmsle", "mae", "mape", "mphe", "poisson-nloglik", "gamma-nloglik", "gamma-deviance"]
    case .binary: ["logloss", "error", "auc", "aucpr", "rmse", "mae"]
    case .multiclass: ["mlogloss", "merror", "auc"]
    case .quantile: ["quantile"]
    case .ranking: ["ndcg", "map"]
    }
  }

  /// `error@0.3`, `tweedie-nloglik@1.5` and `ndcg@5` carry a number.
  private static func isKnown(_ name: String, for task: ModelSchema.Task) -> Bool {
    if plain(task).contains(name) { return true }
    let parts = name.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Double(parts[1]) else { return false }
    switch task {
    case .binary: return parts[0] == "error" && (0...1).contains(number)
    case .regression: return parts[0] == "tweedie-nloglik" && number > 1 && number < 2
    case .ranking: return ["ndcg", "map"].contains(parts[0]) && number >= 1 && number == number.rounded()
    case .multiclass, .quantile: return false
    }
  }
}
