internal import Jobs
internal import Learning
internal import Records
internal import Statistics
internal import Tables

/// Judges a model on data: what `evaluate` and `gate` share.
struct Evaluation {
  let context: StepContext
  let model: Artifact
  let data: Artifact
  /// The recipes of the data's features; nil where nobody noted them.
  var recipes: [RecipeCitation]?
  var slices: [String] = []
  var threshold = 0.5
  var fit = FitOptions()

  /// Slices of fewer rows say too little to be listed.
  static let minimumSliceRows = 30

  func document() throws -> MetricsDocument {
    let scorer = try Scorer(model, in: context)
    if let recipes {
      try context.requireRecipes(of: data, cited: recipes, for: model, columns: scorer.columns)
    }
    let target = try TargetRule(scorer.schema.target)
    let others = [target.column] + slices
    var input = try ScoringInput(try context.table(data), scorer.schema, fit, others: others)
    let table = try input.table()
    guard let column = table[target.column] else {
      throw PipelineError.stepFailed("the data has no column “\(target.column)”")
    }
    let labels = try scorer.labels(try target.apply(to: column))
    let rows = labels.indices.filter { labels[$0] != nil }
    guard !rows.isEmpty else {
      throw PipelineError.stepFailed(
        "the target “\(target.text)” is missing in all \(table.rowCount) rows: there is nothing to evaluate")
    }
    let known = table.gather(rows)
    let scores = try scorer.predict(known).scores
    let judge = Judge(
      task: scorer.schema.task, scores: scores, labels: labels.compactMap { $0 }, threshold: threshold)
    var document = MetricsDocument(
      model: model.digest, modelVersion: model.version, data: data.digest, dataVersion: data.version,
      task: scorer.schema.task.name, target: target.text, rowCount: rows.count,
      droppedRowCount: table.rowCount - rows.count, metrics: [:])
    document.recipes = recipes
    try judge.fill(&document)
    document.fit = try input.fit.report()
    document.convertsTypes = fit.onType == .convert ? true : nil
    document.slices = try slices.flatMap { try sliced($0, known, judge) }
    return document
  }

  private func sliced(_ name: String, _ table: Table, _ judge: Judge) throws -> [MetricsDocument.Slice] {
    guard let column = table[name] else { return [] }
    var rows: [String?: [Int]] = [:]
    for (row, text) in column.texts.enumerated() { rows[text, default: []].append(row) }
    return try rows.filter { $0.value.count >= Self.minimumSliceRows }
      .sorted { ($0.key == nil ? 1 : 0, $0.key ?? "") < ($1.key == nil ? 1 : 0, $1.key ?? "") }
      .map { value, rows in
        MetricsDocument.Slice(
          column: name, value: value, rowCount: rows.count, metrics: try judge.over(rows).metrics().values)
      }
  }
}

/// Scores and labels of some rows, and the metrics of the task over them.
private struct Judge {
  var task: ModelSchema.Task
  /// Rows x outputs.
  var scores: [Double]
  var labels: [Double]
  var threshold: Double

  func over(_ rows: [Int]) -> Judge {
    let width = task.outputCount
    return Judge(
      task: task, scores: rows.flatMap { scores[($0 * width)..<(($0 + 1) * width)] }, labels: rows.map { labels[$0] },
      threshold: threshold)
  }

  func metrics() throws -> MetricSet {
    switch task {
    case .regression: try RegressionMetrics.metrics(predicted: scores, actual: labels)
    case .binary: try binary().metrics
    case .quantile(let levels): try RegressionMetrics.metrics(predicted: median(levels), actual: labels)
    case .ranking(let group):
      throw PipelineError.stepFailed(
        "models that rank rows by “\(group)” have no metrics here: their curves in training show ndcg")
    case .multiclass(let classes):
      try MulticlassMetrics(probabilities: scores, labels: labels.map { Int($0) }, classCount: classes.count).metrics
    }
  }

  /// The scores of the level that is nearest to a half.
  private func median(_ levels: [Double]) -> [Double] {
    let middle = levels.indices.min { abs(levels[$0] - 0.5) < abs(levels[$1] - 0.5) } ?? 0
    return stride(from: middle, to: scores.count, by: levels.count).map { scores[$0] }
  }

  private func binary() throws -> BinaryMetrics {
    try BinaryMetrics(scores: scores, labels: labels.map { $0 == 1 }, threshold: threshold)
  }

  /// Metrics, confusion and curves of all rows.
  func fill(_ document: inout MetricsDocument) throws {
    let set = try metrics()
    document.metrics = set.values
    document.undefined = set.undefined
    switch task {
    case .regression, .quantile, .ranking: return
    case .binary(let negative, let positive):
      let judged = try binary()
      let counts = judged.confusion
      document.confusion = MetricsDocument.Confusion(
        labels: [negative, positive],
        counts: [[counts.trueNegatives, counts.falsePositives], [counts.falseNegatives, counts.truePositives]],
        threshold: threshold)
      document.roc = judged.roc.isEmpty ? nil : judged.roc.map { MetricsDocument.Point(x: $0.x, y: $0.y) }
      document.calibration = judged.calibration().map {
        MetricsDocument.CalibrationBin(meanScore: $0.meanScore, observedRate: $0.observedRate, rowCount: $0.count)
      }
    case .multiclass(let classes):
      let judged = try MulticlassMetrics(
        probabilities: scores, labels: labels.map { Int($0) }, classCount: classes.count)
      document.confusion = MetricsDocument.Confusion(labels: classes, counts: judged.confusion)
    }
  }
}
