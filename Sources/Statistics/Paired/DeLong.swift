/// The test of DeLong for the AUCs of two models on the same rows (E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson,
/// “Comparing the areas under two or more correlated receiver operating characteristic curves”, Biometrics 44, 1988), by
/// the midranks of X. Sun and W. Xu (“Fast implementation of DeLong's algorithm”, IEEE Signal Processing Letters 21,
/// 2014): O(n log n).
package struct DeLong: Equatable, Sendable {
  package private(set) var challenger: Double
  package private(set) var champion: Double
  /// Of the difference of the AUCs.
  package private(set) var variance: Double
  package private(set) var rowCount: Int

  /// - Parameters:
  ///   - challenger: its scores, one a row; ties count half.
  ///   - champion: its scores of the same rows.
  package init(challenger: [Double], champion: [Double], labels: [Bool]) throws(StatisticsError) {
    let positives = labels.count { $0 }
    let negatives = labels.count - positives
    guard positives > 1, negatives > 1 else {
      throw StatisticsError(
        "DeLong's test needs two positive and two negative rows, and there are \(positives) and \(negatives)")
    }
    let (first, second) = (Components(challenger, labels), Components(champion, labels))
    self.challenger = first.area
    self.champion = second.area
    rowCount = labels.count
    variance =
      Self.variance(first.ofPositives, second.ofPositives) / Double(positives)
      + Self.variance(first.ofNegatives, second.ofNegatives) / Double(negatives)
  }

  package func comparison(_ hypothesis: PairedHypothesis) -> PairedComparison {
    let difference = challenger - champion
    let error = variance.squareRoot()
    let pValue =
      error > 0
      ? hypothesis.pValue(ofDeviate: (difference - hypothesis.margin) / error)
      : hypothesis.pValue(ofExact: difference)
    return PairedComparison(
      test: .deLong, hypothesis: hypothesis, rowCount: rowCount, challenger: challenger, champion: champion,
      lower: difference - hypothesis.deviate * error, upper: difference + hypothesis.deviate * error, pValue: pValue)
  }

  /// Of the differences of two rows of numbers, about their mean: n - 1 below the line.
  private static func variance(_ first: [Double], _ second: [Double]) -> Double {
    let differences = zip(first, second).map { $0 - $1 }
    let mean = differences.reduce(0, +) / Double(differences.count)
    return differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(differences.count - 1)
  }

  /// The structural components of one model's AUC: V10 and V01 of the paper.
  private struct Components {
    var ofPositives: [Double]
    var ofNegatives: [Double]
    var area: Double

    init(_ scores: [Double], _ labels: [Bool]) {
      let positives = labels.indices.filter { labels[$0] }
      let negatives = labels.indices.filter { !labels[$0] }
      let (m, n) = (Double(positives.count), Double(negatives.count))
      let all = Midranks.of(scores)
      let amongPositives = Midranks.of(positives.map { scores[$0] })
      let amongNegatives = Midranks.of(negatives.map { scores[$0] })
      ofPositives = zip(positives, amongPositives).map { (all[$0] - $1) / n }
      ofNegatives = zip(negatives, amongNegatives).map { 1 - (all[$0] - $1) / m }
      area = ofPositives.reduce(0, +) / m
    }
  }
}

/// Ranks from 1 on; equal values share the mean of theirs.
enum Midranks {
  static func of(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
      start = end
    }
    return ranks
  }
}
