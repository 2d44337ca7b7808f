/// One rule of a gate.
package struct GateRule: Codable, Hashable, Sendable {
  package enum Subject: Codable, Hashable, Sendable {
    /// `auc`.
    case metric(String)
    /// `slice(origin).auc`: holds when it holds for every slice of the column.
    case slice(column: String, metric: String)
    /// `fairness(sex).demographic_parity_difference`.
    case fairness(column: String, measure: String)
    /// `drift.origin.psi`.
    case drift(column: String, measure: String)
    /// `cost.ms_per_1000`, `cost.model_bytes`.
    case cost(String)
    /// `contract.errors`.
    case contract(ContractCount)
  }

  /// Broken rules of a data contract.
  package enum ContractCount: String, Codable, Hashable, Sendable, CaseIterable {
    /// Of severity `error`, and those that could not be checked.
    case errors
    /// Of severity `warn`.
    case warnings
  }

  package enum Bound: Codable, Hashable, Sendable {
    case number(Double)
    /// `champion.auc - 0.005`: a metric of the champion over all rows, plus `offset`.
    case champion(metric: String, offset: Double)
    /// `champion - 0.01`: what the left side is for the champion, each slice against the same slice, plus `offset`.
    case counterpart(offset: Double)
    /// `baseline.auc + 0.1`: the same metric of every baseline on the same rows, plus `offset`.
    case baseline(metric: String, offset: Double)
  }

  /// An end of an interval: `auc.low`.
  package enum IntervalEnd: String, Codable, Hashable, Sendable, CaseIterable { case low, high }

  /// As the spec wrote it.
  package var text: String
  package var subject: Subject
  /// Which end of the subject's interval it is about; nil: the number itself.
  package var end: IntervalEnd?
  package var comparison: Comparison
  package var bound: Bound
  /// `with confidence 0.95`: a paired test must show it, and errs in at most a share of 1 - confidence of the cases. Nil:
  /// the numbers alone decide.
  package var confidence: Double?

  /// Nil where the text is no rule.
  package init?(_ text: String) {
    guard let rule = RuleParser.gateRule(text) else { return nil }
    self = rule
  }

  init(text: String, subject: Subject, comparison: Comparison, bound: Bound, confidence: Double?) {
    (self.text, self.subject, self.comparison) = (text, subject, comparison)
    (self.bound, self.confidence) = (bound, confidence)
  }

  /// The cost that is no measurement, and so is known without one.
  package static let packageSize = "model_bytes"

  /// Whether it needs a champion.
  package var isRelative: Bool {
    switch bound {
    case .champion, .counterpart: true
    case .number, .baseline: false
    }
  }

  /// The column whose slices it is about.
  package var slicedColumn: String? { if case .slice(let column, _) = subject { column } else { nil } }
}
