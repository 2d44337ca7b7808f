internal import Records
internal import Statistics
internal import Store
internal import Tables

/// `evaluate`: metrics of a model on data.
package struct EvaluateOptions: Codable, Hashable, Sendable {
  package var model: Reference
  package var data: Reference
  /// Names of metrics to keep; nil means all of the task.
  package var metrics: [String]?
  /// One column each, or a pair.
  package var slices: [[String]]
  /// The score from which on a row counts as positive; nil means 0.5.
  package var threshold: Double?
  /// Rows on which the threshold that costs least is chosen; nil means ``threshold``.
  package var thresholdFrom: Reference?
  package var costs: DecisionCosts?
  package var fairness: FairnessOptions?
  /// In how many of the likeliest classes the true one may be; nil means 3 and 5.
  package var top: [Int]?
  /// Groups of fewer rows are left out.
  package var minimumRows: Int
  /// Into how many bins a column of many numbers is parted.
  package var bins: Int
  /// Columns whose numbers are names: each value is a slice.
  package var values: [String]
  /// How many of the worst slices to name; 0 does not search.
  package var worstSlices: Int
  package var resampling: ResamplingOptions
  package var fit: FitOptions

  /// What a decision costs a row, by what it was and what is true.
  package struct DecisionCosts: Codable, Hashable, Sendable {
    package var truePositive: Double
    package var falsePositive: Double
    package var falseNegative: Double
    package var trueNegative: Double
  }

  package struct FairnessOptions: Codable, Hashable, Sendable {
    package var columns: [String]
    /// By column, the value that others are compared with.
    package var reference: [String: String]
  }

  /// How intervals are made.
  package struct ResamplingOptions: Codable, Hashable, Sendable {
    /// 0 makes none.
    package var resamples: Int
    /// In 0..<1.
    package var confidence: Double
    package var seed: Int
    /// Rows with the same value of it are drawn together.
    package var cluster: String?
  }
}

extension Vocabulary {
  static let evaluate = Kind(
    name: "evaluate", help: "Metrics of a model on data, with intervals.",
    with: [
      Field("model", .reference([.model]), required: true, "The model."),
      Field("data", .reference([.dataset]), required: true, "The rows, with the target's column."),
      Field("metrics", .oneOrMore(.text), "Names of the metrics to keep. Default: all of the task."),
      Field(
        "slices", .oneOrMore(.oneOrMore(.text)),
        "Columns, or pairs `[origin, carrier]`, for whose values the metrics are given apart."),
      Field("minimum-rows", .integer(1...Int.max), "Slices and groups of fewer rows are left out. Default: 30."),
      Field(
        "bins", .integer(2...100), "Into how many slices a column of more than 20 numbers is parted. Default: 4."),
      Field(
        "values", .oneOrMore(.text),
        "Columns whose numbers are names, as of shops: each value is a slice, however many."),
      Field(
        "worst-slices", .integer(0...100),
        "How many of the slices with the largest loss are named, of all columns of `slices`, the pairs of the first eight and those in `slices`; none with `resamples: 0`. Default: 5."
      ),
      Field("fairness", .object(fairness), "Groups whose treatment is compared, for two classes."),
      Field("threshold", .number(0...1), "The score from which on a row counts as positive. Default: 0.5."),
      Field("costs", .object(decisionCosts), "What decisions cost a row, for two classes."),
      Field(
        "threshold-from", .reference([.dataset]),
        "Rows on which the threshold that costs least by `costs` is chosen: not the test data."),
      Field(
        "top-k", .oneOrMore(.integer(2...1000)),
        "In how many of the likeliest classes the true one may be. Default: 3 and 5."),
      Field(
        "resamples", .integer(0...100_000),
        "Of the intervals' bootstrap and of the search for the worst slices; 0 makes neither. Default: 1000."),
      Field("confidence", .number(0.5...0.9999), "Of the intervals. Default: 0.95."),
      Field("cluster", .text, "A column whose equal values are drawn together: rows of one person or day."),
      Field("seed", .integer(0...Int.max), "Of the resampling. Default: 0."),
    ] + fit, outputs: ["": .metrics, "cost": .cost], usesAllCores: true)

  static let fairness: [Field] = [
    Field("columns", .oneOrMore(.text), required: true, "The groups: each column, and all of them together."),
    Field("reference", .map(.text), "By column, the value that others are compared with."),
  ]

  static let decisionCosts: [Field] = [
    Field("true-positive", .number(-1e9...1e9), "Called positive, and is. Default: 0."),
    Field("false-positive", .number(-1e9...1e9), "Called positive, and is not. Default: 0."),
    Field("false-negative", .number(-1e9...1e9), "Not called positive, but is. Default: 0."),
    Field("true-negative", .number(-1e9...1e9), "Not called positive, and is not. Default: 0."),
  ]
}

