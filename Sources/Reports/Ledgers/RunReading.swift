internal import Records
internal import Store

/// What one run says to the ledgers: a function of its record and its documents.
struct RunReading: Sendable {
  let record: RunRecord
  let documents: RunDocuments
  let summary: RunSummary
  /// Versions of models that the run made or read, by their digests.
  private let labels: [Digest: VersionLabel]

  init(_ record: RunRecord, _ documents: RunDocuments) {
    self.record = record
    self.documents = documents
    summary = RunSummary(record, reproduced: documents.reproduction?.label)
    let artifacts = record.steps.flatMap { $0.inputs.compactMap(\.artifact) + $0.outputs.map(\.artifact) }
    labels = Dictionary(
      artifacts.filter { $0.kind == .model }.compactMap { artifact in artifact.version.map { (artifact.digest, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  // MARK: Models

  /// The models that the run made, judged, watched or scored with.
  var models: [EntityKey] {
    // What a model goes on from, or has its parameters of, only lent something.
    let artifacts = record.steps.flatMap { step in
      step.outputs.map(\.artifact) + (["train", "tune"].contains(step.kind) ? [] : step.inputs.compactMap(\.artifact))
    }
    let judged = documents.performances.values.compactMap(\.modelVersion).sorted {
      ($0.project, $0.name) < ($1.project, $1.name)
    }
    var seen: Set<EntityKey> = []
    return (artifacts.filter { $0.kind == .model }.compactMap(\.version) + judged)
      .map { EntityKey(project: $0.project, name: $0.name) }.filter { seen.insert($0).inserted }
  }

  func event(of model: EntityKey) -> ModelEvent {
    var event = ModelEvent(run: summary)
    let makesModel = record.steps.contains { $0.outputs.contains { $0.artifact.kind == .model } }
    for step in record.steps {
      for output in step.outputs {
        if output.artifact.kind == .model, let version = number(output.artifact.version, of: model),
          !event.made.contains(version)
        {
          event.made.append(version)
        }
        if let judgement = judgement(output.artifact.digest, by: step.id, of: model) {
          if makesModel { event.evaluations.append(judgement) } else { event.live = judgement }
        }
        take(output.artifact.digest, of: model, into: &event)
      }
      if step.kind == "predict", step.inputs.contains(where: { isOf(model, $0.artifact?.version) }) {
        event.hasScored = true
        event.cost = step.outputs.first { $0.artifact.kind == .cost }?.artifact.digest ?? event.cost
      }
      if step.kind == "tune", step.outputs.contains(where: { isOf(model, $0.artifact.version) }) {
        event.trials = step.outputs.first { $0.artifact.kind == .trials }?.artifact.digest
      }
    }
    return event
  }

  private func take(_ digest: Digest, of model: EntityKey, into event: inout ModelEvent) {
    if let document = documents.drifts[digest], isOf(model, document.modelVersion ?? labels[document.model]) {
      event.drift = ModelEvent.Drift(
        document: digest, isDrifted: document.isDrifted,
        columns: document.columns.map {
          .init(name: $0.name, isPrediction: $0.role == "prediction", isDrifted: $0.isDrifted, psi: $0.psi)
        })
    }
    if let document = documents.retrainings[digest], isOf(model, document.modelVersion) {
      event.retraining = ModelEvent.Retraining(because: document.because, isQueued: document.queuedSpec != nil)
    }
    if let document = documents.performances[digest], isOf(model, document.modelVersion) {
      event.performance = ModelEvent.Performance(
        document: digest, predictions: document.predictions, span: document.span, latest: document.latest)
    }
    if let document = documents.verdicts[digest], isOf(model, document.challengerVersion) {
      event.verdict = verdict(digest, document)
    }
    if let document = documents.explanations[digest],
      isOf(model, document.modelVersion ?? document.model.flatMap { labels[$0] })
    {
      event.explanation = digest
    }
    if let document = documents.disagreements[digest], isOf(model, document.modelVersion ?? labels[document.model]) {
      event.disagreement = digest
    }
  }

  private func judgement(_ digest: Digest, by step: String, of model: EntityKey) -> ModelEvent.Judgement? {
    guard let document = documents.metrics[digest] else { return nil }
    let version = document.modelVersion ?? labels[document.model]
    guard isOf(model, version) else { return nil }
    return ModelEvent.Judgement(
      document: digest, step: step, version: version?.number, data: document.data, rowCount: document.rowCount,
      metrics: document.metrics)
  }

  private func verdict(_ digest: Digest, _ document: VerdictDocument) -> ModelEvent.Verdict {
    let promotion = documents.promotion(of: digest, in: record)
    return ModelEvent.Verdict(
      document: digest, decision: document.decision, challenger: document.challengerVersion?.number,
      champion: document.championVersion?.number, data: document.data, rowCount: document.rowCount,
      ruleCount: document.findings.count,
      complaints: document.findings.filter { $0.holds != true }.map(\.explanation),
      challengerMetrics: document.challengerMetrics, championMetrics: document.championMetrics,
      promotion: promotion?.decision, promotionExplanation: promotion?.explanation,
      isOld: record.steps.allSatisfy { $0.kind != "gate" || $0.outcome == .reused })
  }

  private func isOf(_ model: EntityKey, _ version: VersionLabel?) -> Bool {
    version.map { $0.project == model.project && $0.name == model.name } ?? false
  }

  private func number(_ version: VersionLabel?, of model: EntityKey) -> Int? {
    isOf(model, version) ? version?.number : nil
  }

  /// What the run's reports tell of how predictions came true, by model.
  var periods: [(model: EntityKey, period: JudgedPeriod)] {
    record.steps.flatMap(\.outputs).flatMap { output -> [(EntityKey, JudgedPeriod)] in
      guard let document = documents.performances[output.artifact.digest], let version = document.modelVersion else {
        return []
      }
      let model = EntityKey(project: version.project, name: version.name)
      return document.periods.map { period in
        (
          model,
          JudgedPeriod(
            predictions: document.predictions, span: document.span, told: summary.place, period: period)
        )
      }
    }
  }

  // MARK: Looks

  /// The times at which the run looked at data to judge or choose models by it.
  var looks: [Look] {
    record.steps.filter { $0.outcome == .ran }.flatMap { step -> [Look] in
      step.outputs.flatMap { output -> [Look] in
        let digest = output.artifact.digest
        func look(_ data: Digest, by model: Digest?, _ trialCount: Int? = nil) -> Look {
          Look(
            run: summary.place, step: step.id, data: data, model: model, trialCount: trialCount,
            modelName: model.flatMap { labels[$0] }.map { EntityKey(project: $0.project, name: $0.name) })
        }
        switch step.kind {
        case "evaluate":
          return documents.metrics[digest].map { [look($0.data, by: $0.model)] } ?? []
        case "gate":
          // It looks again where it scored the champion.
          guard let verdict = documents.verdicts[digest], let champion = verdict.champion else { return [] }
          return [look(verdict.data, by: champion)]
        case "tune":
          guard let trials = documents.trials[digest], let data = trials.validation else { return [] }
          return [look(data, by: nil, trials.trials.count)]
        default: return []
        }
      }
    }
  }
}
