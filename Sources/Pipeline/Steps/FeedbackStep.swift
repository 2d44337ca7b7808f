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
    let history = try PredictionHistory(context, key: options.key)
    let labels = try context.artifact("labels")
    var document = PerformanceDocument(
      predictions: name, labels: labels.digest, target: options.target, span: options.span.rawValue,
      take: options.take.rawValue)
    document.labelsVersion = labels.version
    var notes = history.leftOut.map(Self.note)
    if !history.leftOut.isEmpty { document.leftOut = history.leftOut }
    var found = LabelReader.Found(
      rows: LabelTable(scoreCount: 1, knownAt: context.request.logicalTime, take: options.take))
    if let schema = history.schema {
      found = try LabelReader(context: context, options: options, schema: schema).read(labels)
      document.task = schema.task.name
      (document.model, document.modelVersion) = (
        history.versions.last?.model.digest, history.versions.last?.model.version
      )
      document.threshold = history.versions.last?.threshold
      if found.unknownClassCount > 0 {
        document.unknownClassCount = found.unknownClassCount
        notes.append("\(found.unknownClassCount) labels of a class that the model does not know were left out")
      }
      let tallies = try history.versions.enumerated().map { try join($1, place: $0, schema.task, &found.rows) }
      var report = PerformanceReport(options, schema.task, found, threads: context.request.threads)
      report.thresholds = history.versions.map(\.threshold)
      let periods = try report.periods(history.versions, tallies)
      document.overall = try report.overall(periods)
      document.periods = periods.suffix(PerformanceDocument.periodLimit)
      (document.unpredictedCount, document.tooLateCount) = found.rows.unused
    } else {
      try LabelReader.check(options, try context.table(labels).header())
      notes += try unpublished()
    }
    (document.labelRowCount, document.labelCount) = (found.rows.labels.count, found.rows.labelCount)
    if document.tooLateCount > 0 {
      notes.append(
        "\(document.tooLateCount) labels were known when their rows were first predicted: no prediction of them counts")
    }
    let outcomes = try OutcomesWriter(context: context, options: options, versions: history.versions)
      .write(found.rows, try context.table(labels), history.schema?.task)
    return try result(document, outcomes, notes)
  }

  /// Whether there ever was a dataset of the name, so that a misspelt one does not wait for ever.
  private func unpublished() throws -> [String] {
    guard case .history(let owner, let name) = options.predictions else { return [] }
    let entity = try EntityName(.dataset, project: owner ?? context.request.project, name: name)
    guard try context.store.refs.versions(of: entity).isEmpty else { return [] }
    let names = try context.store.refs.entities(.dataset).filter { $0.project == entity.project }.map(\.name)
    let hint = nearestWord(to: name, among: names).map { ": did you mean “\($0)”?" } ?? ""
    return ["no dataset \(entity.project)/\(name) has been published yet\(hint)"]
  }

  private static func note(_ leftOut: PerformanceDocument.LeftOut) -> String {
    let versions =
      leftOut.versionCount == 1
      ? leftOut.first : "\(leftOut.versionCount) versions (\(leftOut.first) to \(leftOut.last))"
    return "\(versions) of predictions by \(leftOut.model) left out: \(leftOut.reason)"
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
      let metric = ["auc", "accuracy", "rmse", "mae", "quantile_loss", "ndcg"].first(where: {
        latest.metrics[$0] != nil
      }), let value = latest.metrics[metric]?.value
    else { return joined }
    return "\(joined); \(metric) \(Headline.number(value)) since \(latest.from)"
  }

  private func join(
    _ version: PredictionVersion, place: Int, _ task: ModelSchema.Task, _ rows: inout LabelTable
  ) throws -> LabelTable.Tally {
    var tally = LabelTable.Tally()
    let scores = task.scoreNames
    try context.table(version.artifact).forEachBatch(
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
