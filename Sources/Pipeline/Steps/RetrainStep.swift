internal import Jobs
internal import Records
internal import Spool
internal import Store
internal import SystemPackage
internal import Tables

extension StepContext {
  /// `retrain`: the model's recipe on newer data, as a job in the inbox, when a condition holds.
  func retrain(_ options: RetrainOptions) throws -> StepResult {
    let model = try artifact("model")
    let recipe = try recipe(of: model)
    let conditions = try options.when.map { try condition($0, model, recipe) }
    let holding = conditions.filter(\.holds)
    let age = try modelAge(model)
    var document = RetrainingDocument(
      model: model.digest, modelVersion: model.version, conditions: conditions, queuedSpec: nil,
      explanation: "no condition holds: " + conditions.map(\.explanation).joined(separator: "; "))
    if !holding.isEmpty, let age, age < options.cooldownSeconds {
      document.explanation = "it is only \(Self.days(age)) old: retraining waits for the end of the cool-down"
    } else if let first = holding.first {
      document.queuedSpec = try queue(recipe, model)
      document.explanation = "retraining, because " + holding.map(\.explanation).joined(separator: "; ")
      return try result(.retraining, document, headline: "queued: \(first.explanation)")
    }
    return try result(.retraining, document, headline: "not needed")
  }

  private func condition(_ condition: RetrainCondition, _ model: Artifact, _ recipe: Recipe) throws
    -> RetrainingDocument.Condition
  {
    func judged(_ holds: Bool, _ explanation: String) -> RetrainingDocument.Condition {
      RetrainingDocument.Condition(rule: condition.text, holds: holds, explanation: explanation)
    }
    switch condition.kind {
    case .drift:
      let drift = try document(DriftDocument.self, try artifact("drift"))
      let names = drift.columns.filter(\.isDrifted).map(\.name)
      return judged(
        drift.isDrifted,
        drift.isDrifted ? "the data has drifted (\(names.joined(separator: ", ")))" : "the data has not drifted")
    case .newRows(let comparison, let bound):
      let added = try newRows(recipe)
      return judged(comparison.holds(Double(added), bound), "there are \(added) new rows")
    case .age(let comparison, let seconds):
      guard let age = try modelAge(model) else { return judged(false, "the model's age is not known") }
      return judged(comparison.holds(age, seconds), "the model is \(Self.days(age)) old")
    case .metric(let name, let comparison, let bound):
      let scores = try document(MetricsDocument.self, try artifact("scores"))
      guard let value = scores.metrics[name] else { return judged(false, "there is no metric “\(name)”") }
      return judged(comparison.holds(value, bound), "\(name) is \(Headline.number(value))")
    }
  }

  /// Rows of the newer data beyond those that the recipe began with.
  private func newRows(_ recipe: Recipe) throws -> Int {
    let data = try artifact("data")
    let (_, dataset) = try dataset(data, in: recipe)
    let old = try table(Artifact(kind: .dataset, digest: dataset.digest)).countRows()
    let new = try table(data).countRows()
    return max(0, new - old)
  }

  /// The dataset of the recipe that the newer data takes the place of.
  private func dataset(_ data: Artifact, in recipe: Recipe) throws -> (VersionLabel, Recipe.Dataset) {
    guard let label = data.version else {
      throw PipelineError.stepFailed("`data` must be a version of a dataset, so that the recipe can name it")
    }
    guard let dataset = recipe.datasets.first(where: { $0.name == label.name && $0.project == label.project }) else {
      let names = recipe.datasets.map(\.name).joined(separator: ", ")
      throw PipelineError.stepFailed(
        "the recipe of the model does not begin with the dataset “\(label.name)”: it begins with \(names.isEmpty ? "none" : names)"
      )
    }
    return (label, dataset)
  }

  private func modelAge(_ model: Artifact) throws -> Double? {
    guard let label = model.version,
      let version = try store.refs.version(
        label.number, of: try EntityName(.model, project: label.project, name: label.name)),
      let created = Timestamp(version.created)
    else { return nil }
    return Double(request.logicalTime.seconds - created.seconds)
  }

  private static func days(_ seconds: Double) -> String { "\(Int(seconds / 86_400)) days" }

  /// The folder that the recipe's relative paths start from: a fact of the run that made the model, not of the recipe.
  private func origin(of model: Artifact) throws -> String {
    guard let label = model.version,
      let version = try store.refs.version(
        label.number, of: try EntityName(.model, project: label.project, name: label.name)),
      let run = version.run, let record = try RunArchive(store).record(of: run)
    else { return site.root.string }
    return record.origin
  }

  /// Puts the job into the inbox, once: a second attempt of this step finds it there.
  private func queue(_ recipe: Recipe, _ model: Artifact) throws -> String {
    var spec = try store.blob(recipe.spec)
    var name = recipe.specName
    if request.input("data") != nil {
      let (label, _) = try dataset(try artifact("data"), in: recipe)
      let rewritten = try SpecReplay.spec(
        spec, replacing: label.name, of: label.project, with: "\(label.project)/\(label.text)", file: recipe.specName)
      guard let rewritten else {
        throw PipelineError.stepFailed("the spec \(recipe.specName) does not name the dataset “\(label.name)”")
      }
      spec = rewritten
      name = String(name.split(separator: ".").first ?? "retrain") + ".json"
    }
    let params = recipe.params.sorted { $0.key < $1.key }.map { Submission.Param(name: $0.key, json: $0.value) }
    return try site.spool.submit(
      spec,
      Submission(
        specName: name, origin: try origin(of: model), params: params, by: "nightshift", at: request.logicalTime.text,
        logicalTime: request.logicalTime.text, requestedBy: request.run,
        isForeign: request.isForeign || recipe.isForeign == true ? true : nil),
      key: "retrain-\(request.run)-\(request.id)")
  }
}
