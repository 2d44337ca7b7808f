internal import Jobs
internal import Learning
internal import Records
internal import Tables

/// Intervals around the predictions of a regression from what the model missed by on rows that it did not learn from.
///
/// Split conformal prediction (J. Lei, M. G'Sell, A. Rinaldo, R. Tibshirani, L. Wasserman, “Distribution-free predictive
/// inference for regression”, 2018, algorithm 2): with the k-th smallest of n misses, k = ⌈(n + 1) coverage⌉, they hold
/// the true value of a row with at least the wanted chance, whatever the model, where the row and the calibration rows
/// are exchangeable.
struct ConformalIntervals {
  static let names = ["prediction_low", "prediction_high"]

  let halfWidth: Double
  let coverage: Double
  let calibrationCount: Int

  /// - Parameter misses: distances of predictions to true values, in any order. Nil where they are too few.
  init?(misses: [Double], coverage: Double) {
    let place = Int((Double(misses.count + 1) * coverage).rounded(.up))
    guard place <= misses.count else { return nil }
    halfWidth = misses.sorted()[place - 1]
    self.coverage = coverage
    calibrationCount = misses.count
  }

  /// Rounded outwards to 32 bits, so that rounding loses nothing.
  func cells(_ predictions: Predictor.Predictions) -> [CSVCells] {
    let lows = predictions.scores.map { score -> Float in
      let low = Float(score - halfWidth)
      return Double(low) > score - halfWidth ? low.nextDown : low
    }
    let highs = predictions.scores.map { score -> Float in
      let high = Float(score + halfWidth)
      return Double(high) < score + halfWidth ? high.nextUp : high
    }
    return [.numbers(lows), .numbers(highs)]
  }

  var note: String {
    "intervals of ± \(Headline.number(halfWidth)) hold at least \(coverage) of true values of rows"
      + " that come as the \(calibrationCount) calibration rows came"
  }
}

extension StepContext {
  /// From the rows with a target of the input `calibration`, which are held in memory.
  func intervals(_ options: PredictOptions, _ scorer: Scorer) throws -> ConformalIntervals? {
    guard let wanted = options.intervals else { return nil }
    guard scorer.schema.task == .regression else {
      throw PipelineError.stepFailed(
        "`intervals` are for a regression, and this model's task is \(scorer.schema.task.name): leave them out")
    }
    let calibration = try artifact("calibration")
    if let reason = try acquaintance(of: try artifact("model"), with: calibration.digest) {
      throw PipelineError.stepFailed(
        "the `calibration` rows say too little of what the model misses by, because it \(reason): name rows that it did not learn from"
      )
    }
    let target = try TargetRule(scorer.schema.target)
    var input = try ScoringInput(
      try table(calibration), scorer.schema, options.fit, others: [target.column])
    let table = try input.table()
    guard let column = table[target.column] else {
      throw PipelineError.stepFailed("the calibration rows have no column “\(target.column)”, which the model predicts")
    }
    let labels = try scorer.labels(try target.apply(to: column))
    let scores = try scorer.predict(table).scores
    let misses = zip(labels, scores).compactMap { label, score in label.map { abs($0 - score) } }
    guard let intervals = ConformalIntervals(misses: misses, coverage: wanted.coverage) else {
      throw PipelineError.stepFailed(
        "\(misses.count) calibration rows are too few for intervals that hold \(wanted.coverage) of true values: take"
          + " \(Int((wanted.coverage / (1 - wanted.coverage)).rounded(.up))) or more, or a smaller share")
    }
    return intervals
  }
}
