package import Records

/// All pages of a site, a pure function of its records: the same records give the same bytes.
package struct SitePages {
  private let records: SiteRecords
  private let nights: [Night]
  private let lineage: Lineage
  private let looks: Looks

  package init(_ records: SiteRecords) {
    self.records = records
    nights = Night.nights(of: records)
    lineage = Lineage(records)
    looks = Looks(records)
  }

  /// Each page and its JSON twin.
  package func pages() throws -> [Page] {
    var pages: [Page] = []
    try forEach { pages.append($0) }
    return pages
  }

  /// Makes one page after the other, so that a site of many runs need not have them all in memory.
  package func forEach(_ body: (Page) throws -> Void) throws {
    for page in [IndexPage(records: records, nights: nights).page(), runList()] { try body(page) }
    try body(try twin("index.html", IndexTwin(records, nights)))
    try body(try twin("runs/index.html", records.runs.map { RunTwin($0, records) }))
    for run in records.runs {
      let page = RunPage(records: records, run: run, lineage: lineage, looks: looks)
      try body(page.page())
      try body(try twin(page.path, RunDetailTwin(run, records)))
    }
    for model in records.models {
      let own = nights.filter { $0.project == model.project && $0.model == model.name }
      let page = ModelPage(records: records, model: model, nights: own, lineage: lineage, looks: looks)
      try body(page.page())
      try body(try twin(page.path, ModelTwin(entity: model, history: ModelHistory(of: own))))
    }
    for dataset in records.datasets {
      let page = DatasetPage(records: records, dataset: dataset, lineage: lineage)
      try body(page.page())
      try body(try twin(page.path, DatasetTwin(dataset, records)))
    }
    try profiles(body)
  }

  private func profiles(_ body: (Page) throws -> Void) throws {
    for (digest, document) in records.profiles.sorted(by: { $0.key.shortText < $1.key.shortText }) {
      let layout = Layout(records: records, path: Paths.profile(digest.shortText))
      try body(ProfilePage(document, title: document.dataVersion?.text ?? "some data").page(layout))
      try body(try twin(layout.path, document))
    }
  }

  private func twin(_ path: String, _ value: some Encodable) throws -> Page {
    Page(path: String(path.dropLast("html".count)) + "json", bytes: try CanonicalJSON.encodeForPeople(value))
  }

  private func runList() -> Page {
    let layout = Layout(records: records, path: "runs/index.html")
    let rows = records.runs.map { run -> [HTML] in
      [
        layout.link(run), run.outcome == .done ? "done" : "<span class=\"bad\">\(run.outcome.rawValue)</span>",
        "\(run.steps.count)",
        "\(run.steps.count { $0.outcome == .reused })", "\(Format.seconds(run.wallSeconds))",
        "\(run.reason ?? run.steps.last { $0.headline != nil }?.headline ?? "")",
      ]
    }
    return layout.page(
      "Runs", crumbs: ["runs"],
      """
      <h1>Runs</h1>
      \(Table.table(["Run", "Outcome", "Steps", "Reused", "Time", "Result"], numeric: [2, 3, 4], rows))
      """)
  }
}

// MARK: JSON twins

/// `index.json`.
struct IndexTwin: Encodable {
  struct NightRow: Encodable {
    var night: Timestamp
    var project: String
    var model: String
    var outcome: String
    var runs: [String]
    var live: [String: Double]?
    var challenger: [String: Double]?
    var champion: [String: Double]?
    var driftedColumns: [String]?
  }

  var format = "nightshift-index 1"
  var site: String
  var asOf: Timestamp
  var models: [SiteRecords.Entity]
  var datasets: [SiteRecords.Entity]
  var nights: [NightRow]
  var spool: SiteRecords.SpoolCounts

  init(_ records: SiteRecords, _ nights: [Night]) {
    site = records.siteName
    asOf = records.now
    models = records.models
    datasets = records.datasets
    spool = records.spool
    self.nights = nights.map { night in
      NightRow(
        night: night.time, project: night.project, model: night.model, outcome: night.outcome,
        runs: night.runs.map(\.id),
        live: night.live?.metrics, challenger: night.verdict?.challengerMetrics,
        champion: night.verdict?.championMetrics,
        driftedColumns: night.drift.map { $0.columns.filter(\.isDrifted).map(\.name) })
    }
  }
}

