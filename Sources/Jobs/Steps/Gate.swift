internal import Records
internal import Store
internal import Tables

/// `gate`: a verdict on a challenger.
package struct GateOptions: Codable, Hashable, Sendable {
  /// Metrics of the challenger.
  package var challenger: Reference
  /// A model; it is judged on the challenger's own data.
  package var champion: Reference?
  /// A drift report for rules over `drift.COLUMN.psi`.
  package var drift: Reference?
  package var require: [GateRule]
}

extension Vocabulary {
  static let gate = Kind(
    name: "gate", help: "A verdict on a challenger, with every rule's numbers.",
    with: [
      Field("challenger", .reference([.metrics]), required: true, "Metrics of the challenger."),
      Field("champion", .reference([.model]), "The model in use; it is judged on the challenger's own data."),
      Field("drift", .reference([.drift]), "A drift report, for rules over `drift.COLUMN.psi`."),
      Field(
        "require", .oneOrMore(.gateRule), required: true,
        "Rules: `auc >= 0.65`, `auc >= champion.auc - 0.005`, `slice(origin).auc >= 0.6`."),
    ], outputs: ["": .verdict])
}

extension StepReader {
  func gate(_ with: Form) -> GateOptions? {
    let rules = with.parsed(
      "require",
      form:
        "a rule: write `auc >= 0.65`, `auc >= champion.auc - 0.005`, `slice(origin).auc >= 0.6` or `drift.origin.psi < 0.2`",
      RuleParser.gateRule)
    let drift = reference(with, "drift", .drift)
    let champion = reference(with, "champion", .model)
    for rule in rules {
      if case .drift = rule.subject, with.node["drift"] == nil {
        with.complain(
          with.node["require"]?.place ?? with.node.place, "the rule “\(rule.text)” needs `drift:` with a monitor step")
      }
      if case .champion = rule.bound, with.node["champion"] == nil {
        with.complain(
          with.node["require"]?.place ?? with.node.place, "the rule “\(rule.text)” needs `champion:` with a model")
      }
    }
    if let require = with.node["require"], require.items?.isEmpty == true {
      with.complain(require.place, "`require` needs at least one rule: a gate without rules would promote anything")
    }
    guard let challenger = reference(with, "challenger", .metrics) else { return nil }
    return GateOptions(challenger: challenger, champion: champion, drift: drift, require: rules)
  }
}
