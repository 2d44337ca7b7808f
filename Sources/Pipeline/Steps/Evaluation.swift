internal import Jobs
internal import Learning
internal import Records
internal import Statistics
internal import Store
internal import Tables

/// Judges a model on data: what `evaluate` and `gate` share.
struct Evaluation {
  let context: StepContext
  let model: Artifact
  let data: Artifact
  /// The recipes of the data's features; nil where nobody noted them.
  var recipes: [RecipeCitation]?
  /// Columns by whose values the rows are parted.
  var slices: [String] = []
  var fit = FitOptions()
  /// Bins of a column of many numbers.
  var bins = 4
  /// Columns whose numbers are names.
  var valueColumns: [String] = []
  /// A column whose equal values belong together.
  var cluster: String?

  /// Of the code that computes metrics: raise it when the same rows give other numbers than before.
  static let implementation = 7
  private static let batchRows = 65_536

  /// Scores the data, in memory that grows by the scores, labels and groups of its rows alone.
  func judged() throws -> Judged {
    let scorer = try Scorer(model, in: context)
    if let recipes {
      try context.requireRecipes(of: data, cited: recipes, for: model, columns: scorer.columns)
    }
    let target = try TargetRule(scorer.schema.target)
    var names: [String] = []
    for name in slices where !names.contains(name) { names.append(name) }
    let cluster = try clusterColumn(scorer.schema.task)
    // A cluster's column may be a slice's, too.
    let texts = names + (cluster.map { names.contains($0) ? [] : [$0] } ?? [])
    var input = try ScoringInput(try context.table(data), scorer.schema, fit, others: texts, apart: [target.column])
    var columns = names.map { GroupColumn(name: $0, valueColumns.contains($0) ? .values : .slices) }
    var clusters = cluster.map { GroupColumn(name: $0, .clusters) }
    var scores: [Double] = []
    var meter = ScoringMeter(scorer.runsHere ? .thisProcess : .nothing)
    try input.forEachBatch(of: Self.batchRows) { batch in
      let first = min(1000, batch.rowCount)
      try meter.timeFirst(rows: first) { _ = try scorer.predict(batch.gather(Array(0..<first))) }
      scores += try meter.time(rows: batch.rowCount) { try scorer.predict(batch).scores }
      for column in batch.columns.suffix(texts.count) {
        guard case .strings(let values) = column.storage else { continue }
        for index in columns.indices where columns[index].name == column.name { try columns[index].append(values) }
        if cluster == column.name { try clusters?.append(values) }
      }
    }
    let truth = try Truth(scorer, target, try input.column(target.column))
    let width = scorer.schema.task.outputCount
    if truth.rows.count < truth.rowCount {
      scores = truth.rows.flatMap { scores[($0 * width)..<(($0 + 1) * width)] }
    }
    var judged = Judged(
      task: scorer.schema.task, target: target.text, scores: scores, labels: truth.labels,
      droppedRowCount: truth.rowCount - truth.rows.count, unknownClassRowCount: truth.unknownClassRowCount,
      groups: Dictionary(
        uniqueKeysWithValues: columns.map { ($0.name, $0.grouping(of: truth.rows, bins: bins)) }),
      clusters: clusters?.clusters(of: truth.rows), fit: try input.fit.report(), cost: meter.result)
    judged.baselines = try baselines(scorer.baselines, rows: truth.rows)
    return judged
  }
}

extension Evaluation {
  /// The column whose equal values belong together: a ranking's query is one.
  private func clusterColumn(_ task: ModelSchema.Task) throws -> String? {
    guard case .ranking(let group) = task else { return cluster }
    if let cluster, cluster != group {
      throw PipelineError.stepFailed(
        "a ranking is judged query by query: leave `cluster: \(cluster)` out, rows of one “\(group)” are drawn together"
      )
    }
    return group
  }
}

/// The labels of a target column.
private struct Truth {
  var rowCount: Int
  /// Those with a label, ascending.
  var rows: [Int] = []
  var labels: [Double] = []
  var unknownClassRowCount = 0

  init(_ scorer: Scorer, _ target: TargetRule, _ column: Column) throws {
    rowCount = column.count
    let targets = try target.apply(to: column)
    for (row, label) in try scorer.labels(targets).enumerated() {
      if let label {
        rows.append(row)
        labels.append(label)
      } else if !targets.isMissing(row) {
        unknownClassRowCount += 1
      }
    }
    guard rowCount > 0 else { throw PipelineError.stepFailed("the data has no rows: there is nothing to evaluate") }
    guard !rows.isEmpty else {
      throw PipelineError.stepFailed(
        unknownClassRowCount > 0
          ? "none of the \(rowCount) rows has a class of “\(target.text)” that the model knows: there is nothing to evaluate"
          : "the target “\(target.text)” is missing in all \(rowCount) rows: there is nothing to evaluate")
    }
  }
}
