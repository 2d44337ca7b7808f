package import Store

/// How a model did on some data: what `evaluate` gives.
package struct MetricsDocument: Codable, Hashable, Sendable {
  package var format = "nightshift-metrics 1"
  /// The model package's manifest.
  package var model: Digest
  package var modelVersion: VersionLabel?
  /// The data's manifest: two documents are comparable only where this is the same.
  package var data: Digest
  package var dataVersion: VersionLabel?
  /// The recipes of the data's features; nil in older documents.
  package var recipes: [RecipeCitation]?
  /// `binary`, `multiclass` or `regression`.
  package var task: String
  /// As the spec wrote it: `arr_delay > 15`.
  package var target: String
  /// Rows with a known target; the others were left out.
  package var rowCount: Int
  package var droppedRowCount: Int
  /// By the metric's name, `auc`, `log_loss`, …
  package var metrics: [String: Double]
  /// Why a metric is missing, by its name.
  package var undefined: [String: String]
  package var slices: [Slice]
  package var confusion: Confusion?
  /// At most 101 points, for binary tasks.
  package var roc: [Point]?
  /// Predicted against observed frequency in bins of the score, for binary tasks.
  package var calibration: [CalibrationBin]?
  /// How the data fits what the model learnt from; nil in documents of an earlier time.
  package var fit: DataFit?
  /// Whether values of another type were read as what the model learnt; nil means no.
  package var convertsTypes: Bool?

  /// The rows where `column` is `value`.
  package struct Slice: Codable, Hashable, Sendable {
    package var column: String
    /// Nil for the rows where it is missing.
    package var value: String?
    package var rowCount: Int
    package var metrics: [String: Double]

    package init(column: String, value: String?, rowCount: Int, metrics: [String: Double]) {
      self.column = column
      self.value = value
      self.rowCount = rowCount
      self.metrics = metrics
    }
  }

  /// Counts, a row for each true class, a column for each predicted one.
  package struct Confusion: Codable, Hashable, Sendable {
    package var labels: [String]
    package var counts: [[Int]]
    /// The score from which on a row counts as positive, for binary tasks.
    package var threshold: Double?

    package init(labels: [String], counts: [[Int]], threshold: Double? = nil) {
      self.labels = labels
      self.counts = counts
      self.threshold = threshold
    }
  }

  package struct Point: Codable, Hashable, Sendable {
    package var x: Double
    package var y: Double

    package init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  package struct CalibrationBin: Codable, Hashable, Sendable {
    package var meanScore: Double
    package var observedRate: Double
    package var rowCount: Int

    package init(meanScore: Double, observedRate: Double, rowCount: Int) {
      self.meanScore = meanScore
      self.observedRate = observedRate
      self.rowCount = rowCount
    }
  }

  package init(
    model: Digest, modelVersion: VersionLabel?, data: Digest, dataVersion: VersionLabel?, task: String, target: String,
    rowCount: Int, droppedRowCount: Int, metrics: [String: Double], undefined: [String: String] = [:],
    slices: [Slice] = [], confusion: Confusion? = nil, roc: [Point]? = nil, calibration: [CalibrationBin]? = nil
  ) {
    self.model = model
    self.modelVersion = modelVersion
    self.data = data
    self.dataVersion = dataVersion
    self.task = task
    self.target = target
    self.rowCount = rowCount
    self.droppedRowCount = droppedRowCount
    self.metrics = metrics
    self.undefined = undefined
    self.slices = slices
    self.confusion = confusion
    self.roc = roc
    self.calibration = calibration
  }
}
