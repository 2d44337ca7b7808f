internal import Records
internal import Store
internal import Tables

/// `retrain`: the champion's recipe, replayed on newer data when a condition holds.
package struct RetrainOptions: Codable, Hashable, Sendable {
  package var model: Reference
  /// Newer data: takes the place of the dataset of that name in the recipe. Nil replays the recipe as it is.
  package var data: Reference?
  /// A drift report, for `drift`. Nil: the `monitor` step of this job that watches the same model.
  package var drift: Reference?
  /// Metrics, for conditions over metrics.
  package var scores: Reference?
  package var when: [RetrainCondition]
  /// Seconds since the model was made in which it is not retrained.
  package var cooldownSeconds: Double
}

extension Vocabulary {
  static let retrain = Kind(
    name: "retrain", help: "The model's recipe, replayed on newer data: a job in the inbox when a condition holds.",
    with: [
      Field("model", .reference([.model]), required: true, "The model, usually `NAME@champion`."),
      Field(
        "data", .reference([.dataset]), "Newer data; it takes the place of the dataset of that name in the recipe."),
      Field(
        "drift", .reference([.drift]), "A drift report. Default: the `monitor` step of this job over the same model."),
      Field("scores", .reference([.metrics]), "Metrics, for conditions over metrics."),
      Field(
        "when", .oneOrMore(.retrainCondition), required: true,
        "Any of: `drift`, `new-rows >= 20000`, `age > 30d`, `auc < 0.7`."),
      Field("cooldown", .duration, "Time since the model was made in which it is not retrained. Default: 0s."),
    ], outputs: ["": .retraining])
}

extension StepReader {
  func retrain(_ with: Form) -> RetrainOptions? {
    let conditions = with.parsed(
      "when", form: "a condition: write `drift`, `new-rows >= 20000`, `age > 30d` or `auc < 0.7`",
      RuleParser.retrainCondition)
    let scores = reference(with, "scores", .metrics)
    let model = reference(with, "model", .model)
    var drift = reference(with, "drift", .drift)
    if with.node["drift"] == nil, let model { drift = monitorStep(watching: model) }
    for condition in conditions {
      let place = with.node["when"]?.place ?? with.node.place
      switch condition.kind {
      case .drift where drift == nil && with.node["drift"] == nil:
        with.complain(
          place, "the condition `drift` needs `drift:`, or a `monitor` step over the same model before this one")
      case .metric where with.node["scores"] == nil:
        with.complain(place, "the condition “\(condition.text)” needs `scores:` with an evaluate step")
      case .newRows where with.node["data"] == nil:
        with.complain(place, "the condition “\(condition.text)” needs `data:` with the newer rows")
      default: continue
      }
    }
    let data = reference(with, "data", .dataset)
    guard let model else { return nil }
    return RetrainOptions(
      model: model, data: data, drift: drift, scores: scores, when: conditions,
      cooldownSeconds: with.duration("cooldown") ?? 0)
  }

  private func monitorStep(watching model: Reference) -> Reference? {
    let step = earlier.last { step in
      if case .monitor(let options) = step.action { options.model == model } else { false }
    }
    return step.map { .output(step: $0.id, name: "") }
  }
}
