internal import Records
internal import Statistics
internal import Tables

/// Looks whether the names of a rule mean something, and whether it asks for a better model rather than for a worse one.
struct GateRuleCheck {
  let rule: GateRule
  /// What the challenger's metrics were asked for, where it is known.
  let evaluation: EvaluateOptions?

  /// Each fault is the end of a sentence that begins with the rule.
  func tell(_ complain: (String) -> Void) {
    for metric in [subjectMetric, boundMetric].compactMap({ $0 }) where !Metric.isKnown(metric) {
      complain(MetricNames.unknown(metric))
      return
    }
    if case .fairness(_, let measure) = rule.subject, !FairnessSample.measures.contains(measure) {
      let hint = nearestWord(to: measure, among: FairnessSample.measures).map { ": did you mean `\($0)`?" }
      complain(
        "names no measure of fairness" + (hint ?? ": there are \(FairnessSample.measures.joined(separator: ", "))"))
      return
    }
    if let fault = absence ?? otherMetric ?? direction { complain(fault) }
  }

  private var subjectMetric: String? {
    switch rule.subject {
    case .metric(let name), .slice(_, let name): name
    case .fairness, .drift, .cost, .contract: nil
    }
  }

  private var boundMetric: String? {
    switch rule.bound {
    case .champion(let metric, _), .baseline(let metric, _): metric
    case .number, .counterpart: nil
    }
  }

  // MARK: What the challenger's step leaves out

  private var absence: String? {
    guard let evaluation else { return nil }
    if rule.end != nil, evaluation.resampling.resamples == 0 {
      return "needs intervals, and the challenger's `evaluate` step has `resamples: 0`"
    }
    switch rule.subject {
    case .slice(let column, _) where !evaluation.slices.contains(column.split(separator: ",").map(String.init)):
      return "needs slices of “\(column)”: add it to `slices` of the challenger's `evaluate` step"
    case .fairness(let column, _) where !groups(evaluation).contains(column):
      return "needs groups of “\(column)”: add it to `fairness` of the challenger's `evaluate` step"
    default: break
    }
    guard let kept = evaluation.metrics, let lost = subjectMetric, !kept.contains(lost) else { return nil }
    return "needs `\(lost)`, which `metrics` of the challenger's `evaluate` step leaves out: add it there"
  }

  /// Each column, and all of them together.
  private func groups(_ evaluation: EvaluateOptions) -> [String] {
    let columns = evaluation.fairness?.columns ?? []
    return columns + [columns.joined(separator: ",")]
  }

  // MARK: Comparisons

  private var otherMetric: String? {
    guard let subject = subjectMetric, let bound = boundMetric, bound != subject else { return nil }
    let whose = rule.isRelative ? "champion" : "baseline"
    return "compares two metrics, \(subject) and \(bound): write `\(whose).\(subject)`"
  }

  private var better: Metric.Better? {
    if case .fairness(_, let measure) = rule.subject { return FairnessSample.better(measure) }
    return subjectMetric.flatMap(Metric.better)
  }

  /// A rule against the champion or a baseline asks for no less than so much more, or for no more than so much less.
  private var direction: String? {
    if case .number = rule.bound { return nil }
    switch (better, rule.comparison) {
    case (.higher, .atMost), (.higher, .less):
      return "asks for a worse model, as more of \(name) is better: write `>=` or `>`"
    case (.lower, .atLeast), (.lower, .greater):
      return "asks for a worse model, as less of \(name) is better: write `<=` or `<`"
    default: return nil
    }
  }

  private var name: String {
    if case .fairness(_, let measure) = rule.subject { measure } else { subjectMetric ?? "" }
  }
}

/// Names of metrics in specs.
enum MetricNames {
  /// The end of a sentence that begins with what names it.
  static func unknown(_ name: String) -> String {
    let hint = nearestWord(to: name, among: Metric.names).map { "did you mean `\($0)`?" }
    return "names “\(name)”, which is no metric: " + (hint ?? "there are \(Metric.names.joined(separator: ", "))")
  }
}
