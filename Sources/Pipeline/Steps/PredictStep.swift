internal import Jobs
internal import Learning
internal import Records
internal import Store
internal import Tables

extension StepContext {
  /// `predict`: rows in, rows out, in their order, a batch at a time.
  func predict(_ options: PredictOptions) throws -> StepResult {
    let run = try PredictionRun(options, in: self)
    try run.resume()
    try run.score()
    return try run.publish()
  }
}

/// One attempt at a `predict` step.
///
/// The data is read ahead by threads of its own, each batch is scored and written as text on all cores, and the store
/// cuts, compresses and keeps what was written meanwhile. What is in memory does not grow with the data.
private final class PredictionRun {
  private let options: PredictOptions
  private let context: StepContext
  private let model: Artifact
  private let data: Artifact
  private let scorer: Scorer
  private let columns: ScoreColumns
  /// From which score on a model of two classes says yes; nil where nobody said.
  private let threshold: Double?
  private let reasons: PredictionReasons
  private let intervals: ConformalIntervals?
  private let shadow: (model: Artifact, scorer: Scorer, columns: ScoreColumns)?
  private var input: ScoringInput
  private var rejected: RejectedRows?
  private let writer: StoreWriter
  private let builders: [String: FileBuilder]
  private let parts: PredictionParts?
  private var state = PredictionState()
  /// Rows of the data that are behind, and those that an earlier attempt left behind.
  private var rowCount = 0
  private var resumedCount = 0
  /// What was written since the last part, by output.
  private var pending: [String: [UInt8]] = [:]
  private var pendingBatches = 0

  private static let batchRows = 65_536
  private static let defaultThreshold = 0.5
  /// Batches after which what was written is kept for an attempt after this one.
  private static let partBatches = 8

  init(_ options: PredictOptions, in context: StepContext) throws {
    (self.options, self.context) = (options, context)
    let (model, data) = (try context.artifact("model"), try context.artifact("data"))
    let scorer = try Scorer(model, in: context)
    (self.model, self.data, self.scorer) = (model, data, scorer)
    threshold = try context.threshold(options, scorer, model)
    columns = ScoreColumns(task: scorer.schema.task, threshold: threshold)
    reasons = PredictionReasons(count: options.reasons, schema: scorer.schema)
    try context.requireRecipes(of: data, cited: try context.recipes(of: [data]), for: model, columns: scorer.columns)
    intervals = try context.intervals(options, scorer)
    var shadow = try options.shadow.map { _ in try Self.shadow(of: scorer, data, in: context) }
    shadow?.columns.threshold = threshold
    self.shadow = shadow
    let schema = try Self.merged(scorer.schema, shadow?.scorer.schema)
    // Keys are read as text, apart from features, so that they come out as they went in.
    var others = options.keys
    for name in options.shadow?.slices ?? [] where !others.contains(name) { others.append(name) }
    let rejects = options.onBadRow == .reject
    // Numbers are read as text where the rows that hold none are to be told.
    let fit = rejects ? FitOptions(onUnseen: .note, onType: .convert) : options.fit
    input = try ScoringInput(try context.table(data), schema, fit, others: others)
    rejected = rejects ? RejectedRows(schema, options.fit) : nil
    writer = try StoreWriter(context.store)
    var builders = ["predictions": writer.beginFile(try RelativePath("predictions.csv"))]
    if rejects { builders["rejected"] = writer.beginFile(try RelativePath("rejected.csv")) }
    if shadow != nil {
      builders["shadow"] = writer.beginFile(try RelativePath("predictions.csv"))
      state.disagreement = DisagreementTally(slices: options.shadow?.slices ?? [])
    }
    self.builders = builders
    parts = try PredictionParts(try Self.name(context), in: context.store)
    try checkNames()
  }

  /// Of all that the outputs depend on.
  private static func name(_ context: StepContext) throws -> Digest {
    let inputs = context.request.inputs.flatMap { input -> [(String, Digest)] in
      guard let artifact = input.artifact else { return [] }
      return [(input.name, artifact.digest)] + (artifact.description.map { [("\(input.name) described", $0)] } ?? [])
    }
    let ingredients = StepKey.Ingredients(
      implementation: StepProcess.implementation(of: context.request.action),
      inputs: Dictionary(inputs, uniquingKeysWith: { first, _ in first }), sources: [:], environment: [:], context: [:])
    return try StepKey.key(context.request.action, ingredients)
  }

  // MARK: The shadow

