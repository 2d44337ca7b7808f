/// How well probabilities of several classes fit.
package struct MulticlassMetrics: Sendable {
  package let metrics: MetricSet
  /// Rows: the true class; columns: the predicted one.
  package let confusion: [[Int]]

  /// - Parameters:
  ///   - probabilities: rows x classes, row-major.
  ///   - labels: the true class of each row, 0..<classCount.
  package init(probabilities: [Double], labels: [Int], classCount: Int) throws(StatisticsError) {
    let sample = try MulticlassSample(probabilities: probabilities, labels: labels, classCount: classCount)
    metrics = sample.metricSet()
    confusion = sample.confusion
  }
}
