internal import Disk
internal import Jobs
internal import Records
internal import Spool
internal import Store
internal import Tables

extension StepContext {
  /// `retrain`: the model's recipe on newer data, as a job in the inbox, when a condition holds.
  func retrain(_ options: RetrainOptions) throws -> StepResult {
    let model = try artifact("model")
    let retraining = try Retraining(of: model, in: site)
    let judge = RetrainJudge(context: self, model: model, retraining: retraining)
    let conditions = try options.when.map(judge.judged)
    let holding = conditions.filter(\.holds)
    var document = RetrainingDocument(
      model: model.digest, modelVersion: model.version, conditions: conditions, queuedSpec: nil,
      explanation: "no condition holds: " + conditions.map(\.explanation).joined(separator: "; "))
    guard let first = holding.first else { return try result(.retraining, document, headline: "not needed") }
    let because = holding.map(\.explanation).joined(separator: "; ")
    let evidence = try judge.evidence(holding, options)
    (document.because, document.evidence) = (because, evidence)
    // Whoever asks for the same at the same time waits here, and then finds this asking.
    let lock = try retraining.lock()
    defer { lock.keep() }
    if let reason = try judge.objection(to: evidence, options) {
      document.explanation = "it would retrain, because \(because), but \(reason)"
      return try result(.retraining, document, headline: "held back: \(reason)")
    }
    var asking = Retraining.Request(at: request.logicalTime, by: "nightshift", because: because)
    (asking.run, asking.key) = (request.run, judge.key)
    (asking.evidence, asking.logicalTime, asking.isForeign) = (evidence, request.logicalTime, request.isForeign)
    document.queuedSpec = try retraining.queue(asking, on: request.input("data") == nil ? nil : try artifact("data"))
    document.explanation = "retraining, because \(because)"
    return try result(.retraining, document, headline: "queued: \(first.explanation)")
  }
}

/// Judges the conditions of a `retrain` step, and whether asking is sensible at all.
private struct RetrainJudge {
  let context: StepContext
  let model: Artifact
  let retraining: Retraining

  private var now: Timestamp { context.request.logicalTime }

  // MARK: Conditions

  func judged(_ condition: RetrainCondition) throws -> RetrainingDocument.Condition {
    func judged(_ holds: Bool, _ explanation: String) -> RetrainingDocument.Condition {
      RetrainingDocument.Condition(rule: condition.text, holds: holds, explanation: explanation)
    }
    switch condition.kind {
    case .all(let parts):
      let each = try parts.map(self.judged)
      return judged(each.allSatisfy(\.holds), each.map(\.explanation).joined(separator: " and "))
    case .drift:
      let drift = try context.document(DriftDocument.self, try context.artifact("drift"))
      try require("drift", drift.model, drift.modelVersion)
      let names = drift.columns.filter(\.isDrifted).map(\.name)
      let some = names.isEmpty ? "" : " as a whole, only \(names.joined(separator: ", "))"
      return judged(
        drift.isDrifted,
        drift.isDrifted ? "the data has drifted (\(names.joined(separator: ", ")))" : "the data has not drifted\(some)")
    case .newRows(let comparison, let bound):
      let added = try newRows()
      return judged(comparison.holds(Double(added), bound), "there are \(added) new rows")
    case .age(let comparison, let seconds):
      guard let age = try age() else { return judged(false, "the model's age is not known") }
      return judged(comparison.holds(age, seconds), "the model is \(Self.days(age)) old")
    case .schedule(let text, let timezone):
      guard let slot = try slot(text, timezone) else {
        return judged(false, "no time of the schedule has passed since the model was made")
      }
      return judged(true, "the model was made before the scheduled \(slot.text)")
    case .metric(let name, let part, let comparison, let bound):
      guard let value = try value(of: name, part) else {
        let missing = part == .value ? "metric “\(name)”" : "\(part.rawValue) end of an interval of “\(name)”"
        return judged(false, "there is no \(missing)")
      }
      let what = part == .value ? name : "the \(part.rawValue) end of \(name)"
      return judged(comparison.holds(value, bound), "\(what) is \(Headline.number(value))")
    }
  }

  /// Rows of the newer data beyond those that the recipe began with.
  private func newRows() throws -> Int {
    let data = try context.artifact("data")
    let (_, dataset) = try retraining.dataset(of: data)
    let old = try context.table(Artifact(kind: .dataset, digest: dataset.digest)).countRows()
    return max(0, try context.table(data).countRows() - old)
  }

  private func age() throws -> Double? { try retraining.made().map { Double(now.seconds - $0.seconds) } }

  /// The newest time of the schedule between the model's making and now; nil where there is none.
  private func slot(_ text: String, _ timezone: String?) throws -> Timestamp? {
    guard let made = try retraining.made() else { return nil }
    let zone = try timezone.map { try Zone(named: $0, context.site.disk) } ?? .utc
    let schedule = try Schedule(text, zone: zone) { name throws(ScheduleError) in
      try Zone(named: name, context.site.disk)
    }
    return Timetable(schedules: [schedule]).due(after: made, at: now) { _ in 0 }.last
  }

