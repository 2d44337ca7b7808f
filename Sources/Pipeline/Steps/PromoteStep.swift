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
    let promotion = Promotion(alias: options.alias, version: version, verdict: verdict)
    guard verdict.decision == .promote else {
      let reasons = verdict.findings.filter { $0.holds != true }.map(\.explanation).joined(separator: "; ")
      return try refused(promotion, verdict.decision, "\(version.text) was not promoted: \(reasons)")
    }
    let entity = try EntityName(.model, project: version.project, name: version.name)
    let current = try store.refs.alias(options.alias, of: entity)?.version
    // Where the alias is already there, this is a second attempt, and moving it again does nothing.
    if current != version.number {
      if let why = try obstacle(promotion, entity) { return try refused(promotion, .hold, why) }
      try requireSeen(current, promotion, entity)
      try store.refs.move(
        options.alias, of: entity, from: current, to: version.number,
        Refs.Move(
          at: request.logicalTime.text, by: "nightshift",
          why: verdict.findings.map(\.explanation).joined(separator: "; "), run: request.run))
    }
    return try result(
      .promotion,
      PromotionDocument(
        alias: options.alias, decision: .promote, from: verdict.championVersion, to: version,
        explanation: "\(version.text) is now \(options.alias)"),
      headline: "\(version.text) is now \(options.alias)")
  }

  /// What is to be promoted, and by which verdict.
  private struct Promotion {
    var alias: String
    var version: VersionLabel
    var verdict: VerdictDocument
  }

  private func refused(_ promotion: Promotion, _ decision: VerdictDocument.Decision, _ why: String) throws
    -> StepResult
  {
    let champion = promotion.verdict.championVersion
    let document = PromotionDocument(
      alias: promotion.alias, decision: decision, from: champion, to: champion, explanation: why)
    let stays = "\(champion?.text ?? "nothing") stays \(promotion.alias)"
    return try result(
      .promotion, document,
      headline: promotion.verdict.decision == .promote ? "held back: \(why)" : "refused: \(stays)")
  }

  /// Why a version that somebody rolled back stays away: nothing is known of it that was not known then. Nil where it
  /// may come.
  private func obstacle(_ promotion: Promotion, _ entity: EntityName) throws -> String? {
    let version = promotion.version
    guard let entry = try store.refs.rollBack(from: version.number, alias: promotion.alias, of: entity),
      entry.judgedOn?.contains(promotion.verdict.data) ?? true
    else { return nil }
    return
      "\(version.text) was rolled back on \(entry.at.prefix(10)) by \(entry.by) (\(entry.why)), and the verdict is on data that it was judged on before: it comes back by a verdict on newer data"
  }

  /// The verdict must be against whatever the alias points at now.
  private func requireSeen(_ current: Int?, _ promotion: Promotion, _ entity: EntityName) throws {
    let seen = promotion.verdict.championVersion
    let isSame = seen.map { $0.number == current && $0.name == entity.name && $0.project == entity.project }
    guard !(isSame ?? (current == nil && promotion.verdict.champion == nil)) else { return }
    let now = current.map { "v\($0)" } ?? "no version"
    let alias = "\(entity.name)@\(promotion.alias)"
    throw PipelineError.stepFailed(
      promotion.verdict.champion == nil
        ? "the verdict is against no champion, but \(alias) is at \(now): name `champion: \(alias)` in the gate"
        : "the verdict is against \(seen?.text ?? promotion.verdict.champion?.short ?? ""), but \(alias) is at \(now): judge the challenger against that, and promote it in the same job"
    )
  }
}
