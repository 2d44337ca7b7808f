internal import Glibc

/// Distances between a reference and a current sample, and tests of whether they could be the same.
package enum Divergence {
  /// A test's statistic and p-value.
  package struct Test: Equatable, Sendable {
    package var statistic: Double
    package var pValue: Double
  }

  /// Population stability index: the sum over bins of (c - r) ln(c / r), r and c the shares of reference and current
  /// rows (N. Siddiqi, “Credit Risk Scorecards”, 2006). A share below 0.0001 counts as 0.0001, so that an empty bin
  /// gives a large number and no infinity.
  package static func psi(reference: [Int], current: [Int]) -> Double {
    let (referenceTotal, currentTotal) = (reference.reduce(0, +), current.reduce(0, +))
    guard referenceTotal > 0, currentTotal > 0 else { return 0 }
    return zip(reference, current).reduce(0) { sum, pair in
      if pair.0 == 0, pair.1 == 0 { return sum }
      let r = max(Double(pair.0) / Double(referenceTotal), 0.0001)
      let c = max(Double(pair.1) / Double(currentTotal), 0.0001)
      return sum + (c - r) * log(c / r)
    }
  }

  /// Two-sample Kolmogorov-Smirnov test: the largest distance of the empirical distributions, and its asymptotic
  /// p-value by the Kolmogorov distribution at D √(mn / (m + n)) (as SciPy's `kstwobign.sf`). NaN is left out; nil for
  /// an empty sample.
  package static func kolmogorovSmirnov(reference: [Double], current: [Double]) -> Test? {
    let left = reference.filter { !$0.isNaN }.sorted()
    let right = current.filter { !$0.isNaN }.sorted()
    guard !left.isEmpty, !right.isEmpty else { return nil }
    let (m, n) = (Double(left.count), Double(right.count))
    var (i, j, largest) = (0, 0, 0.0)
    while i < left.count, j < right.count {
      let value = min(left[i], right[j])
      while i < left.count, left[i] == value { i += 1 }
      while j < right.count, right[j] == value { j += 1 }
      largest = max(largest, abs(Double(i) / m - Double(j) / n))
    }
    return Test(statistic: largest, pValue: kolmogorovSurvival(largest * (m * n / (m + n)).squareRoot()))
  }

  /// P(K > x) for the Kolmogorov distribution: 2 Σ (-1)^(k-1) exp(-2 k² x²), and for small x by its theta-function twin
  /// (W. Feller, “On the Kolmogorov-Smirnov limit theorems for empirical distributions”, 1948), which converges there.
  static func kolmogorovSurvival(_ x: Double) -> Double {
    guard x > 0 else { return 1 }
    if x < 1 {
      let factor = (2 * Double.pi).squareRoot() / x
      let sum = (1...20).reduce(0.0) { sum, k in
        let odd = Double(2 * k - 1)
        return sum + exp(-odd * odd * Double.pi * Double.pi / (8 * x * x))
      }
      return min(1, max(0, 1 - factor * sum))
    }
    var sum = 0.0
    for k in 1...20 {
      let term = exp(-2 * Double(k * k) * x * x)
      sum += k % 2 == 1 ? term : -term
    }
    return min(1, max(0, 2 * sum))
  }

  /// Chi-square test of homogeneity over categories (SciPy, `chi2_contingency(correction=False)`). Categories that
  /// occur in neither sample are left out; nil when fewer than two are left or a sample is empty.
  package static func chiSquare(reference: [Int], current: [Int]) -> Test? {
    let pairs = zip(reference, current).filter { $0 + $1 > 0 }
    let (left, right) = (Double(pairs.reduce(0) { $0 + $1.0 }), Double(pairs.reduce(0) { $0 + $1.1 }))
    guard pairs.count > 1, left > 0, right > 0 else { return nil }
    let statistic = pairs.reduce(0.0) { sum, pair in
      let both = Double(pair.0 + pair.1)
      let (expectedLeft, expectedRight) = (both * left / (left + right), both * right / (left + right))
      let (a, b) = (Double(pair.0) - expectedLeft, Double(pair.1) - expectedRight)
      return sum + a * a / expectedLeft + b * b / expectedRight
    }
    return Test(
      statistic: statistic, pValue: Distribution.chiSquareSurvival(statistic, degreesOfFreedom: Double(pairs.count - 1))
    )
  }
}
