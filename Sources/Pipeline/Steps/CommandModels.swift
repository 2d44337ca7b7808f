internal import Disk
internal import Foundation
internal import Jobs
internal import Learning
internal import Records
internal import Store
internal import SystemPackage
internal import Tables

extension StepContext {
  /// What a command made, the models among it completed: those that come with a scoring command get the schema, the
  /// sample and the recipe without which no other step could use them.
  func completeModels(_ options: RunOptions) throws -> StepResult {
    var result = StepResult(outputs: request.made ?? [])
    for index in result.outputs.indices where result.outputs[index].artifact.kind == .model {
      let output = result.outputs[index]
      guard try store.manifest(output.artifact.digest)[CommandContract.fileName] != nil else {
        result.notes.append(
          "the model “\(output.name)” holds no \(CommandContract.fileName): it is kept, but no step can score with it")
        continue
      }
      do {
        let completed = try CommandModelMaker(context: self, model: output.artifact).make()
        result.outputs[index].artifact = completed.artifact
        result.notes += completed.notes
      } catch {
        throw PipelineError.stepFailed("the model “\(output.name)”: \(error)")
      }
    }
    return result
  }
}

/// Makes a package of what a command wrote as a model.
private struct CommandModelMaker {
  private let context: StepContext
  private let model: Artifact
  private let package: CommandPackage
  private let training: Artifact?

  /// Names that are taken for what a command calls its training data, where its contract does not say.
  private static let usualNames = ["train", "training", "data"]
  private static let sampleRows = 8
  private static let limitSampleRows = 10_000

  init(context: StepContext, model: Artifact) throws {
    self.context = context
    self.model = model
    guard let package = try CommandPackage(model, in: context) else {
      throw LearningError.damagedPackage("\(CommandContract.fileName) is missing")
    }
    self.package = package
    for name in [CommandPackage.schemaName, CommandPackage.recipeName] where package.has(name) {
      throw PipelineError.stepFailed("it holds \(name), a name that Nightshift writes itself: call it something else")
    }
    training = try Self.training(package.contract, context.request)
  }

  private static func training(_ contract: CommandContract, _ request: StepRequest) throws -> Artifact? {
    let data = request.inputs.filter { $0.artifact?.kind == .dataset }
    if let name = contract.training {
      guard let input = data.first(where: { $0.name == name }) else {
        let hint = nearestWord(to: name, among: data.map(\.name)).map { ": did you mean `\($0)`?" } ?? ""
        throw LearningError.damagedPackage(
          "\(CommandContract.fileName) names the training data `\(name)`, and the step has no such input of data\(hint)"
        )
      }
      return input.artifact
    }
    for name in usualNames {
      if let input = data.first(where: { $0.name == name }) { return input.artifact }
    }
    return data.count == 1 ? data[0].artifact : nil
  }

