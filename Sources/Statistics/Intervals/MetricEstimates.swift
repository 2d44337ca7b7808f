internal import Glibc

/// A metric over a sample, and where the truth lies with 95 % confidence; nil where no closed form bounds it.
package struct MetricEstimate: Hashable, Sendable {
  package var value: Double
  package var low: Double?
  package var high: Double?

  package init(value: Double, low: Double? = nil, high: Double? = nil) {
    self.value = value
    self.low = low
    self.high = high
  }
}

/// Metrics with intervals in closed form: cheap enough for each day of a year, and the same each time.
package enum MetricEstimates {
  private static let confidence = 0.95
  private static let normalQuantile = Distribution.normalQuantile(0.5 + confidence / 2)

  /// - Parameters:
  ///   - scores: probabilities of the positive class, one a row.
  ///   - threshold: the score from which on a row counts as positive.
  package static func binary(scores: [Double], labels: [Bool], threshold: Double) throws(StatisticsError)
    -> [String: MetricEstimate]
  {
    let judged = try BinarySample(scores: scores, labels: labels, threshold: threshold)
    var estimates = judged.metricSet().values.mapValues { MetricEstimate(value: $0) }
    let counts = judged.confusion
    let right = counts.truePositives + counts.trueNegatives
    estimates.bound("accuracy", wilson(right, of: scores.count))
    estimates.bound("precision", wilson(counts.truePositives, of: counts.truePositives + counts.falsePositives))
    estimates.bound("recall", wilson(counts.truePositives, of: counts.truePositives + counts.falseNegatives))
    if let auc = estimates["auc"]?.value { estimates.bound("auc", aucBounds(auc, scores, labels)) }
    let pairs = zip(scores, labels)
    let squares = pairs.map { ($0 - ($1 ? 1 : 0)) * ($0 - ($1 ? 1 : 0)) }
    estimates.bound("brier", meanBounds(squares).map { (max(0, $0.low), min(1, $0.high)) })
    // As the metric itself clips scores.
    let losses = pairs.map { score, label in
      -log(min(1 - Double.ulpOfOne, max(Double.ulpOfOne, label ? score : 1 - score)))
    }
    estimates.bound("log_loss", meanBounds(losses).map { (max(0, $0.low), $0.high) })
    return estimates
  }

  package static func regression(predicted: [Double], actual: [Double]) throws(StatisticsError)
    -> [String: MetricEstimate]
  {
    let values = try RegressionSample(predicted: predicted, actual: actual).metricSet().values
    var estimates = values.mapValues { MetricEstimate(value: $0) }
    let errors = zip(predicted, actual).map { $0 - $1 }
    estimates.bound("mae", meanBounds(errors.map { abs($0) }).map { (max(0, $0.low), $0.high) })
    // The root keeps order: bounds of the mean square become those of its root.
    estimates.bound(
      "rmse", meanBounds(errors.map { $0 * $0 }).map { (max(0, $0.low).squareRoot(), $0.high.squareRoot()) })
    return estimates
  }

  /// The pinball loss, the mean over the levels (R. Koenker, G. Bassett, “Regression quantiles”, 1978).
  ///
  /// - Parameter predicted: row-major, rows x levels.
  package static func quantile(predicted: [Double], actual: [Double], levels: [Double]) throws(StatisticsError)
    -> [String: MetricEstimate]
  {
    guard !actual.isEmpty, predicted.count == actual.count * levels.count else {
      throw StatisticsError("there are no rows to evaluate")
    }
    let losses = RowLosses.pinball(predicted: predicted, levels: levels, actual: actual)
    var estimates = ["quantile_loss": MetricEstimate(value: losses.reduce(0, +) / Double(losses.count))]
    estimates.bound("quantile_loss", meanBounds(losses).map { (max(0, $0.low), $0.high) })
    return estimates
  }

  /// - Parameter probabilities: row-major, rows x classes.
  package static func multiclass(probabilities: [Double], labels: [Int], classCount: Int) throws(StatisticsError)
    -> [String: MetricEstimate]
  {
    let judged = try MulticlassSample(probabilities: probabilities, labels: labels, classCount: classCount)
    var estimates = judged.metricSet().values.mapValues { MetricEstimate(value: $0) }
    let confusion = judged.confusion
    let right = confusion.indices.reduce(0) { $0 + confusion[$1][$1] }
    estimates.bound("accuracy", wilson(right, of: labels.count))
    return estimates
  }

  /// Nil without rows.
  private static func wilson(_ count: Int, of rowCount: Int) -> (low: Double, high: Double)? {
    Interval(wilson: count, of: rowCount, confidence: confidence).map { ($0.low, $0.high) }
  }

  /// A mean's interval by the central limit theorem. Nil for fewer than two values.
  static func meanBounds(_ values: [Double]) -> (low: Double, high: Double)? {
    guard let spread = Moments(values[...]).spread else { return nil }
    let half = normalQuantile * spread.standardDeviation / Double(values.count).squareRoot()
    return (spread.mean - half, spread.mean + half)
  }

  /// The AUC's interval by DeLong's variance, on the scale of its logit, so that it stays within 0...1 (M. Pepe, “The
  /// statistical evaluation of medical tests”, 2003). Nil where the variance is not known or the AUC is 0 or 1.
  static func aucBounds(_ auc: Double, _ scores: [Double], _ labels: [Bool]) -> (low: Double, high: Double)? {
    guard auc > 0, auc < 1, let variance = aucVariance(scores, labels) else { return nil }
    let logit = log(auc / (1 - auc))
    let half = normalQuantile * variance.squareRoot() / (auc * (1 - auc))
    return (1 / (1 + exp(-(logit - half))), 1 / (1 + exp(-(logit + half))))
  }

  /// The variance of an AUC from the shares of the other class that each row is ranked above (E. DeLong, D. DeLong, D.
  /// Clarke-Pearson, 1988; by mid-ranks: X. Sun, W. Xu, “Fast implementation of DeLong's algorithm”, 2014). Nil for fewer
  /// than two rows of a class.
  static func aucVariance(_ scores: [Double], _ labels: [Bool]) -> Double? {
    let positives = labels.count { $0 }
    let negatives = labels.count - positives
    guard positives > 1, negatives > 1 else { return nil }
    let components = AUCComponents(scores, labels)
    guard let first = Moments(components.ofPositives[...]).standardDeviation,
      let second = Moments(components.ofNegatives[...]).standardDeviation
    else { return nil }
    return first * first / Double(positives) + second * second / Double(negatives)
  }
}

extension [String: MetricEstimate] {
  fileprivate mutating func bound(_ name: String, _ bounds: (low: Double, high: Double)?) {
    guard let bounds, self[name] != nil else { return }
    self[name]?.low = bounds.low
    self[name]?.high = bounds.high
  }
}
