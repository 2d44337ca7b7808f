internal import Disk
internal import Records
internal import Spool
internal import Statistics
internal import Store
internal import Tables

/// `retrain`: the champion's recipe, replayed on newer data when a condition holds.
package struct RetrainOptions: Codable, Hashable, Sendable {
  package var model: Reference
  /// Newer data: takes the place of the dataset of that name in the recipe. Nil replays the recipe as it is.
  package var data: Reference?
  /// A drift report, for `drift`. Nil: the `monitor` step of this job that watches the same model.
  package var drift: Reference?
  /// Metrics or performance, for conditions over metrics.
  package var scores: Reference?
  /// Any of them asks for it.
  package var when: [RetrainCondition]
  /// Seconds since the model was made, and since its retraining was last asked for, in which it is not asked for again.
  package var cooldownSeconds: Double
}

/// One condition of a retraining.
package struct RetrainCondition: Codable, Hashable, Sendable {
  package indirect enum Kind: Codable, Hashable, Sendable {
    /// `drift`: the drift report says that the data has drifted.
    case drift
    /// `new-rows >= 20000`: rows of the data beyond those the recipe began with.
    case newRows(Comparison, Double)
    /// `age > 30d`: seconds since the model version was made.
    case age(Comparison, seconds: Double)
    /// `auc < 0.7`, `auc.high < 0.7`.
    case metric(String, Part, Comparison, Double)
    /// A time of the schedule, read on the clock of the zone, has passed since the model was made.
    case schedule(String, timezone: String?)
    /// `drift && age > 7d`: all of them hold.
    case all([RetrainCondition])
  }

  /// A metric itself, or an end of its interval.
  package enum Part: String, Codable, Hashable, Sendable, CaseIterable { case value, low, high }

  /// As the spec wrote it.
  package var text: String
  package var kind: Kind

  /// It, or what it is put together from.
  package var parts: [RetrainCondition] {
    if case .all(let conditions) = kind { conditions.flatMap(\.parts) } else { [self] }
  }
}

extension RuleParser {
  /// `drift`, `new-rows OP NUMBER`, `age OP DURATION`, `METRIC OP NUMBER`, `METRIC.low OP NUMBER`; several joined by `&&`.
  static func retrainCondition(_ text: String) -> RetrainCondition? {
    let parts = split(text, at: "&&")
    guard parts.count > 1 else { return plainRetrainCondition(text) }
    let conditions = parts.compactMap { plainRetrainCondition(String($0.trimmingBlanks)) }
    return conditions.count == parts.count ? RetrainCondition(text: text, kind: .all(conditions)) : nil
  }

  private static func plainRetrainCondition(_ text: String) -> RetrainCondition? {
    if text.trimmingBlanks == "drift" { return RetrainCondition(text: text, kind: .drift) }
    guard let (left, comparison, right) = comparisonParts(text) else { return nil }
    switch left {
    case "new-rows":
      return SpecNode.number(right).map { RetrainCondition(text: text, kind: .newRows(comparison, $0)) }
    case "age":
      return Quantity.seconds(right).map { RetrainCondition(text: text, kind: .age(comparison, seconds: $0)) }
    default:
      let words = left.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      guard words.count <= 2, isWord(words[0]), let number = SpecNode.number(right) else { return nil }
      guard words.count == 2 else {
        return RetrainCondition(text: text, kind: .metric(left, .value, comparison, number))
      }
      guard let part = RetrainCondition.Part(rawValue: words[1]), part != .value else { return nil }
      return RetrainCondition(text: text, kind: .metric(words[0], part, comparison, number))
    }
  }
}

