internal import Jobs
internal import Records

/// Judges a challenger by rules. Pure: it decides, and promotes nothing.
struct Gate {
  let rules: [GateRule]

  /// What is known of both sides. Without a champion, rules against it hold.
  struct Evidence {
    var challenger: MetricsDocument
    var champion: MetricsDocument?
    var drift: DriftDocument?
  }

  func findings(_ evidence: Evidence) -> [VerdictDocument.Finding] {
    rules.map { finding($0, evidence) }
  }

  /// Promote when every rule holds, reject when one is broken, hold when one could not be decided.
  static func decision(_ findings: [VerdictDocument.Finding]) -> VerdictDocument.Decision {
    if findings.contains(where: { $0.holds == false }) { return .reject }
    return findings.contains { $0.holds == nil } ? .hold : .promote
  }

  private func finding(_ rule: GateRule, _ evidence: Evidence) -> VerdictDocument.Finding {
    let required: Double
    switch rule.bound {
    case .number(let number): required = number
    case .champion(let metric, let offset):
      guard let champion = evidence.champion else {
        return VerdictDocument.Finding(
          rule: rule.text, holds: true, observed: try? observed(rule, evidence).get().first?.value, required: nil,
          explanation: "there is no champion yet, so there is nothing to fall behind")
      }
      guard let value = champion.metrics[metric] else {
        return undecided(
          rule,
          champion.undefined[metric].map { "the champion's \(metric) is undefined: \($0)" }
            ?? "the champion has no metric “\(metric)”")
      }
      required = value + offset
    }
    switch observed(rule, evidence) {
    case .failure(let reason): return undecided(rule, reason.text)
    case .success(let values): return judge(rule, values, required)
    }
  }

  private struct Reason: Error {
    var text: String
  }

  /// The numbers that the rule is about, each with what it belongs to: one, or one for each slice.
  private func observed(_ rule: GateRule, _ evidence: Evidence) -> Result<[(label: String, value: Double)], Reason> {
    switch rule.subject {
    case .metric(let name):
      if let value = evidence.challenger.metrics[name] { return .success([(name, value)]) }
      return .failure(
        Reason(
          text: evidence.challenger.undefined[name].map { "\(name) is undefined: \($0)" }
            ?? "the challenger's metrics have no “\(name)”"))
    case .slice(let column, let metric):
      let slices = evidence.challenger.slices.filter { $0.column == column }
      guard !slices.isEmpty else {
        return .failure(Reason(text: "the challenger was not evaluated in slices of “\(column)”: add it to `slices`"))
      }
      let values = slices.compactMap { slice in
        slice.metrics[metric].map { (label: "\(metric) where \(column) is \(slice.value ?? "missing")", value: $0) }
      }
      return values.isEmpty
        ? .failure(Reason(text: "no slice of “\(column)” has a defined \(metric)")) : .success(values)
    case .drift(let name, let measure):
      guard let column = evidence.drift?.columns.first(where: { $0.name == name }) else {
        return .failure(Reason(text: "the drift report has no column “\(name)”"))
      }
      let value = measure == "psi" ? column.psi : measure == "statistic" ? column.statistic : column.pValue
      return .success([("\(measure) of \(name)", value)])
    }
  }

  /// A rule over slices holds when it holds for each; the one that is furthest from it is told.
  private func judge(_ rule: GateRule, _ values: [(label: String, value: Double)], _ required: Double)
    -> VerdictDocument.Finding
  {
    let broken = values.filter { !rule.comparison.holds($0.value, required) }
    let told = (broken.isEmpty ? values : broken).max { left, right in
      switch rule.comparison {
      case .atLeast, .greater: left.value > right.value
      case .atMost, .less: left.value < right.value
      case .equal: abs(left.value - required) < abs(right.value - required)
      }
    }
    guard let told else { return undecided(rule, "there is nothing to compare") }
    let holds = broken.isEmpty
    let more = broken.count > 1 ? " (and \(broken.count - 1) more)" : ""
    return VerdictDocument.Finding(
      rule: rule.text, holds: holds, observed: told.value, required: required,
      explanation:
        "\(told.label) is \(Headline.number(told.value)), \(holds ? "as required" : "but it must be") \(rule.comparison.rawValue) \(Headline.number(required))\(more)"
    )
  }

  private func undecided(_ rule: GateRule, _ reason: String) -> VerdictDocument.Finding {
    VerdictDocument.Finding(rule: rule.text, holds: nil, observed: nil, required: nil, explanation: reason)
  }
}
