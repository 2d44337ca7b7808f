internal import Jobs
internal import Learning
internal import Records

extension StepContext {
  /// `gate`: the champion is judged on the very rows that the challenger was.
  func gate(_ options: GateOptions) throws -> StepResult {
    let challenger = try document(MetricsDocument.self, try artifact("challenger"))
    let champion = request.input("champion")?.artifact
    let data = Artifact(kind: .dataset, digest: challenger.data, version: challenger.dataVersion)
    let championMetrics = try champion.map { try metrics(ofChampion: $0, on: data, like: challenger) }
    let drift = try request.input("drift")?.artifact.map { try document(DriftDocument.self, $0) }
    let evidence = Gate.Evidence(challenger: challenger, champion: championMetrics, drift: drift)
    let findings = Gate(rules: options.require).findings(evidence)
    let verdict = VerdictDocument(
      decision: Gate.decision(findings), challenger: challenger.model, challengerVersion: challenger.modelVersion,
      champion: champion?.digest, championVersion: champion?.version, data: challenger.data,
      dataVersion: challenger.dataVersion, rowCount: challenger.rowCount, challengerMetrics: challenger.metrics,
      championMetrics: championMetrics?.metrics ?? [:], findings: findings)
    let broken = findings.filter { $0.holds != true }
    return try result(
      .verdict, verdict,
      headline: verdict.decision == .promote
        ? "promote: all \(findings.count) rules hold" : "\(verdict.decision.rawValue): \(broken[0].explanation)",
      notes: (championMetrics?.fit?.notes ?? []).map { "the champion: \($0)" })
  }

  /// Values of another type are treated as they were for the challenger. Categories that the champion never saw are no
  /// reason to keep it: they are noted.
  private func metrics(ofChampion champion: Artifact, on data: Artifact, like challenger: MetricsDocument) throws
    -> MetricsDocument
  {
    let evaluation = Evaluation(
      context: self, model: champion, data: data, recipes: challenger.recipes, slices: [],
      threshold: challenger.confusion?.threshold ?? 0.5,
      fit: FitOptions(onType: challenger.convertsTypes == true ? .convert : .fail))
    do { return try evaluation.document() } catch let error as LearningError {
      throw PipelineError.stepFailed(
        "the champion cannot be judged on the challenger's data, which is read as it was for the challenger: \(error)")
    }
  }
}