extension Vocabulary {
  static let retrain = Kind(
    name: "retrain", help: "The model's recipe, replayed on newer data: a job in the inbox when a condition holds.",
    with: [
      Field("model", .reference([.model]), required: true, "The model, usually `NAME@champion`."),
      Field(
        "data", .reference([.dataset]), "Newer data; it takes the place of the dataset of that name in the recipe."),
      Field(
        "drift", .reference([.drift]), "A drift report. Default: the `monitor` step of this job over the same model."),
      Field(
        "scores", .reference([.metrics, .performance]),
        "Metrics, or the performance that `feedback` gives, for conditions over metrics."),
      Field(
        "when", .oneOrMore(.retrainCondition),
        "Any of: `drift`, `new-rows >= 20000`, `age > 30d`, `auc < 0.7`, `auc.high < 0.7`; `&&` asks for all of several."
      ),
      Field(
        "schedule", .oneOrMore(.text),
        "Cron syntax or a calendar expression: retrains when such a time has passed since the model was made."),
      Field("timezone", .text, "Where the times of `schedule` are read on the clock. Default: UTC."),
      Field(
        "cooldown", .duration,
        "Time since the model was made, and since its retraining was last asked for, in which it is not asked for again. Default: 0s."
      ),
    ], outputs: ["": .retraining])
}

extension StepReader {
  func retrain(_ with: Form) -> RetrainOptions? {
    let conditions =
      with.parsed(
        "when",
        form:
          "a condition: write `drift`, `new-rows >= 20000`, `age > 30d` or `auc < 0.7`, and `&&` between those that belong together",
        RuleParser.retrainCondition) + schedules(with)
    let scores = reference(with, "scores", .metrics, .performance)
    let model = reference(with, "model", .model)
    var drift = reference(with, "drift", .drift)
    if with.node["drift"] == nil, let model { drift = monitorStep(watching: model) }
    for condition in conditions.flatMap(\.parts) {
      let place = with.node["when"]?.place ?? with.node.place
      switch condition.kind {
      case .drift where drift == nil && with.node["drift"] == nil:
        with.complain(
          place, "the condition `drift` needs `drift:`, or a `monitor` step over the same model before this one")
      case .metric where with.node["scores"] == nil:
        with.complain(
          place,
          "the condition “\(condition.text)” needs `scores:` with an evaluate step or a feedback step's performance")
      case .metric(let name, _, _, _) where !Metric.isKnown(name):
        with.complain(place, "the condition “\(condition.text)” \(MetricNames.unknown(name))")
      case .newRows where with.node["data"] == nil:
        with.complain(place, "the condition “\(condition.text)” needs `data:` with the newer rows")
      default: continue
      }
    }
    if with.node["when"]?.isNull ?? true, with.node["schedule"]?.isNull ?? true {
      with.complain(with.node.place, "`retrain` needs `when:` with a condition, or `schedule:` with times")
    }
    let data = reference(with, "data", .dataset)
    let cooldown = with.duration("cooldown")
    guard let model else { return nil }
    return RetrainOptions(
      model: model, data: data, drift: drift, scores: scores, when: conditions, cooldownSeconds: cooldown ?? 0)
  }

  private func schedules(_ with: Form) -> [RetrainCondition] {
    let zones = with.read("timezone") { name throws(ScheduleError) in try Zone(named: name, Disk()) }
    if let node = with.node["timezone"], with.node["schedule"] == nil {
      with.complain(node.place, "`timezone` says how a `schedule` is read, and there is none")
    }
    let timezone = zones.isEmpty ? nil : with.text("timezone")
    let texts = with.read("schedule") { text throws(ScheduleError) in
      try Schedule(text, zone: zones.first ?? .utc) { name throws(ScheduleError) in try Zone(named: name, Disk()) }.text
    }
    return texts.map { RetrainCondition(text: "schedule \($0)", kind: .schedule($0, timezone: timezone)) }
  }

  private func monitorStep(watching model: Reference) -> Reference? {
    let step = earlier.last { step in
      if case .monitor(let options) = step.action { options.model == model } else { false }
    }
    return step.map { .output(step: $0.id, name: "") }
  }
}
