package import Records
package import Store

/// The portfolio: a line for each model, dataset, job and day, from which the first page and the lists are made.
package struct SiteLedger: Codable, Hashable, Sendable {
  package var models: [ModelStanding] = []
  package var datasets: [DatasetStanding] = []
  package var jobs: [JobStanding] = []
  /// Newest first.
  package var days: [DayStanding] = []
  package var recent = Newest<RunSummary>()
  package var newestAudit = Newest<AuditLine>()
  /// The days on which the audit log has lines, newest first.
  package var auditDays: [AuditDayCount] = []
  /// The digest of the log's newest line; nil where nobody told.
  package var auditEnd: Digest?
  /// Runs that did not give the same again when they were done again.
  package var differing: [RunSummary] = []
  /// Runs that pages name and of which there is no record yet, with the runs whose pages name them.
  package var awaited: [String: Set<String>] = [:]

  package init() {}
}

/// A model in the portfolio.
package struct ModelStanding: Codable, Hashable, Sendable {
  package var project: String
  package var name: String
  /// The version in use.
  package var champion: Int?
  package var championSince: Timestamp?
  package var newestVersion: Int?
  /// When the newest version was made.
  package var retrained: Timestamp?
  /// Of its newest night.
  package var night: Timestamp?
  package var outcome: String?
  package var decision: VerdictDocument.Decision?
  /// The metric that stands for it, its newest value, and whether that is of newly arrived data, not of a test set.
  package var metric: String?
  package var value: Double?
  package var isLive: Bool
  /// On newly arrived data, oldest first.
  package var values: [Double]
  /// The columns that drifted when it was last watched; nil where nobody watches.
  package var drifted: [String]?
  package var isDrifted: Bool?
  package var alerts: [Alert]
  /// What its newest night took.
  package var cpuSeconds: Double
  package var peakMemoryBytes: Int
  /// The jobs that it is part of.
  package var jobs: [String]

  package var key: EntityKey { EntityKey(project: project, name: name) }
}

/// A dataset in the portfolio.
package struct DatasetStanding: Codable, Hashable, Sendable {
  package var project: String
  package var name: String
  package var version: Int?
  package var created: Timestamp?
  package var rowCount: Int?
  package var totalBytes: Int?
  /// What the newest contract result says.
  package var contract: String?
  package var contractStops: Bool

  package var key: EntityKey { EntityKey(project: project, name: name) }
}

/// A job in the portfolio.
package struct JobStanding: Codable, Hashable, Sendable {
  package var job: String
  package var project: String
  package var newest: RunSummary
  /// The first of the runs in a row, up to the newest, that failed.
  package var failingSince: Timestamp?
}

/// A day's runs in short.
package struct DayStanding: Codable, Hashable, Sendable {
  package var date: String
  package var runCount: Int
  package var failedCount: Int
  package var stepCount: Int
  package var reusedCount: Int
  package var promotedCount: Int
  package var refusedCount: Int
  package var driftedCount: Int
  package var wallSeconds: Double
}

/// Something that somebody should look at.
package struct Alert: Codable, Hashable, Sendable {
  package enum Kind: String, Codable, Hashable, Sendable {
    case failed, refused, held, drift, retraining, contract, differs, late
  }

  package var kind: Kind
  /// The model, dataset, job or run that it is about.
  package var subject: String
  package var since: Timestamp
  /// One sentence without its subject.
  package var text: String
}

/// Something that is other than the night before.
package struct Change: Codable, Hashable, Sendable {
  package enum Kind: String, Codable, Hashable, Sendable { case better, worse, neutral }

  package var kind: Kind
  package var text: String
}

/// The runs of a day and what became of models.
package struct DayLedger: Codable, Hashable, Sendable {
  package var date: String
  /// Newest first.
  package var runs: [RunSummary] = []
  /// Latest first, then by project and model.
  package var nights: [NightRow] = []

  package init(date: String) { self.date = date }

  mutating func add(_ run: RunSummary) {
    runs.removeAll { $0.id == run.id }
    runs.insert(run, at: runs.firstIndex { $0.place < run.place } ?? runs.count)
  }

  mutating func add(_ row: NightRow) {
    nights.removeAll { $0.time == row.time && $0.model == row.model }
    nights.insert(row, at: nights.firstIndex { ($0.time, row.model) < (row.time, $0.model) } ?? nights.count)
  }

  var standing: DayStanding {
    DayStanding(
      date: date, runCount: runs.count, failedCount: runs.count { $0.outcome == .failed },
      stepCount: runs.reduce(0) { $0 + $1.stepCount }, reusedCount: runs.reduce(0) { $0 + $1.reusedCount },
      promotedCount: nights.count { $0.decision == .promote },
      refusedCount: nights.count { $0.decision == .reject || $0.decision == .hold },
      driftedCount: nights.count { $0.isDrifted ?? false }, wallSeconds: runs.reduce(0) { $0 + $1.wallSeconds })
  }
}

/// A model's night as the lists show it.
package struct NightRow: Codable, Hashable, Sendable {
  package var time: Timestamp
  package var model: EntityKey
  package var outcome: String
  package var decision: VerdictDocument.Decision?
  package var isFailed: Bool
  package var metric: String?
  package var live: Double?
  package var challenger: Double?
  package var champion: Double?
  /// Nil where nobody watched.
  package var drifted: [String]?
  package var isDrifted: Bool?
  package var runs: [RunLink]
  package var changes: [Change]

  package struct RunLink: Codable, Hashable, Sendable {
    package var id: String
    package var job: String
  }
}
