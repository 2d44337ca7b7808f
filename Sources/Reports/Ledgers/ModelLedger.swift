package import Records
package import Store

/// What is known of one model, newest first, bounded: its page is made of this and of documents that it names.
package struct ModelLedger: Codable, Hashable, Sendable {
  package var project: String
  package var name: String
  package var versions = Newest<ModelVersion>()
  /// Version numbers by alias.
  package var aliases: [String: Int] = [:]
  package var moves = Newest<AliasMove>()
  package var events = Newest<ModelEvent>()
  package var periods = Newest<JudgedPeriod>()

  package init(project: String, name: String) {
    self.project = project
    self.name = name
  }

  package func version(_ number: Int) -> ModelVersion? { versions.entries.first { $0.number == number } }
}

/// A version as it was published.
package struct ModelVersion: LedgerEntry {
  package static let limit = 400

  package var number: Int
  package var digest: Digest
  package var description: Digest?
  /// The logical time of the run that published it.
  package var created: Timestamp
  /// Nil where somebody published it by hand.
  package var run: String?
  package var step: String?
  package var trainer: String?
  package var rowCount: Int?
  package var bestRound: Int?
  /// Why it is no more: the rule by which it expired.
  package var expired: String?

  package var place: Int { number }
}

/// An alias that moved.
package struct AliasMove: LedgerEntry {
  package static let limit = 400

  /// Its line in the audit log, from 0.
  package var sequence: Int
  package var alias: String
  package var from: Int?
  package var to: Int
  package var at: Timestamp
  package var by: String
  package var why: String
  package var run: String?
  package var isRollBack: Bool

  package var place: Int { sequence }
}

/// What one run did with a model.
package struct ModelEvent: LedgerEntry {
  package static let limit = 400

  package var run: RunSummary
  /// The numbers of the versions that it made.
  package var made: [Int] = []
  /// Whether it scored with the model.
  package var hasScored = false
  /// Evaluations of versions that it made itself, in the order of its steps.
  package var evaluations: [Judgement] = []
  /// Of the version in use on data that has just arrived: an evaluation by a run that makes no version.
  package var live: Judgement?
  package var drift: Drift?
  package var performance: Performance?
  package var retraining: Retraining?
  package var verdict: Verdict?
  package var explanation: Digest?
  package var disagreement: Digest?
  package var cost: Digest?
  package var trials: Digest?

  package var place: RunPlace { run.place }

  package init(run: RunSummary) { self.run = run }

  /// A ``MetricsDocument`` in short.
  package struct Judgement: Codable, Hashable, Sendable {
    package var document: Digest
    package var step: String
    /// Nil where the model is no published version.
    package var version: Int?
    package var data: Digest
    package var rowCount: Int
    package var metrics: [String: Double]
  }

  /// A ``DriftDocument`` in short.
  package struct Drift: Codable, Hashable, Sendable {
    package var document: Digest
    package var isDrifted: Bool
    package var columns: [Column]

    package struct Column: Codable, Hashable, Sendable {
      package var name: String
      package var isPrediction: Bool
      package var isDrifted: Bool
      package var psi: Double
    }

    /// The names of the columns that drifted, as the document orders them.
    package var driftedNames: [String] { columns.filter(\.isDrifted).map(\.name) }
  }

  /// A ``PerformanceDocument`` in short.
  package struct Performance: Codable, Hashable, Sendable {
    package var document: Digest
    /// The dataset of predictions that it judges.
    package var predictions: String
    package var span: String
    /// The newest span that has metrics.
    package var latest: PerformanceDocument.Period?
  }

  /// A ``RetrainingDocument`` in short.
  package struct Retraining: Codable, Hashable, Sendable {
    /// Nil where no condition asked for it.
    package var because: String?
    package var isQueued: Bool
  }

  /// A ``VerdictDocument`` in short, and what was done by it.
  package struct Verdict: Codable, Hashable, Sendable {
    package var document: Digest
    package var decision: VerdictDocument.Decision
    package var challenger: Int?
    package var champion: Int?
    package var data: Digest
    package var rowCount: Int
    package var ruleCount: Int
    /// The explanations of rules that do not hold.
    package var complaints: [String]
    package var challengerMetrics: [String: Double]
    package var championMetrics: [String: Double]
    /// What a `promote` step decided by it; nil where none took it.
    package var promotion: VerdictDocument.Decision?
    package var promotionExplanation: String?
    /// It is an earlier night's: there was nothing new to judge.
    package var isOld: Bool
  }
}

/// A span of days whose predictions came true, as the report has it that knew most of its labels, the newest of several.
package struct JudgedPeriod: LedgerEntry {
  package static let limit = ModelHistory.limit

  package struct Place: Comparable {
    var from: String
    var predictions: String
    var span: String

    package static func < (left: Place, right: Place) -> Bool {
      (left.from, left.predictions, left.span) < (right.from, right.predictions, right.span)
    }
  }

  /// The dataset of predictions.
  package var predictions: String
  package var span: String
  /// The run that told it.
  package var told: RunPlace
  package var period: PerformanceDocument.Period

  package var place: Place { Place(from: period.from, predictions: predictions, span: span) }
}
