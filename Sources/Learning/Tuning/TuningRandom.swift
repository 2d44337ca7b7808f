internal import Glibc

/// The random numbers of one trial: they depend on the search's seed, the trial's number and what they are for, and on
/// nothing that was drawn before, so that a search goes on anywhere as if it had never stopped.
struct TuningRandom {
  private var state: UInt64

  /// What numbers are for.
  enum Purpose: UInt64 {
    case suggestion = 1
    case scrambling = 2
  }

  init(seed: Int, _ purpose: Purpose, number: Int) {
    state = UInt64(bitPattern: Int64(seed))
    for word in [purpose.rawValue, UInt64(bitPattern: Int64(number))] { state = next() ^ word }
  }

  /// SplitMix64 (G. Steele, D. Lea, C. Flood, “Fast splittable pseudorandom number generators”, OOPSLA 2014).
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// In 0..<1.
  mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A place of `weights`, which are not negative and not all 0, with its share of their sum.
  mutating func place(weights: [Double]) -> Int {
    var lot = fraction() * weights.reduce(0, +)
    for (place, weight) in weights.enumerated() {
      lot -= weight
      if lot < 0 { return place }
    }
    return weights.lastIndex { $0 > 0 } ?? 0
  }
}

/// A normal distribution that is cut off at two bounds, between which its mean lies.
struct TruncatedNormal {
  let mean: Double
  /// Above 0.
  let deviation: Double
  let bounds: ClosedRange<Double>
  /// The share of the whole distribution below the lower bound, and between the bounds.
  private let below: Double
  private let mass: Double

  init(mean: Double, deviation: Double, bounds: ClosedRange<Double>) {
    self.mean = mean
    self.deviation = deviation
    self.bounds = bounds
    below = Normal.cumulative((bounds.lowerBound - mean) / deviation)
    mass = Normal.mass((bounds.lowerBound - mean) / deviation, (bounds.upperBound - mean) / deviation)
  }

  /// Logarithm of the density.
  func logDensity(_ value: Double) -> Double {
    let z = (value - mean) / deviation
    return -0.5 * z * z - 0.5 * log(2 * Double.pi) - log(deviation) - log(mass)
  }

  /// Logarithm of the share between two numbers within the bounds; minus infinity where it is too small to tell.
  func logMass(_ lower: Double, _ upper: Double) -> Double {
    log(Normal.mass((lower - mean) / deviation, (upper - mean) / deviation)) - log(mass)
  }

  func sample(_ random: inout TuningRandom) -> Double {
    let value = mean + deviation * Normal.quantile(below + random.fraction() * mass)
    return min(max(value, bounds.lowerBound), bounds.upperBound)
  }
}

/// The standard normal distribution.
enum Normal {
  static func cumulative(_ z: Double) -> Double { 0.5 * erfc(-z / 2.squareRoot()) }

  /// The share between two numbers, the second not less than the first: taken on the side where little is lost.
  static func mass(_ lower: Double, _ upper: Double) -> Double {
    lower > 0 ? cumulative(-lower) - cumulative(-upper) : cumulative(upper) - cumulative(lower)
  }

  /// The number below which this share lies: P. J. Acklam's rational approximation (2003, relative error 1.15e-9) and one
  /// step of Halley's method, which leaves an error of some 1e-15.
  static func quantile(_ share: Double) -> Double {
    guard share > 0 else { return -.infinity }
    guard share < 1 else { return .infinity }
    // Little is lost of a small share.
    guard share <= 0.5 else { return -quantile(1 - share) }
    let estimate = approximateQuantile(share)
    let error = cumulative(estimate) - share
    let step = error * (2 * Double.pi).squareRoot() * exp(estimate * estimate / 2)
    return step.isFinite ? estimate - step / (1 + estimate * step / 2) : estimate
  }

  /// - Parameter share: at most 0.5.
  private static func approximateQuantile(_ share: Double) -> Double {
    let border = 0.02425
    if share < border { return tail((-2 * log(share)).squareRoot()) }
    let q = share - 0.5
    let r = q * q
    let numerator = polynomial(
      [
        -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02, 1.383577518672690e+02,
        -3.066479806614716e+01, 2.506628277459239e+00,
      ], r)
    let denominator = polynomial(
      [
        -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01,
        -1.328068155288572e+01, 1,
      ], r)
    return q * numerator / denominator
  }

  private static func tail(_ q: Double) -> Double {
    let numerator = polynomial(
      [
        -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00, -2.549732539343734e+00,
        4.374664141464968e+00, 2.938163982698783e+00,
      ], q)
    let denominator = polynomial(
      [7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00, 1], q)
    return numerator / denominator
  }

  /// Horner's scheme, the highest power first.
  private static func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
    coefficients.reduce(0) { $0 * x + $1 }
  }
}
