internal import Jobs
internal import Learning
internal import Records
internal import Statistics
internal import Store

extension StepContext {
  /// `gate`: the champion is judged on the very rows that the challenger was, by the same code.
  func gate(_ options: GateOptions) throws -> StepResult {
    let challenger = try document(MetricsDocument.self, try artifact("challenger"))
    if let refusal = challenger.refusal(declared: request.input("data")) { throw PipelineError.stepFailed(refusal) }
    let champion = request.input("champion")?.artifact
    let notes = try familiarity(of: challenger, champion)
    var evidence = GateEvidence(challenger: challenger)
    evidence.drift = try request.input("drift")?.artifact.map { try drift($0, of: challenger, champion) }
    evidence.contract = try request.input("contract")?.artifact.map { try document(ContractDocument.self, $0) }
    evidence.cost = try request.input("cost")?.artifact.map { try cost($0, of: challenger) }
    try evidence.requireNames(of: options.require)
    if let champion { try judge(champion, options, &evidence) }
    let findings = Gate(rules: options.require, minimumRows: options.minimumRows).findings(evidence)
    var verdict = VerdictDocument(
      decision: Gate.decision(findings), challenger: challenger.model, challengerVersion: challenger.modelVersion,
      champion: champion?.digest, championVersion: champion?.version, data: challenger.data,
      dataVersion: challenger.dataVersion, rowCount: challenger.rowCount, challengerMetrics: challenger.metrics,
      championMetrics: evidence.champion?.metrics ?? [:], findings: findings)
    verdict.implementation = challenger.implementation
    verdict.notes = notes.isEmpty ? nil : notes
    let isDrawn = findings.contains { finding in
      finding.tests?.contains { $0.name == PairedComparison.Test.bootstrap.rawValue } ?? false
    }
    if isDrawn { (verdict.resamples, verdict.seed) = (options.resamples, options.seed) }
    let broken = findings.filter { $0.holds != true }.sorted { ($0.holds == nil ? 1 : 0) < ($1.holds == nil ? 1 : 0) }
    return try result(
      .verdict, verdict,
      headline: verdict.decision == .promote
        ? "promote: all \(findings.count) rules hold" : "\(verdict.decision.rawValue): \(broken[0].explanation)",
      notes: try settlement(options, challenger) + notes
        + (evidence.champion?.fit?.notes ?? []).map { "the champion: \($0)" })
  }

  /// A verdict on the champion itself is about the version before it, which a reader would not guess.
  private func settlement(_ options: GateOptions, _ challenger: MetricsDocument) throws -> [String] {
    guard case .entity(let entity)? = options.champion, case .alias(let alias) = entity.selector,
      let current = try References(store: store, project: request.project).artifact(entity, kinds: [.model]),
      current.digest == challenger.model
    else { return [] }
    let already = "the challenger is \(entity.name)@\(alias) already"
    guard let before = request.input("champion")?.artifact else {
      return ["\(already), and no version was it before: rules against a champion hold"]
    }
    return ["\(already): it is judged against \(before.version?.text ?? before.shortDigest), which was it before"]
  }

  /// Throws where one of the two learnt from the test data; notes where it learnt from some of its rows.
  private func familiarity(of metrics: MetricsDocument, _ champion: Artifact?) throws -> [String] {
    let data = testData(of: metrics)
    var sides = [
      (side: GateSide.challenger, model: Artifact(kind: .model, digest: metrics.model, version: metrics.modelVersion))
    ]
    if let champion { sides.append((.champion, champion)) }
    for (side, model) in sides { try requireUnknown(data, to: model, as: side) }
    return try sides.flatMap { try sharedRows(of: data, with: $0.model, as: $0.side) }
  }

  private func testData(of challenger: MetricsDocument) -> Artifact {
    Artifact(kind: .dataset, digest: challenger.data, version: challenger.dataVersion)
  }

  /// Drift is told against what a model learnt from: that of another model says nothing of these two.
  private func drift(_ artifact: Artifact, of challenger: MetricsDocument, _ champion: Artifact?) throws
    -> DriftDocument
  {
    let drift = try document(DriftDocument.self, artifact)
    guard drift.model == challenger.model || drift.model == champion?.digest else {
      throw PipelineError.stepFailed(
        "`drift` is of the model \(drift.modelVersion?.text ?? drift.model.short), which is neither the challenger nor the champion: name a `monitor` step of one of them"
      )
    }
    return drift
  }

  private func cost(_ artifact: Artifact, of challenger: MetricsDocument) throws -> CostDocument {
    let cost = try document(CostDocument.self, artifact)
    guard cost.model == challenger.model else {
      throw PipelineError.stepFailed(
        "`cost` is of the model \(cost.modelVersion?.text ?? cost.model.short), not of the challenger: name the `.cost` of the challenger's own `evaluate` step"
      )
    }
    return cost
  }

  // MARK: The champion

