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

  package let metrics: MetricSet
  package let confusion: Confusion
  /// False-positive rate against true-positive rate, at most 101 points from (0, 0) to (1, 1); empty for one class.
  package let roc: [(x: Double, y: Double)]

  /// - Parameters:
  ///   - scores: probabilities of the positive class, one a row.
  ///   - threshold: the score from which on a row counts as positive.
  package init(scores: [Double], labels: [Bool], threshold: Double) throws(StatisticsError) {
    let sample = try BinarySample(scores: scores, labels: labels, threshold: threshold)
    metrics = sample.metricSet()
    confusion = sample.confusion
    roc = sample.roc
  }
}
