internal import Jobs
internal import Records
internal import Tables

extension GateEvidence {
  /// Throws for a rule about a number that this evidence can never hold: it would stay undecided for ever.
  func requireNames(of rules: [GateRule]) throws(PipelineError) {
    for rule in rules {
      guard let absence = absence(of: rule) else { continue }
      throw .stepFailed("the rule “\(rule.text)” can never be decided: \(absence)")
    }
  }

  private func absence(of rule: GateRule) -> String? {
    switch rule.subject {
    case .metric(let name), .slice(_, let name):
      let names = Set(challenger.metrics.keys).union(challenger.undefined.keys).sorted()
      guard !names.contains(name) else { return nil }
      return "a \(challenger.task) model has no \(name) here: there are \(names.joined(separator: ", "))"
    case .drift(let column, _):
      guard let names = drift?.columns.map(\.name), !names.contains(column) else { return nil }
      let hint = nearestWord(to: column, among: names).map { ": did you mean “\($0)”?" }
      return "the drift report has no column “\(column)”" + (hint ?? "; it has those that the model reads")
    case .fairness, .cost, .contract: return nil
    }
  }
}