  func make() throws -> (artifact: Artifact, notes: [String]) {
    let (schema, table) = try learnt()
    let scorer = CommandScorer(package.contract, schema, try package.command())
    let sample = try sample(schema, table)
    var files: [(name: String, bytes: [UInt8])] = []
    var notes: [String] = []
    if let sample {
      let scores = try scorer.predict(sample).scores
      if let expected = try package.answers(schema, rowCount: sample.rowCount) {
        try CommandPackage.check(scores, expected, schema)
      } else {
        files.append((CommandPackage.answersName, Self.text(scores, schema)))
      }
      if !package.has(CommandPackage.sampleName) {
        let rows = try ScoringRows(schema, sample)
        files.append((CommandPackage.sampleName, rows.header + rows.text(0..<rows.count)))
      }
    } else {
      notes.append(
        "nothing tested the scoring command: there is neither training data nor \(CommandPackage.sampleName)")
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    files.append((CommandPackage.schemaName, Array(try encoder.encode(schema))))
    let recipe = try recipe(schema)
    files.append((CommandPackage.recipeName, try CanonicalJSON.encode(recipe)))
    let artifact = try store(files, try description(schema, recipe, rowCount: table?.rowCount ?? 0))
    return (artifact, notes)
  }

  /// What the model reads, and the training data as it reads it; nil where nobody knows which data that was.
  private func learnt() throws -> (ModelSchema, Table?) {
    let none = Table(columns: [], rowCount: 0)
    guard let training else { return (try package.contract.schema(none), nil) }
    let reader = try context.table(training)
    let header = try reader.header()
    let open = package.contract.openFeatures.filter(header.contains)
    let schema = try package.contract.schema(open.isEmpty ? none : try reader.readTable(columns: open))
    var input = try ScoringInput(reader, schema, FitOptions())
    let table = try input.table()
    return (schema.seeing(table), table)
  }

  private func sample(_ schema: ModelSchema, _ table: Table?) throws -> Table? {
    if let own = try package.sample(schema) {
      guard own.rowCount <= Self.limitSampleRows else {
        throw LearningError.damagedPackage(
          "\(CommandPackage.sampleName) has \(own.rowCount) rows: \(Self.limitSampleRows) are enough")
      }
      return own
    }
    guard !package.has(CommandPackage.answersName) else {
      throw LearningError.damagedPackage("\(CommandPackage.answersName) is there without \(CommandPackage.sampleName)")
    }
    guard let table, table.rowCount > 0 else { return nil }
    let count = min(Self.sampleRows, table.rowCount)
    return table.gather((0..<count).map { $0 * table.rowCount / count })
  }

  /// Scores as a scoring command writes them.
  private static func text(_ scores: [Double], _ schema: ModelSchema) -> [UInt8] {
    let width = schema.task.outputCount
    let names = if case .multiclass(let classes) = schema.task { classes } else { ["score"] }
    let columns = names.enumerated().map { place, name in
      Column(name: name, storage: .floats(stride(from: place, to: scores.count, by: width).map { scores[$0] }))
    }
    return CSVWriter.header(names) + CSVWriter.rows(Table(columns: columns, rowCount: scores.count / width))
  }

  private func recipe(_ schema: ModelSchema) throws -> Recipe {
    guard var recipe = context.request.recipe else {
      throw PipelineError.stepFailed("the request has no recipe")
    }
    guard let training else { return recipe }
    recipe.trainingData = training.digest
    recipe.features = try context.recipes(of: training, behind: schema.features.map(\.name))
    return recipe
  }

  private func description(_ schema: ModelSchema, _ recipe: Recipe, rowCount: Int) throws -> ModelDescription {
    ModelDescription(
      trainer: "run", task: schema.task.name, target: schema.target,
      features: schema.features.map {
        ModelDescription.Feature(name: $0.name, kind: $0.kind.name, importance: nil)
      },
      trainingData: recipe.trainingData, validationData: nil, rowCount: rowCount, droppedRowCount: 0, seed: 0,
      parameters: recipe.params,
      environment: package.contract.environment ?? package.contract.score.joined(separator: " "), bestRound: nil,
      curves: try curves())
  }

  /// What the command told while it trained.
  private func curves() throws -> [String: [Double]] {
    let path = FilePath(context.request.stepFolder).appending(StepCurves.fileName)
    guard let status = try context.site.disk.statusIfPresent(of: path) else { return [:] }
    let bytes = try context.site.disk.open(path).read(count: min(status.sizeBytes, StepCurves.limitBytes), at: 0)
    return Dictionary(
      StepCurves(bytes).curves.map { ($0.metric, $0.points.map(\.value)) }, uniquingKeysWith: { first, _ in first })
  }

  private func store(_ added: [(name: String, bytes: [UInt8])], _ description: ModelDescription) throws -> Artifact {
    let writer = try StoreWriter(context.store)
    var files = try context.store.manifest(model.digest).files
    files += try added.map { try writer.addFile(try RelativePath($0.name), $0.bytes) }
    let artifact = Artifact(
      kind: .model, digest: try writer.put(try Manifest(files)),
      description: try writer.put(try CanonicalJSON.encode(description)))
    try writer.finish()
    return artifact
  }
}
