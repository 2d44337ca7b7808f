/// A block of rows of one column, made ready for products with others.
package struct CentredBlock: Sendable {
  /// The values less the block's mean, 0 where missing.
  let distances: [Double]
  /// Nil where no row is missing.
  let presence: (marks: [Double], squares: [Double])?
  let mean: Double
  let count: Int
  /// Of the squared distances.
  let squareSum: Double

  /// - Parameter values: NaN or infinite where there is none that counts.
  package init(_ values: [Double]) {
    var sum = 0.0
    var count = 0
    for value in values where value.isFinite {
      sum += value
      count += 1
    }
    let first = values.first { $0.isFinite } ?? 0
    // Rounding makes no deviation of what has none.
    let isConstant = values.allSatisfy { $0 == first || !$0.isFinite }
    let mean = isConstant ? first : sum / Double(count)
    var distances = values.map { $0.isFinite ? $0 - mean : 0 }
    // What rounding left of the mean (T. Chan, G. Golub, R. LeVeque, “Algorithms for computing the sample variance”,
    // 1983, the corrected two-pass algorithm).
    let rest = count > 0 ? distances.reduce(0, +) / Double(count) : 0
    for index in distances.indices where values[index].isFinite { distances[index] -= rest }
    presence =
      count == values.count ? nil : (values.map { $0.isFinite ? 1 : 0 }, distances.map { $0 * $0 })
    squareSum = DotProduct.of(distances, distances)
    self.distances = distances
    self.mean = mean + rest
    self.count = count
  }
}

/// Covariance of two columns over the rows in which both have a value, block by block (Pébay 2008, equation 3.3).
package struct CoMoments: Hashable, Sendable {
  package private(set) var count = 0.0
  private var meanX = 0.0
  private var meanY = 0.0
  private var xx = 0.0
  private var yy = 0.0
  private var xy = 0.0

  package init() {}

  /// Takes in a block of each column, of the same rows.
  package mutating func add(_ x: CentredBlock, _ y: CentredBlock) {
    var block = CoMoments()
    block.xy = DotProduct.of(x.distances, y.distances)
    if x.presence == nil, y.presence == nil {
      block.count = Double(x.count)
      (block.meanX, block.meanY) = (x.mean, y.mean)
      block.xx = x.squareSum
      block.yy = y.squareSum
    } else {
      block.takePresent(x, y)
    }
    merge(block)
  }

  /// Sums over the rows in which both are there, moved from the columns' means to those of these rows.
  private mutating func takePresent(_ x: CentredBlock, _ y: CentredBlock) {
    let full = [Double](repeating: 1, count: x.distances.count)
    let (inX, inY) = (x.presence?.marks ?? full, y.presence?.marks ?? full)
    count = DotProduct.of(inX, inY)
    guard count > 0 else { return }
    let squaresX = x.presence?.squares ?? x.distances.map { $0 * $0 }
    let squaresY = y.presence?.squares ?? y.distances.map { $0 * $0 }
    let (sumX, sumY) = (DotProduct.of(x.distances, inY), DotProduct.of(y.distances, inX))
    xx = DotProduct.of(squaresX, inY) - sumX * sumX / count
    yy = DotProduct.of(squaresY, inX) - sumY * sumY / count
    xy -= sumX * sumY / count
    (meanX, meanY) = (x.mean + sumX / count, y.mean + sumY / count)
  }

  package mutating func merge(_ other: CoMoments) {
    guard count > 0, other.count > 0 else {
      if count == 0 { self = other }
      return
    }
    let n = count + other.count
    let (deltaX, deltaY) = (other.meanX - meanX, other.meanY - meanY)
    let weight = count * other.count / n
    xx += other.xx + deltaX * deltaX * weight
    yy += other.yy + deltaY * deltaY * weight
    xy += other.xy + deltaX * deltaY * weight
    meanX += deltaX * other.count / n
    meanY += deltaY * other.count / n
    count = n
  }

  /// Pearson's coefficient, -1...1. Nil for fewer than two rows, for a column of one value, and for values whose squares
  /// a double cannot hold.
  package var correlation: Double? {
    // What is left of rounding in a column of one value is no deviation.
    guard count > 1, isSpread(xx, meanX), isSpread(yy, meanY) else { return nil }
    let value = xy / (xx.squareRoot() * yy.squareRoot())
    return value.isFinite ? min(1, max(-1, value)) : nil
  }

  private func isSpread(_ sum: Double, _ mean: Double) -> Bool {
    sum.isFinite && sum > count * mean * mean * 1e-28 && sum > 0
  }
}
