internal import Glibc

/// Distances between the shares of two samples in the same bins or categories.
extension Divergence {
  /// The Jensen-Shannon distance with logarithms to base 2: the root of the divergence, 0...1 (SciPy,
  /// `jensenshannon(base=2)`; D. Endres, J. Schindelin, “A new metric for probability distributions”, 2003). Nil for an
  /// empty sample.
  package static func jensenShannon(reference: [Int], current: [Int]) -> Double? {
    guard let pairs = shares(reference, current) else { return nil }
    let divergence = pairs.reduce(0.0) { sum, pair in
      let middle = (pair.0 + pair.1) / 2
      return sum + (pair.0 > 0 ? pair.0 * log2(pair.0 / middle) : 0) + (pair.1 > 0 ? pair.1 * log2(pair.1 / middle) : 0)
    }
    return min(1, max(0, divergence / 2)).squareRoot()
  }

  /// Half the sum of the differences of the shares: the share of rows that would have to move, 0...1. Nil for an empty
  /// sample.
  package static func totalVariation(reference: [Int], current: [Int]) -> Double? {
    shares(reference, current).map { pairs in pairs.reduce(0.0) { $0 + abs($1.0 - $1.1) } / 2 }
  }

  private static func shares(_ reference: [Int], _ current: [Int]) -> [(Double, Double)]? {
    let (left, right) = (Double(reference.reduce(0, +)), Double(current.reduce(0, +)))
    guard left > 0, right > 0 else { return nil }
    return zip(reference, current).map { (Double($0) / left, Double($1) / right) }
  }

  /// Cramér's V of a chi-square statistic over two samples: 0, nothing in common with the sample, to 1 (SciPy,
  /// `contingency.association(method="cramer")`).
  package static func cramersV(_ statistic: Double, rowCount: Int) -> Double {
    rowCount > 0 ? min(1, (statistic / Double(rowCount)).squareRoot()) : 0
  }

  /// Cells in which one sample is expected to have fewer rows than this are put together before a chi-square test, whose
  /// distribution they would spoil (W. Cochran, “Some methods for strengthening the common χ² tests”, 1954).
  package static let smallestExpectation = 5.0

  /// Both samples with their rare categories put together as the last one, where there are any. The pool itself may stay
  /// rare where nothing else is left to pool.
  package static func pooled(reference: [Int], current: [Int]) -> (reference: [Int], current: [Int]) {
    let (left, right) = (Double(reference.reduce(0, +)), Double(current.reduce(0, +)))
    let smaller = min(left, right) / max(1, left + right)
    var (kept, rest): (([Int], [Int]), (Int, Int)) = (([], []), (0, 0))
    for (old, new) in zip(reference, current) {
      if Double(old + new) * smaller < smallestExpectation {
        rest = (rest.0 + old, rest.1 + new)
      } else {
        kept.0.append(old)
        kept.1.append(new)
      }
    }
    if rest.0 + rest.1 > 0 {
      if Double(rest.0 + rest.1) * smaller < smallestExpectation,
        let least = kept.0.indices.min(by: {
          kept.0[$0] + kept.1[$0] < kept.0[$1] + kept.1[$1]
        })
      {
        kept.0[least] += rest.0
        kept.1[least] += rest.1
      } else {
        kept.0.append(rest.0)
        kept.1.append(rest.1)
      }
    }
    return (kept.0, kept.1)
  }
}
