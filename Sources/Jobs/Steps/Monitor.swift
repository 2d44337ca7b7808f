internal import Records
internal import Store
internal import Tables

/// `monitor`: drift of data against a model's training data.
package struct MonitorOptions: Codable, Hashable, Sendable {
  package var model: Reference
  package var data: Reference
  /// The measures that decide; the others are shown.
  package var tests: [DriftMeasure]
  package var thresholds: DriftThresholds
  package var alerts: DriftAlerts
  package var fit: FitOptions
}

/// How far a column has moved: the words of `tests` and `thresholds`.
package enum DriftMeasure: String, Codable, Hashable, Sendable, CaseIterable {
  /// Population stability index.
  case psi
  /// The Kolmogorov-Smirnov statistic of numbers, 0...1.
  case kolmogorovSmirnov = "ks"
  /// The Wasserstein distance of numbers, in standard deviations of the training data.
  case wasserstein
  /// The Jensen-Shannon distance, base 2, 0...1.
  case jensenShannon = "jensen-shannon"
  /// Cramér's V of the categories, 0...1.
  case cramersV = "cramers-v"
}

/// From which effect on a column, and from which share of columns on the data, counts as drifted.
package struct DriftThresholds: Codable, Hashable, Sendable {
  /// By ``DriftMeasure``'s word.
  package var effects: [String: Double]
  /// Share of the model's columns, 0...1.
  package var columns: Double

  static let defaults: [DriftMeasure: Double] = [
    .psi: 0.2, .kolmogorovSmirnov: 0.1, .wasserstein: 0.1, .jensenShannon: 0.1, .cramersV: 0.1,
  ]

  package func effect(_ measure: DriftMeasure) -> Double { effects[measure.rawValue] ?? .infinity }
}

/// How often an alarm may be false, and what is too little to raise one.
package struct DriftAlerts: Codable, Hashable, Sendable {
  package enum Correction: String, Codable, Hashable, Sendable, CaseIterable {
    case benjaminiHochberg = "benjamini-hochberg"
    case holm
  }

  /// `1 per 90 nights`: so many nights on which nothing moved and yet some column is called drifted are expected.
  package struct Budget: Codable, Hashable, Sendable {
    package var count: Double
    package var nights: Double

    /// Nil for what is not of the form, or more than one a night.
    init?(_ text: String) {
      let words = text.split(separator: " ").map(String.init)
      guard words.count == 4, words[1] == "per", words[3] == "nights" || words[3] == "night",
        let count = SpecNode.number(words[0]), let nights = SpecNode.number(words[2]), count > 0, nights >= 1,
        count < nights
      else { return nil }
      self.count = count
      self.nights = nights
    }

    package init(count: Double, nights: Double) {
      self.count = count
      self.nights = nights
    }
  }

  /// Nil where `thresholds` has a `p-value`.
  package var budget: Budget?
  /// The level that the corrected p-values of a night are held to, 0...1.
  package var level: Double
  package var correction: Correction
  /// Fewer values in a column, in training or now, decide nothing.
  package var minimumRows: Int

  static let defaultBudget = Budget(count: 1, nights: 90)
}

extension Vocabulary {
  static let monitor = Kind(
    name: "monitor", help: "How far data has moved from a model's training data.",
    with: [
      Field("model", .reference([.model]), required: true, "The model."),
      Field("data", .reference([.dataset]), required: true, "The rows to compare with its training data."),
      Field(
        "tests", .oneOrMore(.word(DriftMeasure.allCases.map(\.rawValue))),
        "The measures that decide; all are shown. Default: psi."),
      Field("thresholds", .object(driftThresholds), "From which effect on a column, and the data, counts as drifted."),
      Field("alerts", .object(driftAlerts), "How often an alarm may be false."),
    ] + fit, outputs: ["": .drift], usesAllCores: true)

