package import Store

/// How predictions came true, by the day they were made: what `feedback` gives.
package struct PerformanceDocument: Codable, Hashable, Sendable {
  package var format = "nightshift-performance 1"
  /// The dataset of predictions: `flights/flights-predictions`.
  package var predictions: String
  package var labels: Digest
  package var labelsVersion: VersionLabel?
  /// As the spec wrote it: `arr_delay > 15`.
  package var target: String
  /// `binary`, `multiclass`, `regression`, `quantile` or `ranking`; nil before the first prediction.
  package var task: String?
  /// The model of the newest predictions, by its version where it has one.
  package var model: Digest?
  package var modelVersion: VersionLabel?
  /// `day`, `week` or `month`.
  package var span: String
  /// `first` or `last`: which of several predictions of a row counts.
  package var take: String
  /// Rows of the labels, and those of them with a label.
  package var labelRowCount: Int
  package var labelCount: Int
  /// Labels of no class that the model knows, which are not among those; nil where there are none, and in documents of an
  /// earlier time.
  package var unknownClassCount: Int?
  /// From which score on the newest predictions of two classes say yes; nil where they were made without one, and are
  /// judged at 0.5.
  package var threshold: Double?
  /// Labels of rows that nothing was said of.
  package var unpredictedCount: Int
  /// Labels that were known when the first prediction was made: no prediction of them counts.
  package var tooLateCount: Int
  /// By the dates of the predictions, oldest first, at most ``periodLimit``, the newest.
  package var periods: [Period]
  /// Over all of them.
  package var overall: Period?
  /// Predictions that are not judged; nil where there are none, and in documents of an earlier time.
  package var leftOut: [LeftOut]?

  /// Days that a document keeps, a little more than a year.
  package static let periodLimit = 400

  /// The predictions of a span of days.
  package struct Period: Codable, Hashable, Sendable {
    /// Its first day: `2013-04-01`.
    package var from: String
    /// Rows of all predictions made in it.
    package var predictionCount: Int
    /// Those of them that have a label by now which was not known when they were made.
    package var labelledCount: Int
    /// Rows that the metrics are over: labelled, and predicted here before the label was known.
    package var rowCount: Int
    /// Versions of models that predicted, as text.
    package var models: [String]
    /// By the metric's name; empty where `suppressed` says why.
    package var metrics: [String: Estimate]
    package var suppressed: String?

    /// Share of the predictions with a label by now, 0...1.
    package var coverage: Double { Double(labelledCount) / Double(max(1, predictionCount)) }

    package init(
      from: String, predictionCount: Int = 0, labelledCount: Int = 0, rowCount: Int = 0, models: [String] = [],
      metrics: [String: Estimate] = [:], suppressed: String? = nil
    ) {
      self.from = from
      self.predictionCount = predictionCount
      self.labelledCount = labelledCount
      self.rowCount = rowCount
      self.models = models
      self.metrics = metrics
      self.suppressed = suppressed
    }
  }

  /// A metric with its 95 % interval; no bounds where none is known.
  package struct Estimate: Codable, Hashable, Sendable {
    package var value: Double
    package var low: Double?
    package var high: Double?

    package init(value: Double, low: Double?, high: Double?) {
      self.value = value
      self.low = low
      self.high = high
    }
  }

  /// Versions of predictions, in the order in which they were made, that cannot be judged together with the newest.
  package struct LeftOut: Codable, Hashable, Sendable {
    /// `delays@v2`.
    package var model: String
    package var versionCount: Int
    /// The first and the last of them: `said@v7`.
    package var first: String
    package var last: String
    /// One sentence.
    package var reason: String

    package init(model: String, versionCount: Int, first: String, last: String, reason: String) {
      self.model = model
      self.versionCount = versionCount
      self.first = first
      self.last = last
      self.reason = reason
    }
  }

  /// The newest span with metrics.
  package var latest: Period? { periods.last { !$0.metrics.isEmpty } }

  package init(predictions: String, labels: Digest, target: String, span: String, take: String) {
    self.predictions = predictions
    self.labels = labels
    self.target = target
    self.span = span
    self.take = take
    (labelRowCount, labelCount, unpredictedCount, tooLateCount) = (0, 0, 0, 0)
    periods = []
  }
}
