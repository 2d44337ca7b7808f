internal import Disk
internal import Foundation
internal import Jobs
internal import Learning
internal import Records
internal import Store
internal import Tables

/// The package of a model that comes with a scoring command: the command's own files, and what was added when it was
/// made, `schema.json` (what it reads and says), `sample.csv` with `sample-scores.csv`, and `recipe.json`.
struct CommandPackage {
  let contract: CommandContract
  private let files: Manifest
  private let context: StepContext

  static let schemaName = "schema.json"
  static let sampleName = "sample.csv"
  static let answersName = "sample-scores.csv"
  static let recipeName = "recipe.json"

  private static let limitBytes = 64 << 20

  /// Nil for a model of another kind.
  init?(_ model: Artifact, in context: StepContext) throws {
    files = try context.store.manifest(model.digest)
    self.context = context
    guard files[CommandContract.fileName] != nil else {
      guard files[Self.schemaName] == nil, files["model.json"] == nil else { return nil }
      throw PipelineError.stepFailed(
        "the model \(model.version?.text ?? model.shortDigest) cannot score: it holds no \(CommandContract.fileName), which would name its scoring command"
      )
    }
    contract = try CommandContract(try Self.read(CommandContract.fileName, files, context))
  }

  /// Ready to score: it has answered its own sample as it did when it was made.
  func scorer() throws -> CommandScorer {
    let schema = try decodedSchema()
    let scorer = CommandScorer(contract, schema, try command())
    if let sample = try sample(schema), let expected = try answers(schema, rowCount: sample.rowCount) {
      try Self.check(try scorer.predict(sample).scores, expected, schema)
    }
    return scorer
  }

  /// The scoring command, its files laid out.
  func command() throws -> ScoringCommand {
    let recipe = try readIfThere(Self.recipeName).map { try CanonicalJSON.decode(Recipe.self, from: $0) }
    return try ScoringCommand(contract, files: files, origin: recipe ?? context.request.recipe, in: context)
  }

  private func decodedSchema() throws -> ModelSchema {
    guard let bytes = try readIfThere(Self.schemaName) else {
      return try contract.schema([:])
    }
    do { return try JSONDecoder().decode(ModelSchema.self, from: Data(bytes)) } catch is DecodingError {
      throw LearningError.damagedPackage("\(Self.schemaName) cannot be read")
    }
  }

  /// The rows to test it on; nil where there are none.
  func sample(_ schema: ModelSchema) throws -> Table? {
    guard let bytes = try readIfThere(Self.sampleName) else { return nil }
    let reader = TableReader(
      [TableSource(name: Self.sampleName) { MemoryStream(bytes) }], options: ScoringRows.options)
    var input = try ScoringInput(reader, schema, FitOptions())
    let table = try input.table()
    return table.rowCount > 0 ? table : nil
  }

  /// What it is to say to them, row-major; nil where nobody said.
  func answers(_ schema: ModelSchema, rowCount: Int) throws -> [Double]? {
    guard let bytes = try readIfThere(Self.answersName) else { return nil }
    do { return try ScoreAnswer(schema.task, rowCount: rowCount).scores(bytes) } catch let fault as ScoreAnswer.Fault {
      throw LearningError.damagedPackage("\(Self.answersName) does not fit \(Self.sampleName): \(fault.reason)")
    }
  }

  /// Libraries may round otherwise on another machine; a different model is further away than that.
  private static let tolerance = 1e-6

  static func check(_ found: [Double], _ expected: [Double], _ schema: ModelSchema) throws {
    let width = schema.task.outputCount
    guard
      let place = found.indices.first(where: { place in
        abs(found[place] - expected[place]) > tolerance * max(1, abs(expected[place]))
      })
    else { return }
    throw LearningError.damagedPackage(
      "it does not answer its own \(sampleName) as \(answersName) says: row \(place / width + 1) gives \(found[place]), not \(expected[place])"
    )
  }

  /// What it must beat; nil where nothing is known of its training rows.
  func baselines(_ schema: ModelSchema) throws -> Baselines? {
    guard let bytes = try readIfThere(Baselines.fileName) else { return nil }
    let found: Baselines
    do { found = try JSONDecoder().decode(Baselines.self, from: Data(bytes)) } catch is DecodingError {
      throw LearningError.damagedPackage("\(Baselines.fileName) cannot be read")
    }
    guard found.fits(schema.task) else {
      throw LearningError.damagedPackage("\(Baselines.fileName) does not fit \(Self.schemaName)")
    }
    return found
  }

  // MARK: Files

  func has(_ name: String) -> Bool { files[name] != nil }

  private func readIfThere(_ name: String) throws -> [UInt8]? {
    files[name] == nil ? nil : try Self.read(name, files, context)
  }

  private static func read(_ name: String, _ files: Manifest, _ context: StepContext) throws -> [UInt8] {
    guard let file = files[name] else { throw LearningError.damagedPackage("\(name) is missing") }
    guard file.sizeBytes <= limitBytes else {
      throw LearningError.damagedPackage("\(name) has \(file.sizeBytes) bytes, more than \(limitBytes)")
    }
    var stream = context.store.stream(of: file)
    return try stream.readAll()
  }
}
