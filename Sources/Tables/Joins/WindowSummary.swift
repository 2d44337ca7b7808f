/// Count, sum and bounds of some values. Two of them are joined into that of all their values.
///
/// The sum is kept as two doubles, the second being what the first lost to rounding (T. J. Dekker, “A floating-point
/// technique for extending the available precision”, 1971): it is off by less than 2^-100 of the sum of the values'
/// magnitudes a step, so that the order of joining does not show in the rounded sum but where that is next to zero.
package struct WindowSummary: Hashable, Sendable {
  package private(set) var count = 0
  private var high = 0.0
  private var low = 0.0
  package private(set) var minimum = Double.infinity
  package private(set) var maximum = -Double.infinity

  /// Of no value.
  package init() {}

  /// Of one value; NaN stands for none.
  package init(_ value: Double) {
    guard !value.isNaN else { return }
    (count, high, minimum, maximum) = (1, value, value, value)
  }

  package var sum: Double { high + low }
  /// NaN of no value.
  package var mean: Double { count == 0 ? .nan : sum / Double(count) }

  package mutating func add(_ other: WindowSummary) {
    guard other.count > 0 else { return }
    count += other.count
    let total = high + other.high
    let rest = total - high
    let lost = (high - (total - rest)) + (other.high - rest)
    let correction = lost + low + other.low
    high = total + correction
    low = correction - (high - total)
    minimum = Swift.min(minimum, other.minimum)
    maximum = Swift.max(maximum, other.maximum)
  }
}
