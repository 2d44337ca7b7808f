internal import Records
internal import Store
internal import Tables

/// `monitor`: drift of data against a model's training data.
package struct MonitorOptions: Codable, Hashable, Sendable {
  package var model: Reference
  package var data: Reference
  package var psiThreshold: Double
  package var pValueThreshold: Double
  package var columnShareThreshold: Double
  package var fit: FitOptions
}

extension Vocabulary {
  static let monitor = Kind(
    name: "monitor", help: "How far data has moved from a model's training data.",
    with: [
      Field("model", .reference([.model]), required: true, "The model."),
      Field("data", .reference([.dataset]), required: true, "The rows to compare with its training data."),
      Field("thresholds", .object(driftThresholds), "When a column, and when the data, counts as drifted."),
    ] + fit, outputs: ["": .drift], usesAllCores: true)

  static let driftThresholds: [Field] = [
    Field("psi", .number(0...100), "Population stability index from which on a column drifts. Default: 0.2."),
    Field("p-value", .number(0...1), "Largest p-value of a drifted column's test. Default: 0.01."),
    Field("columns", .number(0...1), "Share of drifted columns from which on the data drifts. Default: 0.3."),
  ]
}

extension StepReader {
  func monitor(_ with: Form) -> MonitorOptions? {
    var thresholds = (psi: 0.2, pValue: 0.01, columns: 0.3)
    if let form = with.form("thresholds", title: "`thresholds`") {
      form.check(Vocabulary.driftThresholds)
      thresholds.psi = form.number("psi", 0...100) ?? thresholds.psi
      thresholds.pValue = form.number("p-value", 0...1) ?? thresholds.pValue
      thresholds.columns = form.number("columns", 0...1) ?? thresholds.columns
      with.take(form)
    }
    guard let model = reference(with, "model", .model), let data = reference(with, "data", .dataset) else { return nil }
    return MonitorOptions(
      model: model, data: data, psiThreshold: thresholds.psi, pValueThreshold: thresholds.pValue,
      columnShareThreshold: thresholds.columns, fit: fit(with))
  }
}
