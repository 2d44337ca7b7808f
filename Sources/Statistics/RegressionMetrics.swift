/// How far predicted numbers are from true ones.
package enum RegressionMetrics {
  /// RMSE, MAE and R2 (1 - residual sum of squares / total sum of squares about the mean).
  package static func metrics(predicted: [Double], actual: [Double]) throws(StatisticsError) -> MetricSet {
    guard predicted.count == actual.count, !actual.isEmpty else {
      throw StatisticsError("there are no rows to evaluate")
    }
    if let row = predicted.firstIndex(where: \.isNaN) {
      throw StatisticsError("the prediction of row \(row + 1) is not a number")
    }
    let count = Double(actual.count)
    let mean = actual.reduce(0, +) / count
    var (squares, absolute, total) = (0.0, 0.0, 0.0)
    for (prediction, value) in zip(predicted, actual) {
      squares += (prediction - value) * (prediction - value)
      absolute += abs(prediction - value)
      total += (value - mean) * (value - mean)
    }
    var metrics = MetricSet()
    metrics[.rmse] = (squares / count).squareRoot()
    metrics[.mae] = absolute / count
    if total > 0 {
      metrics[.r2] = 1 - squares / total
    } else {
      metrics.leaveOut([.r2], "all values of the target are equal")
    }
    return metrics
  }
}
