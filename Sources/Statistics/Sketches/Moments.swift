/// Count, mean and central sums of powers, put together from parts without losing digits (P. Pébay, “Formulas for
/// robust, one-pass parallel computation of covariances and arbitrary-order statistical moments”, Sandia SAND2008-6212,
/// equations 3.1, 2.1 and 2.2).
package struct Moments: Hashable, Sendable {
  package private(set) var count = 0
  private var average = 0.0
  /// Sums of the second and third powers of the distances from the mean.
  private var secondSum = 0.0
  private var thirdSum = 0.0

  package init() {}

  /// Of values that are all finite.
  package init(_ values: ArraySlice<Double>) {
    guard let first = values.first else { return }
    count = values.count
    guard !values.allSatisfy({ $0 == first }) else {
      // Rounding makes no deviation of what has none.
      average = first
      return
    }
    average = values.reduce(0, +) / Double(count)
    // What rounding left of the mean (Chan, Golub, LeVeque 1983).
    let rest = values.reduce(0) { $0 + ($1 - average) } / Double(count)
    for value in values {
      let distance = value - average - rest
      let square = distance * distance
      secondSum += square
      thirdSum += square * distance
    }
    average += rest
  }

  /// Takes the values of another part in.
  package mutating func merge(_ other: Moments) {
    guard count > 0, other.count > 0 else {
      if count == 0 { self = other }
      return
    }
    let (n1, n2) = (Double(count), Double(other.count))
    let n = n1 + n2
    let delta = other.average - average
    thirdSum +=
      other.thirdSum + delta * delta * delta * n1 * n2 * (n1 - n2) / (n * n)
      + 3 * delta * (n1 * other.secondSum - n2 * secondSum) / n
    secondSum += other.secondSum + delta * delta * n1 * n2 / n
    average += delta * n2 / n
    count += other.count
  }

  /// Nil without values, or where the sums are beyond what a double can hold.
  package var mean: Double? { count > 0 && average.isFinite ? average : nil }

  /// With n - 1 below the sum of squares. Nil for fewer than two values, or beyond what a double can hold.
  package var standardDeviation: Double? {
    guard count > 1, average.isFinite, secondSum.isFinite else { return nil }
    return (secondSum / Double(count - 1)).squareRoot()
  }

  /// The adjusted Fisher-Pearson coefficient, as pandas has it. Nil for fewer than three values or none that differ.
  package var skewness: Double? {
    guard count > 2, secondSum > 0, secondSum.isFinite, thirdSum.isFinite else { return nil }
    let n = Double(count)
    let variance = secondSum / n
    let value = (n * (n - 1)).squareRoot() / (n - 2) * (thirdSum / n) / (variance * variance.squareRoot())
    return value.isFinite ? value : nil
  }
}
