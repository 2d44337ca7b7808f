internal import Glibc

/// Where a number lies with some confidence.
package struct Interval: Hashable, Sendable {
  package var low: Double
  package var high: Double

  package init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  /// How an interval is made of resampled values.
  package enum Method: Hashable, Sendable {
    /// Between the quantiles of the resampled values: never outside the statistic's range, the same under any monotone
    /// transformation.
    case percentile
    /// The percentiles mirrored at the estimate (Davison and Hinkley 1997, equation 5.6), not below 0, and widened to the
    /// estimate where it lies outside: for statistics such as calibration errors that resampling makes larger, where
    /// percentiles would count that bias twice. They are rough where the true error is near 0.
    case mirrored(estimate: Double)
  }

  /// - Parameter values: the statistic of each resample, none NaN, at least one.
  package init(bootstrap values: [Double], confidence: Double, _ method: Method = .percentile) {
    let sorted = values.sorted()
    let tail = (1 - confidence) / 2
    let (low, high) = (Self.quantile(sorted, tail), Self.quantile(sorted, 1 - tail))
    switch method {
    case .percentile: self.init(low: low, high: high)
    case .mirrored(let estimate):
      self.init(low: min(estimate, max(0, 2 * estimate - high)), high: max(estimate, 2 * estimate - low))
    }
  }

  /// Between the two nearest values, linearly (definition 7 of R. Hyndman and Y. Fan, “Sample quantiles in statistical
  /// packages”, 1996; NumPy's default).
  package static func quantile(_ sorted: [Double], _ probability: Double) -> Double {
    guard let last = sorted.last else { return .nan }
    let place = probability * Double(sorted.count - 1)
    let below = Int(place)
    guard below + 1 < sorted.count else { return last }
    // Equal neighbours, infinite ones included, are the quantile themselves.
    guard sorted[below] < sorted[below + 1] else { return sorted[below] }
    return sorted[below] + (place - Double(below)) * (sorted[below + 1] - sorted[below])
  }

  /// Of a rate of `successes` among `count` rows (E. Wilson, “Probable inference”, 1927); nil for no rows.
  package init?(wilson successes: Int, of count: Int, confidence: Double) {
    guard count > 0 else { return nil }
    let (n, p) = (Double(count), Double(successes) / Double(count))
    let z = Distribution.normalQuantile(0.5 + confidence / 2)
    let middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    // At the ends the formula is exact, its rounding is not.
    self.init(low: successes == 0 ? 0 : max(0, middle - half), high: successes == count ? 1 : min(1, middle + half))
  }
}