  private static func shadow(of scorer: Scorer, _ data: Artifact, in context: StepContext) throws -> (
    model: Artifact, scorer: Scorer, columns: ScoreColumns
  ) {
    let model = try context.artifact("shadow")
    let other = try Scorer(model, in: context)
    guard other.schema.task == scorer.schema.task else {
      throw PipelineError.stepFailed(
        "the shadow's task is \(other.schema.task.name) and the model's \(scorer.schema.task.name), or their classes"
          + " differ: only models that say the same kind of thing can be compared")
    }
    try context.requireRecipes(of: data, cited: try context.recipes(of: [data]), for: model, columns: other.columns)
    return (model, other, ScoreColumns(task: other.schema.task))
  }

  /// The features of both models, so that the data is read once.
  private static func merged(_ schema: ModelSchema, _ other: ModelSchema?) throws -> ModelSchema {
    var merged = schema
    for feature in other?.features ?? [] {
      guard let known = schema.features.first(where: { $0.name == feature.name }) else {
        merged.features.append(feature)
        continue
      }
      guard known.kind.name == feature.kind.name else {
        throw PipelineError.stepFailed(
          "the model reads “\(feature.name)” as \(known.kind.name) and the shadow as \(feature.kind.name):"
            + " score them by steps of their own")
      }
    }
    return merged
  }

  // MARK: Header

  /// The columns of the predictions.
  private var names: [String] {
    options.keys + columns.names + (intervals == nil ? [] : ConformalIntervals.names) + reasons.names
  }

  /// What would stand in the header twice is refused.
  private func checkNames() throws {
    let ours = names.dropFirst(options.keys.count)
    var known = Set(ours)
    for key in options.keys where !known.insert(key).inserted {
      throw PipelineError.stepFailed(
        ours.contains(key)
          ? "the key “\(key)” has the name of a column of the predictions (\(ours.joined(separator: ", "))): "
            + "call it something else in the data"
          : "`keys` names “\(key)” twice: name it once")
    }
  }

  // MARK: Rows

  /// Takes over what earlier attempts finished.
  func resume() throws {
    while let part = try parts?.next() {
      for (name, bytes) in part.files { try builders[name]?.append(bytes) }
      (resumedCount, state) = (part.rowCount, part.state)
    }
    guard resumedCount == 0 else { return }
    try write([CSVWriter.header(names)], to: "predictions")
    if rejected != nil { try write([RejectedRows.header], to: "rejected") }
    if let shadow { try write([CSVWriter.header(options.keys + shadow.columns.names)], to: "shadow") }
  }

  func score() throws {
    var input = input
    try input.forEachBatch(of: Self.batchRows, passed: passed) { try take($0) }
    self.input = input
  }

  private func passed(_ batch: Table) -> Table {
    rowCount += batch.rowCount
    return rejected?.passed(batch) ?? batch
  }

  private func take(_ batch: Table) throws {
    // Batches have the same borders in every attempt. Those behind were only held against the training data again.
    guard rowCount > resumedCount else { return }
    if let lines = rejected?.lines, !lines.isEmpty { try write([lines], to: "rejected") }
    if batch.rowCount > 0 { try score(batch) }
    pendingBatches += 1
    guard pendingBatches == Self.partBatches, let parts else { return }
    try parts.append(rowCount: rowCount, files: pending, state: state)
    (pending, pendingBatches) = ([:], 0)
  }

  private func score(_ batch: Table) throws {
    let predictions = try scorer.predict(batch)
    state.unseen.merge(predictions.unseenCategoryCounts, uniquingKeysWith: +)
    state.scoredCount += batch.rowCount
    let keys = others(options.keys, of: batch).map { column -> CSVCells in
      if case .strings(let texts) = column.storage { .texts(texts) } else { .strings(column.texts) }
    }
    let cells =
      keys + columns.cells(predictions) + (intervals?.cells(predictions) ?? [])
      + (try reasons.cells(batch, predictions, scorer))
    let threads = context.request.threads
    try write(CSVWriter.pieces(cells, rowCount: batch.rowCount, threads: threads), to: "predictions")
    guard let shadow else { return }
    let beside = try shadow.scorer.predict(batch)
    try write(
      CSVWriter.pieces(keys + shadow.columns.cells(beside), rowCount: batch.rowCount, threads: threads), to: "shadow")
    compare(predictions, beside, batch)
  }

  private func compare(_ predictions: Predictor.Predictions, _ beside: Predictor.Predictions, _ batch: Table) {
    let threshold = threshold ?? Self.defaultThreshold
    let chosen = columns.task.hasClasses && columns.task.outputCount > 1 ? predictions.likeliestClasses : nil
    let rows = DisagreementTally.Rows(
      keys: others(options.keys, of: batch).map(\.texts),
      slices: others(options.shadow?.slices ?? [], of: batch).map(\.texts))
    state.disagreement?.add(
      columns.answers(predictions, threshold: threshold),
      columns.answers(beside, threshold: threshold, of: chosen), rows)
  }

