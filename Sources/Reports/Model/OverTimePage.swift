internal import Records
internal import Store

/// A model over time: how far what it reads has moved, how its predictions came true, when it was retrained and why.
struct OverTimePage {
  private let ledger: ModelLedger
  private let nights: [Night]
  private let periods: [PerformanceDocument.Period]
  /// The newest report of how predictions came true.
  private let report: PerformanceDocument?
  /// The newest report of drift.
  private let drift: DriftDocument?
  private let siteName: String

  init(_ ledger: ModelLedger, _ evidence: any Evidence, siteName: String) throws {
    self.ledger = ledger
    self.siteName = siteName
    nights = ledger.nights
    periods = ledger.performance
    let performance = nights.lazy.compactMap(\.performance).first
    report = try performance.flatMap { try evidence.document($0.document) }
    let watched = nights.lazy.compactMap(\.drift).first
    drift = try watched.flatMap { try evidence.document($0.document) }
  }

  var path: String { Paths.overTime(ledger.project, ledger.name) }

  func page() -> Page {
    let layout = Layout(siteName: siteName, path: path, asOf: ledger.asOf)
    let model = layout.to(Paths.model(ledger.project, ledger.name))
    return layout.page(
      "\(ledger.name) over time", crumbs: ["\(ledger.project)", "<a href=\"\(model)\">\(ledger.name)</a>"],
      """
      <h1>\(ledger.name) over time</h1>
      <p class="lead">\(lead)</p>
      \(liveSection)
      \(performanceSection)
      \(DriftOverTime(nights: nights, alarm: alarm).html)
      \(newestDrift)
      \(retrainings)
      """)
  }

  private var history: ModelHistory {
    ModelHistory(drift: drifts, performance: periods.map(\.clipped), retrainings: retrained)
  }

  /// The same for machines.
  var twin: OverTimeTwin { OverTimeTwin(ledger, history, nights) }

  /// The PSI at which a column drifts, where the PSI decides.
  private var alarm: Double? {
    drift.flatMap { document in document.decision.map { $0.effects["psi"] } ?? document.psiThreshold }
  }

  // MARK: Words

  private var lead: HTML {
    guard let newest = nights.first, let oldest = nights.last else { return "No run has dealt with it yet." }
    let watched = nights.compactMap(\.drift)
    let drifted = watched.filter(\.isDrifted).count
    let promoted = nights.filter { $0.verdict?.promotion == .promote && $0.decision == .promote }.count
    let count = nights.count == 1 ? "1 night" : "\(Format.grouped(nights.count)) nights"
    let drift: HTML =
      watched.isEmpty
      ? "nobody watched for drift"
      : "what it reads had moved in \(Format.grouped(drifted)) of the \(Format.grouped(watched.count)) that were watched"
    return
      "\(count), \(oldest.date) to \(newest.date): \(drift); \(promoted == 1 ? "1 version was" : "\(promoted) versions were") promoted."
  }

  // MARK: Sections

  private static let drawnNights = 200

  private var liveSection: HTML {
    guard let metric = MainMetric.name(nights), nights.contains(where: { $0.live?.metrics[metric] != nil }) else {
      return ""
    }
    let days = ModelNightsSection.Day.days(nights, metric)
    var chart = LineChart(
      "\(Format.metricTitle(metric)) by night", Places("Night", days.map(\.date)),
      [.init(name: "in use, on newly arrived data", values: days.map(\.live))])
    chart.marks = ModelNightsSection.promotions(days)
    chart.markName = "promoted"
    return "<h2 id=\"live\">On newly arrived data</h2>" + chart.html
  }

  private static let limitPerformance = 250_000
  private static let limitDrift = 250_000

  private var performanceSection: HTML {
    guard var document = report, !periods.isEmpty else {
      return """
        <h2 id="performance">How its predictions came true</h2>
        <p class="soft">No labels are brought together with its predictions: a <code>feedback</code> step would.</p>
        """
    }
    // Every date that any report spoke of, as the newest one has it.
    document.periods = Array(periods.suffix(Self.drawnNights))
    document.overall = Self.sum(document.periods, as: document.overall)
    var coverage = LineChart(
      "Share of predictions with a label by now", Places("From", document.periods.map(\.from)),
      [.init(name: "labelled", values: document.periods.map { Optional($0.coverage) })])
    coverage.quantity = .share
    let section = PerformanceSection.html(document).fitting(Self.limitPerformance, or: tooLong)
    let source: HTML = """
      <p class="soft">Each date is as the report has it that knew most of its labels; “all” adds them up.</p>
      """
    return "<h2 id=\"performance\">How its predictions came true</h2>\(section)\(source)<h3>Labels</h3>\(coverage.html)"
  }

