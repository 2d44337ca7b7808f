internal import Disk
internal import Jobs
internal import Learning
internal import Quality
internal import Records
internal import Store
internal import SystemPackage
internal import Tables

/// All that a step will read, and its key.
struct PreparedStep {
  var inputs: [StepRecord.Input]
  var sources: [String: Digest]
  /// The same files as a record lists them: lineage ends at them.
  var sourceInputs: [StepRecord.Input]
  /// The tools, programs and packages that it runs with.
  var environment: [String: String]
  var key: Digest
  /// Facts beside the inputs that the key holds.
  var facts: [String: String]
  /// Off where the effect must be seen to again: an alias that is elsewhere by now.
  var isReusable: Bool

  /// Nil where there is none.
  var recordedEnvironment: [String: String]? { environment.isEmpty ? nil : environment }
}

/// Finds a step's inputs, takes the files that it reads into the store, and computes its key from those very copies.
struct StepPreparation {
  let site: Site
  let project: String
  let origin: FilePath
  /// The steps before it.
  let ledger: StepLedger
  let logicalTime: Timestamp
  let programs: ProgramDigests
  /// The job's parameters, as JSON by their names: commands read them.
  let params: [String: String]
  /// The spec is not by whoever runs this.
  var isForeign = false
  /// `digestOnly` for plans, which change nothing.
  let mode: StoreWriter.Mode
  /// The files that a step read when it was done before, where it is to be done again from these and no others.
  var recorded: [String: Digest]?

  /// The step as it was done before: from what its record names, whatever refs and files say today.
  ///
  /// - Parameter inputs: its recorded inputs without the files that it took.
  func prepareAgain(_ step: Step, _ inputs: [StepRecord.Input], sources: [String: Digest]) throws -> PreparedStep {
    var again = self
    again.recorded = sources
    return try again.prepare(step, inputs)
  }

  func prepare(_ step: Step) throws -> PreparedStep {
    let inputs = try step.action.inputs.map { input in
      StepRecord.Input(
        name: input.name, reference: References.text(input.reference),
        artifact: try artifact(input.reference, kinds: step.action.kinds(of: input.name)))
    }
    for input in inputs where input.artifact == nil && !step.action.isOptional(input.name) {
      var reason = "there is no such version yet"
      if let named = step.action.inputs.first(where: { $0.name == input.name }),
        case .entity(let entity) = named.reference
      {
        let references = References(store: site.store, project: project)
        try references.checkExpiry(of: entity)
        reason = try references.absence(of: entity, kinds: step.action.kinds(of: input.name))
      }
      throw PipelineError.unknownReference(input.reference, reason: reason)
    }
    try requireOwnContract(step, inputs)
    return try prepare(step, try settled(step, inputs) + history(step, inputs))
  }

  private func prepare(_ step: Step, _ inputs: [StepRecord.Input]) throws -> PreparedStep {
    let taken = try self.sources(step.action, inputs)
    let sources = taken.mapValues(\.digest)
    var inputs = inputs
    var context = try context(step.action, inputs)
    if case .validate(let options) = step.action {
      let terms = try ContractTerms(
        contract(options, sources), data: inputs[0].artifact, store: site.store, project: project)
      // What was done before has them among its inputs.
      if recorded == nil { inputs += terms.inputs }
      context.merge(terms.context(at: logicalTime)) { $1 }
      if terms.contract.needsQueries { context["duckdb"] = ContractQueries.version(site) }
    }
    if try readsParquet(step.action, inputs, taken) { context["duckdb"] = ContractQueries.version(site) }
    var environment = try StepProcess.environment(of: step.action, site: site)
    let commands = StepPrograms(site: site, programs: programs, isForeign: isForeign, mode: mode)
    if case .run(let options) = step.action {
      environment = try commands.environment(of: options, step, requirements: sources["requirements"])
    } else {
      for input in inputs where !input.name.hasPrefix(FeedbackInputs.model) {
        guard let model = input.artifact, model.kind == .model else { continue }
        environment.merge(try commands.scoring(model, as: input.name)) { $1 }
      }
    }
    let ingredients = StepKey.Ingredients(
      implementation: StepProcess.implementation(of: step.action),
      inputs: Dictionary(
        inputs.compactMap { input in
          // A recipe is a source, whether a file or a version holds it.
          sources[input.name] == nil ? input.artifact.map { (input.name, $0.digest) } : nil
        }, uniquingKeysWith: { $1 }),
      sources: sources, environment: environment, context: context)
    return PreparedStep(
      inputs: inputs, sources: sources, sourceInputs: sourceInputs(step.action, sources, inputs),
      environment: environment, key: try StepKey.key(step.action, ingredients), facts: context,
      isReusable: try isReusable(step.action, inputs))
  }

