internal import Learning
internal import Records
internal import Tables

/// A stored model, ready to score rows: what every step that asks a model goes through.
struct Scorer {
  private let predictor: Predictor

  init(_ model: Artifact, in context: StepContext) throws {
    predictor = try Predictor(try context.model(model), threads: context.request.threads)
  }

  var schema: ModelSchema { predictor.schema }

  /// The columns that the model reads.
  var columns: [String] { predictor.columns }

  /// A table scored in parts gives the same scores as the whole.
  func predict(_ table: Table) throws -> Predictor.Predictions { try predictor.predict(table) }

  /// The labels of a target column as the model counts them; nil where missing.
  func labels(_ column: Column) throws -> [Double?] { try predictor.labels(column) }
}
