internal import Glibc

/// Rows of a regression, the smallest absolute error first: every metric, the median included, comes of one walk.
package struct RegressionSample: MetricSample {
  package let order: [Int]
  /// Ascending.
  private let errors: [Double]
  /// Actual minus the mean of all actual values.
  private let centred: [Double]
  /// Of each row; empty where undefined.
  private let relative: [Double]
  private let symmetric: [Double]
  private let deviances: [Double]
  private let isConstant: Bool
  private let isCount: Bool

  package var rowCount: Int { errors.count }

  package init(predicted: [Double], actual: [Double]) throws(StatisticsError) {
    guard predicted.count == actual.count, !actual.isEmpty else {
      throw StatisticsError("there are no rows to evaluate")
    }
    if let row = predicted.firstIndex(where: \.isNaN) {
      throw StatisticsError("the prediction of row \(row + 1) is not a number")
    }
    let distances = zip(predicted, actual).map { abs($0 - $1) }
    let order = distances.indices.sorted { distances[$0] < distances[$1] || distances[$0] == distances[$1] && $0 < $1 }
    let mean = actual.reduce(0, +) / Double(actual.count)
    self.order = order
    errors = order.map { distances[$0] }
    centred = order.map { actual[$0] - mean }
    isConstant = actual.allSatisfy { $0 == actual[0] }
    relative = actual.contains(0) ? [] : order.map { distances[$0] / abs(actual[$0]) }
    symmetric = order.map { row in
      let size = abs(predicted[row]) + abs(actual[row])
      return size > 0 ? 2 * distances[row] / size : 0
    }
    isCount = actual.allSatisfy { $0 >= 0 && $0 == $0.rounded() }
    deviances =
      isCount && predicted.allSatisfy { $0 > 0 } ? order.map { Self.deviance(predicted[$0], actual[$0]) } : []
  }

  /// Of the Poisson distribution (scikit-learn, `mean_poisson_deviance`).
  private static func deviance(_ predicted: Double, _ actual: Double) -> Double {
    2 * ((actual > 0 ? actual * log(actual / predicted) : 0) - actual + predicted)
  }

  package var names: [String] {
    let all: [Metric] = [.rmse, .mae, .r2, .medianAE, .mape, .smape] + (isCount ? [.poissonDeviance] : [])
    return all.map(\.rawValue)
  }

  package var reasons: [String: String] {
    [
      "r2": "all values of the target are equal", "mape": "the target is 0 in some row",
      "poisson_deviance": "a prediction is not above 0",
    ]
  }

  package func values(_ counts: Span<UInt8>) -> [Double] {
    var (n, squares, absolute, sum, total) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for place in 0..<rowCount {
      let count = Double(counts[place])
      n += count
      squares += count * errors[place] * errors[place]
      absolute += count * errors[place]
      sum += count * centred[place]
      total += count * centred[place] * centred[place]
    }
    guard n > 0 else { return names.map { _ in .nan } }
    let spread = total - sum * sum / n
    let values = [
      (squares / n).squareRoot(), absolute / n,
      // What is left of equal values is rounding.
      isConstant || spread <= 1e-12 * total ? .nan : 1 - squares / spread, median(counts, Int(n)),
      mean(relative, counts, n), mean(symmetric, counts, n),
    ]
    return values + (isCount ? [mean(deviances, counts, n)] : [])
  }

  private func mean(_ values: [Double], _ counts: Span<UInt8>, _ n: Double) -> Double {
    guard !values.isEmpty else { return .nan }
    var sum = 0.0
    for place in 0..<values.count { sum += Double(counts[place]) * values[place] }
    return sum / n
  }

  /// Of the absolute errors; of an even number of rows the mean of the two in the middle.
  private func median(_ counts: Span<UInt8>, _ n: Int) -> Double {
    var (seen, lower) = (0, Double.nan)
    for place in 0..<rowCount where counts[place] > 0 {
      seen += Int(counts[place])
      if lower.isNaN, 2 * seen >= n {
        if 2 * seen > n { return errors[place] }
        lower = errors[place]
      } else if !lower.isNaN {
        return (lower + errors[place]) / 2
      }
    }
    return lower
  }
}