  private func artifact(_ reference: Reference, kinds: [Artifact.Kind]) throws -> Artifact? {
    switch reference {
    case .output(let id, let name): return ledger.record(of: id)?.output(name)
    case .entity(let entity): return try References(store: site.store, project: project).artifact(entity, kinds: kinds)
    case .content(let digest):
      guard try site.store.contains(digest) else { return nil }
      return Artifact(kind: kinds[0], digest: digest)
    }
  }

  /// What a `feedback` step reads beside what its spec names.
  private func history(_ step: Step, _ named: [StepRecord.Input]) throws -> [StepRecord.Input] {
    guard case .feedback(let options) = step.action else { return [] }
    return try feedback(options).inputs(beside: named)
  }

  private func feedback(_ options: FeedbackOptions) -> FeedbackInputs {
    FeedbackInputs(store: site.store, project: project, options: options, now: logicalTime)
  }

  /// A challenger is never judged against itself: where it is the champion already, the verdict that made it so is
  /// about the one before it.
  private func settled(_ step: Step, _ inputs: [StepRecord.Input]) throws -> [StepRecord.Input] {
    guard case .gate(let options) = step.action, case .entity(let entity)? = options.champion,
      case .alias(let alias) = entity.selector, let index = inputs.firstIndex(where: { $0.name == "champion" }),
      let champion = inputs[index].artifact, let metrics = inputs.first(where: { $0.name == "challenger" })?.artifact,
      try site.store.contains(metrics.digest)
    else { return inputs }
    let document = try CanonicalJSON.decode(MetricsDocument.self, from: try site.store.blob(metrics.digest))
    guard document.model == champion.digest else { return inputs }
    let name = try EntityName(.model, project: entity.project ?? project, name: entity.name)
    var settled = inputs
    settled[index].artifact = nil
    if let before = try site.store.refs.alias(alias, of: name)?.from {
      settled[index].artifact = try References(store: site.store, project: project).artifact(
        EntityReference(project: name.project, name: name.name, selector: .version(before)), kinds: [.model])
    }
    return settled
  }

  /// A promotion is reused only while the alias is where it put it. Whether a retraining is asked for depends on what was
  /// asked for before.
  private func isReusable(_ action: StepAction, _ inputs: [StepRecord.Input]) throws -> Bool {
    if case .retrain = action { return false }
    guard case .promote(let options) = action, let model = inputs.first(where: { $0.name == "model" })?.artifact,
      let version = model.version, let verdict = inputs.first(where: { $0.name == "verdict" })?.artifact
    else { return true }
    let document = try CanonicalJSON.decode(VerdictDocument.self, from: try site.store.blob(verdict.digest))
    guard document.decision == .promote else { return true }
    let entity = try EntityName(.model, project: version.project, name: version.name)
    return try site.store.refs.alias(options.alias, of: entity)?.version == version.number
  }

  /// Facts beside the content of the inputs that change what a step gives.
  private func context(_ action: StepAction, _ inputs: [StepRecord.Input]) throws -> [String: String] {
    var facts = try facts(action, inputs)
    if case .run = action { return facts }
    for input in inputs {
      guard let artifact = input.artifact, let said = try StoredReading.said(of: artifact, in: site.store) else {
        continue
      }
      facts["reading \(input.name)"] = Digest(of: try CanonicalJSON.encode(said)).description
    }
    return facts
  }

