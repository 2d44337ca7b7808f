internal import Records

/// The options of a `run` step.
extension StepReader {
  func runAction(_ form: Form, _ run: SpecNode, _ defaults: StepDefaults) -> RunOptions? {
    let command = command(form, run)
    let inputs = inputs(form, [.dataset, .model, .files, .metrics, .verdict, .drift])
    let outputs = outputs(form)
    let code = form.paths("code")
    if let absolute = code.first(where: { $0.hasPrefix("/") }) {
      form.complain(form.node["code"]?.place ?? form.node.place, "`code` is relative to the spec, not “\(absolute)”")
    }
    let requirements = requirements(form)
    var environment = defaults.environment
    if let variables = form.form("env", title: "`env`") {
      let own = StepDefaults.variables(variables)
      environment = environment.filter { inherited in !own.contains { $0.name == inherited.name } } + own
      form.take(variables)
    }
    guard let command else { return nil }
    return RunOptions(
      command: command, inputs: inputs, outputs: outputs, code: code, environment: environment,
      requirements: requirements)
  }

  private func requirements(_ form: Form) -> String? {
    guard let node = form.node["requirements"] else { return nil }
    guard node.items == nil else {
      form.complain(node.place, "`requirements` names one file, not \(node.article)")
      return nil
    }
    guard let path = form.path("requirements") else { return nil }
    if path.hasPrefix("/") { form.complain(node.place, "`requirements` is relative to the spec, not “\(path)”") }
    return path
  }

  private func command(_ form: Form, _ run: SpecNode) -> RunOptions.Command? {
    if let text = run.text, !text.isEmpty, !run.isNull { return .shell(text) }
    let words = (run.items ?? []).compactMap(\.text)
    guard let items = run.items, !items.isEmpty, words.count == items.count, words.first?.isEmpty == false else {
      form.complain(
        run.place, "`run` must be a list of program and arguments, or a line for the shell, not \(run.article)")
      return nil
    }
    return .arguments(words)
  }

  /// The named inputs below `inputs`, each of one of `kinds`.
  func inputs(_ form: Form, _ kinds: [Artifact.Kind]) -> [RunOptions.NamedInput] {
    guard let inputs = form.form("inputs", title: "`inputs`") else { return [] }
    defer { form.take(inputs) }
    return (inputs.node.entries ?? []).compactMap { entry in
      checkPart(entry, inputs)
      return reference(entry.value, entry.key, kinds, inputs).map { .init(name: entry.key, reference: $0) }
    }
  }

  private func outputs(_ form: Form) -> [RunOptions.Output] {
    guard let outputs = form.form("outputs", title: "`outputs`") else { return [] }
    defer { form.take(outputs) }
    return (outputs.node.entries ?? []).map { entry in
      checkPart(entry, outputs)
      let options = Form(entry.value, title: "output “\(entry.key)”")
      options.check(Vocabulary.commandOutput)
      let output = RunOptions.Output(
        name: entry.key, path: options.path("path") ?? entry.key,
        kind: options.word("kind", RunOptions.OutputKind.self) ?? .files, publishedAs: options.name("as"))
      if output.path.hasPrefix("/") { options.complain(entry.value.place, "`path` is relative to `outputs/`") }
      if output.publishedAs != nil, output.kind == .files {
        options.complain(entry.value.place, "`as` publishes a dataset or a model: give the output that `kind`")
      }
      outputs.take(options)
      return output
    }
  }

  private func checkPart(_ entry: SpecNode.Entry, _ form: Form) {
    if !isName(entry.key) {
      form.complain(
        entry.keyPlace, "“\(entry.key.prefix(60))” must be a name of lower-case letters, digits, `-` and `_`")
    }
  }
}
