/// How far predicted numbers are from true ones.
package enum RegressionMetrics {
  /// RMSE, MAE, R2 (1 - residual sum of squares / total sum of squares about the mean), the median absolute error and
  /// relative errors; the mean Poisson deviance for counts.
  package static func metrics(predicted: [Double], actual: [Double]) throws(StatisticsError) -> MetricSet {
    try RegressionSample(predicted: predicted, actual: actual).metricSet()
  }
}
