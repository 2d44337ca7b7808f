internal import Jobs
internal import Learning
internal import Records
internal import Store
internal import Tables

extension StepContext {
  /// `predict`: rows in, rows out, in their order, a batch at a time.
  func predict(_ options: PredictOptions) throws -> StepResult {
    let (model, data) = (try artifact("model"), try artifact("data"))
    let scorer = try Scorer(model, in: self)
    try requireRecipes(of: data, cited: try recipes(of: [data]), for: model, columns: scorer.columns)
    let names = try columnNames(options.keys, scorer.schema.task)
    // Keys are read as text, apart from features, so that they come out as they went in.
    var input = try ScoringInput(try table(data), scorer.schema, options.fit, others: options.keys)
    let writer = try StoreWriter(store)
    let file = writer.beginFile(try RelativePath("predictions.csv"))
    try file.append(CSVWriter.header(names))
    var unseen: [String: Int] = [:]
    var rowCount = 0
    try input.forEachBatch(of: 65_536) { batch in
      let predictions = try scorer.predict(batch)
      unseen.merge(predictions.unseenCategoryCounts, uniquingKeysWith: +)
      let keys = batch.columns.suffix(options.keys.count)
      let scores = Self.columns(predictions.scores, scorer.schema.task, rowCount: batch.rowCount)
      try file.append(CSVWriter.rows(Table(columns: keys + scores, rowCount: batch.rowCount)))
      rowCount += batch.rowCount
    }
    let fit = try input.fit.report()
    let manifest = try Manifest([try file.finish()])
    let digest = try writer.put(manifest)
    try writer.finish()
    var description = try DatasetDescriber(store: store, duckdb: site.settings.duckdb).description(of: manifest, .table)
    description.predictions = DatasetDescription.Predictions(
      model: model.digest, data: data.digest, unseenCategoryCounts: unseen, fit: fit)
    let described = try store.put(try CanonicalJSON.encode(description))[0]
    return StepResult(
      outputs: [
        StepRecord.Output(name: "", artifact: Artifact(kind: .dataset, digest: digest, description: described))
      ],
      notes: fit.notes,
      headline: "\(rowCount) rows scored by \(model.version?.text ?? model.shortDigest)")
  }

  /// The header of the predictions; what would stand in it twice is refused.
  private func columnNames(_ keys: [String], _ task: ModelSchema.Task) throws -> [String] {
    let scores = scoreNames(task)
    var known = Set(scores)
    for key in keys where !known.insert(key).inserted {
      throw PipelineError.stepFailed(
        scores.contains(key)
          ? "the key “\(key)” has the name of a column of the predictions (\(scores.joined(separator: ", "))): "
            + "call it something else in the data"
          : "`keys` names “\(key)” twice: name it once")
    }
    return keys + scores
  }

  /// The scores, and `prediction` for the likeliest of many classes.
  private func scoreNames(_ task: ModelSchema.Task) -> [String] {
    guard case .multiclass = task else { return task.scoreNames }
    return task.scoreNames + ["prediction"]
  }

  private static func columns(_ scores: [Double], _ task: ModelSchema.Task, rowCount: Int) -> [Column] {
    let width = task.outputCount
    var columns = (0..<width).map { index in
      // Scores are 32-bit: their shortest text is that of a Float.
      Column(
        name: "\(index)",
        storage: .floats((0..<rowCount).map { Double("\(Float(scores[$0 * width + index]))") ?? .nan }))
    }
    if case .multiclass(let classes) = task {
      let codes = (0..<rowCount).map { row in
        Int32(
          (0..<width).max {
            scores[row * width + $0] < scores[row * width + $1]
              || scores[row * width + $0] == scores[row * width + $1] && $0 > $1
          } ?? 0)
      }
      columns.append(Column(name: "prediction", storage: .strings(.init(codes: codes, values: classes))))
    }
    return columns
  }
}
