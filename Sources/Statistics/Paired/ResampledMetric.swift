internal import Glibc

/// A metric of one model, prepared so that its value over any resample of the rows costs O(n).
struct ResampledMetric: Sendable {
  private enum Form: Sendable {
    /// The mean of a loss of each row, or its root.
    case meanLoss([Double], isRoot: Bool)
    /// 1 - residual / total sum of squares: squared residuals and centred true values.
    case determination(residuals: [Double], centred: [Double])
    /// True class x predicted class of each row as one code.
    case confusion(codes: [Int32], classCount: Int, measure: ConfusionMeasure)
    /// The mean over rankings of one class against the others.
    case rankings([Ranking], Ranking.Measure)
  }

  private let form: Form

  /// The metric called `name`, as ``Metric`` has it. Throws where it is none of the rows' task.
  init(_ name: String, _ rows: ScoredRows) throws(StatisticsError) {
    guard let form = Self.form(name, rows) else {
      throw StatisticsError("there is no paired test of “\(name)” for such a task")
    }
    self.form = form
  }

  private static func form(_ name: String, _ rows: ScoredRows) -> Form? {
    if let classes = rows.classes, let measure = ConfusionMeasure(name, classCount: rows.classCount) {
      let codes = zip(classes.actual, classes.predicted).map { Int32($0 * classes.count + $1) }
      return .confusion(codes: codes, classCount: classes.count, measure: measure)
    }
    switch (rows.truth, name) {
    case (.binary(let labels), "log_loss"): return .meanLoss(zip(rows.scores, labels).map(logLoss), isRoot: false)
    case (.binary(let labels), "brier"):
      return .meanLoss(zip(rows.scores, labels).map { ($0 - ($1 ? 1 : 0)) * ($0 - ($1 ? 1 : 0)) }, isRoot: false)
    case (.binary(let labels), "auc"): return .rankings([Ranking(rows.scores, labels)], .area)
    case (.binary(let labels), "pr_auc"): return .rankings([Ranking(rows.scores, labels)], .averagePrecision)
    case (.classes(let labels, let count), "log_loss"):
      return .meanLoss(classLosses(rows.scores, labels, count), isRoot: false)
    case (.classes(let labels, let count), "macro_auc"):
      return .rankings(
        (0..<count).map { index in
          Ranking(labels.indices.map { rows.scores[$0 * count + index] }, labels.map { $0 == index })
        }, .area)
    case (.numbers(let actual), _): return numberForm(name, rows.scores, actual)
    default: return nil
    }
  }

  private static func numberForm(_ name: String, _ predicted: [Double], _ actual: [Double]) -> Form? {
    let errors = zip(predicted, actual).map { $0 - $1 }
    switch name {
    case "rmse": return .meanLoss(errors.map { $0 * $0 }, isRoot: true)
    case "mae": return .meanLoss(errors.map(abs), isRoot: false)
    case "r2":
      let mean = actual.reduce(0, +) / Double(max(1, actual.count))
      return .determination(residuals: errors.map { $0 * $0 }, centred: actual.map { $0 - mean })
    default: return nil
    }
  }

  /// Clipped at the spacing of doubles, as ``BinaryMetrics`` does.
  private static func logLoss(_ score: Double, _ label: Bool) -> Double {
    let p = min(max(score, .ulpOfOne), 1 - .ulpOfOne)
    return label ? -log(p) : -log(1 - p)
  }

  private static func classLosses(_ scores: [Double], _ labels: [Int], _ count: Int) -> [Double] {
    labels.enumerated().map { row, label in
      let total = scores[(row * count)..<((row + 1) * count)].reduce(0, +)
      return -log(min(max(scores[row * count + label] / total, .ulpOfOne), 1 - .ulpOfOne))
    }
  }

  /// The metric where row i counts `weights[i]` times; nil where it is undefined then.
  func value(_ weights: [UInt32]) -> Double? {
    switch form {
    case .meanLoss(let losses, let isRoot):
      var (sum, count) = (0.0, 0.0)
      for (row, weight) in weights.enumerated() {
        sum += Double(weight) * losses[row]
        count += Double(weight)
      }
      return isRoot ? (sum / count).squareRoot() : sum / count
    case .determination(let residuals, let centred):
      var (residual, count, first, second) = (0.0, 0.0, 0.0, 0.0)
      for (row, weight) in weights.enumerated() {
        let weight = Double(weight)
        residual += weight * residuals[row]
        count += weight
        first += weight * centred[row]
        second += weight * centred[row] * centred[row]
      }
      let total = second - first * first / count
      return total > 0 ? 1 - residual / total : nil
    case .confusion(let codes, let classCount, let measure):
      var counts = [Double](repeating: 0, count: classCount * classCount)
      for (row, weight) in weights.enumerated() { counts[Int(codes[row])] += Double(weight) }
      return measure.value(counts, classCount)
    case .rankings(let rankings, let measure):
      var sum = 0.0
      for ranking in rankings {
        guard let value = ranking.value(measure, weights) else { return nil }
        sum += value
      }
      return sum / Double(rankings.count)
    }
  }
}

extension ScoredRows {
  fileprivate var classCount: Int { if case .classes(_, let count) = truth { count } else { 2 } }
}

/// Rows in the order of their scores, for metrics of ranks.
private struct Ranking: Sendable {
  enum Measure: Sendable { case area, averagePrecision }

  /// Highest score first.
  private let order: [Int32]
  /// Whether the row at each place of the order is positive.
  private let isPositive: [Bool]
  /// Whether the row at each place has another score than the next.
  private let endsTie: [Bool]

  init(_ scores: [Double], _ labels: [Bool]) {
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    self.order = order.map(Int32.init)
    isPositive = order.map { labels[$0] }
    endsTie = order.indices.map { $0 + 1 == order.count || scores[order[$0]] != scores[order[$0 + 1]] }
  }

  /// The trapezium rule, and the sum of precision times the step in recall, as ``BinaryMetrics`` has them.
  func value(_ measure: Measure, _ weights: [UInt32]) -> Double? {
    var (tp, fp, lastTP, lastFP, sum) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for place in order.indices {
      let weight = Double(weights[Int(order[place])])
      if isPositive[place] { tp += weight } else { fp += weight }
      guard endsTie[place] else { continue }
      switch measure {
      case .area: sum += (fp - lastFP) * (tp + lastTP) / 2
      case .averagePrecision: if tp > lastTP { sum += (tp - lastTP) * tp / (tp + fp) }
      }
      (lastTP, lastFP) = (tp, fp)
    }
    guard tp > 0, fp > 0 else { return nil }
    return measure == .area ? sum / (tp * fp) : sum / tp
  }
}
