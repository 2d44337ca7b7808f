internal import Jobs
internal import Records
internal import Store

/// What a `feedback` step reads beside what its spec names, settled before it begins, so that its key holds all of it: the
/// versions of the predictions, the models that made them, and the earlier versions of the labels. The latter are facts
/// and no inputs: they may be many, and records of runs stay small without them.
struct FeedbackInputs {
  let store: Store
  let project: String
  let options: FeedbackOptions
  let now: Timestamp

  private static let predictions = "predictions "
  static let model = "model "
  static let earlierLabels = "earlier labels"

  /// Whether an input of that name is a version of the predictions: the one that the spec names, or one of its history.
  static func isPredictions(_ input: String) -> Bool { input == "predictions" || input.hasPrefix(predictions) }

  /// Beside those that the spec names.
  func inputs(beside named: [StepRecord.Input]) throws -> [StepRecord.Input] {
    let history = try history()
    return history + (try models(of: (named.filter { $0.name == "predictions" } + history).compactMap(\.artifact)))
  }

  /// Every version made within the window before `now`, the oldest first. Those of this very moment are not among them:
  /// what became true by now was known when they were made.
  private func history() throws -> [StepRecord.Input] {
    guard case .history(let owner, let name) = options.predictions else { return [] }
    let entity = try EntityName(.dataset, project: owner ?? project, name: name)
    let earliest = Double(now.seconds) - options.windowSeconds
    return try store.refs.versions(of: entity).compactMap { version in
      guard let created = Timestamp(version.created), created < now, Double(created.seconds) >= earliest else {
        return nil
      }
      let label = entity.label(version.number)
      return StepRecord.Input(
        name: "\(Self.predictions)v\(version.number)", reference: "\(label.project)/\(label.text)",
        artifact: Artifact(kind: .dataset, digest: version.digest, description: version.description, version: label))
    }
  }

  /// Each model once, by the first version of any model that has its content.
  private func models(of predictions: [Artifact]) throws -> [StepRecord.Input] {
    let digests = try Set(predictions.compactMap { try Self.model(of: $0, store) })
    guard !digests.isEmpty else { return [] }
    var labels: [Digest: VersionLabel] = [:]
    for entity in try store.refs.entities(.model) {
      for version in try store.refs.versions(of: entity)
      where digests.contains(version.digest) && labels[version.digest] == nil {
        labels[version.digest] = entity.label(version.number)
      }
    }
    return digests.sorted { $0.description < $1.description }.map { digest in
      StepRecord.Input(
        name: Self.model + digest.description,
        reference: labels[digest].map { "\($0.project)/\($0.text)" } ?? digest.description,
        artifact: Artifact(kind: .model, digest: digest, version: labels[digest]))
    }
  }

  /// The model behind predictions; nil for data that holds none.
  static func model(of predictions: Artifact, _ store: Store) throws -> Digest? {
    try said(of: predictions, store)?.model
  }

  private static func said(of predictions: Artifact, _ store: Store) throws -> DatasetDescription.Predictions? {
    guard let description = predictions.description else { return nil }
    return try CanonicalJSON.decode(DatasetDescription.self, from: try store.blob(description)).predictions
  }

  // MARK: Facts

  /// An earlier version of the labels.
  struct EarlierLabels: Codable {
    var version: VersionLabel
    var digest: Digest
    var description: Digest?
    var made: Timestamp

    var artifact: Artifact {
      Artifact(kind: .dataset, digest: digest, description: description, version: version)
    }
  }

  /// When the versions among the inputs were made, at which threshold those of predictions were, and when labels that are
  /// no version became known, which is now: by what ``StepRequest/facts`` calls them.
  func facts(_ inputs: [StepRecord.Input]) throws -> [String: String] {
    var moments: [String: String] = [:]
    for input in inputs {
      guard let artifact = input.artifact, artifact.kind == .dataset else { continue }
      moments[Self.moment(of: input.name)] = try Self.made(artifact, store)?.text
      guard Self.isPredictions(input.name) else { continue }
      moments[Self.threshold(of: input.name)] = try Self.said(of: artifact, store)?.threshold.map { "\($0)" }
    }
    let labels = Self.moment(of: "labels")
    if moments[labels] == nil { moments[labels] = now.text }
    let earlier = try earlierLabels(inputs)
    if !earlier.isEmpty {
      moments[Self.earlierLabels] = String(decoding: try CanonicalJSON.encode(earlier), as: UTF8.self)
    }
    return moments
  }

  /// The versions of the labels' dataset from which is seen since when each label was known, the newest first: those that
  /// were made while predictions were, and the one that was there before the first of them. None where labels say so
  /// themselves.
  private func earlierLabels(_ inputs: [StepRecord.Input]) throws -> [EarlierLabels] {
    let predictions = inputs.filter { Self.isPredictions($0.name) }
    guard options.time == nil, let labels = inputs.first(where: { $0.name == "labels" })?.artifact,
      let label = labels.version, let made = try Self.made(labels, store),
      let first = try predictions.compactMap({ try $0.artifact.flatMap { try Self.made($0, store) } }).min()
    else { return [] }
    let entity = try EntityName(.dataset, project: label.project, name: label.name)
    let earlier = try store.refs.versions(of: entity).compactMap { version -> EarlierLabels? in
      guard let created = Timestamp(version.created), created < made else { return nil }
      let label = entity.label(version.number)
      return EarlierLabels(
        version: label, digest: version.digest, description: version.description, made: created)
    }.sorted { ($0.made, $0.version.number) > ($1.made, $1.version.number) }
    let last = earlier.firstIndex { $0.made <= first } ?? earlier.count - 1
    return Array(earlier.prefix(last + 1))
  }

  static func threshold(of input: String) -> String { "threshold \(input)" }
  static func moment(of input: String) -> String { "made \(input)" }

  /// When the version was published; nil for what is none.
  private static func made(_ artifact: Artifact, _ store: Store) throws -> Timestamp? {
    guard let label = artifact.version,
      let version = try store.refs.version(
        label.number, of: try EntityName(.dataset, project: label.project, name: label.name))
    else { return nil }
    return Timestamp(version.created)
  }
}
