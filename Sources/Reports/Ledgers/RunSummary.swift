package import Records

/// The place of a run in time: by the moment that it stands for, then by its name.
package struct RunPlace: Codable, Hashable, Sendable, Comparable {
  package var time: Timestamp
  package var run: String

  package static func < (left: RunPlace, right: RunPlace) -> Bool {
    (left.time, left.run) < (right.time, right.run)
  }
}

/// What other pages than its own tell of a run.
package struct RunSummary: LedgerEntry {
  package static let limit = 100

  package var id: String
  package var job: String
  package var project: String
  package var outcome: RunRecord.Outcome
  package var reason: String?
  package var logicalTime: Timestamp
  package var finished: Timestamp
  package var wallSeconds: Double
  package var cpuSeconds: Double
  package var peakMemoryBytes: Int
  package var stepCount: Int
  package var reusedCount: Int
  /// The first step that failed.
  package var failedStep: String?
  /// Of the last step that has one.
  package var headline: String?
  package var requestedBy: String?
  package var because: String?
  /// Nil for a run that nobody did again.
  package var reproduced: ReproductionDocument.Label?

  package var place: RunPlace { RunPlace(time: logicalTime, run: id) }
}

extension RunSummary {
  init(_ run: RunRecord, reproduced label: ReproductionDocument.Label?) {
    id = run.id
    job = run.job
    project = run.project
    outcome = run.outcome
    reason = run.reason
    logicalTime = run.logicalTime
    finished = run.finished
    wallSeconds = run.wallSeconds
    let own = run.steps.filter { $0.outcome == .ran || $0.outcome == .failed }
    cpuSeconds = own.reduce(0) { $0 + $1.cpuSeconds }
    peakMemoryBytes = own.map(\.peakMemoryBytes).max() ?? 0
    stepCount = run.steps.count
    reusedCount = run.steps.count { $0.outcome == .reused }
    failedStep = run.steps.first { $0.outcome == .failed }?.id
    headline = run.steps.last { $0.headline != nil }?.headline
    requestedBy = run.requestedBy
    because = run.because
    reproduced = label
  }
}
