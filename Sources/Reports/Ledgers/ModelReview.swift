internal import Records

/// What the newest nights of a model mean for those who look after it.
struct ModelReview {
  private let ledger: ModelLedger
  private let nights: [Night]

  /// - Parameters:
  ///   - time: of the newest night that is looked at; nil: of all.
  ///   - window: so many events before it are looked at.
  init(_ ledger: ModelLedger, upTo time: Timestamp?, window: Int) {
    self.ledger = ledger
    let events = ledger.events.entries.drop { event in time.map { $0 < event.run.logicalTime } ?? false }
    nights = Night.nights(of: ledger.key, Array(events.prefix(window)))
  }

  private static let sparkCount = 30

  /// The model's line in the portfolio.
  var standing: ModelStanding {
    let champion = ledger.aliases["champion"]
    let metric = MainMetric.name(nights)
    let live = metric.map { name in nights.prefix(Self.sparkCount).compactMap { $0.liveMetrics?[name] } } ?? []
    let judged = metric.flatMap { name in nights.lazy.compactMap { $0.verdict?.challengerMetrics[name] }.first }
    let newest = nights.first
    return ModelStanding(
      project: ledger.project, name: ledger.name, champion: champion,
      championSince: ledger.moves.entries.first { $0.alias == "champion" }?.at,
      newestVersion: ledger.versions.entries.first?.number, retrained: ledger.versions.entries.first?.created,
      night: newest?.time, outcome: newest?.outcome, decision: newest?.decision, metric: metric,
      value: live.first ?? judged, isLive: !live.isEmpty, values: live.reversed(),
      drifted: nights.first { $0.drift != nil }?.drift.map(\.driftedNames),
      isDrifted: nights.first { $0.drift != nil }?.drift?.isDrifted, alerts: alerts,
      cpuSeconds: newest.map { $0.runs.reduce(0) { $0 + $1.cpuSeconds } } ?? 0,
      peakMemoryBytes: newest?.runs.map(\.peakMemoryBytes).max() ?? 0,
      jobs: Set(nights.prefix(3).flatMap(\.runs).map(\.job)).sorted())
  }

  /// The lines of the nights at `time`, which its ledger tells.
  func row(at time: Timestamp) -> NightRow? {
    guard let index = nights.firstIndex(where: { $0.time == time }) else { return nil }
    let night = nights[index]
    let metric = MainMetric.name(nights)
    return NightRow(
      time: time, model: ledger.key, outcome: night.outcome, decision: night.decision, isFailed: night.isFailed,
      metric: metric, live: metric.flatMap { night.liveMetrics?[$0] },
      challenger: metric.flatMap { night.verdict?.challengerMetrics[$0] },
      champion: metric.flatMap { night.verdict?.championMetrics[$0] }, drifted: night.drift?.driftedNames,
      isDrifted: night.drift?.isDrifted, runs: night.runs.map { .init(id: $0.id, job: $0.job) },
      changes: changes(index, metric))
  }

  // MARK: Alerts

  /// What stands until a later night ends it.
  private var alerts: [Alert] {
    guard let newest = nights.first else { return [] }
    var alerts: [Alert] = []
    if let verdict = nights.lazy.compactMap(\.verdict).first(where: { !$0.isOld }), newest.decision != nil,
      newest.decision != .promote
    {
      let word = newest.decision == .hold ? "on hold" : "refused"
      let challenger = verdict.challenger.map { "v\($0)" } ?? "the challenger"
      alerts.append(
        Alert(
          kind: .refused, subject: ledger.key.text, since: newest.time,
          text: "\(challenger) \(word): \(verdict.promotionExplanation ?? verdict.complaints.joined(separator: "; "))"))
    }
    if let verdict = newest.verdict, verdict.isOld, let promotion = verdict.promotion, promotion != .promote {
      let text = verdict.promotionExplanation ?? "its challenger is held back"
      alerts.append(Alert(kind: .held, subject: ledger.key.text, since: newest.time, text: text))
    }
    if let since = since(where: { $0.drift.map(\.isDrifted) }), let drift = nights.lazy.compactMap(\.drift).first {
      alerts.append(
        Alert(
          kind: .drift, subject: ledger.key.text, since: since,
          text: "what it reads has moved: \(drift.driftedNames.joined(separator: ", "))"))
    }
    if let retraining = newest.retraining, let because = retraining.because, !retraining.isQueued {
      alerts.append(
        Alert(
          kind: .retraining, subject: ledger.key.text, since: newest.time,
          text: "due for retraining, not queued: \(because)"))
    }
    return alerts
  }

  /// The first of the nights in a row, up to the newest that tells it, for which something holds; nil where it does not.
  private func since(where holds: (Night) -> Bool?) -> Timestamp? {
    var since: Timestamp?
    for night in nights {
      guard let isSo = holds(night) else { continue }
      if !isSo { break }
      since = night.time
    }
    return since
  }

  // MARK: Changes

  /// The smallest change of a metric that is told, as a share of it.
  private static let toldShare = 0.02

  /// Against the night before of the same model.
  private func changes(_ index: Int, _ metric: String?) -> [Change] {
    let night = nights[index]
    let before = nights[(index + 1)...]
    var changes: [Change] = []
    if night.decision == .promote, night.verdict?.promotion != nil {
      changes.append(Change(kind: .better, text: night.outcome))
    }
    if night.isFailed, !(before.first?.isFailed ?? false) { changes.append(Change(kind: .worse, text: "failed")) }
    if !night.isFailed, before.first?.isFailed ?? false { changes.append(Change(kind: .better, text: "works again")) }
    if let drift = night.drift {
      let last = before.lazy.compactMap(\.drift).first
      if drift.isDrifted, !(last?.isDrifted ?? false) {
        changes.append(Change(kind: .worse, text: "drift began: \(drift.driftedNames.joined(separator: ", "))"))
      } else if !drift.isDrifted, last?.isDrifted ?? false {
        changes.append(Change(kind: .better, text: "drift ended"))
      }
    }
    if let metric, let value = night.liveMetrics?[metric],
      let last = before.lazy.compactMap({ $0.liveMetrics?[metric] }).first,
      abs(value - last) >= Self.toldShare * max(abs(last), .leastNormalMagnitude)
    {
      let isBetter = (value > last) == MainMetric.isBetterLarge(metric)
      let words = "\(Format.metricTitle(metric)) \(Format.metric(last)) → \(Format.metric(value))"
      changes.append(Change(kind: isBetter ? .better : .worse, text: words))
    }
    return changes
  }
}