  /// The counts of all periods; metrics over all of them only the report has, where it is over as many rows.
  private static func sum(
    _ periods: [PerformanceDocument.Period], as reported: PerformanceDocument.Period?
  ) -> PerformanceDocument.Period {
    var sum = PerformanceDocument.Period(from: periods.first?.from ?? "")
    for period in periods {
      sum.predictionCount += period.predictionCount
      sum.labelledCount += period.labelledCount
      sum.rowCount += period.rowCount
    }
    sum.models = reported?.models ?? []
    if let reported, reported.rowCount == sum.rowCount, reported.predictionCount == sum.predictionCount {
      sum.metrics = reported.metrics
    }
    return sum
  }

  private var tooLong: HTML { "<p class=\"soft\">Too long for this page: the JSON twin has it.</p>" }

  private var newestDrift: HTML {
    guard let document = drift, let night = nights.first(where: { $0.drift != nil }) else { return "" }
    let run = night.runs.last?.id
    let layout = Layout(siteName: siteName, path: path, asOf: ledger.asOf)
    let more: HTML = run.map { "<p class=\"soft\">Too long for this page: see \(layout.link(run: $0)).</p>" } ?? tooLong
    return """
      <h2 id="newest-drift">The newest drift report, \(night.date)</h2>
      \(DriftSection.html(document).fitting(Self.limitDrift, or: more))
      """
  }

  private static let shownRetrainings = 100

  private var retrainings: HTML {
    let asked = nights.filter { $0.retraining?.because != nil }
    guard !asked.isEmpty else {
      return "<h2 id=\"retrainings\">Retrainings</h2><p class=\"soft\">Nothing asked for one.</p>"
    }
    let rows = asked.prefix(Self.shownRetrainings).map { night -> [HTML] in
      let retraining = night.retraining
      return [
        "<span class=\"w\">\(night.date)</span>",
        retraining?.isQueued ?? false ? "queued" : "<span class=\"warn\">not queued</span>",
        "\(Format.prose(ProfileText.clipped(retraining?.because ?? "", 400)))",
      ]
    }
    let rest = asked.count - rows.count
    let more: HTML = rest > 0 ? "<p class=\"soft\">\(Format.grouped(rest)) older ones are in the JSON twin.</p>" : ""
    return "<h2 id=\"retrainings\">Retrainings</h2>"
      + Table.table(["Night", "Job", "Because"], rows, limitBytes: Self.limitDrift) + more
  }

  // MARK: History

  private var drifts: [ModelHistory.Drift] {
    nights.reversed().compactMap { night in night.drift.map { ModelHistory.Drift(night: night.time, $0) } }
  }

  private var retrained: [ModelHistory.Retraining] {
    nights.reversed().compactMap { night in
      guard let retraining = night.retraining, let because = retraining.because else { return nil }
      return ModelHistory.Retraining(
        night: night.time, because: ProfileText.clipped(because, 200), isQueued: retraining.isQueued)
    }
  }
}

/// `models/PROJECT/NAME/over-time.json`.
struct OverTimeTwin: Encodable, Sendable {
  var format = "nightshift-over-time 1"
  var project: String
  var name: String
  var asOf: Timestamp
  var history: ModelHistory
  /// The metric that stands for the model, on newly arrived data by night, oldest first.
  var metric: String?
  var live: [Point]

  struct Point: Encodable {
    var night: Timestamp
    var value: Double
  }

  fileprivate init(_ ledger: ModelLedger, _ history: ModelHistory, _ nights: [Night]) {
    (project, name, asOf) = (ledger.project, ledger.name, ledger.asOf)
    self.history = history
    let metric = MainMetric.name(nights)
    self.metric = metric
    live = nights.reversed().compactMap { night in
      metric.flatMap { night.live?.metrics[$0] }.map { Point(night: night.time, value: $0) }
    }
  }
}

extension PerformanceDocument.Period {
  /// At most so long that a year of them has room.
  fileprivate var clipped: PerformanceDocument.Period {
    var period = self
    period.models = models.prefix(3).map { ProfileText.clipped($0, 60) }
    period.suppressed = suppressed.map { ProfileText.clipped($0, 120) }
    period.metrics = Dictionary(
      uniqueKeysWithValues: metrics.sorted { $0.key < $1.key }.prefix(12).map { ($0.key, $0.value) })
    return period
  }
}

extension ModelHistory.Drift {
  init(night: Timestamp, _ drift: ModelEvent.Drift) {
    let features = drift.columns.filter { !$0.isPrediction }
    let largest = features.max { ($0.psi, $1.name) < ($1.psi, $0.name) }
    self.init(
      night: night, isDrifted: drift.isDrifted, largestPSI: largest?.psi,
      largestColumn: largest.map { ProfileText.clipped($0.name, 80) },
      predictionPSI: drift.columns.first(where: \.isPrediction)?.psi,
      driftedShare: Double(features.count(where: \.isDrifted)) / Double(max(1, features.count)))
  }
}
