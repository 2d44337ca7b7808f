internal import Tables
internal import Records
internal import Store

/// Reads one step, knowing the steps before it.
struct StepReader {
  var earlier: [Step]
  /// The ids of all steps, to tell "later" from "unknown".
  var allIDs: [String]
  var defaults: StepDefaults

  /// The step; nil when a mistake was found, which is added to `job`.
  func read(_ node: SpecNode, index: Int, into job: Form) -> Step? {
    let id = node["id"]?.text
    let form = Form(node, title: id.map { "step “\($0)”" } ?? "step \(index + 1)")
    form.check(Vocabulary.step)
    defer { job.take(form) }
    guard node.entries != nil else { return nil }
    if let id { check(id: id, at: node["id"]?.place ?? node.place, form) }
    var defaults = self.defaults
    defaults.read(form)
    let needs = form.texts("needs")
    for need in needs where !earlier.contains(where: { $0.id == need }) {
      complainOfStep(need, at: node["needs"]?.place ?? node.place, form)
    }
    let condition = form.parsed(
      "if", form: "a condition: write `steps.ID.outcome == ran` or `steps.ID.verdict == promote`", RuleParser.condition
    ).first
    let action = action(form, defaults)
    guard form.mistakes.isEmpty, let id, let action else { return nil }
    return Step(
      id: id, action: action, needs: needs, condition: condition,
      timeoutSeconds: form.duration("timeout") ?? defaults.timeoutSeconds, attempts: defaults.attempts,
      backoffSeconds: defaults.backoffSeconds,
      resources: defaults.resources, isolation: defaults.isolation, keepsWork: defaults.keepsWork, place: node.place)
  }

  private func check(id: String, at place: Place, _ form: Form) {
    if !isName(id) || id.contains(".") {
      form.complain(
        place,
        "a step's id has lower-case letters, digits, `-` and `_`, and begins with a letter or digit: not “\(id.prefix(60))”"
      )
    }
    if earlier.contains(where: { $0.id == id }) { form.complain(place, "two steps have the id `\(id)`: rename one") }
  }

  private func action(_ form: Form, _ defaults: StepDefaults) -> StepAction? {
    let uses = form.node["uses"]
    let run = form.node["run"]
    switch (uses, run) {
    case (nil, nil):
      form.complain(form.node.place, "\(form.title) needs `uses:` with a built-in step, or `run:` with a command")
      return nil
    case (_?, let run?):
      form.complain(run.place, "\(form.title) has both `uses` and `run`: it takes one of them")
      return nil
    case (nil, let run?):
      if let with = form.node["with"] {
        form.complain(with.place, "`with` belongs to `uses`; a command takes `inputs`, `outputs` and `env`")
      }
      return runAction(form, run, defaults).map(StepAction.run)
    case (let uses?, nil):
      for key in ["inputs", "outputs", "code", "requirements", "env", "sandbox", "network", "binds"] {
        if let value = form.node[key] {
          form.complain(value.place, "`\(key)` belongs to `run`; a built-in step takes `with`")
        }
      }
      return builtIn(form, uses)
    }
  }

  private func builtIn(_ form: Form, _ uses: SpecNode) -> StepAction? {
    let word = uses.text ?? ""
    guard let kind = Vocabulary.kind(word) else {
      let words = Vocabulary.kinds.map(\.name)
      let hint = nearestWord(to: word, among: words).map { "did you mean `\($0)`?" }
      form.complain(
        uses.place,
        "there is no built-in step \(uses.article): " + (hint ?? "`uses` is one of \(words.joined(separator: ", "))")
      )
      return nil
    }
    let with =
      form.form("with", title: "`\(kind.name)`")
      ?? Form(SpecNode(value: .mapping([]), place: form.node.place), title: "`\(kind.name)`")
    with.check(kind.with)
    let action = action(kind.name, with)
    form.take(with)
    return action
  }

  private func action(_ kind: String, _ with: Form) -> StepAction? {
    switch kind {
    case "snapshot": snapshot(with).map(StepAction.snapshot)
    case "import": importing(with).map(StepAction.import)
    case "sql": sql(with).map(StepAction.sql)
    case "validate": validate(with).map(StepAction.validate)
    case "profile": profile(with).map(StepAction.profile)
    case "features": features(with).map(StepAction.features)
    case "split": split(with).map(StepAction.split)
    case "train": train(with).map(StepAction.train)
    case "tune": tune(with).map(StepAction.tune)
    case "evaluate": evaluate(with).map(StepAction.evaluate)
    case "explain": explain(with).map(StepAction.explain)
    case "gate": gate(with).map(StepAction.gate)
    case "promote": promote(with).map(StepAction.promote)
    case "predict": predict(with).map(StepAction.predict)
    case "feedback": feedback(with).map(StepAction.feedback)
    case "monitor": monitor(with).map(StepAction.monitor)
    case "retrain": retrain(with).map(StepAction.retrain)
    default: nil
    }
  }

