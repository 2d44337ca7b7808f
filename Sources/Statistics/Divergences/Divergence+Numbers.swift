internal import Glibc

/// Distances between two samples of a number.
extension Divergence {
  /// The two-sample Kolmogorov-Smirnov statistic: the largest difference of the shares of rows up to a value, 0...1. Nil
  /// for an empty sample.
  package static func kolmogorovSmirnov(
    _ reference: EmpiricalDistribution, _ current: EmpiricalDistribution
  ) -> Double? {
    guard reference.rowCount > 0, current.rowCount > 0 else { return nil }
    var largest = 0.0
    forEachStep(reference, current) { _, left, right, _ in largest = max(largest, abs(left - right)) }
    return largest
  }

  /// The Wasserstein distance of order 1: the area between the two distribution functions (SciPy,
  /// `wasserstein_distance`), in units of the values. Nil for an empty sample or values that are not finite.
  package static func wasserstein(_ reference: EmpiricalDistribution, _ current: EmpiricalDistribution) -> Double? {
    guard reference.rowCount > 0, current.rowCount > 0 else { return nil }
    var area = 0.0
    forEachStep(reference, current) { value, left, right, next in
      if let next, left != right { area += abs(left - right) * (next - value) }
    }
    return area.isFinite ? area : nil
  }

  /// Calls `body` with each value of either sample in ascending order, the shares of rows up to it, and the value after
  /// it, nil at the last.
  private static func forEachStep(
    _ reference: EmpiricalDistribution, _ current: EmpiricalDistribution,
    _ body: (Double, Double, Double, Double?) -> Void
  ) {
    var (i, j, left, right) = (0, 0, 0, 0)
    let (m, n) = (Double(reference.rowCount), Double(current.rowCount))
    while i < reference.values.count || j < current.values.count {
      let value = min(
        i < reference.values.count ? reference.values[i] : .infinity,
        j < current.values.count ? current.values[j] : .infinity)
      if i < reference.values.count, reference.values[i] == value {
        left += reference.counts[i]
        i += 1
      }
      if j < current.values.count, current.values[j] == value {
        right += current.counts[j]
        j += 1
      }
      let next = min(
        i < reference.values.count ? reference.values[i] : .infinity,
        j < current.values.count ? current.values[j] : .infinity)
      let isLast = i == reference.values.count && j == current.values.count
      body(value, Double(left) / m, Double(right) / n, isLast ? nil : next)
    }
  }

  /// P(D >= statistic) where both samples come from one continuous distribution: exact while the product of their sizes
  /// is at most ``exactProduct``, else by the Kolmogorov distribution at D √(mn / (m + n)). With ties it is too large,
  /// never too small.
  package static func kolmogorovSmirnovPValue(_ statistic: Double, _ m: Int, _ n: Int) -> Double {
    guard m > 0, n > 0 else { return 1 }
    let (product, overflows) = m.multipliedReportingOverflow(by: n)
    guard overflows || product > exactProduct else { return exactKolmogorovSmirnov(statistic, m, n) }
    return kolmogorovSurvival(statistic * (Double(m) * Double(n) / (Double(m) + Double(n))).squareRoot())
  }

  /// Up to here the exact law takes below a millisecond; beyond, the asymptotic one is close.
  package static let exactProduct = 250_000

  /// The share of paths from (0, 0) to (m, n) that stay nearer to the diagonal than the statistic, counted point by point
  /// (M. Kim, R. Jennrich, “Tables of the exact sampling distribution of the two-sample Kolmogorov-Smirnov criterion”,
  /// 1973), each count divided by all paths to its point, so that none overflows.
  private static func exactKolmogorovSmirnov(_ statistic: Double, _ first: Int, _ second: Int) -> Double {
    let (m, n) = (min(first, second), max(first, second))
    let (md, nd) = (Double(m), Double(n))
    // Statistics are multiples of 1 / (mn): half of one below leaves no doubt about rounding.
    let bound = (0.5 + (statistic * md * nd - 1e-7).rounded(.down)) / (md * nd)
    var shares = (0...n).map { Double($0) / nd > bound ? 0.0 : 1.0 }
    for i in 1...m {
      let weight = Double(i) / Double(i + n)
      let level = Double(i) / md
      var left = level > bound ? 0 : weight * shares[0]
      shares[0] = left
      for j in 1...n {
        left = abs(level - Double(j) / nd) > bound ? 0 : weight * shares[j] + left
        shares[j] = left
      }
    }
    return min(1, max(0, 1 - shares[n]))
  }

  /// The difference of the means in units of the standard deviation, the root of the mean of both variances (P. Austin,
  /// “An introduction to propensity score methods”, 2011). Nil where neither sample varies.
  package static func standardisedMeanDifference(_ reference: Spread, _ current: Spread) -> Double? {
    let variances = (
      reference.standardDeviation * reference.standardDeviation, current.standardDeviation * current.standardDeviation
    )
    let deviation = ((variances.0 + variances.1) / 2).squareRoot()
    guard deviation > 0, deviation.isFinite else { return nil }
    return (current.mean - reference.mean) / deviation
  }
}

/// The middle of some numbers, and how far they lie about it.
package struct Spread: Codable, Hashable, Sendable {
  package var mean: Double
  /// With n - 1 below the sum of squares.
  package var standardDeviation: Double
}

extension Moments {
  /// Nil for fewer than two values.
  package var spread: Spread? {
    guard let mean, let standardDeviation else { return nil }
    return Spread(mean: mean, standardDeviation: standardDeviation)
  }
}
