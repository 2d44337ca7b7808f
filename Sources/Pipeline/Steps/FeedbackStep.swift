internal import Jobs
internal import Learning
internal import Records
internal import Store
internal import Tables

extension StepContext {
  /// `feedback`: labels joined to what was predicted of their rows before they were known.
  func feedback(_ options: FeedbackOptions) throws -> StepResult {
    try FeedbackJoin(context: self, options: options).result()
  }
}

/// The join of one `feedback` step: the labels are in memory, the predictions stream by.
private struct FeedbackJoin {
  let context: StepContext
  let options: FeedbackOptions
  private static let batchRows = 65_536

  func result() throws -> StepResult {
    let versions = try context.predictionVersions()
    let scorer = try versions.last.map { try Scorer($0.model, in: context) }
    let labels = try context.artifact("labels")
    let reader = try context.table(labels)
    var document = PerformanceDocument(
      predictions: name, labels: labels.digest, target: options.target, span: options.span.rawValue,
      take: options.take.rawValue)
    document.labelsVersion = labels.version
    var notes: [String] = []
    var rows = LabelTable(
      scoreCount: scorer?.schema.task.outputCount ?? 1, knownAt: try knownAt(labels), take: options.take)
    if let scorer {
      document.task = scorer.schema.task.name
      (document.model, document.modelVersion) = (versions.last?.model.digest, versions.last?.model.version)
      try read(reader, scorer, into: &rows)
      let tallies = try versions.enumerated().map { try join($1, place: $0, scorer.schema.task, &rows, &notes) }
      let report = PerformanceReport(options: options, task: scorer.schema.task, table: rows)
      let periods = try report.periods(versions, tallies)
      document.overall = try report.overall(periods)
      document.periods = periods.suffix(PerformanceDocument.periodLimit)
      (document.unpredictedCount, document.tooLateCount) = rows.unused
    }
    (document.labelRowCount, document.labelCount) = (rows.labels.count, rows.labelCount)
    if document.tooLateCount > 0 {
      notes.append(
        "\(document.tooLateCount) labels were known when their rows were first predicted: no prediction of them counts")
    }
    let outcomes = try OutcomesWriter(context: context, options: options, versions: versions)
      .write(rows, reader, scorer?.schema.task)
    return try result(document, outcomes, notes)
  }

  private func result(_ document: PerformanceDocument, _ outcomes: Artifact, _ notes: [String]) throws -> StepResult {
    var result = try context.result(.performance, document, headline: headline(document), notes: notes)
    result.outputs[0].name = "performance"
    result.outputs.insert(StepRecord.Output(name: "", artifact: outcomes), at: 0)
    return result
  }

  private var name: String {
    switch options.predictions {
    case .history(let project, let name): "\(project ?? context.request.project)/\(name)"
    case .one: context.request.input("predictions")?.artifact?.version.map { "\($0.project)/\($0.name)" } ?? ""
    }
  }

  private func headline(_ document: PerformanceDocument) -> String {
    guard let overall = document.overall else { return "no predictions yet" }
    let joined = "labels for \(overall.rowCount) of \(overall.predictionCount) predictions"
    guard let latest = document.latest,
      let metric = ["auc", "accuracy", "rmse", "mae"].first(where: {
        latest.metrics[$0] != nil
      }), let value = latest.metrics[metric]?.value
    else { return joined }
    return "\(joined); \(metric) \(Headline.number(value)) since \(latest.from)"
  }

  // MARK: Labels

  /// When the labels' version was made; of what this job made itself, now.
  private func knownAt(_ labels: Artifact) throws -> Timestamp {
    guard let label = labels.version,
      let version = try context.store.refs.version(
        label.number, of: try EntityName(.dataset, project: label.project, name: label.name)),
      let created = Timestamp(version.created)
    else { return context.request.logicalTime }
    return created
  }

  private func read(_ reader: TableReader, _ scorer: Scorer, into rows: inout LabelTable) throws {
    let target = try TargetRule(options.target)
    let header = try reader.header()
    for (role, name) in [("target", target.column)] + options.key.map({ ("key", $0) })
      + (options.time.map { [("time", $0)] } ?? []) where !header.contains(name)
    {
      throw LearningError.unknownColumn(role: role, name: name, nearest: nearestWord(to: name, among: header))
    }
    let columns = [target.column] + (options.time.map { [$0] } ?? [])
    let types = try types(columns, reader)
    var rowCount = 0
    try reader.forEachBatch(
      of: Self.batchRows, columns: columns, types: types, texts: options.key, dictionaries: .perBatch
    ) { batch in
      let labels = try scorer.labels(try target.apply(to: batch.columns[0]))
      let times = options.time == nil ? [] : batch.columns[1].doubles ?? []
      let keys = RowKey.keys(batch.columns.suffix(options.key.count), rowCount: batch.rowCount)
      if let repeated = rows.add(keys, labels, times) {
        throw PipelineError.stepFailed(
          "row \(repeated + 1) of the labels has the key of a row before it: name the columns in `key` that tell all rows apart"
        )
      }
      rowCount += batch.rowCount
    }
    rows.close()
  }

  /// The columns' types: those that the description keeps, else those that all rows have.
  private func types(_ columns: [String], _ reader: TableReader) throws -> [String: ColumnType] {
    var types = reader.options.types.filter { columns.contains($0.key) }
    if columns.contains(where: { types[$0] == nil }) {
      for column in try reader.inferredSchema().columns where columns.contains(column.name) {
        types[column.name] = column.type
      }
    }
    if let time = options.time, let type = types[time], type != .timestamp {
      throw LearningError.unusableColumn(
        name: time, reason: "`time` wants times, and it holds \(type) values; name another, or leave it out")
    }
    return types
  }

  // MARK: Predictions

  private func join(
    _ version: PredictionVersion, place: Int, _ task: ModelSchema.Task, _ rows: inout LabelTable,
    _ notes: inout [String]
  ) throws -> LabelTable.Tally {
    var tally = LabelTable.Tally()
    let reader = try context.table(version.artifact)
    let header = try reader.header()
    let scores = PredictionColumns.scores(task)
    if let absent = (options.key + scores).first(where: { !header.contains($0) }) {
      notes.append("\(version.artifact.version?.text ?? "a version") was left out: it has no column “\(absent)”")
      return tally
    }
    try reader.forEachBatch(
      of: Self.batchRows, columns: scores, types: Dictionary(uniqueKeysWithValues: scores.map { ($0, .float) }),
      texts: options.key, dictionaries: .perBatch
    ) { batch in
      let values = batch.columns.prefix(scores.count).map { $0.doubles ?? [] }
      let keys = RowKey.keys(batch.columns.suffix(options.key.count), rowCount: batch.rowCount)
      rows.join(
        keys, (0..<batch.rowCount).flatMap { row in values.map { $0[row] } }, version: place, made: version.made,
        &tally)
    }
    return tally
  }
}

/// The columns of a file of predictions.
enum PredictionColumns {
  /// Those that metrics are taken of.
  static func scores(_ task: ModelSchema.Task) -> [String] {
    switch task {
    case .regression: ["prediction"]
    case .binary, .ranking: ["score"]
    case .quantile(let levels): levels.map { "quantile_\($0)" }
    case .multiclass(let classes): classes.map { "score_\($0)" }
    }
  }
}
