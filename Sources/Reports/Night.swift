package import Records
internal import Store

/// What happened to one model in one night.
package struct Night: Sendable {
  package var time: Timestamp
  package var project: String
  package var model: String
  package var runs: [RunRecord] = []
  /// The champion on data that has just arrived.
  package var live: MetricsDocument?
  package var drift: DriftDocument?
  /// How earlier predictions came true.
  package var performance: PerformanceDocument?
  package var retraining: RetrainingDocument?
  package var verdict: VerdictDocument?
  package var promotion: PromotionDocument?
  /// The verdict is an earlier night's: there was nothing new to judge.
  private var isOldVerdict = false

  package var date: String { time.date }

  /// The champion's metrics on newly arrived data, or where their labels come late on what it predicted last of which the
  /// truth is known.
  package var liveMetrics: [String: Double]? { live?.metrics ?? performance?.latest?.metrics.mapValues(\.value) }

  /// The nights of every model, latest first, then by project and model.
  package static func nights(of records: SiteRecords) -> [Night] {
    struct Name: Hashable { var time: Timestamp, project: String, model: String }
    var nights: [Night] = []
    var places: [Name: Int] = [:]
    for run in records.runs {
      for (project, model) in models(of: run, records) {
        let name = Name(time: run.logicalTime, project: project, model: model)
        let place = places[name] ?? nights.count
        if place == nights.count { nights.append(Night(time: run.logicalTime, project: project, model: model)) }
        places[name] = place
        nights[place].runs.insert(run, at: 0)
        nights[place].take(run, records)
      }
    }
    return nights.sorted { ($1.time, $0.project, $0.model) < ($0.time, $1.project, $1.model) }
  }

  /// The models that a run made, judged, watched or scored with.
  private static func models(of run: RunRecord, _ records: SiteRecords) -> [(String, String)] {
    var seen: Set<String> = []
    // What a model goes on from, or has its parameters of, only lent something.
    let artifacts = run.steps.flatMap { step in
      step.outputs.map(\.artifact) + (["train", "tune"].contains(step.kind) ? [] : step.inputs.compactMap(\.artifact))
    }
    let judged = artifacts.compactMap { records.performances[$0.digest]?.modelVersion }
    return (artifacts.filter { $0.kind == .model }.compactMap(\.version) + judged)
      .filter { seen.insert($0.project + "/" + $0.name).inserted }.map { ($0.project, $0.name) }
  }

  private mutating func take(_ run: RunRecord, _ records: SiteRecords) {
    let makesModel = run.steps.contains { $0.outputs.contains { $0.artifact.kind == .model } }
    for artifact in run.steps.flatMap(\.outputs).map(\.artifact) {
      switch artifact.kind {
      case .metrics:
        if let document = records.metrics[artifact.digest], !makesModel, document.modelVersion?.name == model {
          live = document
        }
      case .drift:
        if let document = records.drifts[artifact.digest], document.modelVersion?.name == model { drift = document }
      case .retraining:
        if let document = records.retrainings[artifact.digest], document.modelVersion?.name == model {
          retraining = document
        }
      case .verdict:
        if let document = records.verdicts[artifact.digest], document.challengerVersion?.name == model {
          verdict = document
          promotion = records.promotion(of: artifact.digest, in: run)
          isOldVerdict = run.steps.allSatisfy { $0.kind != "gate" || $0.outcome == .reused }
        }
      case .performance:
        if let document = records.performances[artifact.digest], document.modelVersion?.name == model {
          performance = document
        }
      case .promotion, .dataset, .model, .contract, .profile, .trials, .explanation, .disagreement, .cost, .files:
        continue
      }
    }
  }

  /// What was decided in this night; nil where nothing was, or a step failed before anybody acted on it.
  package var decision: VerdictDocument.Decision? {
    guard !isOldVerdict, promotion != nil || !isFailed else { return nil }
    return promotion?.decision ?? verdict?.decision
  }

  private var isFailed: Bool { runs.contains { $0.outcome == .failed } }

  /// `promoted v3`, `v3 passed`, `v3 refused`, `nothing new`, `not retrained`, `trained v3`, `scored`.
  package var outcome: String {
    let version = verdict?.challengerVersion.map { "v\($0.number)" } ?? "the challenger"
    switch decision {
    case .promote: return promotion == nil ? "\(version) passed" : "promoted \(version)"
    case .hold: return "\(version) on hold"
    case .reject: return "\(version) refused"
    case nil: break
    }
    if isFailed { return "failed" }
    if runs.contains(where: { $0.outcome == .cancelled }) { return "cancelled" }
    if isOldVerdict { return "nothing new" }
    if let retraining { return retraining.queuedSpec == nil ? "not retrained" : "retraining" }
    if let made = runs.lazy.compactMap(version(madeBy:)).first { return "trained v\(made.number)" }
    return runs.contains { $0.steps.contains { $0.kind == "predict" } } ? "scored" : "watched"
  }

  private func version(madeBy run: RunRecord) -> VersionLabel? {
    run.steps.lazy.flatMap(\.outputs).filter { $0.artifact.kind == .model }.compactMap(\.artifact.version).first {
      $0.project == project && $0.name == model
    }
  }
}

extension SiteRecords {
  /// What a step of the run did by a verdict; nil where none took it.
  func promotion(of verdict: Digest, in run: RunRecord) -> PromotionDocument? {
    run.steps.lazy.filter { $0.inputs.contains { $0.artifact?.digest == verdict } }.flatMap(\.outputs)
      .compactMap { promotions[$0.artifact.digest] }.first
  }
}

/// The metric that stands for a model: the first of a fixed order that is there.
enum MainMetric {
  static func name(_ metrics: [String: Double]) -> String? {
    ["auc", "macro_auc", "f1", "macro_f1", "accuracy", "r2", "rmse", "mae"].first { metrics[$0] != nil }
  }
}
