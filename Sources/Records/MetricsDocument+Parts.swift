package import Store

extension MetricsDocument {
  /// Where a number lies with the confidence of ``Resampling``.
  package struct Interval: Codable, Hashable, Sendable {
    package var low: Double
    package var high: Double

    package init(low: Double, high: Double) {
      self.low = low
      self.high = high
    }
  }

  /// How the intervals were made.
  package struct Resampling: Codable, Hashable, Sendable {
    package var resamples: Int
    /// In 0..<1.
    package var confidence: Double
    package var seed: Int
    /// Of most metrics; `exceptions` has the others.
    package var method: String
    /// By metric, how its interval was made otherwise: `Wilson`, `mirrored bootstrap`, `paired percentile bootstrap`.
    package var exceptions: [String: String]?
    /// Why there are no intervals, where there are none.
    package var reason: String?
    /// Rows with the same value of it were drawn together.
    package var cluster: String?
    package var clusterCount: Int?

    package init(resamples: Int, confidence: Double, seed: Int, cluster: String?, clusterCount: Int?) {
      self.resamples = resamples
      self.confidence = confidence
      self.seed = seed
      method = "percentile bootstrap"
      self.cluster = cluster
      self.clusterCount = clusterCount
    }
  }

  /// Slices of a column with fewer rows than `minimumRows`.
  package struct Suppressed: Codable, Hashable, Sendable {
    package var column: String
    package var sliceCount: Int
    /// In all of them together.
    package var rowCount: Int
    package var minimumRows: Int

    package init(column: String, sliceCount: Int, rowCount: Int, minimumRows: Int) {
      self.column = column
      self.sliceCount = sliceCount
      self.rowCount = rowCount
      self.minimumRows = minimumRows
    }
  }

  /// The slices with the largest mean loss, of all that were tried.
  package struct WorstSlices: Codable, Hashable, Sendable {
    /// `log_loss`, `squared_error`, …: the loss of a row.
    package var loss: String
    /// Of all rows.
    package var meanLoss: Double
    /// How many slices were tried; the p-values account for them.
    package var triedCount: Int
    /// Of rows, or draws of the clusters' signs.
    package var permutations: Int
    package var slices: [WorstSlice]

    package init(loss: String, meanLoss: Double, triedCount: Int, permutations: Int, slices: [WorstSlice]) {
      self.loss = loss
      self.meanLoss = meanLoss
      self.triedCount = triedCount
      self.permutations = permutations
      self.slices = slices
    }
  }

  package struct WorstSlice: Codable, Hashable, Sendable {
    /// As in ``Slice``.
    package var column: String
    package var value: String?
    package var rowCount: Int
    package var meanLoss: Double
    /// The chance that some slice of those tried is this much worse when no slice differs; nil where rows belong together
    /// in too few clusters.
    package var pValue: Double?

    package init(column: String, value: String?, rowCount: Int, meanLoss: Double, pValue: Double?) {
      self.column = column
      self.value = value
      self.rowCount = rowCount
      self.meanLoss = meanLoss
      self.pValue = pValue
    }
  }

  /// How the groups of a column fare at the threshold.
  package struct Fairness: Codable, Hashable, Sendable {
    /// `sex`, or `sex,race` for groups by both.
    package var column: String
    /// The value that others are compared with.
    package var reference: String?
    /// `demographic_parity_difference`, `demographic_parity_ratio`, `equalized_odds_difference`,
    /// `equalized_odds_ratio`, `equal_opportunity_difference`, `equal_opportunity_ratio`,
    /// `predictive_parity_difference`; with a reference `disparate_impact`.
    package var measures: [String: Double]
    package var intervals: [String: Interval]?
    package var undefined: [String: String]
    package var groups: [Group]
    package var suppressed: Suppressed?

    /// `selection_rate`, `true_positive_rate`, `false_positive_rate` and `precision` of a group's rows, with Wilson's
    /// intervals.
    package typealias Group = Slice

    package init(column: String, reference: String?, measures: [String: Double], groups: [Group]) {
      self.column = column
      self.reference = reference
      self.measures = measures
      undefined = [:]
      self.groups = groups
    }
  }

  /// What decisions cost.
  package struct Costs: Codable, Hashable, Sendable {
    package var truePositive: Double
    package var falsePositive: Double
    package var falseNegative: Double
    package var trueNegative: Double
    /// The threshold of the metrics, and its mean cost a row.
    package var threshold: Double
    package var cost: Double
    /// The data on which `threshold` was chosen by cost; nil where the spec declared it.
    package var thresholdFrom: Digest?
    /// The threshold that costs least on this very data, and its mean cost a row: too good to hold elsewhere. Nil where
    /// it is best to call nothing positive.
    package var bestThreshold: Double?
    package var bestCost: Double

    package init(
      truePositive: Double, falsePositive: Double, falseNegative: Double, trueNegative: Double, threshold: Double,
      cost: Double, bestThreshold: Double?, bestCost: Double
    ) {
      self.truePositive = truePositive
      self.falsePositive = falsePositive
      self.falseNegative = falseNegative
      self.trueNegative = trueNegative
      self.threshold = threshold
      self.cost = cost
      self.bestThreshold = bestThreshold
      self.bestCost = bestCost
    }
  }

  /// One class against all others.
  package struct ClassMetrics: Codable, Hashable, Sendable {
    package var label: String
    /// Rows of the class.
    package var rowCount: Int
    /// `precision`, `recall`, `f1`, `auc`.
    package var metrics: [String: Double]
    package var intervals: [String: Interval]?

    package init(label: String, rowCount: Int, metrics: [String: Double], intervals: [String: Interval]? = nil) {
      self.label = label
      self.rowCount = rowCount
      self.metrics = metrics
      self.intervals = intervals
    }
  }

  /// What a simpler model reaches on the same rows, and how much better the model is.
  package struct Baseline: Codable, Hashable, Sendable {
    /// `constant`, `seasonal-naive`.
    package var name: String
    package var metrics: [String: Double]
    /// The loss that is compared: `log_loss`, `squared_error`, …; nil, as what follows, for a ranking, where a row alone
    /// has none.
    package var loss: String?
    /// 1 - the model's mean loss / the baseline's: 0 is no better, 1 is perfect. Nil where the baseline loses nothing.
    package var skill: Double?
    /// The baseline's mean loss minus the model's.
    package var gain: Double?
    /// Of the gain, over resamples of the rows in which both are judged.
    package var gainInterval: Interval?

    package init(name: String, metrics: [String: Double]) {
      self.name = name
      self.metrics = metrics
    }
  }

  /// What a model weighs, the same wherever it is.
  package struct Footprint: Codable, Hashable, Sendable {
    /// Of the package's files.
    package var modelBytes: Int

    package init(modelBytes: Int) { self.modelBytes = modelBytes }
  }
}
