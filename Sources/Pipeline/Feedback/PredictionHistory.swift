internal import Disk
internal import Foundation
internal import Jobs
internal import Learning
internal import Records
internal import Store
internal import Tables

/// One version of predictions, and what made it.
struct PredictionVersion {
  var artifact: Artifact
  /// When it was published.
  var made: Timestamp
  var model: Artifact
  /// From which score on its answers of two classes are yes; nil where it was made without.
  var threshold: Double?

  /// `said@v7`.
  var name: String { artifact.version?.text ?? artifact.shortDigest }
  /// `delays@v2`.
  var modelName: String { model.version?.text ?? model.shortDigest }
}

/// The versions of predictions that a `feedback` step judges together: those of models that say the same thing as the model
/// of the newest.
struct PredictionHistory {
  /// Of the newest version's model; nil before the first prediction.
  private(set) var schema: ModelSchema?
  /// In the order in which they were made.
  private(set) var versions: [PredictionVersion] = []
  private(set) var leftOut: [PerformanceDocument.LeftOut] = []

  /// - Parameter key: columns that each version must have.
  init(_ context: StepContext, key: [String]) throws {
    let all = try context.predictionVersions()
    var schemas: [Digest: ModelSchema] = [:]
    for version in all where schemas[version.model.digest] == nil {
      schemas[version.model.digest] = try context.schema(of: version.model)
    }
    guard let newest = all.last, let expected = schemas[newest.model.digest] else { return }
    schema = expected
    for version in all {
      var reason = schemas[version.model.digest].flatMap { Self.difference($0, from: expected) }
      if reason == nil {
        let header = try context.table(version.artifact).header()
        let absent = (key + expected.task.scoreNames).first { !header.contains($0) }
        reason = absent.map { "it has no column “\($0)”" }
      }
      if let reason { leaveOut(version, reason) } else { versions.append(version) }
    }
  }

  private mutating func leaveOut(_ version: PredictionVersion, _ reason: String) {
    if let place = leftOut.firstIndex(where: { $0.model == version.modelName && $0.reason == reason }) {
      leftOut[place].versionCount += 1
      leftOut[place].last = version.name
    } else {
      leftOut.append(
        PerformanceDocument.LeftOut(
          model: version.modelName, versionCount: 1, first: version.name, last: version.name, reason: reason))
    }
  }

  /// Why scores of one model must not be judged as those of another; nil where they may be.
  private static func difference(_ schema: ModelSchema, from newest: ModelSchema) -> String? {
    if schema.target != newest.target {
      return "its model predicts “\(schema.target)”, and the newest predicts “\(newest.target)”"
    }
    guard schema.task != newest.task else { return nil }
    return "its model gives \(answer(schema.task)), and the newest gives \(answer(newest.task))"
  }

  private static func answer(_ task: ModelSchema.Task) -> String {
    switch task {
    case .regression: "a number"
    case .binary(let negative, let positive): "the chance of “\(positive)” against “\(negative)”"
    case .multiclass(let classes):
      "the chances of \(classes.count) classes (\(classes.prefix(10).joined(separator: ", "))\(classes.count > 10 ? ", …" : ""))"
    case .quantile(let levels): "the quantiles \(levels.map { "\($0)" }.joined(separator: ", "))"
    case .ranking(let group): "ranks within “\(group)”"
    }
  }
}

extension StepContext {
  /// The versions that the step was given, in the order in which they were made.
  fileprivate func predictionVersions() throws -> [PredictionVersion] {
    let inputs = request.inputs.filter { FeedbackInputs.isPredictions($0.name) }
    return try inputs.compactMap(predictionVersion).sorted {
      ($0.made, $0.artifact.version?.number ?? 0) < ($1.made, $1.artifact.version?.number ?? 0)
    }
  }

  private func predictionVersion(_ input: StepRecord.Input) throws -> PredictionVersion? {
    guard let artifact = input.artifact else { return nil }
    let name = artifact.version?.text ?? artifact.shortDigest
    guard let made = moment(of: input.name) else {
      throw PipelineError.stepFailed(
        "nobody knows when the predictions \(name) were made: give the dataset that `predict` publishes")
    }
    guard let digest = try FeedbackInputs.model(of: artifact, store),
      let model = request.input(FeedbackInputs.model + digest.description)?.artifact
    else {
      throw PipelineError.stepFailed("\(name) holds no predictions: name the dataset that `predict` publishes")
    }
    let threshold = request.facts?[FeedbackInputs.threshold(of: input.name)].flatMap { Double($0) }
    return PredictionVersion(artifact: artifact, made: made, model: model, threshold: threshold)
  }

  /// When an input was made, as the step's key has it.
  func moment(of input: String) -> Timestamp? {
    request.facts?[FeedbackInputs.moment(of: input)].flatMap { Timestamp($0) }
  }

  /// What a model reads and says, without making it ready to score.
  fileprivate func schema(of model: Artifact) throws -> ModelSchema {
    guard let file = try store.manifest(model.digest)[CommandPackage.schemaName] else {
      return try Scorer(model, in: self).schema
    }
    var stream = store.stream(of: file)
    do { return try JSONDecoder().decode(ModelSchema.self, from: Data(try stream.readAll())) } catch is DecodingError {
      throw LearningError.damagedPackage("\(CommandPackage.schemaName) cannot be read")
    }
  }
}
