internal import Disk
internal import Jobs
internal import Learning
internal import Records
internal import Store
internal import Tables

/// What a model's data is compared with.
struct DriftReference {
  var profile: TrainingProfile
  var source: DriftDocument.ReferenceSource
}

extension StepContext {
  /// The profile in the model package; of packages without one, a profile of the training data, which is then read.
  func driftReference(of model: Artifact, _ scorer: Scorer) throws -> DriftReference {
    if let file = try store.manifest(model.digest)[TrainingProfile.fileName] {
      var stream = store.stream(of: file)
      var profile = try TrainingProfile(try stream.readAll())
      let names = scorer.schema.profiledFeatures.map(\.name)
      // Packages of an earlier time have a season's time among their columns.
      profile.columns.removeAll { scorer.columns.contains($0.name) && !names.contains($0.name) }
      guard profile.columns.map(\.name) == names else {
        throw LearningError.damagedPackage("\(TrainingProfile.fileName) has other columns than the model reads")
      }
      guard Self.fits(profile, scorer.schema) else {
        throw LearningError.damagedPackage(
          "\(TrainingProfile.fileName) holds other kinds of values than the model reads")
      }
      return DriftReference(profile: profile, source: .profile)
    }
    let input = try ScoringInput(try table(try trainingData(of: model)), scorer.schema, FitOptions())
    return DriftReference(profile: try profile(input, scorer).profile, source: .trainingData)
  }

  /// Whether numbers are profiled as numbers, and all else as categories.
  private static func fits(_ profile: TrainingProfile, _ schema: ModelSchema) -> Bool {
    func isNumbers(_ column: ColumnProfile) -> Bool { if case .numbers = column.values { true } else { false } }
    var hasNumbers = true
    if case .multiclass = schema.task { hasNumbers = false }
    return zip(profile.columns, schema.profiledFeatures).allSatisfy { isNumbers($0) == ($1.kind == .numeric) }
      && profile.predictions.map { isNumbers($0) == hasNumbers } ?? true
  }

  /// Profiles data and what the model says to it, in one pass and bounded memory, with how it fits the model.
  func profile(_ input: ScoringInput, _ scorer: Scorer) throws -> (profile: TrainingProfile, fit: SchemaFit) {
    var input = input
    var profiler = TrainingProfiler(scorer.schema, threads: request.threads)
    try input.forEachBatch(of: 65_536) { batch in
      profiler.add(batch)
      profiler.add(try scorer.predict(batch))
    }
    return (profiler.profile, input.fit)
  }

  /// Throws for a model of a command that did not say what it learnt from.
  func trainingDigest(of model: Artifact) throws -> Digest {
    if let digest = try recipe(of: model).trainingData { return digest }
    throw PipelineError.stepFailed(
      "nobody knows what data the model \(model.version?.text ?? model.shortDigest) learnt from: its command is to name the step's input in `training` of \(CommandContract.fileName)"
    )
  }

  /// The model's training data with the description that it had then: it says how the data is read.
  func trainingData(of model: Artifact) throws -> Artifact {
    let digest = try trainingDigest(of: model)
    let bare = Artifact(kind: .dataset, digest: digest)
    guard let label = model.version,
      let version = try store.refs.version(
        label.number, of: try EntityName(.model, project: label.project, name: label.name)),
      let run = version.run, let record = try RunArchive(store).record(of: run)
    else { return bare }
    let inputs = record.steps.flatMap(\.inputs).compactMap(\.artifact)
    return inputs.first { $0.digest == digest && $0.description != nil } ?? bare
  }
}
