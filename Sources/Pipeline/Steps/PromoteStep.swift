internal import Jobs
internal import Records
internal import Store

extension StepContext {
  /// `promote`: the alias moves from where the verdict saw it; a refused challenger is a result, not a failure.
  func promote(_ options: PromoteOptions) throws -> StepResult {
    let verdict = try document(VerdictDocument.self, try artifact("verdict"))
    let model = try artifact("model")
    guard verdict.challenger == model.digest else {
      throw PipelineError.stepFailed(
        "the verdict is about the model \(verdict.challenger.short), not about \(model.shortDigest): promote the model that the gate judged"
      )
    }
    guard let version = model.version else {
      throw PipelineError.stepFailed("the model \(model.shortDigest) has no version, so no alias can point at it")
    }
    let entity = try EntityName(.model, project: version.project, name: version.name)
    guard verdict.decision == .promote else {
      let reasons = verdict.findings.filter { $0.holds != true }.map(\.explanation).joined(separator: "; ")
      return try result(
        .promotion,
        PromotionDocument(
          alias: options.alias, decision: verdict.decision, from: verdict.championVersion, to: verdict.championVersion,
          explanation: "\(version.text) was not promoted: \(reasons)"),
        headline: "refused: \(verdict.championVersion?.text ?? "nothing") stays \(options.alias)")
    }
    let current = try store.refs.alias(options.alias, of: entity)?.version
    // Where the alias is already there, this is a second attempt, and moving it again does nothing.
    let expected = current == version.number ? current : verdict.championVersion?.number
    try store.refs.move(
      options.alias, of: entity, from: expected, to: version.number,
      Refs.Move(
        at: request.logicalTime.text, by: "nightshift",
        why: verdict.findings.map(\.explanation).joined(separator: "; "),
        run: request.run))
    return try result(
      .promotion,
      PromotionDocument(
        alias: options.alias, decision: .promote, from: verdict.championVersion, to: version,
        explanation: "\(version.text) is now \(options.alias)"),
      headline: "\(version.text) is now \(options.alias)")
  }
}