  /// Values of another type are treated as they were for the challenger. Categories that the champion never saw are no
  /// reason to keep it: they are noted.
  private func judge(_ champion: Artifact, _ options: GateOptions, _ evidence: inout GateEvidence) throws {
    let challenger = evidence.challenger
    let terms = Judged.Terms(
      threshold: challenger.confusion?.threshold ?? 0.5,
      costs: challenger.costs.map { costs in
        BinarySample.CostTable(
          truePositive: costs.truePositive, falsePositive: costs.falsePositive, falseNegative: costs.falseNegative,
          trueNegative: costs.trueNegative)
      })
    let evaluation = try evaluation(of: champion, like: evidence, options)
    let judged: Judged
    do { judged = try evaluation.judged() } catch let error as LearningError {
      throw PipelineError.stepFailed(
        "the champion cannot be judged on the challenger's data, which is read as it was for the challenger: \(error)")
    }
    try requireSameQuestion(judged, challenger)
    evidence.champion = try report(on: judged, terms, like: evidence, options).document(of: evaluation)
    guard options.require.contains(where: { $0.confidence != nil }) else { return }
    evidence.pairs = try pairs(with: judged, terms, evidence, options)
  }

  private func evaluation(of model: Artifact, like evidence: GateEvidence, _ options: GateOptions) throws -> Evaluation
  {
    let challenger = evidence.challenger
    let columns = options.require.flatMap { $0.columns }.filter { name in
      challenger.slices.contains { $0.column.split(separator: ",").contains(Substring(name)) }
        || challenger.fairness?.contains { $0.column.split(separator: ",").contains(Substring(name)) } ?? false
    }
    var evaluation = Evaluation(
      context: self, model: model,
      data: testData(of: challenger),
      recipes: challenger.recipes, slices: columns,
      fit: FitOptions(onType: challenger.convertsTypes == true ? .convert : .fail))
    evaluation.cluster = challenger.resampling?.cluster
    if let bins = challenger.bins { evaluation.bins = bins }
    return evaluation
  }

  /// Two models that predict different things cannot be compared.
  private func requireSameQuestion(_ champion: Judged, _ challenger: MetricsDocument) throws {
    guard champion.target == challenger.target, champion.task.name == challenger.task else {
      throw PipelineError.stepFailed(
        "the champion predicts “\(champion.target)” (\(champion.task.name)), the challenger “\(challenger.target)” (\(challenger.task)): they cannot be compared; give the new question a model name of its own"
      )
    }
  }

  /// What the champion's metrics are made of: the slices and groups that rules ask about, as small as the challenger's.
  private func report(on judged: Judged, _ terms: Judged.Terms, like evidence: GateEvidence, _ options: GateOptions)
    -> MetricsReport
  {
    let challenger = evidence.challenger
    let sliced = Set(options.require.compactMap(\.slicedColumn)).filter { column in
      challenger.slices.contains { $0.column == column }
    }
    let grouped = (challenger.fairness ?? []).filter { fairness in
      options.require.contains { if case .fairness(fairness.column, _) = $0.subject { true } else { false } }
    }
    let small = challenger.suppressed?.first ?? grouped.lazy.compactMap(\.suppressed).first
    return MetricsReport(
      judged: judged, slices: sliced.sorted().map { $0.split(separator: ",").map(String.init) }, terms: terms,
      minimumRows: small?.minimumRows ?? 1,
      fairness: grouped.isEmpty
        ? nil
        : MetricsReport.Fairness(
          columns: Array(Set(grouped.flatMap { $0.column.split(separator: ",").map(String.init) })).sorted(),
          reference: [:]))
  }

  /// The challenger is scored again: its metrics say nothing of single rows. They must come out as they were.
  private func pairs(
    with champion: Judged, _ terms: Judged.Terms, _ evidence: GateEvidence, _ options: GateOptions
  ) throws -> Result<PairedRows, GateEvidence.Gap> {
    let model = Artifact(
      kind: .model, digest: evidence.challenger.model, version: evidence.challenger.modelVersion)
    let challenger = try evaluation(of: model, like: evidence, options).judged()
    let metrics = try challenger.sample(terms).metricSet().values
    for (name, said) in evidence.challenger.metrics.sorted(by: { $0.key < $1.key }) {
      guard let found = metrics[name], abs(found - said) > 1e-9 * max(1, abs(said)) else { continue }
      throw PipelineError.stepFailed(
        "the challenger's \(name) is \(found) on these rows, not \(said) as its metrics say: evaluate it again")
    }
    do throws(GateEvidence.Gap) {
      return .success(
        try PairedRows(
          challenger: challenger, champion: champion, terms,
          Bootstrap(resamples: options.resamples, seed: UInt64(options.seed), threads: request.threads)))
    } catch {
      return .failure(error)
    }
  }
}

extension GateRule {
  /// The columns whose slices or groups it is about.
  fileprivate var columns: [String] {
    switch subject {
    case .slice(let column, _), .fairness(let column, _): column.split(separator: ",").map(String.init)
    case .metric, .drift, .cost, .contract: []
    }
  }
}

extension MetricsDocument {
  /// Why these metrics are no evidence: they are of other data than was declared, or of other code than will judge the
  /// champion. Nil where they are.
  func refusal(declared: StepRecord.Input?) -> String? {
    if let declared, let expected = declared.artifact, expected.digest != data {
      return
        "the challenger was judged on \(dataVersion?.text ?? data.short), but the gate's `data` is \(declared.reference) (\(expected.version?.text ?? expected.shortDigest)): evaluate it on the declared test data"
    }
    guard implementation != Evaluation.implementation else { return nil }
    let other = implementation.map { "version \($0)" } ?? "an earlier version"
    return
      "the challenger's metrics were computed by \(other) of the metric code, and the champion's would be by version \(Evaluation.implementation): evaluate the challenger again"
  }
}