  /// Columns as they stand in the data: they come after the features.
  private func others(_ names: [String], of batch: Table) -> [Column] {
    names.compactMap { name in batch.columns.last { $0.name == name } }
  }

  private func write(_ pieces: [[UInt8]], to name: String) throws {
    for piece in pieces {
      try builders[name]?.append(piece)
      if parts != nil { pending[name, default: []] += piece }
    }
  }

  // MARK: Outputs

  func publish() throws -> StepResult {
    let fit = try input.fit.report()
    var manifests: [String: Manifest] = [:]
    for (name, builder) in builders.sorted(by: { $0.key < $1.key }) {
      manifests[name] = try Manifest([try builder.finish()])
    }
    var digests: [String: Digest] = [:]
    for (name, manifest) in manifests.sorted(by: { $0.key < $1.key }) { digests[name] = try writer.put(manifest) }
    try writer.finish()
    var outputs: [StepRecord.Output] = []
    for (name, manifest) in manifests.sorted(by: { $0.key < $1.key }) {
      guard let digest = digests[name] else { continue }
      let described = try describe(manifest, name == "shadow" ? shadow?.model : name == "rejected" ? nil : model, fit)
      outputs.append(
        StepRecord.Output(
          name: name == "predictions" ? "" : name,
          artifact: Artifact(kind: .dataset, digest: digest, description: described)))
    }
    if let disagreement = try disagreement() { outputs.append(disagreement) }
    try parts?.remove()
    return StepResult(outputs: outputs, notes: notes(fit), headline: headline)
  }

  /// - Parameter maker: the model whose scores the files hold.
  private func describe(_ manifest: Manifest, _ maker: Artifact?, _ fit: DataFit) throws -> Digest {
    var description = try DatasetDescriber(store: context.store, duckdb: context.site.settings.duckdb)
      .description(of: manifest, .table)
    if let maker {
      description.predictions = DatasetDescription.Predictions(
        model: maker.digest, data: data.digest, unseenCategoryCounts: state.unseen, fit: fit, threshold: threshold)
    }
    return try context.store.put(try CanonicalJSON.encode(description))[0]
  }

  private func disagreement() throws -> StepRecord.Output? {
    guard let shadow, let tally = state.disagreement else { return nil }
    var document = DisagreementDocument(
      model: model.digest, shadow: shadow.model.digest, data: data.digest, task: scorer.schema.task.name)
    (document.modelVersion, document.shadowVersion) = (model.version, shadow.model.version)
    if case .binary = scorer.schema.task { document.threshold = threshold ?? Self.defaultThreshold }
    document.keyColumns = options.keys
    tally.fill(&document, hasAnswers: scorer.schema.task.hasClasses)
    let digest = try context.store.put(try CanonicalJSON.encode(document))[0]
    return StepRecord.Output(name: "disagreement", artifact: Artifact(kind: .disagreement, digest: digest))
  }

  private func notes(_ fit: DataFit) -> [String] {
    var notes = fit.notes
    if let intervals { notes.append(intervals.note) }
    if let rejected, rejected.rejectedCount > 0 {
      notes.append("\(rejected.rejectedCount) of \(rowCount) rows cannot be read by the model: `rejected` says why")
    }
    return notes
  }

  private var headline: String {
    let resumed = resumedCount > 0 ? ", \(resumedCount) of them by an attempt before" : ""
    return "\(state.scoredCount) rows scored by \(model.version?.text ?? model.shortDigest)\(resumed)"
  }
}

extension StepContext {
  /// From which score on the model of two classes is to say yes: as given, or as it was when the model was judged.
  fileprivate func threshold(_ options: PredictOptions, _ scorer: Scorer, _ model: Artifact) throws -> Double? {
    guard let threshold = options.threshold else { return nil }
    guard case .binary = scorer.schema.task else {
      throw PipelineError.stepFailed(
        "`threshold` takes a target of two classes, but the model's task is \(scorer.schema.task.name): leave it out")
    }
    if case .number(let number) = threshold { return number }
    let metrics = try document(MetricsDocument.self, try artifact("threshold"))
    guard metrics.model == model.digest else {
      throw PipelineError.stepFailed(
        "`threshold` is of the model \(metrics.modelVersion?.text ?? metrics.model.short), not of \(model.version?.text ?? model.shortDigest): name the `evaluate` step of the model that scores"
      )
    }
    guard let confusion = metrics.confusion else {
      throw PipelineError.stepFailed("the metrics that `threshold` names hold no threshold: write a number from 0 to 1")
    }
    return confusion.threshold
  }
}
