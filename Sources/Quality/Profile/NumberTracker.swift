internal import Records
internal import Statistics

/// Moments, extremes and signs of a column's numbers.
struct NumberTracker: Sendable {
  private var moments = Moments()
  /// Values that wait to be a part: parts of the same length whatever the batches were.
  private var pending: [Double] = []
  private static let partCount = 4096
  private(set) var minimum = Double.infinity
  private(set) var maximum = -Double.infinity
  private(set) var zeroCount = 0
  private(set) var negativeCount = 0
  private(set) var infiniteCount = 0

  /// Takes a value in that is no NaN.
  @inline(__always)
  mutating func add(_ value: Double) {
    if value < minimum { minimum = value }
    if value > maximum { maximum = value }
    if value == 0 { zeroCount &+= 1 }
    if value < 0 { negativeCount &+= 1 }
    guard value.isFinite else {
      infiniteCount &+= 1
      return
    }
    pending.append(value)
    if pending.count == Self.partCount {
      moments.merge(Moments(pending[...]))
      pending.removeAll(keepingCapacity: true)
    }
  }

  var finalMoments: Moments {
    var all = moments
    all.merge(Moments(pending[...]))
    return all
  }

  func numbers(_ values: WeightedValues, rankError: Double, shares: [Double]) -> ProfileDocument.Numbers {
    let moments = finalMoments
    return ProfileDocument.Numbers(
      mean: moments.mean, standardDeviation: moments.standardDeviation, skewness: moments.skewness,
      zeroCount: zeroCount, negativeCount: negativeCount, infiniteCount: infiniteCount,
      quantiles: shares.compactMap { share in
        values.quantile(share).flatMap { $0.isFinite ? ProfileDocument.Quantile(share: share, value: $0) : nil }
      }, rankError: rankError)
  }
}
