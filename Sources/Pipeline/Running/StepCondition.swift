internal import Jobs
internal import Records
internal import Store

/// Decides the `if:` of a step from what became of the steps before it.
struct StepCondition {
  let ledger: StepLedger
  let store: Store

  func holds(_ condition: Condition) -> Bool {
    switch condition {
    case .equal(let left, let right): value(left) == value(right)
    case .notEqual(let left, let right): value(left) != value(right)
    case .and(let left, let right): holds(left) && holds(right)
    case .or(let left, let right): holds(left) || holds(right)
    }
  }

  /// Nil for a step that gave no verdict: it equals nothing that a spec can write.
  private func value(_ operand: Condition.Operand) -> String? {
    switch operand {
    case .literal(let text): return text
    case .outcome(let step): return ledger.record(of: step)?.outcome.rawValue
    case .verdict(let step):
      guard let artifact = ledger.record(of: step)?.output(""), artifact.kind == .verdict,
        let bytes = try? store.blob(artifact.digest),
        let document = try? CanonicalJSON.decode(VerdictDocument.self, from: bytes)
      else { return nil }
      return document.decision.rawValue
    }
  }
}
