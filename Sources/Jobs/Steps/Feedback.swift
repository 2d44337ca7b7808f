internal import Records
internal import Store
internal import Tables

/// `feedback`: what came true, joined to the predictions that were made of it.
package struct FeedbackOptions: Codable, Hashable, Sendable {
  package enum Predictions: Codable, Hashable, Sendable {
    /// All versions of a dataset, as far as the window goes back; nil is the job's own project.
    case history(project: String?, name: String)
    case one(Reference)
  }

  /// Which of several predictions of a row counts.
  package enum Take: String, Codable, Hashable, Sendable, CaseIterable { case first, last }

  /// What predictions are put together by.
  package enum Span: String, Codable, Hashable, Sendable, CaseIterable { case day, week, month }

  package var predictions: Predictions
  package var labels: Reference
  package var key: [String]
  package var target: String
  /// The labels' column with the moment that each became known; nil: when the first version of their dataset that has it
  /// was made.
  package var time: String?
  package var windowSeconds: Double
  package var take: Take
  package var span: Span
  /// Spans with a smaller share of labelled predictions have no metrics, 0...1.
  package var minimumCoverage: Double
  /// Nor have those with fewer labelled rows.
  package var minimumRows: Int
  /// The dataset of outcomes; nil: it is not published.
  package var dataset: String?
}

extension FeedbackOptions.Predictions {
  /// Nil where the versions are only known when the step is prepared.
  var reference: Reference? { if case .one(let reference) = self { reference } else { nil } }
}

extension Vocabulary {
  static let feedback = Kind(
    name: "feedback", help: "Labels that come late, joined by key to the predictions that were made then.",
    with: [
      Field(
        "predictions", .reference([.dataset]), required: true,
        "The dataset that `predict` publishes, by its name or that of the step: all of its versions. `NAME@…`: that version alone."
      ),
      Field("labels", .reference([.dataset]), required: true, "The rows with what came true."),
      Field("key", .oneOrMore(.text), required: true, "Columns that say which row is which in both."),
      Field("target", .target, required: true, "A column of the labels, or a comparison over one."),
      Field(
        "time", .text,
        "The labels' column with the moment each became known. Default: when the first version of their dataset that has it was made."
      ),
      Field("window", .duration, "How far back predictions are looked for. Default: 120d."),
      Field(
        "take", .word(FeedbackOptions.Take.allCases.map(\.rawValue)),
        "Of several predictions of a row before its label, the one that counts. Default: first."),
      Field(
        "by", .word(FeedbackOptions.Span.allCases.map(\.rawValue)),
        "The span of prediction dates that metrics are taken over. Default: day."),
      Field(
        "coverage", .number(0...1),
        "Smallest share of predictions with a label for a span to have metrics. Default: 0.5."),
      Field("minimum-rows", .integer(1...Int.max), "Fewest labelled rows for a span to have metrics. Default: 100."),
      Field("dataset", .name, "The dataset of outcomes that gets the version. Default: it is not published."),
    ], outputs: ["": .dataset, "performance": .performance], usesAllCores: true)
}

extension StepReader {
  func feedback(_ with: Form) -> FeedbackOptions? {
    let key = with.differentTexts("key")
    if let node = with.node["key"], key.isEmpty { with.complain(node.place, "`key` needs at least one column") }
    let options = (
      window: with.duration("window"), take: with.word("take", FeedbackOptions.Take.self),
      span: with.word("by", FeedbackOptions.Span.self), coverage: with.number("coverage", 0...1),
      rows: with.integer("minimum-rows", 1...Int.max), dataset: with.name("dataset"), time: with.text("time")
    )
    if options.take == .last, options.time == nil {
      with.complain(
        with.node["take"]?.place ?? with.node.place,
        "`take: last` needs `time:` with the moment each label became known, or a later score of the row would count")
    }
    guard let predictions = predictions(with), let labels = reference(with, "labels", .dataset),
      let target = with.text("target"), !key.isEmpty
    else { return nil }
    return FeedbackOptions(
      predictions: predictions, labels: labels, key: key, target: target, time: options.time,
      windowSeconds: options.window ?? 120 * 86_400, take: options.take ?? .first, span: options.span ?? .day,
      minimumCoverage: options.coverage ?? 0.5, minimumRows: options.rows ?? 100, dataset: options.dataset)
  }

  /// A bare name that is no step's is a dataset with all of its versions.
  private func predictions(_ with: Form) -> FeedbackOptions.Predictions? {
    if let text = with.node["predictions"]?.text, !text.contains("@"), !text.hasPrefix("sha256:") {
      let names = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      let isStep = names.count == 1 && allIDs.contains(String(names[0].split(separator: ".").first ?? ""))
      if !isStep, names.count <= 2, names.allSatisfy(isName), let name = names.last {
        return .history(project: names.count == 2 ? names[0] : nil, name: name)
      }
    }
    guard let reference = reference(with, "predictions", .dataset) else { return nil }
    // What a step of this job predicts has no labels yet: its dataset's earlier versions have.
    if case .output(let id, let output) = reference,
      let name = earlier.first(where: { $0.id == id })?.action.publishedName(of: output)
    {
      return .history(project: nil, name: name)
    }
    return .one(reference)
  }
}
