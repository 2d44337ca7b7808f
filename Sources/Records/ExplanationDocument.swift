package import Store

/// What a model goes by: what `explain` gives.
package struct ExplanationDocument: Codable, Hashable, Sendable {
  package var format = "nightshift-explanation 1"
  package var model: Digest?
  package var modelVersion: VersionLabel?
  package var data: Digest?
  package var dataVersion: VersionLabel?
  /// `regression`, `binary`, `multiclass`, `quantile` or `ranking`.
  package var task = ""
  /// Rows of the data, and those that all is computed from.
  package var rowCount = 0
  package var sampleCount = 0
  /// The metric of the permutation importance and its value on the sample; nil without a target.
  package var metric: Metric?
  /// What counts most first.
  package var features: [Feature] = []
  package var dependences: [Dependence] = []
  package var rows: [Row] = []
  package var champion: Champion?
  /// What is not told, and why.
  package var notes: [String] = []

  package struct Metric: Codable, Hashable, Sendable {
    package var name: String
    package var value: Double
    package var rowCount: Int

    package init(name: String, value: Double, rowCount: Int) {
      self.name = name
      self.value = value
      self.rowCount = rowCount
    }
  }

  package struct Feature: Codable, Hashable, Sendable {
    package var name: String
    /// Share of the total gain of all splits, 0...1; nil for models without splits.
    package var gain: Double?
    /// Of what it adds to the scores of the sample's rows, before the objective's transform.
    package var meanContribution: Double?
    /// How much worse the metric is when its values are shuffled: mean and standard deviation of several times.
    package var permutation: Double?
    package var permutationDeviation: Double?
    /// Of the champion on the same rows; nil without one, or where it does not read the feature.
    package var championMeanContribution: Double?
    package var championGain: Double?

    package init(name: String) { self.name = name }
  }

  /// What the model says on average when the feature has a value in every row.
  package struct Dependence: Codable, Hashable, Sendable {
    package var feature: String
    /// Categories and true or false are words; numbers ascend.
    package var isNumeric: Bool
    package var values: [String]
    package var series: [Series]

    package init(feature: String, isNumeric: Bool, values: [String], series: [Series]) {
      self.feature = feature
      self.isNumeric = isNumeric
      self.values = values
      self.series = series
    }
  }

  package struct Series: Codable, Hashable, Sendable {
    /// The class or level; empty where there is one score.
    package var name: String
    /// One a value of the feature.
    package var means: [Double]

    package init(name: String, means: [Double]) {
      self.name = name
      self.means = means
    }
  }

  package struct Row: Codable, Hashable, Sendable {
    /// From 1, in the data.
    package var row: Int
    /// The score that the reasons speak of, and the class or level that it is of.
    package var score: Double
    package var output: String
    /// What a row of which nothing is known has, before the objective's transform.
    package var base: Double
    /// The largest first.
    package var reasons: [Reason]
    /// What all other features add together.
    package var rest: Double

    package init(row: Int, score: Double, output: String, base: Double, reasons: [Reason], rest: Double) {
      self.row = row
      self.score = score
      self.output = output
      self.base = base
      self.reasons = reasons
      self.rest = rest
    }
  }

  package struct Reason: Codable, Hashable, Sendable {
    package var feature: String
    /// Nil where missing.
    package var value: String?
    package var contribution: Double

    package init(feature: String, value: String?, contribution: Double) {
      self.feature = feature
      self.value = value
      self.contribution = contribution
    }
  }

  package struct Champion: Codable, Hashable, Sendable {
    package var model: Digest
    package var version: VersionLabel?
    package var meanAbsoluteDifference: Double
    /// Spearman's, of the scores of both.
    package var rankCorrelation: Double?
    /// Features that one of both does not read.
    package var added: [String]
    package var removed: [String]

    package init(
      model: Digest, version: VersionLabel?, meanAbsoluteDifference: Double, rankCorrelation: Double?,
      added: [String], removed: [String]
    ) {
      self.model = model
      self.version = version
      self.meanAbsoluteDifference = meanAbsoluteDifference
      self.rankCorrelation = rankCorrelation
      self.added = added
      self.removed = removed
    }
  }

  package init() {}
}
