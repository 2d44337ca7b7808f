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
      let files = try store.manifest(output.artifact.digest)
      do {
        if files[CommandContract.fileName] != nil {
          let completed = try CommandModelMaker(context: self, model: output.artifact).make()
          result.outputs[index].artifact = completed.artifact
          result.notes += completed.notes
          result.headline = completed.headline
        } else if files[CommandPackage.schemaName] != nil {
          // A package as `train` makes it.
          if files[CommandPackage.recipeName] == nil {
            result.outputs[index].artifact.digest = try addRecipe(to: files)
          }
        } else {
          result.notes.append(
            "the model “\(output.name)” holds no \(CommandContract.fileName): it is kept, but no step can score with it"
          )
        }
      } catch {
        throw PipelineError.stepFailed("the model “\(output.name)”: \(error)")
      }
    }
    return result
  }

  private func addRecipe(to files: Manifest) throws -> Digest {
    guard let recipe = request.recipe else { throw PipelineError.stepFailed("the request has no recipe") }
    let writer = try StoreWriter(store)
    let file = try writer.addFile(
      try RelativePath(CommandPackage.recipeName), try CanonicalJSON.encode(recipe))
    let digest = try writer.put(try Manifest(files.files + [file]))
    try writer.finish()
    return digest
  }
}

/// Makes a package of what a command wrote as a model.
private struct CommandModelMaker {
  private let context: StepContext
  private let model: Artifact
  private let package: CommandPackage
  private let training: Artifact?
  private let validation: Artifact?
  private let notes: [String]

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
    for name in [CommandPackage.schemaName, CommandPackage.recipeName, Baselines.fileName] where package.has(name) {
      throw PipelineError.stepFailed("it holds \(name), a name that Nightshift writes itself: call it something else")
    }
    (training, notes) = try Self.training(package.contract, context)
    validation = try package.contract.validation.flatMap { try Self.input($0, "validation", context) }
    if let validation, validation.digest == training?.digest {
      throw LearningError.damagedPackage(
        "\(CommandContract.fileName) names the same rows as `training` and as `validation`: name what it did not learn from, or nothing"
      )
    }
  }

  /// The data that it learnt from: the input that the contract names, or one that is taken for it, if it has the features.
  private static func training(_ contract: CommandContract, _ context: StepContext) throws -> (Artifact?, [String]) {
    let data = context.request.inputs.filter { $0.artifact?.kind == .dataset }
    if let name = contract.training {
      return (try self.input(name, "training", context), [])
    }
    let named = usualNames.lazy.compactMap { name in data.first { $0.name == name } }.first
    guard let input = named ?? (data.count == 1 ? data[0] : nil), let artifact = input.artifact else {
      return (
        nil, ["nobody knows what the model learnt from: name the input in `training` of \(CommandContract.fileName)"]
      )
    }
    let header = Set(try context.site.table(artifact)?.header() ?? [])
    guard contract.features.allSatisfy({ header.contains($0.name) }) else {
      return (
        nil,
        [
          "the input `\(input.name)` is not taken for what the model learnt from, as it lacks features: name the right one in `training` of \(CommandContract.fileName)"
        ]
      )
    }
    return (artifact, [])
  }

  private static func input(_ name: String, _ role: String, _ context: StepContext) throws -> Artifact? {
    let data = context.request.inputs.filter { $0.artifact?.kind == .dataset }
    guard let input = data.first(where: { $0.name == name }) else {
      let hint = nearestWord(to: name, among: data.map(\.name)).map { ": did you mean `\($0)`?" } ?? ""
      throw LearningError.damagedPackage(
        "\(CommandContract.fileName) names the \(role) data `\(name)`, and the step has no such input of data\(hint)")
    }
    return input.artifact
  }

  /// The completed model, what people should know of it, and the result in a few words.
  func make() throws -> (artifact: Artifact, notes: [String], headline: String) {
    let survey = try training.map { TrainingSurvey(try context.table($0)) }
    let open = try survey?.values(of: try openColumns()) ?? [:]
    var schema = try package.contract.schema(open)
    var seen: (rows: Table, rowCount: Int)?
    if let survey {
      let found = try survey.rows(schema)
      (schema, seen) = (found.schema, (found.rows, found.rowCount))
    }
    let labels = try trainingLabels(schema)
    let scorer = CommandScorer(package.contract, schema, try package.command())
    var (files, notes) = try tested(scorer, try sample(schema, seen?.rows))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    files.append((CommandPackage.schemaName, Array(try encoder.encode(schema))))
    let recipe = try recipe(schema)
    files.append((CommandPackage.recipeName, try CanonicalJSON.encode(recipe)))
    if let baselines = Baselines(schema.task, labels: labels) {
      files.append((Baselines.fileName, Array(try encoder.encode(baselines))))
    }
    if let training, !package.has(TrainingProfile.fileName) {
      files.append((TrainingProfile.fileName, Array(try encoder.encode(try profile(training, schema, scorer)))))
    }
    let artifact = try store(files, try description(schema, recipe, rowCount: seen?.rowCount ?? 0))
    let count = schema.features.count
    return (artifact, self.notes + notes, "a \(schema.task.name) model of \(count) feature\(count == 1 ? "" : "s")")
  }

  private func openColumns() throws -> [String] {
    let header = try training.map { try context.table($0).header() } ?? []
    return package.contract.openFeatures.filter(header.contains)
  }

  /// The sample and the answers to it, as far as the package has them not yet.
  private func tested(
    _ scorer: CommandScorer, _ sample: Table?
  ) throws -> (files: [(name: String, bytes: [UInt8])], notes: [String]) {
    guard let sample else {
      let note = "nothing tested the scoring command: there is neither training data nor \(CommandPackage.sampleName)"
      return ([], [note])
    }
    var files: [(name: String, bytes: [UInt8])] = []
    let schema = scorer.schema
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
    return (files, [])
  }

  /// What it was trained on, and what it says: to the validation rows, where it has any.
  private func profile(_ training: Artifact, _ schema: ModelSchema, _ scorer: CommandScorer) throws -> TrainingProfile {
    func profiled(_ data: Artifact) throws -> TrainingProfile {
      try context.profile(try ScoringInput(try context.table(data), schema, FitOptions()), Scorer(scorer)).profile
    }
    var profile = try profiled(training)
    profile.predictedRows = .training
    if let validation {
      profile.predictions = try profiled(validation).predictions
      profile.predictedRows = .validation
    }
    return profile
  }

  /// Of the training rows that have one; none where the data lacks the target.
  ///
  /// Throws where the target has a class that the contract does not name.
  private func trainingLabels(_ schema: ModelSchema) throws -> [Double] {
    guard let training else { return [] }
    let rule = try TargetRule(schema.target)
    let reader = try context.table(training)
    guard try reader.header().contains(rule.column) else { return [] }
    let (found, _, _) = try reader.forEachInferredBatch(of: 65_536, columns: [rule.column], begin: { _ in [Double]() })
    {
      found, batch in
      let column = try rule.apply(to: batch.columns[0])
      let labels = try schema.labels(column)
      guard let row = labels.indices.first(where: { labels[$0] == nil && !column.isMissing($0) }) else {
        found += labels.compactMap { $0 }
        return
      }
      throw LearningError.damagedPackage(
        "\(CommandContract.fileName) does not name the class “\(column.texts[row] ?? "")” of the target “\(schema.target)” in its `classes`"
      )
    }
    return found
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
    recipe.validationData = validation?.digest
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
      trainingData: recipe.trainingData, validationData: recipe.validationData, rowCount: rowCount, droppedRowCount: 0,
      seed: 0,
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
