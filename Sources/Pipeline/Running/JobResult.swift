internal import Jobs
internal import Records

/// `NAME.result.json` beside a spec that has come to its end.
struct JobResult: Codable {
  var format = "nightshift-result 1"
  /// `done`, `failed`, `cancelled` or `rejected`.
  var outcome: String
  var run: String?
  var reason: String?
  /// For a rejected spec: every mistake, as `FILE:LINE:COLUMN: MESSAGE`.
  var mistakes: [String]?
  /// The run's page, relative to the store.
  var page: String?

  init(_ record: RunRecord) {
    outcome = record.outcome.rawValue
    run = record.id
    reason = record.reason
    page = "reports/runs/\(record.id).html"
  }

  init(_ error: SpecError) {
    outcome = "rejected"
    reason = "the spec has \(error.mistakes.count) mistake\(error.mistakes.count == 1 ? "" : "s"); nothing was executed"
    mistakes = error.lines
  }
}
