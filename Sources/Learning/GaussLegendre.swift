internal import Glibc

/// Gauss-Legendre quadrature on [0, 1]: exact for polynomials of a degree below twice the number of points.
struct GaussLegendre: Sendable {
  let points: [Double]
  let weights: [Double]
  /// Each weight by what the point leaves of 1.
  let losses: [Double]

  /// The roots of the Legendre polynomial by Newton's method (Press et al., Numerical Recipes, 4.6).
  init(count: Int) {
    var (points, weights) = ([Double](), [Double]())
    for index in 0..<count {
      var root = cos(Double.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
      var slope = 1.0
      for _ in 0..<100 {
        let value: Double
        (value, slope) = Self.legendre(count, root)
        let step = value / slope
        root -= step
        if abs(step) < 1e-15 { break }
      }
      slope = Self.legendre(count, root).slope
      points.append((1 - root) / 2)
      weights.append(1 / ((1 - root * root) * slope * slope))
    }
    (self.points, self.weights) = (points, weights)
    losses = zip(points, weights).map { $1 / (1 - $0) }
  }

  /// The Legendre polynomial of a degree, 1 or more, and its derivative at x.
  private static func legendre(_ degree: Int, _ x: Double) -> (value: Double, slope: Double) {
    var (before, value) = (1.0, x)
    for n in stride(from: 2, through: degree, by: 1) {
      (before, value) = (value, (Double(2 * n - 1) * x * value - Double(n - 1) * before) / Double(n))
    }
    return (value, Double(degree) * (x * value - before) / (x * x - 1))
  }
}
