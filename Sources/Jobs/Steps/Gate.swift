internal import Records
internal import Store
internal import Tables

/// `gate`: a verdict on a challenger.
package struct GateOptions: Codable, Hashable, Sendable {
  /// Metrics of the challenger.
  package var challenger: Reference
  /// A model; it is judged on the challenger's own data.
  package var champion: Reference?
  /// The test data: metrics of any other are refused.
  package var data: Reference?
  /// A drift report for rules over `drift.COLUMN.psi`.
  package var drift: Reference?
  /// What a contract found, for rules over `contract.errors`.
  package var contract: Reference?
  /// What scoring took, for rules over `cost.ms_per_1000`.
  package var cost: Reference?
  package var require: [GateRule]
  /// Fewer rows decide nothing.
  package var minimumRows: Int
  /// Of the paired bootstrap.
  package var resamples: Int
  package var seed: Int
}

extension Vocabulary {
  static let gate = Kind(
    name: "gate", help: "A verdict on a challenger, with every rule's numbers.",
    with: [
      Field("challenger", .reference([.metrics]), required: true, "Metrics of the challenger, by an `evaluate` step."),
      Field("champion", .reference([.model]), "The model in use; it is judged on the challenger's own data."),
      Field("data", .reference([.dataset]), "The test data: a challenger that was judged on any other is refused."),
      Field("drift", .reference([.drift]), "A drift report, for rules over `drift.COLUMN.psi`."),
      Field("contract", .reference([.contract]), "A `validate` step's `.result`, for rules over `contract.errors`."),
      Field("cost", .reference([.cost]), "An `evaluate` step's `.cost`, for rules over `cost.ms_per_1000`."),
      Field(
        "require", .oneOrMore(.gateRule), required: true,
        "Rules: `auc >= 0.65`, `auc >= champion.auc - 0.005 with confidence 0.95`, `slice(origin).auc >= champion - 0.01`."
      ),
      Field("minimum-rows", .integer(1...Int.max), "On fewer rows the verdict is hold. Default: 1."),
      Field("resamples", .integer(resampleRange), "Of the paired bootstrap. Default: 2000."),
      Field("seed", .integer(0...Int.max), "Of the paired bootstrap. Default: 0."),
    ], outputs: ["": .verdict], usesAllCores: true)

  /// Fewer cannot tell a confidence of 0.95 well.
  static let resampleRange = 200...100_000
}

extension StepReader {
  func gate(_ with: Form) -> GateOptions? {
    let rules = rules(with)
    if let require = with.node["require"], require.items?.isEmpty == true {
      with.complain(require.place, "`require` needs at least one rule: a gate without rules would promote anything")
    }
    let champion = reference(with, "champion", .model)
    let data = reference(with, "data", .dataset)
    let drift = judgement(with, "drift", .drift, by: "monitor")
    let contract = judgement(with, "contract", .contract, by: "validate")
    let cost = judgement(with, "cost", .cost, by: "evaluate")
    let minimumRows = with.integer("minimum-rows", 1...Int.max) ?? 1
    let resamples = with.integer("resamples", Vocabulary.resampleRange) ?? 2000
    let seed = with.integer("seed", 0...Int.max) ?? 0
    guard let challenger = judgement(with, "challenger", .metrics, by: "evaluate") else { return nil }
    return GateOptions(
      challenger: challenger, champion: champion, data: data, drift: drift, contract: contract, cost: cost,
      require: rules,
      minimumRows: minimumRows, resamples: resamples, seed: seed)
  }

  /// A reference to what a step of this very job found: a document that somebody else put into the store is no evidence.
  func judgement(_ with: Form, _ key: String, _ kind: Artifact.Kind, by step: String) -> Reference? {
    guard let reference = reference(with, key, kind) else { return nil }
    if case .output = reference { return reference }
    with.complain(
      with.node[key]?.place ?? with.node.place,
      "`\(key)` names the `\(step)` step of this job that made it, not a version or digest: nobody could tell who made those"
    )
    return nil
  }

  /// Each is checked at its own place.
  private func rules(_ with: Form) -> [GateRule] {
    guard let node = with.node["require"], !node.isNull else { return [] }
    return (node.items ?? [node]).compactMap { item in
      guard let text = item.text, !text.isEmpty else {
        with.complain(item.place, "a rule is a text such as `auc >= 0.65`, not \(item.article)")
        return nil
      }
      guard let rule = RuleParser.gateRule(text) else {
        with.complain(item.place, "“\(text)” is no rule: \(GateRuleFault.explanation(text))")
        return nil
      }
      check(rule, at: item.place, with)
      GateRuleCheck(rule: rule, evaluation: challengersEvaluation(with)).tell { fault in
        with.complain(item.place, "the rule “\(rule.text)” \(fault)")
      }
      return rule
    }
  }

  /// What the challenger's metrics are asked for; nil where its step has a mistake.
  private func challengersEvaluation(_ with: Form) -> EvaluateOptions? {
    guard let id = with.node["challenger"]?.text,
      case .evaluate(let options)? = earlier.first(where: { $0.id == id })?.action
    else { return nil }
    return options
  }

  /// The inputs that a rule needs, and whether a test can decide it.
  private func check(_ rule: GateRule, at place: Place, _ with: Form) {
    func complain(_ what: String) { with.complain(place, "the rule “\(rule.text)” \(what)") }
    switch rule.subject {
    case .drift where with.node["drift"] == nil: complain("needs `drift:` with a monitor step")
    case .contract where with.node["contract"] == nil:
      complain("needs `contract:` with the `.result` of a validate step")
    case .cost(let measure) where measure != GateRule.packageSize && with.node["cost"] == nil:
      complain("needs `cost:` with the `.cost` of an evaluate step")
    default: break
    }
    if rule.isRelative, with.node["champion"] == nil { complain("needs `champion:` with a model") }
    guard let confidence = rule.confidence else { return }
    if !(0.5..<1).contains(confidence) {
      complain("has no confidence: write a share from 0.5 to below 1, such as `with confidence 0.95`")
    }
    if rule.comparison == .equal { complain("cannot be shown: no test shows that two numbers are equal") }
    if !rule.isPaired {
      complain("has no paired test: `with confidence` compares a metric with the champion's same one")
    }
  }
}

extension GateRule {
  /// Whether a paired test can decide it.
  fileprivate var isPaired: Bool {
    switch (subject, bound) {
    case (.metric, .counterpart), (.slice, .counterpart): true
    case (.metric(let name), .champion(let metric, _)): name == metric
    default: false
    }
  }
}