/// `models/PROJECT/NAME.json`: the model's versions and aliases, and its history.
struct ModelTwin: Encodable {
  var entity: SiteRecords.Entity
  var history: ModelHistory

  private enum CodingKeys: String, CodingKey { case history }

  func encode(to encoder: any Encoder) throws {
    try entity.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(history, forKey: .history)
  }
}

extension ModelHistory {
  /// - Parameter nights: of the model, latest first.
  init(of nights: [Night]) {
    let ordered = nights.reversed()
    self.init(
      drift: ordered.compactMap { night in night.drift.map { Drift(night: night.time, $0) } },
      performance: ordered.compactMap(\.performance),
      retrainings: ordered.compactMap { night in
        guard let document = night.retraining, let because = document.because else { return nil }
        return Retraining(night: night.time, because: because, isQueued: document.queuedSpec != nil)
      })
  }
}

/// A line of `runs/index.json`.
struct RunTwin: Encodable {
  var id: String
  var outcome: RunRecord.Outcome
  var reason: String?
  var wallSeconds: Double
  /// Nil for a run that nobody did again.
  var reproduced: ReproductionDocument.Label?

  init(_ run: RunRecord, _ records: SiteRecords) {
    reproduced = records.reproductions[run.id]?.label
    id = run.id
    outcome = run.outcome
    reason = run.reason
    wallSeconds = run.wallSeconds
  }
}

/// `runs/RUN.json`: the record and the documents that the page shows.
struct RunDetailTwin: Encodable {
  var format = "nightshift-run-page 1"
  var run: RunRecord
  var metrics: [String: MetricsDocument] = [:]
  var costs: [String: CostDocument] = [:]
  var verdicts: [String: VerdictDocument] = [:]
  var drifts: [String: DriftDocument] = [:]
  var contracts: [String: ContractDocument] = [:]
  /// Where each profile is.
  var profiles: [String: String] = [:]
  var promotions: [String: PromotionDocument] = [:]
  var retrainings: [String: RetrainingDocument] = [:]
  var performances: [String: PerformanceDocument] = [:]
  /// What the steps told while they ran.
  var curves: [String: StepCurves] = [:]
  var reproduction: ReproductionDocument?
  var trials: [String: TrialsDocument] = [:]
  var explanations: [String: ExplanationDocument] = [:]
  var disagreements: [String: DisagreementDocument] = [:]

  init(_ run: RunRecord, _ records: SiteRecords) {
    self.run = run
    reproduction = records.reproductions[run.id]
    for step in run.steps {
      curves[step.id] = records.curves[SiteRecords.LogName(run: run.id, step: step.id)]
      for output in step.outputs {
        let digest = output.artifact.digest
        metrics[step.id] = records.metrics[digest] ?? metrics[step.id]
        costs[step.id] = records.costs[digest] ?? costs[step.id]
        verdicts[step.id] = records.verdicts[digest] ?? verdicts[step.id]
        if records.profiles[digest] != nil { profiles[step.id] = Paths.profile(digest.shortText) }
        drifts[step.id] = records.drifts[digest] ?? drifts[step.id]
        contracts[step.id] = records.contracts[digest] ?? contracts[step.id]
        promotions[step.id] = records.promotions[digest] ?? promotions[step.id]
        performances[step.id] = records.performances[digest] ?? performances[step.id]
        explanations[step.id] = records.explanations[digest] ?? explanations[step.id]
        disagreements[step.id] = records.disagreements[digest] ?? disagreements[step.id]
        retrainings[step.id] = records.retrainings[digest] ?? retrainings[step.id]
        trials[step.id] = records.trials[digest] ?? trials[step.id]
      }
    }
  }
}

/// `datasets/PROJECT/NAME.json`.
struct DatasetTwin: Encodable {
  var format = "nightshift-dataset-page 1"
  var dataset: SiteRecords.Entity
  var latest: DatasetDescription?

  init(_ dataset: SiteRecords.Entity, _ records: SiteRecords) {
    self.dataset = dataset
    latest = dataset.versions.last?.description.flatMap { records.datasetDescriptions[$0] }
  }
}
