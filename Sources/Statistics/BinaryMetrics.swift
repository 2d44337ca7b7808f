internal import Glibc

/// How well scores tell two classes apart. Ties are treated as scikit-learn does.
package struct BinaryMetrics: Sendable {
  /// Rows with a true label and the others, by what was predicted at the threshold.
  package struct Confusion: Equatable, Sendable {
    package var truePositives = 0
    package var falsePositives = 0
    package var trueNegatives = 0
    package var falseNegatives = 0
  }

  package struct Bin: Equatable, Sendable {
    package var meanScore: Double
    package var observedRate: Double
    package var count: Int
  }

  package private(set) var metrics = MetricSet()
  package private(set) var confusion = Confusion()
  /// False-positive rate against true-positive rate, at most 101 points from (0, 0) to (1, 1); empty for one class.
  package private(set) var roc: [(x: Double, y: Double)] = []

  private let scores: [Double]
  private let labels: [Bool]

  /// - Parameters:
  ///   - scores: probabilities of the positive class, one a row.
  ///   - threshold: the score from which on a row counts as positive.
  package init(scores: [Double], labels: [Bool], threshold: Double) throws(StatisticsError) {
    guard scores.count == labels.count, !scores.isEmpty else { throw StatisticsError("there are no rows to evaluate") }
    if let row = scores.firstIndex(where: \.isNaN) {
      throw StatisticsError("the score of row \(row + 1) is not a number")
    }
    self.scores = scores
    self.labels = labels
    countConfusion(threshold)
    pointwise()
    ranked()
  }

  private mutating func countConfusion(_ threshold: Double) {
    for (score, label) in zip(scores, labels) {
      switch (score >= threshold, label) {
      case (true, true): confusion.truePositives += 1
      case (true, false): confusion.falsePositives += 1
      case (false, false): confusion.trueNegatives += 1
      case (false, true): confusion.falseNegatives += 1
      }
    }
    let (tp, fp, fn) = (
      Double(confusion.truePositives), Double(confusion.falsePositives), Double(confusion.falseNegatives)
    )
    metrics[.accuracy] = (tp + Double(confusion.trueNegatives)) / Double(scores.count)
    if tp + fp > 0 {
      metrics[.precision] = tp / (tp + fp)
    } else {
      metrics.leaveOut([.precision], "no row was predicted positive")
    }
    if tp + fn > 0 { metrics[.recall] = tp / (tp + fn) } else { metrics.leaveOut([.recall], "no row is positive") }
    if tp + fp + fn > 0 {
      metrics[.f1] = 2 * tp / (2 * tp + fp + fn)
    } else {
      metrics.leaveOut([.f1], "no row is positive or was predicted so")
    }
  }

  /// Log loss clips scores at the spacing of doubles, as scikit-learn's `log_loss` does.
  private mutating func pointwise() {
    var logLoss = 0.0
    var brier = 0.0
    for (score, label) in zip(scores, labels) {
      let p = min(max(score, .ulpOfOne), 1 - .ulpOfOne)
      logLoss -= label ? log(p) : log(1 - p)
      brier += (score - (label ? 1 : 0)) * (score - (label ? 1 : 0))
    }
    metrics[.logLoss] = logLoss / Double(scores.count)
    metrics[.brier] = brier / Double(scores.count)
  }

  /// AUC by the trapezium rule over distinct scores; average precision as the sum of precision times the step in
  /// recall (scikit-learn, `average_precision_score`).
  private mutating func ranked() {
    let positives = labels.count { $0 }
    let negatives = labels.count - positives
    guard positives > 0, negatives > 0 else {
      return metrics.leaveOut(
        [.auc, .prAUC], "all \(labels.count) rows are \(positives > 0 ? "positive" : "negative")")
    }
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    var (tp, fp, area, precisionSum) = (0, 0, 0.0, 0.0)
    var points: [(x: Double, y: Double)] = [(0, 0)]
    var index = 0
    while index < order.count {
      let (lastTP, lastFP) = (tp, fp)
      let score = scores[order[index]]
      while index < order.count, scores[order[index]] == score {
        if labels[order[index]] { tp += 1 } else { fp += 1 }
        index += 1
      }
      area += Double(fp - lastFP) * Double(tp + lastTP) / 2
      precisionSum += Double(tp - lastTP) * Double(tp) / Double(tp + fp)
      points.append((Double(fp) / Double(negatives), Double(tp) / Double(positives)))
    }
    metrics[.auc] = area / (Double(positives) * Double(negatives))
    metrics[.prAUC] = precisionSum / Double(positives)
    roc = Self.thinned(points)
  }

  private static func thinned(_ points: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
    guard points.count > 101 else { return points }
    return (0...100).map { points[$0 * (points.count - 1) / 100] }
  }

  /// Mean score against observed frequency in `count` bins of equal width, empty bins left out.
  package func calibration(bins count: Int = 10) -> [Bin] {
    var sums = [(score: Double, positives: Int, rows: Int)](repeating: (0, 0, 0), count: count)
    for (score, label) in zip(scores, labels) {
      let bin = min(count - 1, max(0, Int(score * Double(count))))
      sums[bin].score += score
      sums[bin].positives += label ? 1 : 0
      sums[bin].rows += 1
    }
    return sums.filter { $0.rows > 0 }.map {
      Bin(meanScore: $0.score / Double($0.rows), observedRate: Double($0.positives) / Double($0.rows), count: $0.rows)
    }
  }
}
