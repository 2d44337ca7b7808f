internal import Tables
internal import Jobs
internal import Records

extension StepContext {
  /// `evaluate`: metrics of a model on data, and on slices of it.
  func evaluate(_ options: EvaluateOptions) throws -> StepResult {
    let data = try artifact("data")
    let evaluation = Evaluation(
      context: self, model: try artifact("model"), data: data, recipes: try recipes(of: [data]),
      slices: options.slices, threshold: options.threshold, fit: options.fit)
    var document = try evaluation.document()
    if let wanted = options.metrics {
      for name in wanted where document.metrics[name] == nil && document.undefined[name] == nil {
        let known = document.metrics.keys.sorted()
        throw PipelineError.stepFailed(
          "there is no metric “\(name)” for a \(document.task) task: "
            + (nearestWord(to: name, among: known).map { "did you mean “\($0)”?" }
              ?? "there are \(known.joined(separator: ", "))"))
      }
      document.metrics = document.metrics.filter { wanted.contains($0.key) }
      for index in document.slices.indices {
        document.slices[index].metrics = document.slices[index].metrics.filter { wanted.contains($0.key) }
      }
    }
    var notes = document.undefined.sorted { $0.key < $1.key }.map { "\($0.key) is undefined: \($0.value)" }
    if document.droppedRowCount > 0 { notes.append("\(document.droppedRowCount) rows without a target were left out") }
    notes += document.fit?.notes ?? []
    return try result(.metrics, document, headline: Headline.metrics(document), notes: notes)
  }
}

/// Results in a few words.
enum Headline {
  /// The main metric: the first that is there of a fixed order.
  static func metrics(_ document: MetricsDocument) -> String {
    for name in ["auc", "macro_auc", "accuracy", "r2", "rmse"] {
      if let value = document.metrics[name] { return "\(name) \(number(value)) on \(document.rowCount) rows" }
    }
    return "\(document.rowCount) rows"
  }

  /// Four digits behind the point.
  static func number(_ value: Double) -> String {
    guard abs(value) < 1e9 else { return "\(value)" }
    let scaled = (abs(value) * 10_000).rounded()
    let digits = String(Int(scaled) % 10_000)
    return (value < 0 && scaled > 0 ? "-" : "") + "\(Int(scaled) / 10_000)."
      + String(repeating: "0", count: 4 - digits.count) + digits
  }
}
