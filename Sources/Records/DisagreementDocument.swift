package import Store

/// How a model in the shadow scored the rows that another one answered for.
package struct DisagreementDocument: Codable, Hashable, Sendable {
  package var format = "nightshift-disagreement 1"
  /// The model whose scores count, and the one beside it.
  package var model: Digest
  package var modelVersion: VersionLabel?
  package var shadow: Digest
  package var shadowVersion: VersionLabel?
  package var data: Digest
  /// `regression`, `binary`, `multiclass`, `quantile` or `ranking`.
  package var task: String
  package var rowCount = 0
  /// From which score on the answer is yes; nil but for binary models.
  package var threshold: Double?
  /// Rows for which both give the same answer; nil where models give no answers but numbers.
  package var agreeingCount: Int?
  /// Of the differences shadow - model: of the numbers, of the positive class, or of the class that the model answers.
  package var meanDifference = 0.0
  package var meanAbsoluteDifference = 0.0
  /// Of the differences, at fixed probabilities.
  package var quantiles: [Quantile] = []
  /// Spearman's, of the scores of both; nil where one says the same to all.
  package var rankCorrelation: Double?
  /// Rows that quantiles and rank correlation are computed from, evenly spread.
  package var sampledCount = 0
  package var slices: [Slice] = []
  /// The rows with the largest differences, largest first.
  package var largest: [Row] = []

  package struct Quantile: Codable, Hashable, Sendable {
    package var probability: Double
    package var difference: Double

    package init(probability: Double, difference: Double) {
      self.probability = probability
      self.difference = difference
    }
  }

  package struct Slice: Codable, Hashable, Sendable {
    package var column: String
    /// Nil for rows without a value.
    package var value: String?
    package var rowCount: Int
    package var agreeingCount: Int?
    package var meanDifference: Double

    package init(column: String, value: String?, rowCount: Int, agreeingCount: Int?, meanDifference: Double) {
      self.column = column
      self.value = value
      self.rowCount = rowCount
      self.agreeingCount = agreeingCount
      self.meanDifference = meanDifference
    }
  }

  package struct Row: Codable, Hashable, Sendable {
    /// From 1, in the predictions.
    package var row: Int
    /// Of the columns that the predictions carry.
    package var keys: [String?]
    package var score: Double
    package var shadowScore: Double

    package init(row: Int, keys: [String?], score: Double, shadowScore: Double) {
      self.row = row
      self.keys = keys
      self.score = score
      self.shadowScore = shadowScore
    }
  }

  /// The names of the keys of ``largest``.
  package var keyColumns: [String] = []

  package init(model: Digest, shadow: Digest, data: Digest, task: String) {
    self.model = model
    self.shadow = shadow
    self.data = data
    self.task = task
  }
}
