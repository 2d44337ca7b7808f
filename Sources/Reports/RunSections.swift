internal import Records
internal import Store

extension RunPage {
  /// What its documents say: verdicts first.
  func sections(_ layout: Layout) -> HTML {
    var verdicts: [HTML] = []
    var parts: [HTML] = []
    for step in reading.record.steps {
      for output in step.outputs {
        if let verdict = verdict(step, output) { verdicts.append(verdict) }
        parts += [judged(step, output), data(step, output, layout), learnt(step, output), watched(step, output)]
          .compactMap { $0 }
      }
    }
    return HTML(joining: verdicts + parts)
  }

  private func verdict(_ step: StepRecord, _ output: StepRecord.Output) -> HTML? {
    let digest = output.artifact.digest
    guard let verdict = reading.documents.verdicts[digest] else { return nil }
    return "<h2>Verdict: \(step.id)</h2>"
      + VerdictSection.html(verdict, reading.documents.promotion(of: digest, in: reading.record))
  }

  private func judged(_ step: StepRecord, _ output: StepRecord.Output) -> HTML? {
    let digest = output.artifact.digest
    if let metrics = reading.documents.metrics[digest] {
      return "<h2>Metrics: \(step.id)</h2>" + MetricsSection.html(metrics, champion: champion(beside: metrics))
    }
    if let explanation = reading.documents.explanations[digest] {
      return "<h2>Explanation: \(step.id)</h2>" + ExplanationSection.html(explanation)
    }
    if let disagreement = reading.documents.disagreements[digest] {
      return "<h2>In the shadow: \(step.id)</h2>" + DisagreementSection.html(disagreement)
    }
    return reading.documents.costs[digest].map {
      "<h3>What scoring took: \(step.id)</h3>" + CostSection.html($0)
    }
  }

  /// What the run found out about the champion on the same rows; nil where it evaluated the challenger alone.
  private func champion(beside metrics: MetricsDocument) -> MetricsDocument? {
    let verdicts = reading.documents.verdicts.values.filter { $0.challenger == metrics.model }
    let champions = Set(verdicts.compactMap(\.champion)).subtracting([metrics.model])
    return reading.documents.metrics.sorted { $0.key.description < $1.key.description }.map(\.value)
      .first { champions.contains($0.model) && $0.data == metrics.data }
  }

  private func data(_ step: StepRecord, _ output: StepRecord.Output, _ layout: Layout) -> HTML? {
    let digest = output.artifact.digest
    if let contract = reading.documents.contracts[digest] {
      return "<h2>Contract: \(step.id)</h2>" + ContractSection.html(contract)
    }
    return reading.documents.profiles[digest].map {
      "<h2>Profile: \(step.id)</h2>"
        + ProfileSummarySection.html($0, link: layout.to(Paths.profile(digest.shortText)))
    }
  }

  private func learnt(_ step: StepRecord, _ output: StepRecord.Output) -> HTML? {
    let digest = output.artifact.digest
    if let retraining = reading.documents.retrainings[digest] {
      return "<h2>Retraining</h2>" + RetrainingSection.html(retraining)
    }
    return reading.documents.trials[digest].map { "<h2>Trials: \(step.id)</h2>" + TrialsSection.html($0) }
  }

  private func watched(_ step: StepRecord, _ output: StepRecord.Output) -> HTML? {
    let digest = output.artifact.digest
    if let drift = reading.documents.drifts[digest] {
      return "<h2>Drift: \(step.id)</h2>" + DriftSection.html(drift)
    }
    return reading.documents.performances[digest].map {
      "<h2>How predictions came true: \(step.id)</h2>" + PerformanceSection.html($0)
    }
  }
}