extension StepReader {
  func evaluate(_ with: Form) -> EvaluateOptions? {
    let threshold = with.number("threshold", 0...1)
    let costs = decisionCosts(with)
    let thresholdFrom = reference(with, "threshold-from", .dataset)
    if let node = with.node["threshold-from"] {
      if with.node["costs"] == nil {
        with.complain(node.place, "`threshold-from` needs `costs`: the threshold is the one that costs least there")
      }
      if with.node["threshold"] != nil {
        with.complain(node.place, "`threshold-from` chooses the threshold: leave `threshold` out")
      }
    }
    let (slices, metrics) = (slices(with), metrics(with))
    let top = with.parsed("top-k", form: "a whole number from 2 to 1000") { text in
      Int(text).flatMap { (2...1000).contains($0) ? $0 : nil }
    }
    let fairness = fairness(with)
    let (minimumRows, bins) = (with.integer("minimum-rows", 1...Int.max), with.integer("bins", 2...100))
    let (worst, resampling, fit) = (with.integer("worst-slices", 0...100), resampling(with), fit(with))
    guard let model = reference(with, "model", .model), let data = reference(with, "data", .dataset) else { return nil }
    if let thresholdFrom, thresholdFrom == data, let node = with.node["threshold-from"] {
      with.complain(
        node.place, "`threshold-from` and `data` are the same rows: a threshold chosen on them is too good to be true")
    }
    return EvaluateOptions(
      model: model, data: data, metrics: metrics,
      slices: slices, threshold: threshold, thresholdFrom: thresholdFrom, costs: costs, fairness: fairness,
      top: top.isEmpty ? nil : top, minimumRows: minimumRows ?? 30, bins: bins ?? 4, values: with.texts("values"),
      worstSlices: worst ?? 5,
      resampling: resampling, fit: fit)
  }

  /// Nil means all of the task.
  private func metrics(_ with: Form) -> [String]? {
    guard let node = with.node["metrics"], !node.isNull else { return nil }
    let names = with.differentTexts("metrics")
    for item in node.items ?? [node] {
      guard let name = item.text, !name.isEmpty, !Metric.isKnown(name) else { continue }
      with.complain(item.place, "`metrics` \(MetricNames.unknown(name))")
    }
    return names
  }

  private func resampling(_ with: Form) -> EvaluateOptions.ResamplingOptions {
    EvaluateOptions.ResamplingOptions(
      resamples: with.integer("resamples", 0...100_000) ?? 1000,
      confidence: with.number("confidence", 0.5...0.9999) ?? 0.95,
      seed: with.integer("seed", 0...Int.max) ?? 0, cluster: with.text("cluster"))
  }

  /// A text is a column, a list of two texts a pair.
  private func slices(_ with: Form) -> [[String]] {
    guard let node = with.node["slices"], !node.isNull else { return [] }
    var slices: [[String]] = []
    for item in node.items ?? [node] {
      let names = (item.items ?? [item]).compactMap(\.text).filter { !$0.isEmpty }
      guard (1...2).contains(names.count), names.count == (item.items ?? [item]).count else {
        with.complain(item.place, "a slice is a column, or a pair of columns `[origin, carrier]`, not \(item.article)")
        continue
      }
      if names.count == 2, names[0] == names[1] {
        with.complain(item.place, "a pair needs two columns, not “\(names[0])” twice")
      } else if slices.contains(names) {
        with.complain(item.place, "the slice “\(names.joined(separator: ", "))” is named twice: name it once")
      } else {
        slices.append(names)
      }
    }
    return slices
  }

  private func fairness(_ with: Form) -> EvaluateOptions.FairnessOptions? {
    guard let form = with.form("fairness", title: "`fairness`") else { return nil }
    defer { with.take(form) }
    form.check(Vocabulary.fairness)
    let columns = form.texts("columns")
    for (index, column) in columns.enumerated() where columns[..<index].contains(column) {
      form.complain(
        form.node["columns"]?.place ?? form.node.place, "the column “\(column)” is named twice: name it once")
    }
    var reference: [String: String] = [:]
    for entry in form.node["reference"]?.entries ?? [] where !columns.isEmpty {
      guard columns.contains(entry.key) else {
        let hint = nearestWord(to: entry.key, among: columns).map { "did you mean “\($0)”?" }
        form.complain(
          entry.keyPlace,
          "`reference` has “\(entry.key)”, which is none of `columns`: "
            + (hint ?? "they are \(columns.joined(separator: ", "))"))
        continue
      }
      if let text = entry.value.text {
        reference[entry.key] = text
      } else {
        form.complain(entry.value.place, "the reference of “\(entry.key)” must be a text, not \(entry.value.article)")
      }
    }
    return EvaluateOptions.FairnessOptions(columns: columns, reference: reference)
  }

  private func decisionCosts(_ with: Form) -> EvaluateOptions.DecisionCosts? {
    guard let form = with.form("costs", title: "`costs`") else { return nil }
    defer { with.take(form) }
    form.check(Vocabulary.decisionCosts)
    func cost(_ key: String) -> Double { form.number(key, -1e9...1e9) ?? 0 }
    let costs = EvaluateOptions.DecisionCosts(
      truePositive: cost("true-positive"), falsePositive: cost("false-positive"), falseNegative: cost("false-negative"),
      trueNegative: cost("true-negative"))
    if form.node.entries?.isEmpty ?? false {
      form.complain(form.node.place, "`costs` needs what a decision costs: {false-positive: 1, false-negative: 5}")
    }
    return costs
  }
}
