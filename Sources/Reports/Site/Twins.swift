internal import Records

/// JSON twins of pages that list things. The twin of a run's page is put together from the very bytes of its record and
/// documents (``RunTwin``).
struct IndexTwin: Encodable {
  var format = "nightshift-index 1"
  var site: String
  var asOf: Timestamp
  var expectedBy: Timestamp?
  var models: [ModelStanding]
  var datasets: [DatasetStanding]
  var alerts: [Alert]
  var changes: [ModelChanges]
  /// When recurring jobs are due next.
  var due: [String: Timestamp]
  /// Newest first, at most ``dayLimit``.
  var nights: [DayStanding]

  struct ModelChanges: Encodable {
    var model: EntityKey
    var changes: [Change]
  }

  private static let datasetLimit = 500
  private static let dayLimit = 400

  init(_ site: SiteLedger, _ last: DayLedger?, _ terms: SiteTerms) {
    self.site = terms.siteName
    asOf = terms.now
    expectedBy = terms.expectedBy
    models = site.models
    datasets = Array(site.datasets.prefix(Self.datasetLimit))
    alerts = AttentionSection(site: site, terms: terms).alerts.map(\.alert)
    changes = (last?.nights ?? []).filter { !$0.changes.isEmpty }.map {
      ModelChanges(model: $0.model, changes: $0.changes)
    }
    due = terms.due
    nights = Array(site.days.prefix(Self.dayLimit))
  }
}

struct NightTwin: Encodable {
  var format = "nightshift-night 1"
  var night: DayLedger
}

struct NightListTwin: Encodable {
  var format = "nightshift-nights 1"
  var nights: [DayStanding]
}

struct RunListTwin: Encodable {
  var format = "nightshift-runs 1"
  var runs: [RunSummary]
}

struct JobTwin: Encodable {
  var format = "nightshift-job 1"
  var job: JobLedger
}

struct JobListTwin: Encodable {
  var format = "nightshift-jobs 1"
  var jobs: [JobStanding]
}

struct DatasetListTwin: Encodable {
  var format = "nightshift-datasets 1"
  var datasets: [DatasetStanding]
}
