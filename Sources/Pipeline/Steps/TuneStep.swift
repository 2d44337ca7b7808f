internal import Disk
internal import Jobs
internal import Learning
internal import Records
internal import Store
internal import SystemPackage
internal import Tables

extension StepContext {
  /// `tune`: the best of many trainings as a model package, and the trials.
  func tune(_ options: TuneOptions) throws -> StepResult {
    guard var recipe = request.recipe else { throw PipelineError.stepFailed("the request has no recipe") }
    let target = try TargetRule(options.train.target)
    let folds = try options.folds?.parts.map { try FoldUnion($0.count, self) }
    let source = try folds?.artifact ?? artifact("data")
    recipe.trainingData = source.digest
    let data = try tuningData(options, target, source, folds)
    var common = trainingOptions(options.train, data.columns)
    common.earlyStopping = nil
    let rows = try TrialRows(common, data.training, target: target, judging: data.judging, metric: options.metric)
    try checkMemory(rows, options)
    let plan = TrialPlan(options, isHigherBetter: rows.isHigherBetter)
    let trials = try search(options, plan, rows, recipe)
    guard let best = trials.best(isHigherBetter: rows.isHigherBetter) else { throw Self.nothingTrained(trials) }
    if trials.count < plan.count { recipe.trialCount = trials.count }
    let model = try refit(best, options, common, data)
      .train(data.training, validation: data.validation, target: target)
      .profiled(data.training, validation: data.validation, threads: request.threads)
    recipe.features = try recipes(of: source, behind: model.schema.features.map(\.name))
    var document = TrialsDocument(
      search: options.search.rawValue, metric: rows.metric, isHigherBetter: rows.isHigherBetter,
      judgedBy: options.judgedBy, target: target.text, data: source.digest, best: best, trials: trials)
    document.validation = try options.train.validation.map { _ in try artifact("validation").digest }
    (document.seed, document.parallel) = (options.train.seed, options.parallel)
    document.ending =
      trials.count < plan.count ? .time : plan.isWholeGrid(options.trials) ? .grid : .trials
    document.modelParameters = model.training.parameters
    document.modelRounds = model.training.rounds
    var result = try result(model, recipe, document)
    if let folds { result.outputs.append(StepRecord.Output(name: "data", artifact: folds.artifact)) }
    return result
  }

  private func result(_ model: Model, _ recipe: Recipe, _ document: TrialsDocument) throws -> StepResult {
    var result = try package(model, recipe)
    let digest = try store.put(try CanonicalJSON.encode(document))[0]
    result.outputs.append(StepRecord.Output(name: "trials", artifact: Artifact(kind: .trials, digest: digest)))
    let best = document.trials.first { $0.number == document.best }
    let value = best?.value.map(Headline.number) ?? ""
    result.headline = "\(document.metric) \(value) by trial \(document.best) of \(document.trials.count)"
    let failed = document.trials.filter { $0.status == .failed }
    if let first = failed.first {
      result.notes.append(
        "of \(document.trials.count) trials \(failed.count) failed, first trial \(first.number): \(first.reason ?? "")")
    }
    if document.ending == .time {
      result.notes.append(
        "the time was over after \(document.trials.count) trials: the search is done again with as many")
    }
    return result
  }

  private static func nothingTrained(_ trials: [TrialsDocument.Trial]) -> PipelineError {
    let reasons = trials.compactMap(\.reason)
    let different = reasons.indices.filter { reasons.firstIndex(of: reasons[$0]) == $0 }.map { reasons[$0] }
    return .stepFailed("no trial of \(trials.count) could be trained: \(different.prefix(3).joined(separator: "; "))")
  }

  // MARK: Data

  /// What a search learns from.
  private struct TuningData {
    var training: Table
    var validation: Table?
    var judging: TrialRows.Judging
    /// Those that were read.
    var columns: [String]
  }

  /// - Parameter union: the folds that `source` is made of, where they are named.
  private func tuningData(_ options: TuneOptions, _ target: TargetRule, _ source: Artifact, _ union: FoldUnion?) throws
    -> TuningData
  {
    let reader = try table(source)
    let names = try columns(options.train, target, try reader.header())
    let training = try reader.readTable(columns: names)
    guard training.rowCount > 0 else {
      throw LearningError.noRows("the data has no rows: there is nothing to learn from")
    }
    if let folds = options.folds {
      let parts =
        try union?.parts(reader, training.rowCount)
        ?? foldParts(folds, options.train.seed, reader, training.rowCount)
      return TuningData(
        training: training, judging: .folds(TrialRows.Fold.turns(parts, inTime: folds.by == .time)), columns: names)
    }
    let types = Dictionary(uniqueKeysWithValues: training.schema.columns.map { ($0.name, $0.type) })
    let validation = try table(try artifact("validation")).readTable(
      columns: names, types: types.mapValues { $0 == .integer ? .float : $0 })
    return TuningData(training: training, validation: validation, judging: .validation(validation), columns: names)
  }

  /// The fold of each row, from 1.
  private func foldParts(_ folds: TuneOptions.Folds, _ seed: Int, _ reader: TableReader, _ rowCount: Int) throws
    -> [Int]
  {
    let header = try reader.header()
    for name in [folds.column, folds.stratify].compactMap({ $0 }) where !header.contains(name) {
      throw LearningError.unknownColumn(role: "fold", name: name, nearest: nearestWord(to: name, among: header))
    }
    let scan = SplitScan(reader)
    var keys = SplitKeys(rowCount: rowCount)
    var method = Split.Method.random
    switch folds.by {
    case .random: break
    case .group:
      method = .group
      keys.groups = try scan.keys(of: [folds.column].compactMap { $0 }).hashes
    case .time:
      method = .time(gap: 0)
      keys.times = try reader.readTable(columns: [folds.column].compactMap { $0 }).columns.first
    }
    if let column = folds.stratify { keys.classes = try scan.classes(of: column) }
    let split = Split(method: method, test: 0, folds: folds.count, seed: UInt64(seed))
    return try split.assignments(keys).map { Int($0.rawValue) - Int(Split.Part.fold(1).rawValue) + 1 }
  }

