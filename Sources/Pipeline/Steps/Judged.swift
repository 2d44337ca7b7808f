internal import Learning
internal import Records
internal import Statistics

/// What a model said to the rows with a known target, and what was true: all that metrics, slices and paired tests are
/// made of. Two models judged on the same data have the same rows in the same order.
struct Judged {
  var task: ModelSchema.Task
  /// As the spec of the training wrote it.
  var target: String
  /// Rows x outputs of the task, row-major, in the order of the data.
  var scores: [Double]
  /// One a row: the number, 0 or 1, or the class's place.
  var labels: [Double]
  /// Rows left out because their target is missing, or is a class that training did not know.
  var droppedRowCount: Int
  /// Of those, the rows with a class that training did not know.
  var unknownClassRowCount: Int
  /// The rows by each column that was asked for, by its name.
  var groups: [String: Grouping]
  /// The rows by what they belong to: the query of a ranking, or the column that was asked for; nil where rows stand
  /// for themselves.
  var clusters: Grouping?
  /// What simpler models that the package holds say to the same rows.
  var baselines: [Baseline] = []
  var fit: DataFit
  /// What scoring took, by name as in ``CostDocument``.
  var cost: [String: Double]

  var rowCount: Int { labels.count }

  struct Baseline {
    /// `constant`, `median`, `seasonal-naive`.
    var name: String
    /// As ``Judged/scores``.
    var scores: [Double]
  }

  /// Rows that are drawn together; nil where rows stand for themselves, and for a ranking, whose queries are what is
  /// drawn.
  var drawnTogether: Grouping? { if case .ranking = task { nil } else { clusters } }

  /// The rows by columns that were asked for, one or more.
  func grouping(_ columns: [String]) throws -> Grouping {
    let found = try columns.map { name in
      guard let grouping = groups[name] else { throw PipelineError.stepFailed("the data has no column “\(name)”") }
      return grouping
    }
    return Grouping(joining: found)
  }

  /// Some of the rows, ascending, without the columns they were parted by.
  func gather(_ rows: [Int]) -> Judged {
    let width = task.outputCount
    var part = self
    part.scores = rows.flatMap { scores[($0 * width)..<(($0 + 1) * width)] }
    part.labels = rows.map { labels[$0] }
    part.groups = [:]
    part.clusters = clusters?.gather(rows)
    part.baselines = []
    return part
  }
}

extension Judged {
  /// What metrics depend on beside scores and labels.
  struct Terms {
    /// The score from which on a row counts as positive.
    var threshold = 0.5
    var costs: BinarySample.CostTable?
    /// The k of top-k accuracies.
    var top: [Int] = []
  }

  /// The rows, ready for their metrics and for resampling.
  func sample(_ terms: Terms) throws -> any MetricSample {
    switch task {
    case .regression: try RegressionSample(predicted: scores, actual: labels)
    case .binary: try binary(terms)
    case .multiclass: try multiclass(terms)
    case .quantile(let levels): try MeanSample(quantiles: scores, levels: levels, actual: labels)
    case .ranking(let group):
      if let clusters {
        try MeanSample(ranked: scores, relevance: labels, queries: clusters)
      } else {
        throw PipelineError.stepFailed("the rows of a ranking were read without “\(group)”, which says their query")
      }
    }
  }

  func binary(_ terms: Terms) throws -> BinarySample {
    try BinarySample(
      scores: scores, labels: labels.map { $0 == 1 }, threshold: terms.threshold, costs: terms.costs)
  }

  func multiclass(_ terms: Terms) throws -> MulticlassSample {
    try MulticlassSample(
      probabilities: scores, labels: labels.map { Int($0) }, classCount: task.outputCount, tops: terms.top)
  }
}
