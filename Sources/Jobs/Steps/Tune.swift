internal import Records
internal import Store
internal import Tables

/// `tune`: the best of many trainings, a model version.
package struct TuneOptions: Codable, Hashable, Sendable {
  package var data: Reference
  package var validation: Reference?
  package var target: String
  package var seed: Int
  package var model: String
}

extension Vocabulary {
  static let tune = Kind(
    name: "tune", help: "The best of many trainings: a model version, and the trials that led to it.",
    with: [
      Field("data", .reference([.dataset]), required: true, "The training rows."),
      Field("validation", .reference([.dataset]), "Rows that trials are judged on."),
      Field("target", .target, required: true, "A column, or a comparison over one: `arr_delay > 15`."),
      Field("seed", .integer(0...Int(Int32.max)), "Default: 0."),
      Field("model", .name, required: true, "The model that gets the version."),
    ], outputs: ["": .model, "trials": .trials], usesAllCores: true)
}

extension StepReader {
  func tune(_ with: Form) -> TuneOptions? {
    let validation = reference(with, "validation", .dataset)
    guard let data = reference(with, "data", .dataset), let target = with.text("target"),
      let model = with.name("model")
    else { return nil }
    return TuneOptions(
      data: data, validation: validation, target: target, seed: with.integer("seed", 0...Int(Int32.max)) ?? 0,
      model: model)
  }
}