  // MARK: Training

  /// The best trial's parameters and rounds, on all training rows.
  private func refit(
    _ best: TrialsDocument.Trial, _ options: TuneOptions, _ common: TrainingOptions, _ data: TuningData
  )
    -> Trainer
  {
    var chosen = common
    if best.label == AutoCandidates.constant { chosen.trainer = .baseline }
    if best.label == AutoCandidates.linear { chosen.parameters = chosen.parameters.filter { $0.key == "objective" } }
    chosen.parameters.merge(best.parameters.filter { $0.key != "rounds" }) { $1 }
    chosen.rounds = best.bestRound ?? best.rounds
    return Trainer(chosen)
  }

  // MARK: Searching

  /// Throws where what the library holds takes more than the step may have.
  private func checkMemory(_ rows: TrialRows, _ options: TuneOptions) throws {
    guard let limit = request.memoryBytes else { return }
    let searched = options.space.map(\.name)
    let isApart = searched.contains("max_bin") || searched.contains("booster")
    // A leaderboard has one linear model.
    let apart = isApart ? options.parallel : options.candidates == .auto ? 1 : 0
    let bytes = rows.matrixBytes(TrialRows.Crowd(trials: options.parallel, apart: apart))
    guard bytes > limit else { return }
    throw PipelineError.stepFailed(
      "its rows take about \(bytes >> 20) MiB in \(options.parallel) trials at once, over \(rows.turnCount) turns, but it may have \(limit >> 20) MiB: lower `parallel` or the number of folds, or raise `resources.memory`"
    )
  }

  private func search(_ options: TuneOptions, _ plan: TrialPlan, _ rows: TrialRows, _ recipe: Recipe) throws
    -> [TrialsDocument.Trial]
  {
    // Whoever does a known step again wants to see whether the same comes of it: nothing is taken over.
    let isKnown = try store.stepResult(recipe.key) != nil
    let journal = try TrialJournal(recipe.key, in: store, isKnown ? .anew : .takingOver)
    let end: TrialLimit.End =
      recipe.trialCount.map { .trials($0) } ?? options.budgetSeconds.map { .seconds($0) } ?? .none
    let limit = TrialLimit(end, earlierSeconds: journal.entries.map(\.elapsedSeconds).max() ?? 0)
    let workers = min(options.parallel, max(1, plan.count))
    let trials = try withCurve(rows) { told in
      let board = TrialBoard(
        plan, limit: limit, known: journal.entries.map(\.trial),
        ended: { trial, seconds, elapsed in
          try journal.append(TrialJournal.Entry(trial: trial, seconds: seconds, elapsedSeconds: elapsed))
        }, told: told)
      let matrices = try TrialMatrices(rows, threads: request.threads)
      return try board.run(workers: workers, Self.worker(matrices, threads: max(1, request.threads / workers)))
    }
    if isKnown { try journal.remove() }
    return trials
  }

  /// Makes one trial after the other.
  private static func worker(_ matrices: TrialMatrices, threads: Int) -> @Sendable (TrialBoard) throws -> Void {
    { board in
      let trainer = TrialTrainer(matrices, threads: threads)
      while let assignment = try board.take() {
        let start = ContinuousClock.now
        let outcome = try trainer.run(assignment.proposal.setting, pruning: assignment.pruning)
        try board.finish(assignment, outcome, seconds: (ContinuousClock.now - start) / .seconds(1))
      }
    }
  }

  /// Gives `body` what appends the metric of each trial, and the best so far, to `metrics.ndjson`, so that the curve is
  /// there even when the step is killed.
  private func withCurve<Value>(
    _ rows: TrialRows, _ body: (@escaping (TrialsDocument.Trial) throws -> Void) throws -> Value
  ) throws -> Value {
    let file = try site.disk.openForAppending(FilePath(request.stepFolder).appending("metrics.ndjson"))
    // An attempt before this one told of the trials that this one tells of again.
    try file.truncate(to: 0)
    var best: Double?
    return try body { trial in
      guard let value = trial.value else { return }
      var points = [CurvePoint(step: trial.number, metric: "trial \(rows.metric)", value: value)]
      if trial.status == .complete {
        best = best.map { rows.isHigherBetter ? max($0, value) : min($0, value) } ?? value
      }
      if let best { points.append(CurvePoint(step: trial.number, metric: "best \(rows.metric)", value: best)) }
      try file.write(try points.flatMap { try CanonicalJSON.encode($0) + [UInt8(ascii: "\n")] })
    }
  }
}

/// A line of `metrics.ndjson`.
private struct CurvePoint: Codable {
  var step: Int
  var metric: String
  var value: Double
}

extension TuneOptions {
  fileprivate var judgedBy: String {
    guard let folds else { return "validation" }
    if folds.parts != nil { return "\(folds.count) folds of a split by \(folds.by.rawValue)" }
    let column = folds.column.map { " of \($0)" } ?? ""
    return "\(folds.count) folds by \(folds.by.rawValue)\(column)"
  }
}
