internal import Learning
internal import Records
internal import Store
internal import Tables

/// A stored model, ready to score rows: what every step that asks a model goes through.
struct Scorer {
  private enum Backend {
    case native(Predictor)
    case command(CommandScorer, baselines: Baselines?)
  }

  private let backend: Backend

  init(_ model: Artifact, in context: StepContext) throws {
    if let package = try CommandPackage(model, in: context) {
      let scorer = try package.scorer()
      backend = .command(scorer, baselines: try package.baselines(scorer.schema))
    } else {
      backend = .native(try Predictor(try context.model(model), threads: context.request.threads))
    }
  }

  /// A model that is at hand.
  init(_ predictor: Predictor) { backend = .native(predictor) }

  /// A model that is just being made.
  init(_ command: CommandScorer) { backend = .command(command, baselines: nil) }

  var schema: ModelSchema {
    switch backend {
    case .native(let predictor): predictor.schema
    case .command(let scorer, _): scorer.schema
    }
  }

  /// What the model must beat; nil where nobody kept it.
  var baselines: Baselines? {
    switch backend {
    case .native(let predictor): predictor.baselines
    case .command(_, let baselines): baselines
    }
  }

  /// Whether rows are scored in this process, not by a command.
  var runsHere: Bool { if case .native = backend { true } else { false } }

  /// The columns that the model reads.
  var columns: [String] { schema.features.map(\.name) }

  /// A table scored in parts gives the same scores as the whole.
  func predict(_ table: Table) throws -> Predictor.Predictions {
    switch backend {
    case .native(let predictor): try predictor.predict(table)
    case .command(let scorer, _): try scorer.predict(table)
    }
  }

  /// What each feature added to each row's scores, before the objective's transform; nil for models that are not made of
  /// trees or weights.
  func contributions(_ table: Table) throws -> Contributions? {
    switch backend {
    case .native(let predictor): try predictor.contributions(table)
    case .command: nil
    }
  }

  /// Each feature's share of the gain of all splits, 0...1; nil for models without splits.
  var gains: [String: Double]? {
    switch backend {
    case .native(let predictor): predictor.gains
    case .command: nil
    }
  }

  /// The labels of a target column as the model counts them; nil where missing.
  func labels(_ column: Column) throws -> [Double?] { try schema.labels(column) }
}
