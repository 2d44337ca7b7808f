package import Store

/// How far some data has moved from the data a model was trained on: what `monitor` gives.
package struct DriftDocument: Codable, Hashable, Sendable {
  package var format = "nightshift-drift 1"
  package var model: Digest
  package var modelVersion: VersionLabel?
  /// The model's training data.
  package var reference: Digest
  package var referenceRowCount: Int
  package var data: Digest
  package var dataVersion: VersionLabel?
  package var rowCount: Int
  /// Whether the model's inputs moved so far that a rule asks for attention.
  package var isDrifted: Bool
  /// A column drifts when its PSI reaches this.
  package var psiThreshold: Double
  /// … and its test's p-value is below this.
  package var pValueThreshold: Double
  /// The dataset drifts when at least this share of the columns does.
  package var columnShareThreshold: Double
  /// Largest PSI first.
  package var columns: [Column]
  /// How the data fits what the model learnt from; nil in documents of an earlier time.
  package var fit: DataFit?

  package struct Column: Codable, Hashable, Sendable {
    package var name: String
    /// `prediction` for the model's own output, else `feature`.
    package var role: String
    package var isDrifted: Bool
    /// Population stability index.
    package var psi: Double
    /// `kolmogorov-smirnov` or `chi-square`.
    package var test: String
    package var statistic: Double
    package var pValue: Double
    /// Shares of missing values, 0...1.
    package var referenceMissing: Double
    package var currentMissing: Double
    /// The bins' names or ranges, with shares of the rows in each, 0...1.
    package var bins: [Bin]

    package init(
      name: String, role: String, isDrifted: Bool, psi: Double, test: String, statistic: Double, pValue: Double,
      referenceMissing: Double, currentMissing: Double, bins: [Bin]
    ) {
      self.name = name
      self.role = role
      self.isDrifted = isDrifted
      self.psi = psi
      self.test = test
      self.statistic = statistic
      self.pValue = pValue
      self.referenceMissing = referenceMissing
      self.currentMissing = currentMissing
      self.bins = bins
    }
  }

  package struct Bin: Codable, Hashable, Sendable {
    package var label: String
    package var reference: Double
    package var current: Double

    package init(label: String, reference: Double, current: Double) {
      self.label = label
      self.reference = reference
      self.current = current
    }
  }

  package init(
    model: Digest, modelVersion: VersionLabel?, reference: Digest, referenceRowCount: Int, data: Digest,
    dataVersion: VersionLabel?, rowCount: Int, isDrifted: Bool, psiThreshold: Double, pValueThreshold: Double,
    columnShareThreshold: Double, columns: [Column]
  ) {
    self.model = model
    self.modelVersion = modelVersion
    self.reference = reference
    self.referenceRowCount = referenceRowCount
    self.data = data
    self.dataVersion = dataVersion
    self.rowCount = rowCount
    self.isDrifted = isDrifted
    self.psiThreshold = psiThreshold
    self.pValueThreshold = pValueThreshold
    self.columnShareThreshold = columnShareThreshold
    self.columns = columns
  }
}

/// What `retrain` found, and the job that it queued, if any.
package struct RetrainingDocument: Codable, Hashable, Sendable {
  package var format = "nightshift-retraining 1"
  package var model: Digest
  package var modelVersion: VersionLabel?
  package var conditions: [Condition]
  /// The spec's name in the inbox; nil when no condition held.
  package var queuedSpec: String?
  /// One sentence: why it retrains, or why not.
  package var explanation: String

  package struct Condition: Codable, Hashable, Sendable {
    /// As the spec wrote it: `new-rows >= 20000`.
    package var rule: String
    package var holds: Bool
    /// One sentence with the numbers.
    package var explanation: String

    package init(rule: String, holds: Bool, explanation: String) {
      self.rule = rule
      self.holds = holds
      self.explanation = explanation
    }
  }

  package init(
    model: Digest, modelVersion: VersionLabel?, conditions: [Condition], queuedSpec: String?, explanation: String
  ) {
    self.model = model
    self.modelVersion = modelVersion
    self.conditions = conditions
    self.queuedSpec = queuedSpec
    self.explanation = explanation
  }
}
