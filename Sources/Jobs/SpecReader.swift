internal import Tables
internal import Records

/// Reads a spec into a job, or reports every mistake in it.
package struct SpecReader: Sendable {
  /// The spec's name for messages.
  package var file: String
  /// The project of jobs that name none.
  package var defaultProject: String
  /// What `submit --param` gave, as `NAME` and a YAML value.
  package var overrides: [Job.Param]
  package var run: RunContext
  package var use: Use

  /// What the spec is read for: `on:` belongs to recurring ones alone.
  package enum Use: Sendable {
    /// It runs once.
    case once
    /// It stays in `recurring/` and is queued by its triggers.
    case recurring
    /// It was queued: its triggers have done their work.
    case queued
  }

  package init(
    file: String, defaultProject: String, overrides: [Job.Param] = [], run: RunContext, use: Use = .once
  ) {
    self.file = file
    self.defaultProject = defaultProject
    self.overrides = overrides
    self.run = run
    self.use = use
  }

  /// A spec that was parsed, before anything is known of its meaning.
  package struct Document: Sendable {
    let root: SpecNode

    /// Throws the mistake that keeps it from being parsed.
    package init(_ bytes: [UInt8], file: String) throws(SpecError) {
      do { root = try SpecDocument(bytes).root } catch { throw SpecError(file: file, mistakes: error.mistakes) }
    }

    /// What it says its name is.
    package var name: String? { root["name"]?.text }
  }

  /// The job that `bytes` describe. Throws every mistake at once, each with its place.
  package func read(_ bytes: [UInt8]) throws(SpecError) -> Job { try read(Document(bytes, file: file)) }

  package func read(_ document: Document) throws(SpecError) -> Job {
    do { return try job(document.root) } catch { throw SpecError(file: file, mistakes: error.mistakes) }
  }

  private func job(_ root: SpecNode) throws(SpecMistakes) -> Job {
    let form = Form(root, title: "a job")
    form.check(Vocabulary.job)
    guard root.entries != nil else { throw SpecMistakes(form.mistakes) }
    _ = form.integer("version", 1...1)
    let params = try self.params(root["params"], form)
    let expressions = Expressions(params: params.map { ($0.name, $0.node) }, run: run)
    let resolver = Resolver(expressions: expressions)
    let name = form.name("name")
    let project = form.name("project") ?? defaultProject
    let priority = form.integer("priority", 0...100)
    let concurrency = form.integer("concurrency", 1...1000)
    let triggers = self.triggers(root, form, project)
    let defaults = StepDefaults(job: form)
    var steps: [Step] = []
    let items = root["steps"]?.items
    if let node = root["steps"], !node.isNull, items?.isEmpty ?? true {
      form.complain(
        node.place, "`steps` must be a list of at least one step, not \(items == nil ? node.article : "an empty list")")
    }
    let ids = (items ?? []).map { $0["id"]?.text }
    for (index, item) in (items ?? []).enumerated() {
      let reader = StepReader(earlier: steps, allIDs: ids.compactMap { $0 }, defaults: defaults)
      let resolved = resolver.resolve(item)
      form.take(resolved.mistakes)
      if let node = resolved.node, let step = reader.read(node, index: index, into: form) { steps.append(step) }
    }
    guard form.mistakes.isEmpty, let name else { throw SpecMistakes(form.mistakes) }
    return Job(
      name: name, project: project, params: params.map { Job.Param(name: $0.name, json: $0.node.json) },
      priority: priority ?? Job.defaultPriority, concurrency: concurrency ?? 1, triggers: triggers, steps: steps)
  }

  private func triggers(_ root: SpecNode, _ form: Form, _ project: String) -> Triggers? {
    let on = root.entries?.first { $0.key == "on" }
    switch (use, on) {
    case (.queued, _), (.once, nil): return nil
    case (.once, let on?):
      form.complain(
        on.keyPlace, "`on:` queues specs in Jobs/recurring; this one runs at once: remove it, or put the spec there")
      return nil
    case (.recurring, nil):
      form.complain(
        root.place,
        "a spec in Jobs/recurring needs `on:`, which says what queues it; put one that runs once in the inbox")
      return nil
    case (.recurring, let on?):
      guard let triggers = form.form("on", title: "`on`") else {
        if on.value.isNull { form.complain(on.keyPlace, "`on` must say what queues the job, not nothing") }
        return nil
      }
      defer { form.take(triggers) }
      return TriggerReader(project: project).triggers(triggers)
    }
  }

  private func params(_ node: SpecNode?, _ form: Form) throws(SpecMistakes) -> [(name: String, node: SpecNode)] {
    guard let node, !node.isNull else {
      if let first = overrides.first {
        form.complain(form.node.place, "there is no parameter `\(first.name)` to override")
      }
      return []
    }
    guard let entries = node.entries else {
      form.complain(node.place, "`params` must be a mapping of names to values, not \(node.article)")
      return []
    }
    var params = entries.map { (name: $0.key, node: $0.value) }
    for override in overrides {
      guard let index = params.firstIndex(where: { $0.name == override.name }) else {
        let hint = nearestWord(to: override.name, among: params.map(\.name)).map { ": did you mean `\($0)`?" }
        form.complain(node.place, "there is no parameter `\(override.name)` to override" + (hint ?? ""))
        continue
      }
      do {
        params[index].node = SpecNode(
          value: try SpecDocument(Array((override.json + "\n").utf8)).root.value, place: params[index].node.place)
      } catch {
        form.complain(
          params[index].node.place, "the override of `\(override.name)` is not a YAML value: \(override.json)")
      }
    }
    return params
  }
}

