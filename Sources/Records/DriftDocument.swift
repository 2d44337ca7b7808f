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
  /// What decided; nil in documents of an earlier time, in which the PSI and a plain p-value did.
  package var decision: Decision?
  /// Where the reference comes from; nil in documents of an earlier time, which read the training data.
  package var referenceSource: ReferenceSource?

  package enum ReferenceSource: String, Codable, Hashable, Sendable {
    /// The profile in the model package.
    case profile
    case trainingData = "training-data"
  }

  /// By what a column is called drifted.
  package struct Decision: Codable, Hashable, Sendable {
    /// The smallest effect of a drifted column, by the measures that decide: `psi`, `ks`, `wasserstein`,
    /// `jensen-shannon`, `cramers-v`.
    package var effects: [String: Double]
    /// `benjamini-hochberg` or `holm`, over the columns that could be decided.
    package var correction: String
    /// Largest corrected p-value of a drifted column.
    package var level: Double
    /// The budget: so many false alarms on so many nights without drift; nil where the spec said a p-value.
    package var falseAlarms: Double?
    package var nights: Double?
    /// Columns with fewer values are undecided.
    package var minimumRows: Int

    package init(
      effects: [String: Double], correction: String, level: Double, falseAlarms: Double?, nights: Double?,
      minimumRows: Int
    ) {
      self.effects = effects
      self.correction = correction
      self.level = level
      self.falseAlarms = falseAlarms
      self.nights = nights
      self.minimumRows = minimumRows
    }
  }

  package struct Column: Codable, Hashable, Sendable {
    package var name: String
    /// `prediction` for the model's own output, else `feature`.
    package var role: String
    package var isDrifted: Bool
    /// Population stability index over the bins, missing values being one of their own.
    package var psi: Double
    /// `kolmogorov-smirnov` or `chi-square`; of numbers that were ever missing, a chi-square test of that counts as well,
    /// and the p-value is that of both together.
    package var test: String
    package var statistic: Double
    package var pValue: Double
    /// Shares of missing values, 0...1.
    package var referenceMissing: Double
    package var currentMissing: Double
    /// The bins' names or ranges, with shares of the rows in each, 0...1.
    package var bins: [Bin]
    /// The rest is nil in documents of an earlier time, and where it does not apply.
    ///
    /// The p-value corrected for the other columns.
    package var correctedPValue: Double?
    /// How far it moved, by the words of `tests`.
    package var effects: [String: Double]?
    /// The Wasserstein distance in the column's own units.
    package var wasserstein: Double?
    /// The share of rows that would have to move between the bins, 0...1.
    package var totalVariation: Double?
    /// The difference of the means in standard deviations.
    package var standardisedMeanDifference: Double?
    /// Why nothing was decided.
    package var undecided: String?
    /// By how much the distributions behind the statistic may be wrong in sum, 0...1; the p-value allows for it.
    package var rankError: Double?
    /// The most frequent categories that training never saw, and those of training that are gone, at most 10 of each.
    package var newCategories: [DatasetDescription.Value]?
    package var goneCategories: [DatasetDescription.Value]?

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
  /// Why it would be retrained, where a condition holds; nil in documents of an earlier time, too.
  package var because: String?
  /// Names the grounds: on the same ones it is asked for once.
  package var evidence: Digest?

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
