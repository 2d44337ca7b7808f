internal import Jobs
internal import Learning
internal import Records
internal import Statistics
internal import Tables

/// Metrics of joined rows by the dates of their predictions.
struct PerformanceReport {
  let options: FeedbackOptions
  let task: ModelSchema.Task
  let table: LabelTable

  private static let threshold = 0.5

  /// - Parameters:
  ///   - versions: in the order in which they were made.
  ///   - tallies: one a version.
  func periods(_ versions: [PredictionVersion], _ tallies: [LabelTable.Tally]) throws -> [PerformanceDocument.Period] {
    var periods: [PerformanceDocument.Period] = []
    var places: [Int] = []
    for (version, tally) in zip(versions, tallies) {
      let from = Self.start(of: version.made, options.span)
      // Versions come in order, and so do the spans.
      if periods.last?.from != from { periods.append(PerformanceDocument.Period(from: from)) }
      let place = periods.count - 1
      places.append(place)
      periods[place].predictionCount += tally.rowCount
      periods[place].labelledCount += tally.labelledCount
      let model = version.model.version?.text ?? version.model.shortDigest
      if !periods[place].models.contains(model) { periods[place].models.append(model) }
    }
    var rows = [[Int]](repeating: [], count: periods.count)
    for row in table.joinedRows { rows[places[Int(table.versions[row])]].append(row) }
    for place in periods.indices { try fill(&periods[place], rows[place]) }
    return periods
  }

  /// All spans as one; nil without any.
  func overall(_ periods: [PerformanceDocument.Period]) throws -> PerformanceDocument.Period? {
    guard let first = periods.first else { return nil }
    var all = PerformanceDocument.Period(from: first.from)
    for period in periods {
      all.predictionCount += period.predictionCount
      all.labelledCount += period.labelledCount
      all.models += period.models.filter { !all.models.contains($0) }
    }
    try fill(&all, table.joinedRows)
    return all
  }

  private func fill(_ period: inout PerformanceDocument.Period, _ rows: [Int]) throws {
    period.rowCount = rows.count
    if period.coverage < options.minimumCoverage {
      period.suppressed =
        "\(period.labelledCount) of \(period.predictionCount) predictions have a label by now: those that come first need not be like the others"
    } else if rows.count < options.minimumRows {
      period.suppressed = "\(rows.count) rows are fewer than \(options.minimumRows)"
    } else if case .ranking = task {
      period.suppressed = "rankings are judged group by group: `evaluate` does it"
    } else {
      period.metrics = try metrics(rows).mapValues {
        PerformanceDocument.Estimate(value: $0.value, low: $0.low, high: $0.high)
      }
    }
  }

  private func metrics(_ rows: [Int]) throws -> [String: MetricEstimate] {
    let labels = rows.map { table.labels[$0] }
    let width = table.scoreCount
    let scores = rows.flatMap { table.scores[($0 * width)..<(($0 + 1) * width)] }
    switch task {
    case .regression: return try MetricEstimates.regression(predicted: scores, actual: labels)
    case .binary:
      return try MetricEstimates.binary(scores: scores, labels: labels.map { $0 == 1 }, threshold: Self.threshold)
    case .quantile(let levels): return try MetricEstimates.quantile(predicted: scores, actual: labels, levels: levels)
    case .ranking: return [:]
    case .multiclass(let classes):
      return try MetricEstimates.multiclass(
        probabilities: scores, labels: labels.map { Int($0) }, classCount: classes.count)
    }
  }

  /// The first day of the span that the moment is in; weeks begin on Monday.
  static func start(of moment: Timestamp, _ span: FeedbackOptions.Span) -> String {
    switch span {
    case .day: return moment.date
    case .week:
      // The first day of 1970 was a Thursday.
      let day = Int((Double(moment.seconds) / 86_400).rounded(.down))
      return Timestamp(seconds: (day - ((day + 3) % 7 + 7) % 7) * 86_400).date
    case .month: return moment.date.prefix(8) + "01"
    }
  }
}
