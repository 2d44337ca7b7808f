internal import Disk
internal import Jobs
internal import Records
internal import Store
internal import SystemPackage

/// One step of a past run, done again from what its record names.
struct StepAgain {
  let site: Site
  let record: RunRecord
  let step: Step
  let old: StepRecord
  /// A new folder for its log.
  let folder: FilePath
  let tool: String

  private typealias Found = ReproductionDocument.Step

  func compare(within tolerance: Double) async throws -> ReproductionDocument.Step {
    if let reason = exemption { return Found(id: step.id, kind: old.kind, label: nil, reason: reason) }
    let prepared: PreparedStep
    do { prepared = try prepare() } catch {
      return unverified("what it read is not there any more: \(error)")
    }
    let request: StepRequest
    do { request = try self.request(prepared) } catch { return unverified("\(error)") }
    try site.disk.makeDirectory(folder)
    var executor = StepExecutor(site: site, tool: tool)
    executor.settle = { try prepare() }
    let execution = try await executor.execute(step, request) { _ in }
    try Task.checkCancellation()
    let isElsewhere = (execution.settled ?? prepared).key != old.key
    if let failure = execution.result.failure {
      // Only what the command itself says of itself tells of the run: for want of memory or time anything may fail.
      guard !isElsewhere, case .run = step.action, case .exited = execution.ending else {
        return unverified((isElsewhere ? "\(Self.elsewhere), and it failed: " : "it failed: ") + failure)
      }
      return differs("it failed: \(failure)")
    }
    do { return try judged(execution.result.outputs, tolerance, isElsewhere) } catch {
      return unverified("what came out cannot be compared: \(error)")
    }
  }

  /// Why there is nothing to do again; nil when there is.
  private var exemption: String? {
    switch (step.action, old.outcome) {
    case (_, .failed), (_, .skipped), (_, .unreached): "it was \(old.outcome.rawValue) then"
    case (.promote, _): "it moves an alias, which a reproduction never does"
    case (.retrain, _): "it may queue a job, which a reproduction never does"
    case _ where comparable.isEmpty: "it made nothing to compare"
    default: nil
    }
  }

  /// How long something took is another number each time.
  private var comparable: [StepRecord.Output] { old.outputs.filter { !$0.artifact.isMeasurement } }

  private func unverified(_ reason: String) -> ReproductionDocument.Step {
    Found(id: step.id, kind: old.kind, label: .unverified, reason: reason, outputs: outputs([]))
  }

  private func differs(_ reason: String, _ found: [StepRecord.Output] = []) -> ReproductionDocument.Step {
    Found(id: step.id, kind: old.kind, label: .differs, reason: reason, outputs: outputs(found))
  }

  private func outputs(_ found: [StepRecord.Output]) -> [ReproductionDocument.Output] {
    comparable.map { output in
      ReproductionDocument.Output(
        name: output.name, recorded: output.artifact.digest,
        found: found.first { $0.name == output.name }?.artifact.digest)
    }
  }

  private static let elsewhere =
    "it was done by other programs or another version of them (its step key is another today)"

  // MARK: Doing it

  /// A recorded input that the spec names is one; the others are files that the step took.
  private func prepare() throws -> PreparedStep {
    let names = Set(step.action.inputs.map(\.name))
    var inputs: [StepRecord.Input] = []
    var sources: [String: Digest] = [:]
    for input in old.inputs {
      if !names.contains(input.name), let artifact = input.artifact, artifact.kind == .files {
        sources[input.name] = artifact.digest
      } else {
        inputs.append(input)
        if case .features = step.action, input.name == "recipe" { sources["recipe"] = input.artifact?.digest }
      }
    }
    for artifact in inputs.compactMap(\.artifact) where try !site.store.contains(artifact.digest) {
      throw StoreError.missingBlob(artifact.digest)
    }
    return try StepPreparation(
      site: site, project: record.project, origin: FilePath(record.origin), ledger: StepLedger(),
      logicalTime: record.logicalTime, programs: ProgramDigests(), params: record.params,
      isForeign: record.isForeign ?? true, mode: .store
    ).prepareAgain(step, inputs, sources: sources)
  }

  private func request(_ prepared: PreparedStep) throws -> StepRequest {
    var request = StepRequest(
      id: step.id, action: step.action, inputs: prepared.inputs, sources: prepared.sources, project: record.project,
      run: record.id, job: record.job, logicalTime: record.logicalTime,
      threads: step.resources.cpus ?? (step.action.usesAllCores ? Processors.count : 1), site: site.root.string,
      stepFolder: folder.string, params: record.params)
    // Whose spec it was is not known of old runs: then it is held to be somebody else's.
    request.isForeign = record.isForeign ?? true
    request.memoryBytes = step.resources.memoryBytes
    if case .feedback = step.action { request.facts = prepared.facts }
    request.recipe = try recipe()
    return request
  }

  /// What the package of the model that it made then says, before the step itself added to it.
  private func recipe() throws -> Recipe? {
    for artifact in old.outputs.map(\.artifact) where artifact.kind == .model {
      guard try site.store.contains(artifact.digest) else {
        throw PipelineError.stepFailed("the model that it made then is not kept")
      }
      guard let file = try site.store.manifest(artifact.digest)["recipe.json"] else { continue }
      var stream = site.store.stream(of: file)
      var recipe = try CanonicalJSON.decode(Recipe.self, from: try stream.readAll())
      recipe.features = nil
      return recipe
    }
    return nil
  }

  // MARK: What came of it

  private func judged(
    _ found: [StepRecord.Output], _ tolerance: Double, _ isElsewhere: Bool
  ) throws -> ReproductionDocument.Step {
    var label = ReproductionDocument.Label.identical
    var reasons: [String] = []
    for output in comparable {
      guard let new = found.first(where: { $0.name == output.name }) else {
        return differs("it did not make \(name(output)) again", found)
      }
      guard new.artifact.digest != output.artifact.digest else { continue }
      label = .close
      let difference = try ArtifactDifference(site: site, tolerance: tolerance).between(output.artifact, new.artifact)
      if let difference { reasons.append("\(name(output)): \(difference)") }
    }
    if !reasons.isEmpty { label = isElsewhere ? .unverified : .differs }
    let reason = reasons.isEmpty ? nil : (isElsewhere ? [Self.elsewhere] : []) + reasons
    return Found(
      id: step.id, kind: old.kind, label: label, reason: reason?.joined(separator: "; "), outputs: outputs(found))
  }

  private func name(_ output: StepRecord.Output) -> String {
    output.name.isEmpty ? "the \(output.artifact.kind.rawValue)" : "“\(output.name)”"
  }
}
