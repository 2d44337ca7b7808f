/// Chooses the test that fits a metric.
package enum PairedTest {
  /// Of the resamples, this share may leave the metric undefined.
  private static let undefinedShare = 0.01

  /// Compares two models on the same rows: DeLong's test for `auc`, McNemar's and its score test for `accuracy`, the
  /// paired bootstrap for all others. Throws where the rows do not allow it, or the metric has no test.
  package static func compare(
    _ metric: String, challenger: ScoredRows, champion: ScoredRows, _ hypothesis: PairedHypothesis,
    _ resampling: Resampling
  ) throws(StatisticsError) -> PairedComparison {
    guard challenger.truth == champion.truth else {
      throw StatisticsError("the two models were not judged on the same rows")
    }
    guard challenger.rowCount > 0 else { throw StatisticsError("there are no rows to compare on") }
    if (challenger.scores + champion.scores).contains(where: \.isNaN) {
      throw StatisticsError("a score is not a number")
    }
    switch (metric, challenger.truth) {
    case ("auc", .binary(let labels)):
      return try DeLong(challenger: challenger.scores, champion: champion.scores, labels: labels)
        .comparison(hypothesis)
    case ("accuracy", .binary), ("accuracy", .classes):
      return McNemar(challenger: challenger.isRight, champion: champion.isRight).comparison(hypothesis)
    default: return try bootstrap(metric, challenger, champion, hypothesis, resampling)
    }
  }

  private static func bootstrap(
    _ metric: String, _ challenger: ScoredRows, _ champion: ScoredRows, _ hypothesis: PairedHypothesis,
    _ resampling: Resampling
  ) throws(StatisticsError) -> PairedComparison {
    let (first, second) = (try ResampledMetric(metric, challenger), try ResampledMetric(metric, champion))
    let once = [UInt32](repeating: 1, count: challenger.rowCount)
    guard let observed = first.value(once), let reference = second.value(once) else {
      throw StatisticsError("\(metric) is undefined on these \(challenger.rowCount) rows")
    }
    let drawn = PairedBootstrap(
      challenger: first, champion: second, rowCount: challenger.rowCount, resampling)
    guard Double(drawn.undefinedCount) <= undefinedShare * Double(resampling.count) else {
      throw StatisticsError(
        "\(metric) is undefined in \(drawn.undefinedCount) of \(resampling.count) resamples: \(challenger.rowCount) rows are too few"
      )
    }
    let bounds = drawn.bounds(hypothesis.confidence)
    return PairedComparison(
      test: .bootstrap, hypothesis: hypothesis, rowCount: challenger.rowCount, challenger: observed,
      champion: reference, lower: bounds.lower, upper: bounds.upper, pValue: drawn.pValue(hypothesis))
  }
}

extension ScoredRows {
  /// Whether the predicted class is the true one, a row each.
  fileprivate var isRight: [Bool] { classes.map { classes in zip(classes.predicted, classes.actual).map(==) } ?? [] }
}
