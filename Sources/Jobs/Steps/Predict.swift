internal import Records
internal import Store
internal import Tables

/// `predict`: rows of scores, a dataset version.
package struct PredictOptions: Codable, Hashable, Sendable {
  /// A row that the model cannot read.
  package enum BadRow: String, Codable, Hashable, Sendable, CaseIterable {
    /// The step fails, as the fit options say.
    case fail
    /// It gets no prediction, and stands with why in the output `rejected`.
    case reject
  }

  /// Another model that scores the same rows, beside.
  package struct Shadow: Codable, Hashable, Sendable {
    package var model: Reference
    /// Columns whose values disagreement is counted for.
    package var slices: [String]
  }

  /// From which score on a binary model says yes.
  package enum Threshold: Codable, Hashable, Sendable {
    /// 0...1.
    case number(Double)
    /// The one at which these metrics of the model were computed.
    case metrics(Reference)

    package var metrics: Reference? { if case .metrics(let reference) = self { reference } else { nil } }
  }

  /// Intervals that hold so large a share of the true values.
  package struct Intervals: Codable, Hashable, Sendable {
    /// Above 0 and below 1.
    package var coverage: Double
    /// Rows with the target that the model did not learn from.
    package var calibration: Reference
  }

  package var model: Reference
  package var data: Reference
  package var dataset: String
  /// Columns carried over from the data; empty means none.
  package var keys: [String]
  package var fit: FitOptions
  /// Features that each row names as having added most to its score.
  package var reasons: Int
  package var intervals: Intervals?
  package var onBadRow: BadRow
  package var shadow: Shadow?
  /// Nil: a model of two classes gives scores and no answers, and is compared with a shadow at 0.5.
  package var threshold: Threshold?
}

extension Vocabulary {
  static let predict = Kind(
    name: "predict", help: "Scores for rows, as a dataset version.",
    with: [
      Field("model", .reference([.model]), required: true, "The model."),
      Field("data", .reference([.dataset]), required: true, "The rows."),
      Field("dataset", .name, required: true, "The dataset of predictions that gets the version."),
      Field("keys", .oneOrMore(.text), "Columns of the data that the predictions carry. Default: none."),
      Field(
        "reasons", .integer(1...PredictOptions.limitReasons),
        "Columns that name the features which added most to each score. Default: none."),
      Field(
        "intervals", .number(Vocabulary.openShare),
        "The share of true values that the intervals of a regression are to hold; needs `calibration`. Default: none."),
      Field(
        "calibration", .reference([.dataset]),
        "Rows with the target that the model did not learn from, for `intervals`."),
      Field(
        "on-bad-row", .word(PredictOptions.BadRow.allCases.map(\.rawValue)),
        "A row that the model cannot read: `fail`; `reject`, it stands with why in the output `rejected`. Default: fail."
      ),
      Field("shadow", .reference([.model]), "A model that scores the rows beside, for the output `disagreement`."),
      Field("slices", .oneOrMore(.text), "Columns by whose values the disagreement with `shadow` is counted."),
      Field(
        "threshold", .numberOrReference(0...1),
        "From which score on the answer of two classes, `prediction`, is the positive one: a number, or the `evaluate` step whose threshold it is. Default: none, and 0.5 for `shadow`."
      ),
    ] + fit, outputs: ["": .dataset, "rejected": .dataset, "shadow": .dataset, "disagreement": .disagreement],
    usesAllCores: true)
}

extension PredictOptions {
  static let limitReasons = 20

  /// What it makes, by name.
  var outputs: [String: Artifact.Kind] {
    var outputs: [String: Artifact.Kind] = ["": .dataset]
    if onBadRow == .reject { outputs["rejected"] = .dataset }
    if shadow != nil { (outputs["shadow"], outputs["disagreement"]) = (.dataset, .disagreement) }
    return outputs
  }

  /// The same with every reference replaced by one and the same.
  func with(references nothing: Reference) -> PredictOptions {
    var options = self
    (options.model, options.data) = (nothing, nothing)
    options.shadow?.model = nothing
    options.intervals?.calibration = nothing
    if threshold?.metrics != nil { options.threshold = .metrics(nothing) }
    return options
  }
}

extension StepReader {
  func predict(_ with: Form) -> PredictOptions? {
    let (shadow, intervals, threshold) = (shadow(with), intervals(with), threshold(with))
    guard let model = reference(with, "model", .model), let data = reference(with, "data", .dataset),
      let dataset = with.name("dataset")
    else { return nil }
    if let intervals, intervals.calibration == data, let node = with.node["calibration"] {
      with.complain(
        node.place,
        "`calibration` and `data` are the same rows: calibrate on others, whose target is known")
    }
    return PredictOptions(
      model: model, data: data, dataset: dataset, keys: with.differentTexts("keys"), fit: fit(with),
      reasons: with.integer("reasons", 1...PredictOptions.limitReasons) ?? 0, intervals: intervals,
      onBadRow: with.word("on-bad-row", PredictOptions.BadRow.self) ?? .fail, shadow: shadow, threshold: threshold)
  }

  /// A number as such, anything else as the step that has it.
  private func threshold(_ with: Form) -> PredictOptions.Threshold? {
    guard let text = with.node["threshold"]?.text, Double(text) == nil else {
      return with.number("threshold", 0...1).map { .number($0) }
    }
    return judgement(with, "threshold", .metrics, by: "evaluate").map { .metrics($0) }
  }

  private func shadow(_ with: Form) -> PredictOptions.Shadow? {
    let slices = with.texts("slices")
    guard with.node["shadow"] != nil else {
      if let node = with.node["slices"] {
        with.complain(node.place, "`slices` needs a `shadow` model to compare with")
      }
      return nil
    }
    return reference(with, "shadow", .model).map { PredictOptions.Shadow(model: $0, slices: slices) }
  }

  private func intervals(_ with: Form) -> PredictOptions.Intervals? {
    let (coverage, calibration) = (
      with.number("intervals", Vocabulary.openShare), reference(with, "calibration", .dataset)
    )
    switch (with.node["intervals"], with.node["calibration"]) {
    case (let node?, nil):
      with.complain(node.place, "`intervals` needs `calibration` rows, which the model did not learn from")
      return nil
    case (nil, let node?):
      with.complain(node.place, "`calibration` needs `intervals`: the share of true values that they are to hold")
      return nil
    case (nil, nil): return nil
    default:
      guard let coverage, let calibration else { return nil }
      return PredictOptions.Intervals(coverage: coverage, calibration: calibration)
    }
  }
}
