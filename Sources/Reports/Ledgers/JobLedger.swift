package import Records
package import Store

/// The newest runs of one job: what its page lists, and compares side by side.
package struct JobLedger: Codable, Hashable, Sendable {
  package var job: String
  package var runs = Newest<JobRun>()

  package init(job: String) { self.job = job }
}

/// A run with what it was given and what it measured.
package struct JobRun: LedgerEntry {
  package static let limit = 60

  package var summary: RunSummary
  /// Parameters as they were used, each as JSON text.
  package var params: [String: String]
  /// What its steps read that was published, or came from outside of the run, by step and input (`raw.from`): versions, else
  /// digests.
  package var inputs: [String: String]
  /// Seconds by step, of those that ran.
  package var stepSeconds: [String: Double]
  package var judgements: [Judgement]

  package var place: RunPlace { summary.place }

  /// Metrics of an evaluation, with their intervals.
  package struct Judgement: Codable, Hashable, Sendable {
    package var step: String
    package var model: VersionLabel?
    package var data: Digest
    package var rowCount: Int
    package var metrics: [String: PerformanceDocument.Estimate]
  }
}
