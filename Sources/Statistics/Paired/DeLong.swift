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
  /// Whether both put the rows into the same order, so that their AUCs are one.
  private var isSameRanking: Bool
  /// Rows of the rarer class.
  private var fewerCount: Int

  /// Of each class. With fewer the variance is too often estimated too small: simulated, the test then errs in up to
  /// three times as many cases as it should.
  package static let minimumClassRows = 10

  /// - Parameters:
  ///   - challenger: its scores, one a row; ties count half.
  ///   - champion: its scores of the same rows.
  package init(challenger: [Double], champion: [Double], labels: [Bool]) throws(StatisticsError) {
    let positives = labels.count { $0 }
    let negatives = labels.count - positives
    fewerCount = min(positives, negatives)
    guard fewerCount >= Self.minimumClassRows else {
      throw StatisticsError(
        "DeLong's test needs \(Self.minimumClassRows) positive and as many negative rows, and there are \(positives) and \(negatives)"
      )
    }
    let (first, second) = (AUCComponents(challenger, labels), AUCComponents(champion, labels))
    self.challenger = first.area
    self.champion = second.area
    isSameRanking = first.ranks == second.ranks
    rowCount = labels.count
    variance =
      Self.variance(first.ofPositives, second.ofPositives) / Double(positives)
      + Self.variance(first.ofNegatives, second.ofNegatives) / Double(negatives)
  }

  package func comparison(_ hypothesis: PairedHypothesis) -> PairedComparison {
    let difference = challenger - champion
    let error = variance.squareRoot()
    guard error > 0 || isSameRanking else { return alike(hypothesis) }
    let pValue =
      error > 0
      ? hypothesis.pValue(ofDeviate: (difference - hypothesis.margin) / error)
      : hypothesis.pValue(ofExact: difference)
    return PairedComparison(
      test: .deLong, hypothesis: hypothesis, rowCount: rowCount, challenger: challenger, champion: champion,
      lower: difference - hypothesis.deviate * error, upper: difference + hypothesis.deviate * error, pValue: pValue)
  }

  /// Two rankings, as when both part the classes without a fault, whose difference seems to be without error: it is not,
  /// but all that these rows show is in the pairs of a positive and a negative row that share none, as many as the rarer
  /// class has rows. Each pair is ordered right or not, so the score test of two proportions holds.
  private func alike(_ hypothesis: PairedHypothesis) -> PairedComparison {
    let differing = Int(Double(fewerCount) * abs(challenger - champion))
    let score = TangoScore(
      challengerAlone: challenger > champion ? differing : 0, championAlone: challenger > champion ? 0 : differing,
      rowCount: fewerCount)
    let bounds = score.bounds(hypothesis.deviate)
    return PairedComparison(
      test: .tango, hypothesis: hypothesis, rowCount: rowCount, challenger: challenger, champion: champion,
      lower: bounds.lower, upper: bounds.upper,
      pValue: hypothesis.pValue(ofDeviate: score.deviate(at: hypothesis.margin)))
  }

  /// Of the differences of two rows of numbers, about their mean: n - 1 below the line.
  private static func variance(_ first: [Double], _ second: [Double]) -> Double {
    let differences = zip(first, second).map { $0 - $1 }
    let mean = differences.reduce(0, +) / Double(differences.count)
    return differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(differences.count - 1)
  }
}
