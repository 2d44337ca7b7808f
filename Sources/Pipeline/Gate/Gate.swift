internal import Jobs
internal import Records

/// Judges a challenger by rules. Pure: it decides, and promotes nothing.
///
/// Promotion needs every rule to hold, so a challenger that one test ought to stop is promoted by mistake no more often
/// than that test errs: several tests need no correction (R. L. Berger, “Multiparameter hypothesis testing and acceptance
/// sampling”, Technometrics 24, 1982: the intersection-union test).
struct Gate {
  let rules: [GateRule]
  /// On fewer rows nothing is decided.
  var minimumRows = 1

  func findings(_ evidence: GateEvidence) -> [VerdictDocument.Finding] {
    let count = evidence.challenger.rowCount
    guard count >= minimumRows else {
      return rules.map {
        undecided($0, "\(count) rows are too few to judge on: `minimum-rows` asks for \(minimumRows)")
      }
    }
    return rules.map { finding($0, evidence) }
  }

  /// Promote when every rule holds, reject when one is broken, hold when one could not be decided.
  static func decision(_ findings: [VerdictDocument.Finding]) -> VerdictDocument.Decision {
    if findings.contains(where: { $0.holds == false }) { return .reject }
    return findings.contains { $0.holds == nil } ? .hold : .promote
  }

  private func finding(_ rule: GateRule, _ evidence: GateEvidence) -> VerdictDocument.Finding {
    if rule.isRelative, evidence.champion == nil {
      return VerdictDocument.Finding(
        rule: rule.text, holds: true, observed: (try? evidence.values(of: rule).get())?.first?.value, required: nil,
        explanation: "there is no champion yet, so there is nothing to fall behind")
    }
    if rule.confidence != nil {
      switch evidence.tests(of: rule) {
      case .failure(let reason): return undecided(rule, reason.text)
      case .success(let tests): return judge(rule, tests)
      }
    }
    switch evidence.comparisons(of: rule) {
    case .failure(let reason): return undecided(rule, reason.text)
    case .success(let comparisons): return judge(rule, comparisons)
    }
  }

  /// A rule over slices or baselines holds when it holds for each; the one that is furthest from it is told.
  private func judge(_ rule: GateRule, _ comparisons: [GateEvidence.Comparison]) -> VerdictDocument.Finding {
    func shortfall(_ one: GateEvidence.Comparison) -> Double {
      switch rule.comparison {
      case .atLeast, .greater: one.required - one.value
      case .atMost, .less: one.value - one.required
      case .equal: abs(one.value - one.required)
      }
    }
    let broken = comparisons.filter { !rule.comparison.holds($0.value, $0.required) }
    guard let told = (broken.isEmpty ? comparisons : broken).max(by: { shortfall($0) < shortfall($1) }) else {
      return undecided(rule, "there is nothing to compare")
    }
    let words = broken.isEmpty ? "as required" : "but it must be"
    let more = broken.count > 1 ? " (and \(broken.count - 1) more)" : ""
    return VerdictDocument.Finding(
      rule: rule.text, holds: broken.isEmpty, observed: told.value, required: told.required,
      explanation:
        "\(told.label) is \(Headline.number(told.value)), \(words) \(rule.comparison.rawValue) \(Headline.number(told.required))\(more)"
    )
  }

  /// Each test must show what the rule says; the worst is told.
  private func judge(_ rule: GateRule, _ tests: [VerdictDocument.Test]) -> VerdictDocument.Finding {
    let ordered = tests.sorted(by: VerdictDocument.Test.isWorse)
    guard let worst = ordered.first else { return undecided(rule, "there is nothing to compare") }
    let more = worst.holds == true ? 0 : tests.count { $0.holds == worst.holds } - 1
    var finding = VerdictDocument.Finding(
      rule: rule.text, holds: worst.holds, observed: worst.challenger, required: worst.champion + worst.margin,
      explanation: worst.explanation + (more > 0 ? " (and \(more) more)" : ""))
    finding.tests = ordered
    return finding
  }

  private func undecided(_ rule: GateRule, _ reason: String) -> VerdictDocument.Finding {
    VerdictDocument.Finding(rule: rule.text, holds: nil, observed: nil, required: nil, explanation: reason)
  }
}
