internal import Jobs
internal import Records

extension StepContext {
  /// `gate`: the champion is judged on the very rows that the challenger was.
  func gate(_ options: GateOptions) throws -> StepResult {
    let challenger = try document(MetricsDocument.self, try artifact("challenger"))
    let champion = request.input("champion")?.artifact
    let data = Artifact(kind: .dataset, digest: challenger.data, version: challenger.dataVersion)
    let championMetrics = try champion.map { champion in
      try Evaluation(
        context: self, model: champion, data: data, recipes: challenger.recipes, slices: [],
        threshold: challenger.confusion?.threshold ?? 0.5
      ).document()
    }
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
        ? "promote: all \(findings.count) rules hold" : "\(verdict.decision.rawValue): \(broken[0].explanation)")
  }
}