  /// Of metrics, or of the newest span of a performance that has any.
  private func value(of name: String, _ part: RetrainCondition.Part) throws -> Double? {
    let scores = try context.artifact("scores")
    guard scores.kind == .performance else {
      let document = try context.document(MetricsDocument.self, scores)
      try require("scores", document.model, document.modelVersion)
      guard document.metrics[name] != nil || document.undefined[name] != nil else {
        throw PipelineError.stepFailed(
          "the condition over \(name) can never be decided: a \(document.task) model has none in `scores`: there are \(document.metrics.keys.sorted().joined(separator: ", "))"
        )
      }
      switch part {
      case .value: return document.metrics[name]
      case .low: return document.intervals?[name]?.low
      case .high: return document.intervals?[name]?.high
      }
    }
    let performance = try context.document(PerformanceDocument.self, scores)
    if let model = performance.model { try require("scores", model, performance.modelVersion) }
    guard let estimate = performance.latest?.metrics[name] else { return nil }
    switch part {
    case .value: return estimate.value
    case .low: return estimate.low
    case .high: return estimate.high
    }
  }

  /// Throws for evidence that is of no version of the model.
  private func require(_ key: String, _ digest: Digest, _ version: VersionLabel?) throws {
    let isOwn = version.map { $0.project == model.version?.project && $0.name == model.version?.name } ?? false
    guard digest == model.digest || isOwn else {
      throw PipelineError.stepFailed(
        "`\(key)` is of the model \(version?.text ?? digest.short), not of \(model.version?.text ?? model.shortDigest) or another version of it: it says nothing of when to retrain this one"
      )
    }
  }

  // MARK: Objections

  /// Names the asking of this step of this run, however often it is made.
  var key: String { "retrain-\(context.request.run)-\(context.request.id)" }

  private struct Evidence: Encodable {
    var model: Digest
    /// What the new model would learn from; without newer data, what the conditions could see.
    var data: [Digest]
    /// Without newer data, the scheduled times and the ages that ask: each is an occasion to read what is there then.
    var occasions: [String]
  }

  /// Names what is asked for and on what grounds. Which of the conditions hold does not count: the same data makes the
  /// same model whatever asked for it.
  func evidence(_ holding: [RetrainingDocument.Condition], _ options: RetrainOptions) throws -> Digest {
    var evidence = Evidence(model: model.digest, data: [], occasions: [])
    if let newer = context.request.input("data")?.artifact {
      evidence.data = [newer.digest]
    } else {
      evidence.data = try seen()
      evidence.occasions =
        holding.filter { $0.rule.hasPrefix("schedule ") }.map(\.explanation) + (try ages(holding, options))
    }
    return Digest(of: try CanonicalJSON.encode(evidence))
  }

  /// The data behind the documents that conditions are judged by.
  private func seen() throws -> [Digest] {
    var data: [Digest] = []
    if let drift = context.request.input("drift")?.artifact {
      data.append(try context.document(DriftDocument.self, drift).data)
    }
    if let scores = context.request.input("scores")?.artifact {
      data.append(
        scores.kind == .performance
          ? try context.document(PerformanceDocument.self, scores).labels
          : try context.document(MetricsDocument.self, scores).data)
    }
    return data
  }

  /// A recipe that reads its data anew may find other data each time that the age is reached once more.
  private func ages(_ holding: [RetrainingDocument.Condition], _ options: RetrainOptions) throws -> [String] {
    guard let age = try age() else { return [] }
    let rules = Set(holding.map(\.rule))
    return options.when.filter { rules.contains($0.text) }.flatMap(\.parts).compactMap { condition in
      guard case .age(_, let seconds) = condition.kind, seconds > 0 else { return nil }
      return "age \(Int(age / seconds))"
    }
  }

  /// Why it is not asked for though a condition holds; nil: nothing speaks against it.
  func objection(to evidence: Digest, _ options: RetrainOptions) throws -> String? {
    let asked = try retraining.askings(until: now).filter { !$0.job.hasSuffix(".\(key)") }
    if let cause = try ancestor(among: asked) {
      return "this run comes of a retraining itself (\(cause)): a model does not ask for its own successor"
    }
    if let age = try age(), age < options.cooldownSeconds {
      return "it is only \(Self.days(age)) old: retraining waits for the end of the cool-down"
    }
    if let last = asked.last, Double(now.seconds - last.at.seconds) < options.cooldownSeconds {
      return "it was asked for on \(last.at.date): retraining waits for the end of the cool-down"
    }
    if let other = asked.last(where: { $0.run == context.request.run }) {
      return "another step of this run has asked for it, because \(other.because)"
    }
    if let same = asked.last(where: { $0.evidence == evidence.description }) {
      return "it was asked for on \(same.at.date) on the same grounds, and would come to the same"
    }
    return nil
  }

  /// The run of a retraining of this model that this run descends from, or this run where it is one; nil if there is none.
  private func ancestor(among asked: [Retraining.Asked]) throws -> String? {
    let request = context.request
    // One that was asked for by hand has no run that asked.
    if request.because != nil, retraining.recipe.job == request.job, retraining.recipe.project == request.project {
      return request.run
    }
    let askers = Set(asked.compactMap(\.run))
    let archive = RunArchive(context.store)
    var next = request.requestedBy
    for _ in 0..<Self.chainLimit {
      guard let run = next else { return nil }
      if askers.contains(run) { return run }
      let record = try archive.record(of: run)
      // One that was asked for by hand.
      if let record, record.because != nil, record.job == retraining.recipe.job,
        record.project == retraining.recipe.project
      {
        return run
      }
      next = record?.requestedBy
    }
    return next
  }

  private static let chainLimit = 100
  private static func days(_ seconds: Double) -> String { "\(Int(seconds / 86_400)) days" }
}
