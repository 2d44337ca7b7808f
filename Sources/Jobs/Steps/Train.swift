internal import Records
internal import Store
internal import Tables

/// `train`: a model version.
package struct TrainOptions: Codable, Hashable, Sendable {
  package enum Trainer: String, Codable, Hashable, Sendable, CaseIterable { case xgboost, baseline }

  package var trainer: Trainer
  package var data: Reference
  package var validation: Reference?
  /// A column, or a comparison over one: `arr_delay > 15`.
  package var target: String
  /// Nil means every column but the target's and the excluded ones.
  package var features: [String]?
  package var exclude: [String]
  /// As the trainer reads them, each value as text: `max_depth`, `eta`, …
  package var params: [String: String]
  package var rounds: Int
  package var earlyStopping: Int?
  package var seed: Int
  package var model: String
}

extension Vocabulary {
  static let train = Kind(
    name: "train", help: "A model version.",
    with: [
      Field(
        "trainer", .word(TrainOptions.Trainer.allCases.map(\.rawValue)), required: true,
        "`xgboost`, or `baseline`: the constant to beat."),
      Field("data", .reference([.dataset]), required: true, "The training rows."),
      Field("validation", .reference([.dataset]), "Rows for early stopping."),
      Field("target", .target, required: true, "A column, or a comparison over one: `arr_delay > 15`."),
      Field(
        "features", .oneOrMore(.text),
        "The columns to learn from. Default: all but the target's and the excluded ones."),
      Field("exclude", .oneOrMore(.text), "Columns not to learn from."),
      Field("params", .map(.any), "The trainer's own parameters, and `rounds` and `early_stopping`."),
      Field("seed", .integer(0...Int(Int32.max)), "Default: 0."),
      Field("model", .name, required: true, "The model that gets the version."),
    ], outputs: ["": .model], usesAllCores: true)
}

extension StepReader {
  func train(_ with: Form) -> TrainOptions? {
    let params = TrainerParams(with)
    let validation = reference(with, "validation", .dataset)
    if params.earlyStopping != nil, with.node["validation"] == nil {
      with.complain(with.node.place, "`early_stopping` needs `validation` rows to look at")
    }
    guard let trainer = with.word("trainer", TrainOptions.Trainer.self), let data = reference(with, "data", .dataset),
      let target = with.text("target"), let model = with.name("model")
    else { return nil }
    return TrainOptions(
      trainer: trainer, data: data, validation: validation, target: target,
      features: with.node["features"] == nil ? nil : with.texts("features"), exclude: with.texts("exclude"),
      params: params.others, rounds: params.rounds, earlyStopping: params.earlyStopping,
      seed: with.integer("seed", 0...Int(Int32.max)) ?? 0, model: model)
  }
}

/// `params:` of a `train` step: what every trainer knows, and the rest as text.
private struct TrainerParams {
  var rounds = 100
  var earlyStopping: Int?
  var others: [String: String] = [:]

  init(_ with: Form) {
    guard let form = with.form("params", title: "`params`") else { return }
    rounds = form.integer("rounds", 1...100_000) ?? rounds
    earlyStopping = form.integer("early_stopping", 1...100_000)
    for entry in form.node.entries ?? [] where entry.key != "rounds" && entry.key != "early_stopping" {
      switch entry.value.value {
      case .scalar(let text, isPlain: _): others[entry.key] = text
      case .sequence, .mapping: others[entry.key] = entry.value.json
      }
    }
    with.take(form)
  }
}
