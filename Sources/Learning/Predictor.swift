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
    /// Values of categorical columns that training never saw; they counted as missing.
    package var unseenCategoryCounts: [String: Int]
  }

  package let schema: ModelSchema
  private let model: Model
  private let booster: Booster?
  private let threads: Int

  /// Throws ``LearningError/damagedPackage(_:)`` when the model does not answer its sample as it did when it was made.
  package init(_ model: Model, threads: Int, verify: Verification = .sample) throws(LearningError) {
    self.model = model
    self.threads = threads
    schema = model.schema
    switch model.learner {
    case .xgboost(let json): booster = try Booster(model: json, threads: threads)
    case .constant: booster = nil
    }
    guard verify == .sample else { return }
    let width = schema.features.count
    guard width > 0, model.sample.values.count % width == 0 else {
      throw .damagedPackage("its sample does not fit its schema")
    }
    let found = try scores(model.sample.values.map { $0 ?? .nan }, rowCount: model.sample.values.count / width)
    let agrees =
      found.count == model.sample.scores.count
      && zip(found, model.sample.scores).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, abs($1)) }
    guard agrees else { throw .damagedPackage("it does not answer its own sample as it did when it was made") }
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

  /// Columns are found by name, whatever their order; others are not looked at.
  package func predict(_ table: Table) throws(LearningError) -> Predictions {
    let (values, unseen) = try FeatureEncoder(features: schema.features).encode(table)
    return Predictions(scores: try scores(values, rowCount: table.rowCount), unseenCategoryCounts: unseen)
  }

  /// The labels of a target column as the model counts them; nil where missing.
  package func labels(_ column: Column) throws(LearningError) -> [Double?] {
    try TargetEncoder(task: schema.task).labels(column)
  }

  func scores(_ values: [Float], rowCount: Int) throws(LearningError) -> [Double] {
    guard rowCount > 0 else { return [] }
    switch model.learner {
    case .constant(let scores): return (0..<rowCount).flatMap { _ in scores }
    case .xgboost:
      guard let booster else { return [] }
      let matrix = try FeatureMatrix(
        values, rowCount: rowCount, features: schema.features, labels: nil, threads: threads)
      return try booster.predict(matrix).map(Double.init)
    }
  }
}
