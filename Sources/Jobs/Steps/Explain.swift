internal import Records
internal import Store
internal import Tables

/// `explain`: what a model goes by.
package struct ExplainOptions: Codable, Hashable, Sendable {
  package var model: Reference
  package var data: Reference
  /// The model in use, to say what changed against.
  package var champion: Reference?
  /// Rows that are explained one by one.
  package var rows: Int
  /// Rows that the whole is judged by, at most.
  package var sample: Int
  /// Features whose partial dependence is drawn.
  package var features: Int
  package var seed: Int
  package var fit: FitOptions
}

extension Vocabulary {
  static let explain = Kind(
    name: "explain", help: "What a model goes by, over all rows and row by row.",
    with: [
      Field("model", .reference([.model]), required: true, "The model."),
      Field(
        "data", .reference([.dataset]), required: true,
        "The rows; with the target, permutation importance is told, too."),
      Field("champion", .reference([.model]), "The model in use, to say what changed. Default: none."),
      Field("rows", .integer(0...ExplainOptions.limitRows), "Rows that are explained one by one. Default: 5."),
      Field(
        "sample", .integer(ExplainOptions.sampleRange), "Rows that the whole is judged by, at most. Default: 2000."),
      Field(
        "features", .integer(0...ExplainOptions.limitFeatures),
        "Features whose partial dependence is drawn. Default: 6."),
      Field("seed", .integer(0...Int(Int32.max)), "Of the sample and the permutations. Default: 0."),
    ] + fit, outputs: ["": .explanation], usesAllCores: true)
}

extension ExplainOptions {
  static let limitRows = 100
  static let limitFeatures = 30
  static let sampleRange = 10...100_000
}

extension StepReader {
  func explain(_ with: Form) -> ExplainOptions? {
    let champion = reference(with, "champion", .model)
    guard let model = reference(with, "model", .model), let data = reference(with, "data", .dataset) else { return nil }
    return ExplainOptions(
      model: model, data: data, champion: champion, rows: with.integer("rows", 0...ExplainOptions.limitRows) ?? 5,
      sample: with.integer("sample", ExplainOptions.sampleRange) ?? 2000,
      features: with.integer("features", 0...ExplainOptions.limitFeatures) ?? 6,
      seed: with.integer("seed", 0...Int(Int32.max)) ?? 0, fit: fit(with))
  }
}
