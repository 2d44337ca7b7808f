internal import Records
internal import Store
internal import Tables

/// `predict`: rows of scores, a dataset version.
package struct PredictOptions: Codable, Hashable, Sendable {
  package var model: Reference
  package var data: Reference
  package var dataset: String
  /// Columns carried over from the data; empty means none.
  package var keys: [String]
  package var fit: FitOptions
}

extension Vocabulary {
  static let predict = Kind(
    name: "predict", help: "Scores for rows, as a dataset version.",
    with: [
      Field("model", .reference([.model]), required: true, "The model."),
      Field("data", .reference([.dataset]), required: true, "The rows."),
      Field("dataset", .name, required: true, "The dataset of predictions that gets the version."),
      Field("keys", .oneOrMore(.text), "Columns of the data that the predictions carry. Default: none."),
    ] + fit, outputs: ["": .dataset], usesAllCores: true)
}

extension StepReader {
  func predict(_ with: Form) -> PredictOptions? {
    guard let model = reference(with, "model", .model), let data = reference(with, "data", .dataset),
      let dataset = with.name("dataset")
    else { return nil }
    return PredictOptions(model: model, data: data, dataset: dataset, keys: with.texts("keys"), fit: fit(with))
  }
}
