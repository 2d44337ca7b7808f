package import Tables

/// Scores rows with a model.
package struct Predictor {
  package enum Verification: Sendable {
    /// The model must give its sample's answers again before it is used.
    case sample
    case skip
  }

  package struct Predictions: Sendable {
    /// Row-major, rows x outputs: probabilities, or the number of a regression.
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
  }

  package let schema: ModelSchema
  private let model: Model
  private let booster: Booster?
  private let threads: Int

  /// Throws ``LearningError/damagedPackage(_:)`` when the model does not answer its sample as it did when it was made,
  /// and ``LearningError/foreignModel(made:here:)`` when another version of the library may be why.
  package init(_ model: Model, threads: Int, verify: Verification = .sample) throws(LearningError) {
    self.model = model
    self.threads = threads
    schema = model.schema
    switch model.learner {
    case .constant: booster = nil
    case .xgboost(let json):
      do throws(LearningError) { booster = try Booster(model: json, threads: threads) } catch .library(let reason) {
        throw try Self.doubt(model, .damagedPackage("model.json cannot be loaded: \(reason)"))
      }
    }
    if verify == .sample { try verifySample() }
  }

  private func verifySample() throws(LearningError) {
    let found: [Double]
    do throws(LearningError) {
      found = try scores(model.sample.rows(width: schema.features.count))
    } catch .library(let reason) {
      throw .damagedPackage("model.json does not fit schema.json: \(reason)")
    }
    // Versions of the library may round differently; a different model is further away than that.
    let agrees =
      found.count == model.sample.scores.count
      && zip(found, model.sample.scores).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, abs($1)) }
    guard agrees else {
      throw try Self.doubt(model, .damagedPackage("it does not answer its own sample as it did when it was made"))
    }
  }

  /// `error`, unless the model is of another version of the library than the one at hand.
  private static func doubt(_ model: Model, _ error: LearningError) throws(LearningError) -> LearningError {
    guard case .xgboost = model.learner else { return error }
    let here = try XGBoostLibrary.shared().environment
    return model.training.environment == here
      ? error : .foreignModel(made: model.training.environment, here: here)
  }

  /// The columns that the model reads.
  package var columns: [String] { schema.features.map(\.name) }

  /// The types under which to read its columns.
  package var columnTypes: [String: ColumnType] {
    Dictionary(
      uniqueKeysWithValues: schema.features.map { feature in
        switch feature.kind {
        case .numeric: (feature.name, ColumnType.float)
        case .boolean: (feature.name, .boolean)
        case .categorical: (feature.name, .string)
        }
      })
  }

  /// Columns are found by name, whatever their order; the library would take the wrong ones silently. A table scored in
  /// parts gives the same scores as the whole.
  package func predict(_ table: Table) throws(LearningError) -> Predictions {
    let rows = try FeatureEncoder(features: schema.features).encode(table)
    let read = Set(columns)
    return Predictions(
      scores: try scores(rows), outputCount: schema.task.outputCount, unseenCategoryCounts: rows.unseenCategoryCounts,
      ignoredColumns: table.columns.map(\.name).filter { !read.contains($0) })
  }

  /// The labels of a target column as the model counts them; nil where missing.
  package func labels(_ column: Column) throws(LearningError) -> [Double?] {
    try TargetEncoder(task: schema.task).labels(column)
  }

  /// Row-major, rows x outputs.
  func scores(_ rows: FeatureEncoder.Rows) throws(LearningError) -> [Double] {
    guard rows.rowCount > 0 else { return [] }
    switch model.learner {
    case .constant(let scores): return (0..<rows.rowCount).flatMap { _ in scores }
    case .xgboost:
      guard let booster else { return [] }
      let scores = try booster.predict(rows, featureCount: schema.features.count).map(Double.init)
      guard scores.count == rows.rowCount * schema.task.outputCount else {
        throw .damagedPackage("model.json gives another number of scores than schema.json has classes for")
      }
      return scores
    }
  }
}
