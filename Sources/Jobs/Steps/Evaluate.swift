internal import Records
internal import Store
internal import Tables

/// `evaluate`: metrics of a model on data.
package struct EvaluateOptions: Codable, Hashable, Sendable {
  package var model: Reference
  package var data: Reference
  /// Names of metrics to keep; nil means all of the task.
  package var metrics: [String]?
  package var slices: [String]
  /// The score from which on a row counts as positive.
  package var threshold: Double
  package var fit: FitOptions
}

extension Vocabulary {
  static let evaluate = Kind(
    name: "evaluate", help: "Metrics of a model on data.",
    with: [
      Field("model", .reference([.model]), required: true, "The model."),
      Field("data", .reference([.dataset]), required: true, "The rows, with the target's column."),
      Field("metrics", .oneOrMore(.text), "Names of the metrics to keep. Default: all of the task."),
      Field("slices", .oneOrMore(.text), "Columns for whose values the metrics are given apart."),
      Field("threshold", .number(0...1), "The score from which on a row counts as positive. Default: 0.5."),
    ] + fit, outputs: ["": .metrics], usesAllCores: true)
}

extension StepReader {
  func evaluate(_ with: Form) -> EvaluateOptions? {
    let threshold = with.number("threshold", 0...1) ?? 0.5
    guard let model = reference(with, "model", .model), let data = reference(with, "data", .dataset) else { return nil }
    return EvaluateOptions(
      model: model, data: data, metrics: with.node["metrics"] == nil ? nil : with.texts("metrics"),
      slices: with.texts("slices"), threshold: threshold, fit: fit(with))
  }
}
