/// The distribution of some numbers: values in ascending order, each once, with the rows that have it.
package struct EmpiricalDistribution: Codable, Hashable, Sendable {
  package private(set) var values: [Double]
  /// Rows with each value, all above 0.
  package private(set) var counts: [Int]
  /// Rows in all.
  package private(set) var rowCount: Int
  /// By how much the share of rows up to a value may be wrong, 0...1; 0 where every value is there.
  package private(set) var rankError: Double

  /// Of numbers in any order; NaN is left out.
  package init(_ numbers: [Double]) {
    self.init(numbers.filter { !$0.isNaN }.map { (value: $0, weight: 1) }, rankError: 0)
  }

  /// - Parameter pairs: in any order, weights above 0; equal values are put together.
  package init(_ pairs: [(value: Double, weight: Int)], rankError: Double) {
    (values, counts, rowCount) = ([], [], 0)
    self.rankError = rankError
    for pair in pairs.sorted(by: { $0.value < $1.value }) {
      rowCount += pair.weight
      if values.last == pair.value {
        counts[counts.count - 1] += pair.weight
      } else {
        values.append(pair.value)
        counts.append(pair.weight)
      }
    }
  }

  /// The same with at most `limit` values: each stands for a block of equally many rows, in the middle of them. The rank
  /// error grows by half a block at most.
  package func reduced(to limit: Int) -> EmpiricalDistribution {
    guard values.count > limit, limit > 0 else { return self }
    var (pairs, place, passed, largest): ([(value: Double, weight: Int)], Int, Int, Int) = ([], 0, counts[0], 0)
    for block in 0..<limit {
      let (begin, end) = (block * rowCount / limit, (block + 1) * rowCount / limit)
      guard end > begin else { continue }
      let middle = (begin + end) / 2
      while passed <= middle {
        place += 1
        passed += counts[place]
      }
      pairs.append((value: values[place], weight: end - begin))
      largest = max(largest, end - begin)
    }
    return EmpiricalDistribution(pairs, rankError: rankError + Double(largest + 1) / 2 / Double(rowCount))
  }

  /// Whether it could have come from numbers: what a file says need not.
  package var isSound: Bool {
    values.count == counts.count && counts.allSatisfy { $0 > 0 } && rowCount == counts.reduce(0, +)
      && zip(values, values.dropFirst()).allSatisfy { $0 < $1 } && (0...1).contains(rankError)
      && !values.contains { $0.isNaN }
  }

  /// Rows below an edge.
  package func rows(below edge: Double) -> Int {
    var rows = 0
    for (value, count) in zip(values, counts) {
      guard value < edge else { break }
      rows += count
    }
    return rows
  }

  /// The value of a row, rows in ascending order of their values.
  ///
  /// - Parameter row: 0..<rowCount.
  package func value(atRow row: Int) -> Double {
    var passed = 0
    for (value, count) in zip(values, counts) {
      passed += count
      if passed > row { return value }
    }
    preconditionFailure("row \(row) is beyond the \(rowCount) rows of the distribution")
  }
}