  private func facts(_ action: StepAction, _ inputs: [StepRecord.Input]) throws -> [String: String] {
    switch action {
    // Never reused: the moment tells one run's step from another's.
    case .retrain: return ["time": logicalTime.text]
    case .validate, .evaluate, .explain, .gate, .predict, .promote, .feedback, .monitor:
      // Documents carry the versions' labels. What `validate` passes on says by which recipes its columns were made, and
      // the others refuse data by that.
      let labels = Dictionary(
        inputs.compactMap { input in input.artifact?.version.map { (input.name, "\($0.project)/\($0.text)") } },
        uniquingKeysWith: { $1 })
      var facts = labels.merging(try recipes(inputs), uniquingKeysWith: { $1 }).merging(
        try rollBacks(action, inputs), uniquingKeysWith: { $1 })
      if case .feedback(let options) = action { facts.merge(try feedback(options).facts(inputs)) { $1 } }
      return facts
    case .run:
      // All of them: nobody sees which ones a command reads in `params.json`.
      return params.isEmpty ? [:] : ["params": Digest(of: try CanonicalJSON.encode(params)).description]
    default:
      return try recipes(inputs)
    }
  }

  /// A promotion is another one after somebody took the version back.
  private func rollBacks(_ action: StepAction, _ inputs: [StepRecord.Input]) throws -> [String: String] {
    guard case .promote(let options) = action,
      let version = inputs.first(where: { $0.name == "model" })?.artifact?.version
    else { return [:] }
    let entity = try EntityName(.model, project: version.project, name: version.name)
    let entry = try site.store.refs.rollBack(from: version.number, alias: options.alias, of: entity)
    return entry.map { ["rolled back": $0.at] } ?? [:]
  }

  /// What steps make says by which recipes its columns were made, which may change where no value does.
  private func recipes(_ inputs: [StepRecord.Input]) throws -> [String: String] {
    let recipes = try inputs.compactMap(\.artifact).flatMap { try StoredRecipes.cited(by: $0, in: site.store) }
    return recipes.isEmpty ? [:] : ["recipes": Set(recipes.map(\.digest.description)).sorted().joined(separator: " ")]
  }

  /// Whether DuckDB has a say in what the step gives: another version may read another table out of the same bytes.
  private func readsParquet(_ action: StepAction, _ inputs: [StepRecord.Input], _ taken: [String: Taken]) throws -> Bool
  {
    switch action {
    case .run: return false
    case .snapshot: return taken.values.contains(where: \.holdsParquet)
    default:
      return try inputs.compactMap(\.artifact).contains { artifact in
        guard artifact.kind == .dataset, try site.store.contains(artifact.digest) else { return false }
        return try Taken(artifact.digest, site.store.manifest(artifact.digest)).holdsParquet
      }
    }
  }

  private func commandSources(_ options: RunOptions) throws -> [String: Taken] {
    var taken: [String: Taken] = [:]
    if !options.code.isEmpty { taken["code"] = try takeCode(options.code) }
    if let requirements = options.requirements { taken["requirements"] = try take([requirements]) }
    return taken
  }

  // MARK: Files

  /// Files that a step reads, as they are in the store.
  private struct Taken {
    var digest: Digest
    var holdsParquet: Bool

    init(_ digest: Digest, _ manifest: Manifest) {
      self.digest = digest
      holdsParquet = manifest.files.contains { TableFileFormat($0.path.text)?.kind == .parquet }
    }
  }

  private func sources(_ action: StepAction, _ inputs: [StepRecord.Input]) throws -> [String: Taken] {
    if let recorded {
      return try recorded.mapValues { Taken($0, try site.store.manifest($0)) }
    }
    return switch action {
    case .snapshot(let options): ["from": try take([options.from])]
    case .validate(let options): ["contract": try take([options.contract])]
    case .import(let options): ["archive": try take([options.archive])]
    case .sql(let options):
      if case .file(let path) = options.query { ["query": try take([path])] } else { [:] }
    case .features(let options): ["recipe": try recipe(options, inputs)]
    case .run(let options): try commandSources(options)
    default: [:]
    }
  }

  /// The contract from the very copy that the step reads; a plan stores nothing, and looks at the file.
  private func contract(_ options: ValidateOptions, _ sources: [String: Digest]) throws -> Contract {
    guard mode == .store, let digest = sources["contract"] else {
      let files = try found(options.contract)
      guard files.count == 1 else { throw ContractTerms.notOneFile(options) }
      return try ContractReader(file: options.contract).read(try site.disk.read(files[0].file, limitBytes: 2 << 20))
    }
    return try ContractTerms.contract(options, digest, in: site.store)
  }

