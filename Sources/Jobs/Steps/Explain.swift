internal import Records
internal import Store
internal import Tables

/// `explain`: what a model goes by.
package struct ExplainOptions: Codable, Hashable, Sendable {
  package var model: Reference
  package var data: Reference
}

extension Vocabulary {
  static let explain = Kind(
    name: "explain", help: "What a model goes by, over all rows and row by row.",
    with: [
      Field("model", .reference([.model]), required: true, "The model."),
      Field("data", .reference([.dataset]), required: true, "The rows."),
    ], outputs: ["": .explanation], usesAllCores: true)
}

extension StepReader {
  func explain(_ with: Form) -> ExplainOptions? {
    guard let model = reference(with, "model", .model), let data = reference(with, "data", .dataset) else { return nil }
    return ExplainOptions(model: model, data: data)
  }
}
