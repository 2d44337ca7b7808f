internal import Jobs
internal import Records
internal import Store

/// The versions of a dataset of predictions that a `feedback` step reads: they are inputs of it, settled before it begins.
struct PredictionHistory {
  let store: Store
  let project: String

  static let inputPrefix = "predictions "

  /// Every version made within the window before `now`, the oldest first. Those of this very moment are not among them:
  /// what became true by now was known when they were made.
  func inputs(_ options: FeedbackOptions, now: Timestamp) throws -> [StepRecord.Input] {
    guard case .history(let owner, let name) = options.predictions else { return [] }
    let entity = try EntityName(.dataset, project: owner ?? project, name: name)
    let earliest = Double(now.seconds) - options.windowSeconds
    return try store.refs.versions(of: entity).compactMap { version in
      guard let created = Timestamp(version.created), created < now, Double(created.seconds) >= earliest else {
        return nil
      }
      let label = VersionLabel(project: entity.project, name: entity.name, number: version.number)
      return StepRecord.Input(
        name: "\(Self.inputPrefix)v\(version.number)", reference: "\(label.project)/\(label.text)",
        artifact: Artifact(
          kind: .dataset, digest: version.digest, description: version.description, version: label))
    }
  }
}

/// One version of predictions, and what made it.
struct PredictionVersion {
  var artifact: Artifact
  /// When it was published.
  var made: Timestamp
  var model: Artifact
}

extension StepContext {
  /// The versions that the step was given, in the order in which they were made.
  func predictionVersions() throws -> [PredictionVersion] {
    let artifacts = request.inputs.filter {
      $0.name.hasPrefix(PredictionHistory.inputPrefix) || $0.name == "predictions"
    }.compactMap(\.artifact)
    let labels = try modelLabels()
    return try artifacts.map { try predictionVersion($0, labels) }.sorted {
      ($0.made, $0.artifact.version?.number ?? 0) < ($1.made, $1.artifact.version?.number ?? 0)
    }
  }

  private func predictionVersion(_ artifact: Artifact, _ labels: [Digest: VersionLabel]) throws -> PredictionVersion {
    let name = artifact.version?.text ?? artifact.shortDigest
    guard let label = artifact.version,
      let version = try store.refs.version(
        label.number, of: try EntityName(.dataset, project: label.project, name: label.name)),
      let made = Timestamp(version.created)
    else {
      throw PipelineError.stepFailed(
        "nobody knows when the predictions \(name) were made: give the dataset that `predict` publishes")
    }
    guard let description = artifact.description,
      let predictions = try document(DatasetDescription.self, Artifact(kind: .dataset, digest: description))
        .predictions
    else {
      throw PipelineError.stepFailed("\(name) holds no predictions: name the dataset that `predict` publishes")
    }
    return PredictionVersion(
      artifact: artifact, made: made,
      model: Artifact(kind: .model, digest: predictions.model, version: labels[predictions.model]))
  }

  /// The versions of models by their content; of equal ones the first.
  private func modelLabels() throws -> [Digest: VersionLabel] {
    var labels: [Digest: VersionLabel] = [:]
    for entity in try store.refs.entities(.model) {
      for version in try store.refs.versions(of: entity) where labels[version.digest] == nil {
        labels[version.digest] = VersionLabel(project: entity.project, name: entity.name, number: version.number)
      }
    }
    return labels
  }
}
