/// `>= > <= < ==`.
package enum Comparison: String, Codable, Hashable, Sendable, CaseIterable {
  case atLeast = ">="
  case greater = ">"
  case atMost = "<="
  case less = "<"
  case equal = "=="

  package func holds(_ left: Double, _ right: Double) -> Bool {
    switch self {
    case .atLeast: left >= right
    case .greater: left > right
    case .atMost: left <= right
    case .less: left < right
    case .equal: left == right
    }
  }
}

/// One rule of a gate.
package struct GateRule: Codable, Hashable, Sendable {
  package enum Subject: Codable, Hashable, Sendable {
    /// `auc`.
    case metric(String)
    /// `slice(origin).auc`: holds when it holds for every slice of the column.
    case slice(column: String, metric: String)
    /// `drift.origin.psi`.
    case drift(column: String, measure: String)
  }

  package enum Bound: Codable, Hashable, Sendable {
    case number(Double)
    /// `champion.auc - 0.005`: the same metric of the champion on the same rows, plus `offset`.
    case champion(metric: String, offset: Double)
  }

  /// As the spec wrote it.
  package var text: String
  package var subject: Subject
  package var comparison: Comparison
  package var bound: Bound
}

/// The `if:` of a step.
package indirect enum Condition: Codable, Hashable, Sendable {
  case equal(Operand, Operand)
  case notEqual(Operand, Operand)
  case and(Condition, Condition)
  case or(Condition, Condition)

  package enum Operand: Codable, Hashable, Sendable {
    case literal(String)
    /// `steps.ID.outcome`: `ran`, `reused`, `failed`, `skipped`, `unreached`.
    case outcome(step: String)
    /// `steps.ID.verdict`: `promote`, `hold`, `reject`.
    case verdict(step: String)
  }
}
