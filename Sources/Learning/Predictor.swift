package import Tables

/// Scores rows with a model.
package struct Predictor {
  package enum Verification: Sendable {
    /// The model must give its sample's answers again before it is used.
    case sample
    case skip
  }

  package struct Predictions: Sendable {
    /// Row-major, rows x outputs: probabilities, the number of a regression, or quantiles, in order of
    /// their levels.
    package var scores: [Double]
    /// Scores a row.
    package var outputCount: Int
    /// Values of categorical columns that training never saw; they counted as missing.
    package var unseenCategoryCounts: [String: Int]
    /// Columns that the model does not read, in the table's order.
    package var ignoredColumns: [String]

    /// The place of each row's highest score among the classes of a multi-class model; of equal ones the first.
    package var likeliestClasses: [Int32] {
      stride(from: 0, to: scores.count, by: outputCount).map { start in
        var best = start
        for index in start..<(start + outputCount) where scores[index] > scores[best] { best = index }
        return Int32(best - start)
      }
    }

    /// Puts each row's quantiles in the order of their levels, where levels that were learnt each by itself cross: the
    /// result is never further from the true quantiles (V. Chernozhukov, I. Fernández-Val, A. Galichon, “Quantile and
    /// probability curves without crossing”, 2010), and its pinball loss never larger. Other tasks keep their scores.
    package mutating func rearrange(for task: ModelSchema.Task) {
      guard case .quantile(let levels) = task else { return }
      let places = levels.indices.sorted { levels[$0] < levels[$1] }
      for start in stride(from: 0, to: scores.count, by: levels.count) {
        let ascending = scores[start..<start + levels.count].sorted()
        for (place, score) in zip(places, ascending) { scores[start + place] = score }
      }
    }
  }

  package let schema: ModelSchema
  private let model: Model
  /// Nil for a constant.
  private let scoring: ScoringModel?
  private let threads: Int

  /// Throws ``LearningError/damagedPackage(_:)`` when the model cannot be read, does not fit its schema, or does not
  /// answer its sample as it did when it was made.
  package init(_ model: Model, threads: Int, verify: Verification = .sample) throws(LearningError) {
    self.model = model
    self.threads = threads
    schema = model.schema
    switch model.learner {
    case .constant, .seasonal: scoring = nil
    case .xgboost(let json): scoring = try Self.scoringModel(json, model.schema)
    }
    if verify == .sample { try verifySample() }
  }

  private static func scoringModel(_ json: [UInt8], _ schema: ModelSchema) throws(LearningError) -> ScoringModel {
    let scoring = try ScoringModel(json: json)
    let misfit = "model.json does not fit schema.json: it"
    guard scoring.featureCount == schema.features.count else {
      throw .damagedPackage("\(misfit) reads \(scoring.featureCount) features of \(schema.features.count)")
    }
    guard scoring.outputCount == schema.task.outputCount else {
      throw .damagedPackage("\(misfit) gives \(scoring.outputCount) scores a row, not \(schema.task.outputCount)")
    }
    return scoring
  }

  private func verifySample() throws(LearningError) {
    let found = scores(model.sample.rows(width: schema.features.count))
    // Packages of earlier times hold what the library answered, whose versions may round differently; a different model
    // is further away than that.
    let agrees =
      found.count == model.sample.scores.count
      && zip(found, model.sample.scores).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, abs($1)) }
    guard agrees else {
      throw .damagedPackage("it does not answer its own sample as it did when it was made")
    }
  }

  /// What the model must beat; nil in packages of an earlier time.
  package var baselines: Baselines? { model.baselines }

  /// Each feature's share of the gain of all splits, 0...1; features that no split uses are left out. Nil for a constant.
  package var gains: [String: Double]? { scoring == nil ? nil : model.training.importance }

  /// The columns that the model reads.
  package var columns: [String] { schema.features.map(\.name) }

  /// The types under which to read its columns.
  package var columnTypes: [String: ColumnType] {
    Dictionary(
      uniqueKeysWithValues: schema.features.map { feature in
        (feature.name, feature.kind.columnType)
      })
  }

  /// Columns are found by name, whatever their order. A table scored in parts gives the same scores as the whole.
  package func predict(_ table: Table) throws(LearningError) -> Predictions {
    let rows = try FeatureEncoder(features: schema.features).encode(table)
    let read = Set(columns)
    var predictions = Predictions(
      scores: scores(rows), outputCount: schema.task.outputCount, unseenCategoryCounts: rows.unseenCategoryCounts,
      ignoredColumns: table.columns.map(\.name).filter { !read.contains($0) })
    predictions.rearrange(for: schema.task)
    return predictions
  }

  /// The labels of a target column as the model counts them; nil where missing.
  package func labels(_ column: Column) throws(LearningError) -> [Double?] {
    try TargetEncoder(task: schema.task).labels(column)
  }

  /// What each feature added to each row's scores, before the objective's transform; nil for models that are not made of
  /// trees or weights. Features stand in the schema's order.
  package func contributions(_ table: Table) throws(LearningError) -> Contributions? {
    guard let scoring else { return nil }
    return scoring.contributions(try FeatureEncoder(features: schema.features).encode(table), threads: threads)
  }

  /// Row-major, rows x outputs, as the model says them: quantiles may cross.
  func scores(_ rows: FeatureEncoder.Rows) -> [Double] {
    switch model.learner {
    case .constant(let scores): (0..<rows.rowCount).flatMap { _ in scores }
    case .seasonal(let season): season.scores(rows)
    case .xgboost: scoring?.scores(rows, threads: threads).map(Double.init) ?? []
    }
  }
}