  private func sourceInputs(
    _ action: StepAction, _ sources: [String: Digest], _ inputs: [StepRecord.Input]
  ) -> [StepRecord.Input] {
    let reference: String =
      switch action {
      case .snapshot(let options): options.from
      case .import(let options): options.archive
      case .sql(let options): if case .file(let path) = options.query { path } else { "" }
      case .validate(let options): options.contract
      case .features(let options): options.recipe.file ?? ""
      case .run(let options): options.code.joined(separator: ", ")
      default: ""
      }
    let requirements = if case .run(let options) = action { options.requirements } else { String?.none }
    return sources.filter { source in !inputs.contains { $0.name == source.key } }.map {
      StepRecord.Input(
        name: $0.key, reference: $0.key == "requirements" ? requirements ?? "" : reference,
        artifact: Artifact(kind: .files, digest: $0.value))
    }
  }

  private func take(_ patterns: [String]) throws -> Taken { try store(try patterns.flatMap(found)) }

  /// The files that the pattern names, of which none is outside of what the site allows.
  private func found(_ pattern: String) throws -> [Ingest.Source] {
    try checkAllowed(pattern)
    return try Ingest(disk: site.disk).sources(pattern, below: origin)
  }

  /// The recipe in its canonical form, as a version of it holds it: comments and blanks make no new one.
  private func recipe(_ options: FeaturesOptions, _ inputs: [StepRecord.Input]) throws -> Taken {
    if let artifact = inputs.first(where: { $0.name == "recipe" })?.artifact {
      return Taken(artifact.digest, try Manifest([]))
    }
    guard let path = options.recipe.file else { throw PipelineError.stepFailed("the step names no recipe") }
    let files = try found(path)
    guard files.count == 1 else { throw PipelineError.stepFailed("`recipe` names one file, not “\(path)”") }
    let recipe = try FeatureRecipeReader.read(try site.disk.read(files[0].file, limitBytes: 2 << 20), file: path)
    let writer = try StoreWriter(site.store, mode: mode)
    let file = try writer.addFile(try RelativePath(FeatureRecipe.fileName), try CanonicalJSON.encode(recipe))
    let manifest = try Manifest([file])
    let digest = try writer.put(manifest)
    try writer.finish()
    return Taken(digest, manifest)
  }

  /// Code keeps its paths below the spec's folder: `lib/` stays `lib/`.
  private func takeCode(_ patterns: [String]) throws -> Taken {
    var sources: [Ingest.Source] = []
    for pattern in patterns {
      let prefix = pattern.split(separator: "/", omittingEmptySubsequences: true).filter { $0 != "." }.joined(
        separator: "/")
      let found = try found(prefix)
      let isFolder = (try? site.disk.status(of: origin.appending(prefix)).kind) == .directory
      for var source in found {
        if isFolder {
          source.path = try RelativePath(prefix + "/" + source.path.text)
        } else if found.count == 1, Glob.isPlain(prefix) {
          source.path = try RelativePath(prefix)
        }
        sources.append(source)
      }
    }
    return try store(sources)
  }

  private func store(_ sources: [Ingest.Source]) throws -> Taken {
    let writer = try StoreWriter(site.store, mode: mode)
    let manifest = try Ingest(disk: site.disk).read(sources, into: writer)
    guard !manifest.files.isEmpty else { throw StoreError.nothingToStore("the folder has no files to read") }
    let digest = try writer.put(manifest)
    try writer.finish()
    return Taken(digest, manifest)
  }

  /// Relative paths stay below the spec's folder; absolute ones must be below a root of the site. A link on the way may
  /// lead to another such folder, and no further.
  private func checkAllowed(_ pattern: String) throws {
    let isNamed =
      !pattern.hasPrefix("/") || site.settings.roots.contains { FilePath(pattern).starts(with: FilePath($0)) }
    let start = try site.disk.resolved(Ingest.start(of: pattern, below: origin))
    let folders = try ([origin] + site.settings.roots.map { FilePath($0) }).compactMap { try site.disk.resolved($0) }
    // What is not there is told by whoever reads it.
    guard isNamed, start.map({ start in folders.contains { start.starts(with: $0) } }) ?? true else {
      throw PipelineError.notAllowed(
        "“\(pattern)” is outside the spec's folder: add its folder to `roots` in nightshift.yaml, or copy the file beside the spec"
      )
    }
  }
}
