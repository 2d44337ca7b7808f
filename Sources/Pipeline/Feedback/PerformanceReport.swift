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
  let threads: Int
  private let joinedRows: [Int]
  /// What the labels' rows are ranked within, and how many each query has; nil but for rankings.
  private let queries: Grouping?
  private let querySizes: [Int]

  /// By version, from which score on its answers of two classes are yes; nil, and where there is none: at 0.5.
  var thresholds: [Double?] = []

  private static let threshold = 0.5
  /// What depends on answers, not on scores.
  private static let metricsOfAnswers: Set = ["accuracy", "balanced_accuracy", "precision", "recall", "f1", "mcc"]
  private static let confidence = 0.95
  /// Of a span, where there is no more work in all than ``workLimit``.
  private static let resamples = 1000
  private static let fewestResamples = 200
  /// Rows of all spans, times outputs, times resamples: about a second on one core.
  private static let workLimit = 100_000_000

  init(_ options: FeedbackOptions, _ task: ModelSchema.Task, _ found: LabelReader.Found, threads: Int) {
    self.options = options
    self.task = task
    self.threads = threads
    table = found.rows
    joinedRows = found.rows.joinedRows
    queries = found.queries?.clusters(of: Array(found.rows.labels.indices))
    querySizes = queries.map(Self.sizes) ?? []
  }

  private static func sizes(_ queries: Grouping) -> [Int] {
    var sizes = [Int](repeating: 0, count: queries.labels.count)
    for code in queries.codes { sizes[Int(code)] += 1 }
    return sizes
  }

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
    for row in joinedRows { rows[places[Int(table.versions[row])]].append(row) }
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
    try fill(&all, joinedRows)
    return all
  }

  private func fill(_ period: inout PerformanceDocument.Period, _ joined: [Int]) throws {
    let rows = wholeQueries(joined)
    period.rowCount = rows.count
    if period.coverage < options.minimumCoverage {
      period.suppressed =
        "\(period.labelledCount) of \(period.predictionCount) predictions have a label by now: those that come first need not be like the others"
    } else if rows.count < options.minimumRows {
      period.suppressed = "\(rows.count) rows are fewer than \(options.minimumRows)"
    } else if case .ranking(let group) = task, queries == nil {
      period.suppressed = "the labels have no column “\(group)”, which says what is ranked together"
    } else if case .ranking = task, !rows.contains(where: { table.labels[$0] > 0 }) {
      period.suppressed = "no row of its queries has a relevance above 0"
    } else {
      period.metrics = try metrics(rows, stream: period.from).mapValues {
        PerformanceDocument.Estimate(value: $0.value, low: $0.low, high: $0.high)
      }
    }
  }

  /// Fewer resamples where there are many rows in all; spans of many rows are bounded without any.
  private var bootstrap: Bootstrap {
    let work = max(1, joinedRows.count * (table.scoreCount + 1))
    let resamples = min(Self.resamples, max(Self.fewestResamples, Self.workLimit / work))
    return Bootstrap(resamples: resamples, confidence: Self.confidence, seed: 0, threads: threads)
  }

  private func metrics(_ rows: [Int], stream: String) throws -> [String: MetricEstimate] {
    let labels = rows.map { table.labels[$0] }
    let scores = scores(rows)
    let bootstrap = bootstrap.stream(stream)
    switch task {
    case .regression: return try MetricEstimates.regression(predicted: scores, actual: labels, bootstrap)
    case .binary:
      return try binary(rows, labels.map { $0 == 1 }, scores, bootstrap)
    case .quantile(let levels):
      return try MetricEstimates.quantile(predicted: scores, actual: labels, levels: levels, bootstrap)
    case .multiclass(let classes):
      return try MetricEstimates.multiclass(
        probabilities: scores, labels: labels.map { Int($0) }, classCount: classes.count, bootstrap)
    case .ranking:
      guard let queries else { return [:] }
      return try MetricEstimates.ranking(
        scores: scores, relevance: labels, queries: queries.gather(rows), bootstrap)
    }
  }

  /// Answers are judged as they were given: each row's at the threshold of its own version.
  private func binary(_ rows: [Int], _ labels: [Bool], _ scores: [Double], _ bootstrap: Bootstrap) throws
    -> [String: MetricEstimate]
  {
    let thresholds = rows.map { row in
      let version = Int(table.versions[row])
      return self.thresholds.indices.contains(version) ? self.thresholds[version] ?? Self.threshold : Self.threshold
    }
    let common = thresholds.first ?? Self.threshold
    let all = try MetricEstimates.binary(scores: scores, labels: labels, threshold: common, bootstrap)
    guard thresholds.contains(where: { $0 != common }) else { return all }
    let answers = zip(scores, thresholds).map { $0 >= $1 ? 1.0 : 0.0 }
    let ofAnswers = try MetricEstimates.binary(scores: answers, labels: labels, threshold: Self.threshold, bootstrap)
    return all.merging(ofAnswers.filter { Self.metricsOfAnswers.contains($0.key) }) { $1 }
  }

  private func scores(_ rows: [Int]) -> [Double] {
    let width = table.scoreCount
    return rows.flatMap { table.scores[($0 * width)..<(($0 + 1) * width)] }
  }

  /// Of a ranking, the rows of queries of which every row of the labels is among them: what is ranked without some of its
  /// rows is another ranking.
  private func wholeQueries(_ rows: [Int]) -> [Int] {
    guard let queries else { return rows }
    var counts = [Int](repeating: 0, count: querySizes.count)
    for row in rows { counts[Int(queries.codes[row])] += 1 }
    return rows.filter { counts[Int(queries.codes[$0])] == querySizes[Int(queries.codes[$0])] }
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
