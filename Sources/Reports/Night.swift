package import Records

/// What happened to one model in one night.
package struct Night: Sendable {
  package var time: Timestamp
  package var model: EntityKey
  package var runs: [RunSummary] = []
  /// The numbers of the versions that were made.
  package var made: [Int] = []
  /// The champion on data that has just arrived.
  package var live: ModelEvent.Judgement?
  package var drift: ModelEvent.Drift?
  /// How earlier predictions came true.
  package var performance: ModelEvent.Performance?
  package var retraining: ModelEvent.Retraining?
  package var verdict: ModelEvent.Verdict?
  private var hasScored = false

  package var date: String { time.date }

  /// The champion's metrics on newly arrived data, or where their labels come late on what it predicted last of which the
  /// truth is known.
  package var liveMetrics: [String: Double]? {
    live?.metrics ?? performance?.latest?.metrics.mapValues(\.value)
  }

  /// The nights of a model, latest first.
  ///
  /// - Parameter events: of the model, newest first.
  package static func nights(of model: EntityKey, _ events: [ModelEvent]) -> [Night] {
    var nights: [Night] = []
    for event in events {
      if nights.last?.time != event.run.logicalTime {
        nights.append(Night(time: event.run.logicalTime, model: model))
      }
      nights[nights.count - 1].take(event)
    }
    return nights
  }

  private init(time: Timestamp, model: EntityKey) {
    self.time = time
    self.model = model
  }

  /// Takes in what a run of the night did; of two that did the same, the one that comes first by its name counts.
  private mutating func take(_ event: ModelEvent) {
    runs.insert(event.run, at: 0)
    made = event.made + made
    live = event.live ?? live
    drift = event.drift ?? drift
    performance = event.performance ?? performance
    retraining = event.retraining ?? retraining
    verdict = event.verdict ?? verdict
    hasScored = hasScored || event.hasScored
  }

  /// What was decided in this night; nil where nothing was, or a step failed before anybody acted on it.
  package var decision: VerdictDocument.Decision? {
    guard let verdict, !verdict.isOld, verdict.promotion != nil || !isFailed else { return nil }
    return verdict.promotion ?? verdict.decision
  }

  package var isFailed: Bool { runs.contains { $0.outcome == .failed } }

  /// `promoted v3`, `v3 passed`, `v3 refused`, `nothing new`, `not retrained`, `trained v3`, `scored`.
  package var outcome: String {
    let version = verdict?.challenger.map { "v\($0)" } ?? "the challenger"
    switch decision {
    case .promote: return verdict?.promotion == nil ? "\(version) passed" : "promoted \(version)"
    case .hold: return "\(version) on hold"
    case .reject: return "\(version) refused"
    case nil: break
    }
    if isFailed { return "failed" }
    if runs.contains(where: { $0.outcome == .cancelled }) { return "cancelled" }
    if verdict?.isOld ?? false { return "nothing new" }
    if let retraining { return retraining.isQueued ? "retraining" : "not retrained" }
    if let number = made.first { return "trained v\(number)" }
    return hasScored ? "scored" : "watched"
  }
}

extension ModelLedger {
  package var key: EntityKey { EntityKey(project: project, name: name) }

  /// Latest first.
  package var nights: [Night] { Night.nights(of: key, events.entries) }

  /// Of the newest predictions, oldest first.
  package var performance: [PerformanceDocument.Period] {
    guard let newest = periods.entries.max(by: { $0.told < $1.told }) else { return [] }
    return periods.entries.reversed().filter { $0.predictions == newest.predictions && $0.span == newest.span }
      .map(\.period)
  }
}

/// The metric that stands for a model: the first of a fixed order that is there.
package enum MainMetric {
  package static func name(_ metrics: [String: Double]) -> String? {
    ["auc", "macro_auc", "f1", "macro_f1", "accuracy", "r2", "rmse", "mae"].first { metrics[$0] != nil }
  }

  /// Of a model by its nights, latest first: what it is watched by, or else judged by.
  package static func name(_ nights: [Night]) -> String? {
    nights.lazy.compactMap { $0.liveMetrics.flatMap(name) }.first
      ?? nights.lazy.compactMap { $0.verdict.flatMap { name($0.challengerMetrics) } }.first
  }

  /// Whether more of it is better; errors are better small.
  package static func isBetterLarge(_ name: String) -> Bool {
    !["rmse", "mae", "log_loss", "brier", "ece", "mape", "smape", "median_ae", "poisson_deviance", "quantile_loss"]
      .contains(name)
  }
}

extension Night {
  /// The nights of every model, latest first, then by project and model.
  package static func nights(of news: [RunNews]) -> [Night] {
    var events: [EntityKey: [ModelEvent]] = [:]
    for run in news { for key in run.reading.models { events[key, default: []].append(run.reading.event(of: key)) } }
    return events.flatMap { key, events in nights(of: key, events.sorted { $0.place > $1.place }) }
      .sorted { ($1.time, $0.model) < ($0.time, $1.model) }
  }
}
