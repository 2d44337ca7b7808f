/// A sample of numbers with the order of its rows, for coefficients of ranks.
package struct RankedSample: Sendable {
  package let values: [Double]
  /// The rows that have a value, smallest first.
  let order: [Int32]

  /// - Parameter values: NaN where missing.
  package init(_ values: [Double]) {
    self.values = values
    let present = values.indices.lazy.filter { !values[$0].isNaN }.map { (value: values[$0], row: Int32($0)) }
    order = present.sorted { ($0.value, $0.row) < ($1.value, $1.row) }.map(\.row)
  }

  /// Ranks from 1 among the rows that `isTaken` has, equal values sharing their mean rank, less the mean of all; 0 for
  /// other rows.
  func centredRanks(_ isTaken: [Bool]) -> (ranks: [Double], count: Int) {
    var ranks = [Double](repeating: 0, count: values.count)
    let rows = order.filter { isTaken[Int($0)] }
    let middle = Double(rows.count + 1) / 2
    var start = 0
    while start < rows.count {
      var end = start + 1
      while end < rows.count, values[Int(rows[end])] == values[Int(rows[start])] { end += 1 }
      let rank = Double(start + end + 1) / 2 - middle
      for index in start..<end { ranks[Int(rows[index])] = rank }
      start = end
    }
    return (ranks, rows.count)
  }

  /// Spearman's coefficient over the rows in which both have a value. Nil for fewer than two or a sample of one value.
  package static func spearman(_ a: RankedSample, _ b: RankedSample) -> Double? {
    let both = zip(a.values, b.values).map { !$0.isNaN && !$1.isNaN }
    let (x, count) = a.centredRanks(both)
    let (y, _) = b.centredRanks(both)
    guard count > 1 else { return nil }
    let (xx, yy) = (DotProduct.of(x, x), DotProduct.of(y, y))
    guard xx > 0, yy > 0 else { return nil }
    return min(1, max(-1, DotProduct.of(x, y) / (xx.squareRoot() * yy.squareRoot())))
  }

  /// The chance that a row of the class has a larger value than one of the others, equal ones counted half: the area
  /// under the ROC curve, 0...1. Rows without a value or class are left out. Nil where a class has no row.
  package func auc(of isPositive: [Bool?]) -> Double? {
    let taken = zip(values, isPositive).map { !$0.isNaN && $1 != nil }
    let (ranks, count) = centredRanks(taken)
    var positives = 0
    var sum = 0.0
    for row in values.indices where taken[row] && isPositive[row] == true {
      positives += 1
      sum += ranks[row] + Double(count + 1) / 2
    }
    let negatives = count - positives
    guard positives > 0, negatives > 0 else { return nil }
    let (p, n) = (Double(positives), Double(negatives))
    return (sum - p * (p + 1) / 2) / (p * n)
  }
}