/// What a job says for all its steps.
struct StepDefaults {
  var resources = Step.Resources()
  var timeoutSeconds: Double?
  var attempts = 1
  var backoffSeconds = 1.0
  var environment: [RunOptions.Variable] = []
  var isolation = Isolation()
  var keepsWork = WorkKeeping.never

  init(job form: Form) {
    read(form)
    if let variables = form.form("env", title: "`env`") {
      environment = Self.variables(variables)
      form.take(variables)
    }
  }

  /// Takes over what `form` says of resources, retries, time and isolation.
  mutating func read(_ form: Form) {
    if let resources = form.form("resources", title: "`resources`") {
      resources.check(Vocabulary.resources)
      self.resources.cpus = resources.integer("cpus", 1...1024) ?? self.resources.cpus
      self.resources.memoryBytes = resources.size("memory") ?? self.resources.memoryBytes
      self.resources.openFiles = resources.integer("files", 16...1_048_576) ?? self.resources.openFiles
      self.resources.fileBytes = resources.size("file-size") ?? self.resources.fileBytes
      self.resources.outputBytes = resources.size("output") ?? self.resources.outputBytes
      timeoutSeconds = resources.duration("timeout") ?? timeoutSeconds
      form.take(resources)
    }
    if let retry = form.form("retry", title: "`retry`") {
      retry.check(Vocabulary.retry)
      attempts = retry.integer("attempts", 1...10) ?? attempts
      backoffSeconds = retry.duration("backoff") ?? backoffSeconds
      form.take(retry)
    }
    readIsolation(form)
  }

  private mutating func readIsolation(_ form: Form) {
    isolation.sandbox = form.word("sandbox", Isolation.Sandbox.self) ?? isolation.sandbox
    isolation.hasNetwork = form.flag("network") ?? isolation.hasNetwork
    let binds = form.parsed("binds", form: "an absolute path without `..`") { path in
      path.hasPrefix("/") && !path.split(separator: "/").contains("..") && !path.contains("\0") ? path : nil
    }
    if !binds.isEmpty { isolation.binds = binds }
    keepsWork = form.word("keep-work", WorkKeeping.self) ?? keepsWork
  }

  static func variables(_ form: Form) -> [RunOptions.Variable] {
    (form.node.entries ?? []).compactMap { entry in
      let isWord = entry.key.utf8.allSatisfy {
        $0 == UInt8(ascii: "_") || ($0 < 128 && Character(UnicodeScalar($0)).isLetter) || (48...57).contains($0)
      }
      guard isWord, let text = entry.value.text, !entry.key.isEmpty else {
        form.complain(entry.keyPlace, "an environment variable is a word of letters, digits and `_` with a text")
        return nil
      }
      return RunOptions.Variable(name: entry.key, value: text)
    }
  }
}

/// Resolves a step's expressions, keeping every mistake instead of the first.
private struct Resolver {
  var expressions: Expressions

  func resolve(_ step: SpecNode) -> (node: SpecNode?, mistakes: Form?) {
    let form = Form(step, title: "a step")
    guard let entries = step.entries else { return (step, nil) }
    var resolved: [SpecNode.Entry] = []
    for entry in entries {
      if entry.key == "with", step["uses"]?.text == "sql", let query = entry.value["query"],
        query.text?.contains("${{") == true
      {
        form.complain(
          query.place, "`query` takes no `${{ }}`: give the value by `params` and read it by getvariable('NAME')")
      }
      let isShell = entry.key == "run" && entry.value.text != nil
      do {
        let value = try expressions.resolve(entry.value, quoting: isShell ? .shell : .none)
        resolved.append(SpecNode.Entry(key: entry.key, keyPlace: entry.keyPlace, value: value))
      } catch {
        for mistake in error.mistakes { form.complain(mistake.place, mistake.message) }
        resolved.append(entry)
      }
    }
    return (form.mistakes.isEmpty ? SpecNode(value: .mapping(resolved), place: step.place) : nil, form)
  }
}

extension SpecMistakes {
  init(_ mistakes: [SpecMistake]) { self.mistakes = mistakes }
}
