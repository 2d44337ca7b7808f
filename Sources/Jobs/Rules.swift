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
