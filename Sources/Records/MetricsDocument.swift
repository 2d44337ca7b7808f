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
  /// Where each metric lies with the confidence of `resampling`, by its name; nil in older documents.
  package var intervals: [String: Interval]?
  /// How the intervals were made; nil where there are none.
  package var resampling: Resampling?
  /// Why a metric is missing, by its name.
  package var undefined: [String: String]
  package var slices: [Slice]
  /// Into how many slices a column of many numbers was parted; nil in older documents.
  package var bins: Int?
  /// Slices that are not in `slices` because they are small; nil where there are none.
  package var suppressed: [Suppressed]?
  /// Where the model does worst; nil where nobody searched.
  package var worstSlices: WorstSlices?
  /// How the model treats groups of people or things.
  package var fairness: [Fairness]?
  /// What decisions at a threshold cost, for binary tasks.
  package var costs: Costs?
  package var confusion: Confusion?
  /// At most 101 points, for binary tasks.
  package var roc: [Point]?
  /// Predicted against observed frequency in ten bins of equal width of the score, for binary tasks.
  package var calibration: [CalibrationBin]?
  /// The same in at most ten bins of about as many rows.
  package var calibrationByMass: [CalibrationBin]?
  /// Each class of a multi-class task by itself.
  package var classes: [ClassMetrics]?
  /// Quantiles of actual minus predicted, x: the probability, y: the value, for regressions.
  package var residuals: [Point]?
  /// What simpler models reach on the same rows.
  package var baselines: [Baseline]?
  /// What depends on the model alone.
  package var footprint: Footprint?
  /// The version of the code that computed the metrics; documents of different ones are not comparable.
  package var implementation: Int?
  /// How the data fits what the model learnt from; nil in documents of an earlier time.
  package var fit: DataFit?
  /// Whether values of another type were read as what the model learnt; nil means no.
  package var convertsTypes: Bool?

  /// The rows where `column` is `value`.
  package struct Slice: Codable, Hashable, Sendable {
    /// `origin`, or `origin,carrier` for a pair.
    package var column: String
    /// Nil for the rows where it is missing; an interval for numbers; `JFK,missing` for a pair.
    package var value: String?
    package var rowCount: Int
    package var metrics: [String: Double]
    /// Wilson's for rates, else resampled from the slice's own rows; nil in older documents.
    package var intervals: [String: Interval]?

    package init(
      column: String, value: String?, rowCount: Int, metrics: [String: Double], intervals: [String: Interval]? = nil
    ) {
      self.column = column
      self.value = value
      self.rowCount = rowCount
      self.metrics = metrics
      self.intervals = intervals
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
    /// Of the observed rate, Wilson's.
    package var interval: Interval?

    package init(meanScore: Double, observedRate: Double, rowCount: Int, interval: Interval? = nil) {
      self.meanScore = meanScore
      self.observedRate = observedRate
      self.rowCount = rowCount
      self.interval = interval
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
