internal import Disk
internal import Jobs
internal import Learning
internal import Records
internal import Store
internal import SystemPackage
internal import Tables

extension StepContext {
  /// `train`: a model package, with the recipe in it.
  func train(_ options: TrainOptions) throws -> StepResult {
    guard var recipe = request.recipe else { throw PipelineError.stepFailed("the request has no recipe") }
    let target = try TargetRule(options.target)
    let reader = try table(try artifact("data"))
    let names = try columns(options, target, try reader.header())
    let training = try reader.readTable(columns: names)
    let types = Dictionary(uniqueKeysWithValues: training.schema.columns.map { ($0.name, $0.type) })
    let validation = try options.validation.map { _ in
      try table(try artifact("validation")).readTable(
        columns: names, types: types.mapValues { $0 == .integer ? .float : $0 })
    }
    var chosen = trainingOptions(options, names)
    let like = request.input("like")?.artifact
    let asked = chosen.parameters
    if let like { try take(self.model(like), into: &chosen) }
    let trainer = Trainer(chosen, progress: try curveWriter())
    let parent = try options.parent.map { _ in try self.model(try artifact("parent")) }
    let model = try trainer.train(training, validation: validation, target: target, parent: parent)
      .profiled(training, validation: validation, threads: request.threads)
    recipe.features = try recipes(of: try artifact("data"), behind: model.schema.features.map(\.name))
    var result = try package(model, recipe)
    if let column = training[target.column], target.text == target.column, chosen.trainer == .xgboost {
      var notes = TrainingNotes()
      notes.add(target: column, of: model, objective: chosen.parameters["objective"])
      result.notes += notes.all
    }
    if options.like != nil { result.notes += likeness(to: like, asked) }
    return result
  }

  /// - Parameter asked: the parameters that the step has beside `like`.
  private func likeness(to like: Artifact?, _ asked: [String: String]) -> [String] {
    guard let like else {
      let reference = request.input("like")?.reference ?? ""
      return ["`like` \(reference) names no model yet: the parameters are those of `params`"]
    }
    guard !asked.isEmpty else { return [] }
    let names = asked.keys.sorted().map { "`\($0)`" }.joined(separator: ", ")
    return ["the parameters are those of \(like.version?.text ?? like.shortDigest): \(names) in `params` did not count"]
  }

  /// The parameters and rounds of another model.
  private func take(_ model: Model, into options: inout TrainingOptions) throws {
    guard model.training.trainer == "xgboost" else {
      return options.trainer = .baseline
    }
    options.parameters = model.training.parameters
    options.rounds = model.training.bestRound ?? model.training.rounds
  }

  func trainingOptions(_ options: TrainOptions, _ names: [String]) -> TrainingOptions {
    var result = options.trainingOptions(threads: request.threads)
    result.exclude = result.exclude.filter(names.contains)
    return result
  }

  /// The columns to read: the target's and the features'. Unknown ones are named at once, the excluded ones too.
  func columns(_ options: TrainOptions, _ target: TargetRule, _ header: [String]) throws -> [String] {
    for name in options.exclude where !header.contains(name) {
      throw LearningError.unknownColumn(role: "excluded", name: name, nearest: nearestWord(to: name, among: header))
    }
    for name in options.features ?? [] where !header.contains(name) {
      throw LearningError.unknownColumn(role: "feature", name: name, nearest: nearestWord(to: name, among: header))
    }
    var names = options.features ?? header.filter { !options.exclude.contains($0) }
    let others: [(role: String, name: String?)] =
      [("group", options.group), ("weights", options.weights), ("season's time", options.season?.time)]
      + (options.season?.by ?? []).map { ("season's", $0) } + [("target", target.column)]
    for case (let role, let name?) in others where !names.contains(name) {
      guard header.contains(name) else {
        throw LearningError.unknownColumn(role: role, name: name, nearest: nearestWord(to: name, among: header))
      }
      names.append(name)
    }
    return names
  }

  /// Appends to `metrics.ndjson` after each round, so that a curve is there even when the step is killed.
  private func curveWriter() throws -> (Int, [(name: String, value: Double)]) throws -> Void {
    struct Point: Codable {
      var step: Int
      var metric: String
      var value: Double
    }
    let file = try site.disk.openForAppending(FilePath(request.stepFolder).appending("metrics.ndjson"))
    return { round, metrics in
      var lines: [UInt8] = []
      for metric in metrics where metric.value.isFinite {
        lines += try CanonicalJSON.encode(Point(step: round, metric: metric.name, value: metric.value)) + [10]
      }
      try file.write(lines)
    }
  }

  func package(_ model: Model, _ recipe: Recipe) throws -> StepResult {
    let writer = try StoreWriter(store)
    var files = try model.files().map { try writer.addFile(try RelativePath($0.path), $0.bytes) }
    files.append(try writer.addFile(try RelativePath("recipe.json"), try CanonicalJSON.encode(recipe)))
    let artifact = Artifact(
      kind: .model, digest: try writer.put(try Manifest(files)),
      description: try writer.put(try CanonicalJSON.encode(description(of: model, recipe))))
    try writer.finish()
    let training = model.training
    var notes: [String] = []
    if training.droppedRowCount > 0 {
      notes.append("\(training.droppedRowCount) rows without a target were left out")
    }
    notes += TrainingNotes(model).all
    var rounds =
      training.trainer == "baseline"
      ? training.parameters["kind"] ?? "constant" : "\(training.bestRound ?? training.rounds) rounds"
    if let earlier = training.parentRounds { rounds += " after \(earlier) of the parent" }
    return StepResult(
      outputs: [StepRecord.Output(name: "", artifact: artifact)], notes: notes,
      headline: "\(rounds) over \(training.rowCount) rows")
  }

  private func description(of model: Model, _ recipe: Recipe) -> ModelDescription {
    let training = model.training
    return ModelDescription(
      trainer: training.trainer, task: model.schema.task.name, target: model.schema.target,
      features: model.schema.features.map {
        ModelDescription.Feature(name: $0.name, kind: $0.kind.name, importance: training.importance[$0.name])
      },
      trainingData: recipe.trainingData, validationData: recipe.validationData, rowCount: training.rowCount,
      droppedRowCount: training.droppedRowCount, seed: training.seed, parameters: training.parameters,
      environment: training.environment, bestRound: training.bestRound, curves: training.curves)
  }
}