  // MARK: References

  /// The value of `key` as a reference to something of one of `kinds`.
  func reference(_ form: Form, _ key: String, _ kinds: Artifact.Kind...) -> Reference? {
    guard let node = form.node[key], !node.isNull else { return nil }
    return reference(node, key, kinds, form)
  }

  func reference(_ node: SpecNode, _ key: String, _ kinds: [Artifact.Kind], _ form: Form) -> Reference? {
    guard let text = node.text, !text.isEmpty else {
      form.complain(
        node.place, "`\(key)` must name a step's output or a version such as `flights@latest`, not \(node.article)")
      return nil
    }
    if let reference = ReferenceParser.stored(text) { return reference }
    if text.contains("@") || text.hasPrefix("sha256:") {
      form.complain(
        node.place,
        "“\(text)” is no reference: write NAME@latest, NAME@v12, NAME@2013-04-01, NAME@ALIAS, PROJECT/NAME@… or sha256:…"
      )
      return nil
    }
    let parts = text.split(separator: ".", maxSplits: 1).map(String.init)
    guard let stepID = parts.first, let step = earlier.first(where: { $0.id == stepID }) else {
      complainOfStep(parts.first ?? text, at: node.place, form)
      return nil
    }
    let name = parts.count == 2 ? parts[1] : ""
    return output(name, of: step, wanted: kinds, key: key, at: node.place, form)
  }

  private func output(
    _ name: String, of step: Step, wanted kinds: [Artifact.Kind], key: String, at place: Place, _ form: Form
  ) -> Reference? {
    let outputs = step.action.outputs
    guard let kind = outputs[name] else {
      let names = outputs.keys.filter { !$0.isEmpty }.sorted().map { "`\(step.id).\($0)`" }
      let gives = outputs[""] == nil ? names : ["`\(step.id)`"] + names
      form.complain(
        place,
        "step “\(step.id)” gives \(gives.isEmpty ? "nothing" : gives.joined(separator: ", ")), not `\(name.isEmpty ? step.id : "\(step.id).\(name)")`"
      )
      return nil
    }
    guard kinds.contains(kind) else {
      form.complain(
        place,
        "`\(key)` takes \(kinds.map(\.rawValue).joined(separator: " or ")), but `\(name.isEmpty ? step.id : "\(step.id).\(name)")` is \(kind.rawValue)"
      )
      return nil
    }
    return .output(step: step.id, name: name)
  }

  private func complainOfStep(_ id: String, at place: Place, _ form: Form) {
    if allIDs.contains(id), !earlier.contains(where: { $0.id == id }) {
      return form.complain(place, "step “\(id)” comes later or has a mistake: steps read what earlier ones made")
    }
    let hint = nearestWord(to: id, among: earlier.map(\.id)).map { ": did you mean `\($0)`?" }
    form.complain(place, "there is no step “\(id)”" + (hint ?? "; a version in the store is written `\(id)@latest`"))
  }
}

/// References that do not depend on other steps.
package enum ReferenceParser {
  /// `NAME@SELECTOR`, `PROJECT/NAME@SELECTOR` or `sha256:…`; nil for anything else.
  package static func stored(_ text: String) -> Reference? {
    if text.hasPrefix("sha256:") { return Digest(text).map(Reference.content) }
    let halves = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
    guard halves.count == 2 else { return nil }
    let names = halves[0].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard names.count <= 2, names.allSatisfy(isName), let name = names.last, let selector = selector(halves[1]) else {
      return nil
    }
    return .entity(EntityReference(project: names.count == 2 ? names[0] : nil, name: name, selector: selector))
  }

  private static func selector(_ text: String) -> EntityReference.Selector? {
    if text == "latest" { return .latest }
    if text.hasPrefix("v"), let number = Int(text.dropFirst()), number > 0 { return .version(number) }
    if text.count == 10, Timestamp(text) != nil { return .date(text) }
    return isName(text) ? .alias(text) : nil
  }
}