  static let driftThresholds: [Field] = [
    Field("psi", .number(0...100), "Population stability index from which on a column drifts. Default: 0.2."),
    Field("ks", .number(0...1), "Kolmogorov-Smirnov statistic of numbers. Default: 0.1."),
    Field("wasserstein", .number(0...1e6), "Wasserstein distance of numbers, in standard deviations. Default: 0.1."),
    Field("jensen-shannon", .number(0...1), "Jensen-Shannon distance. Default: 0.1."),
    Field("cramers-v", .number(0...1), "Cramér's V of categories. Default: 0.1."),
    Field(
      "p-value", .number(0...1),
      "Largest corrected p-value of a drifted column. Default: what `false-alarms` of `alerts` allows."),
    Field("columns", .number(0...1), "Share of drifted columns from which on the data drifts. Default: 0.3."),
  ]

  static let driftAlerts: [Field] = [
    Field(
      "false-alarms", .text,
      "On how many nights a column may be called drifted though nothing moved. Default: 1 per 90 nights."),
    Field(
      "correction", .word(DriftAlerts.Correction.allCases.map(\.rawValue)),
      "How p-values are corrected for there being several columns. Default: holm, which holds however columns depend on each other; benjamini-hochberg does where they are independent or rise together."
    ),
    Field(
      "minimum-rows", .integer(1...Int.max),
      "Columns with fewer values, in training or now, stay undecided. Default: 100."
    ),
  ]
}

extension StepReader {
  func monitor(_ with: Form) -> MonitorOptions? {
    var thresholds = DriftThresholds(
      effects: Dictionary(uniqueKeysWithValues: DriftThresholds.defaults.map { ($0.key.rawValue, $0.value) }),
      columns: 0.3)
    var pValue: Double?
    if let form = with.form("thresholds", title: "`thresholds`") {
      form.check(Vocabulary.driftThresholds)
      for measure in DriftMeasure.allCases {
        let limit: ClosedRange<Double> = measure == .psi ? 0...100 : measure == .wasserstein ? 0...1e6 : 0...1
        if let effect = form.number(measure.rawValue, limit) { thresholds.effects[measure.rawValue] = effect }
      }
      pValue = form.number("p-value", 0...1)
      thresholds.columns = form.number("columns", 0...1) ?? thresholds.columns
      with.take(form)
    }
    let alerts = driftAlerts(with, pValue)
    let tests = with.parsed(
      "tests", form: "a measure: write \(DriftMeasure.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", "))",
      DriftMeasure.init(rawValue:))
    checkThresholds(with, tests.isEmpty ? [.psi] : tests)
    guard let model = reference(with, "model", .model), let data = reference(with, "data", .dataset) else { return nil }
    return MonitorOptions(
      model: model, data: data, tests: tests.isEmpty ? [.psi] : tests, thresholds: thresholds, alerts: alerts,
      fit: fit(with))
  }

  /// A threshold decides nothing where its measure does not.
  private func checkThresholds(_ with: Form, _ tests: [DriftMeasure]) {
    for measure in DriftMeasure.allCases where !tests.contains(measure) {
      guard let node = with.node["thresholds"]?[measure.rawValue] else { continue }
      with.complain(
        node.place,
        "the threshold of `\(measure.rawValue)` is never applied, as `tests` has \(tests.map { "`\($0.rawValue)`" }.joined(separator: ", ")): add it there"
      )
    }
  }

  private func driftAlerts(_ with: Form, _ pValue: Double?) -> DriftAlerts {
    let form = with.form("alerts", title: "`alerts`")
    form?.check(Vocabulary.driftAlerts)
    let given = form?.parsed(
      "false-alarms", form: "a budget of false alarms: write `1 per 90 nights`", DriftAlerts.Budget.init)
    if let form, pValue != nil, let node = form.node["false-alarms"] {
      form.complain(node.place, "`false-alarms` and the threshold `p-value` both say how sure to be: keep one of them")
    }
    let budget = given?.first ?? DriftAlerts.defaultBudget
    let alerts = DriftAlerts(
      budget: pValue == nil ? budget : nil, level: pValue ?? budget.count / budget.nights,
      correction: form?.word("correction", DriftAlerts.Correction.self) ?? .holm,
      minimumRows: form?.integer("minimum-rows", 1...Int.max) ?? 100)
    with.take(form)
    return alerts
  }
}
