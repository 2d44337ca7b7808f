internal import Disk
internal import Glibc
internal import Jobs
internal import Records
internal import Spool
internal import Store
internal import SystemPackage

/// One step of a run: found done, reused, or performed once.
///
/// Killed anywhere, the same run goes on: what a step made is remembered under its key when it is published, and a step
/// whose key is known is not done again.
struct StepRun: Sendable {
  /// What came of it.
  enum Ending: Sendable {
    case over(StepRecord)
    /// It was over when the run was taken up again.
    case wasOver(StepRecord)
    /// It failed and is to be tried again after some seconds.
    case again(StepRecord, afterSeconds: Double)
  }

  let facts: RunFacts
  let step: Step
  let ledger: StepLedger

  private var site: Site { facts.site }
  private var store: Store { facts.store }

  func execute() async throws -> Ending {
    try Task.checkCancellation()
    if let obstacle = obstacle() { return .over(obstacle) }
    do {
      guard readsFiles else { return try await carryOut(try prepared()) }
      // To store files takes cores, memory and time: it has its place first, and a thread that may block.
      return try await holding { cpus in
        try await carryOut(try await SystemThread.run { try self.prepared() }, cpus: cpus)
      }
    } catch let fault as StepFault {
      return .over(failed(fault.reason))
    }
  }

  private var readsFiles: Bool {
    switch step.action {
    case .snapshot, .import, .validate, .features: true
    default: false
    }
  }

  /// What is wrong with what a step is to read.
  private struct StepFault: Error { var reason: String }

  /// What it reads. Throws ``StepFault`` where that cannot be had.
  private func prepared() throws -> PreparedStep {
    do { return try prepare() } catch let error as DiskError where error.code == .noSpace {
      throw error
    } catch {
      throw StepFault(reason: "\(error)")
    }
  }

  /// - Parameter cpus: what it holds already; nil: nothing.
  private func carryOut(_ prepared: PreparedStep, cpus: Int? = nil) async throws -> Ending {
    if let earlier = try finishedBefore(key: prepared.key) { return .wasOver(earlier) }
    if let reused = try reuse(prepared) { return .over(reused) }
    if let excess = excess() { return .over(failed(excess)) }
    if let cpus { return try await perform(prepared, cpus: cpus) }
    return try await holding { cpus in try await perform(prepared, cpus: cpus) }
  }

  /// Runs `body` with the cores and the memory that it needs, of the job's share first.
  private func holding(_ body: (_ cpus: Int) async throws -> Ending) async throws -> Ending {
    guard let share = facts.share else { return try await facts.pool.holding(need) { try await body($0.cpus) } }
    return try await share.holding(need) { _ in try await facts.pool.holding(need) { try await body($0.cpus) } }
  }

  // MARK: Whether

  /// Why the step is not to be tried; nil when it is.
  private func obstacle() -> StepRecord? {
    var needed = step.needs + step.action.sourceSteps
    if let condition = step.condition {
      // With a condition, the step decides for itself what it makes of the others' outcomes, but not without inputs.
      needed.removeAll { step.needs.contains($0) }
      guard StepCondition(ledger: ledger, store: store).holds(condition) else {
        return StepRecord(id: step.id, kind: step.action.kind, outcome: .skipped, reason: "its condition does not hold")
      }
    }
    for id in needed {
      guard let record = ledger.record(of: id), record.outcome != .ran, record.outcome != .reused else { continue }
      if record.outcome == .skipped {
        return StepRecord(id: step.id, kind: step.action.kind, outcome: .skipped, reason: "step “\(id)” was skipped")
      }
      return Self.unreached(step, "step “\(id)” failed or was not reached")
    }
    return nil
  }

  static func unreached(_ step: Step, _ reason: String) -> StepRecord {
    StepRecord(id: step.id, kind: step.action.kind, outcome: .unreached, reason: reason)
  }

  private func failed(_ reason: String) -> StepRecord {
    StepRecord(id: step.id, kind: step.action.kind, outcome: .failed, reason: reason, started: Runner.now())
  }

  private func prepare() throws -> PreparedStep { try preparation.prepare(step) }

  private var preparation: StepPreparation {
    StepPreparation(
      site: site, project: facts.job.project, origin: facts.origin, ledger: ledger, logicalTime: facts.logicalTime,
      programs: facts.runner.programs, params: facts.params, isForeign: facts.isForeign, mode: .store)
  }

  /// The record of this very run's step, when it was done before the runner died.
  private func finishedBefore(key: Digest) throws -> StepRecord? {
    guard facts.isResumed, let record = try facts.archive.step(step.id, of: facts.run), record.key == key else {
      return nil
    }
    return record
  }

  private func reuse(_ prepared: PreparedStep) throws -> StepRecord? {
    guard prepared.isReusable, let memory = try StepMemory(prepared.key, in: store), try memory.isKept(in: store)
    else { return nil }
    // This very run did it, and died before it could note so.
    let isOwn = memory.run == facts.run
    let outputs = try publish(memory.outputs)
    var record = StepRecord(
      id: step.id, kind: step.action.kind, outcome: isOwn ? .ran : .reused, key: prepared.key,
      reusedFrom: isOwn ? nil : memory.run, started: Runner.now(), inputs: prepared.inputs + prepared.sourceInputs,
      outputs: outputs, notes: memory.notes, headline: memory.headline)
    record.environment = prepared.recordedEnvironment
    return record
  }

  // MARK: What it takes

  /// Built-in steps that compute use every core that the job may have; a command that says nothing is taken to use one.
  private var need: ResourcePool.Need {
    let all = facts.share?.capacity.cpus ?? facts.pool.capacity.cpus
    let cpus = step.resources.cpus ?? (step.action.usesAllCores ? all : 1)
    return ResourcePool.Need(cpus: cpus, memoryBytes: step.resources.memoryBytes ?? 0)
  }

  /// Why it can never run here: it asks for more than there is, or than its project or user may have.
  private func excess() -> String? {
    let limits = site.settings.limits
    let ticket = facts.ticket
    let memory = facts.pool.capacity.memoryBytes
    if let asked = step.resources.memoryBytes, asked > memory {
      return
        "it asks for \(asked.inMiB) of memory, but there are \(memory.inMiB) here: lower `resources.memory`, or raise `limits.memory` of the site"
    }
    for (owner, quota) in [
      ("project “\(ticket.project)”", limits.quota(ofProject: ticket.project)),
      ("user “\(ticket.user)”", limits.quota(ofUser: ticket.user)),
    ] {
      if let limit = quota.cpus, let asked = step.resources.cpus, asked > limit {
        return
          "it asks for \(asked) cores, but the \(owner) may have \(limit): lower `resources.cpus`, or have the limit raised"
      }
      if let limit = quota.memoryBytes, let asked = step.resources.memoryBytes, asked > limit {
        return
          "it asks for \(asked.inMiB) of memory, but the \(owner) may have \(limit.inMiB): lower `resources.memory`, or have the limit raised"
      }
    }
    return nil
  }

  // MARK: Doing it

  private func perform(_ prepared: PreparedStep, cpus: Int) async throws -> Ending {
    let folder = try facts.archive.stepFolder(step.id, of: facts.run)
    try site.disk.makeDirectory(folder)
    try facts.archive.append(RunEvent(at: Runner.now(), event: "step-started", step: step.id), to: facts.run)
    try facts.runner.report(.stepStarted(run: facts.run, step: step.id, kind: step.action.kind))
    var executor = StepExecutor(site: site, tool: facts.runner.tool, keepsWork: facts.runner.keepsWork)
    executor.settle = { try preparation.prepareAgain(step, prepared.inputs, sources: prepared.sources) }
    var record = StepRecord(
      id: step.id, kind: step.action.kind, outcome: .ran, key: prepared.key, started: Runner.now(),
      inputs: prepared.inputs + prepared.sourceInputs)
    let execution = try await executor.execute(step, request(prepared, cpus, folder), started: childRecorder())
    try Task.checkCancellation()
    record.wallSeconds = execution.wallSeconds
    record.cpuSeconds = execution.cpuSeconds
    record.peakMemoryBytes = execution.peakMemoryBytes
    let settled = execution.settled ?? prepared
    (record.key, record.environment) = (settled.key, settled.recordedEnvironment)
    record.notes = execution.result.notes
    if let failure = execution.result.failure {
      // What shows why it failed is kept with it.
      record.outputs = execution.result.outputs
      record.headline = execution.result.headline
      return try again(record, failure, execution.result)
    }
    try facts.checkOwnership()
    record.outputs = try publish(execution.result.outputs)
    record.headline = execution.result.headline
    try remember(record, execution.result)
    try keep(record)
    return .over(record)
  }

  /// Notes the child in the claim, so that a runner that takes over can end its process group.
  private func childRecorder() -> @Sendable (Int32) -> Void {
    let (claim, disk, ledger, id) = (facts.claim, site.disk, ledger, step.id)
    return { pid in
      guard let child = ProcessIdentity.child(pid, disk) else { return }
      let children = ledger.began(id, child)
      // Not being able to note it does not stop the step: only a later take-over would miss it.
      do { try claim.update(.cached) { $0.children = children } } catch {
        LogLine.write("the claim could not be updated: \(error)")
      }
    }
  }

  private func request(_ prepared: PreparedStep, _ cpus: Int, _ stepFolder: FilePath) throws -> StepRequest {
    var request = StepRequest(
      id: step.id, action: step.action, inputs: prepared.inputs, sources: prepared.sources, project: facts.job.project,
      run: facts.run, job: facts.job.name, logicalTime: facts.logicalTime, threads: cpus, site: site.root.string,
      stepFolder: stepFolder.string, params: facts.params)
    request.isForeign = facts.isForeign
    (request.requestedBy, request.because) = (facts.requestedBy, facts.because)
    request.memoryBytes = step.resources.memoryBytes
    if case .feedback = step.action { request.facts = prepared.facts }
    if makesModel {
      // A recipe outlives its run, so it has the spec in the store.
      _ = try store.put(facts.specBytes)
      request.recipe = Recipe(
        job: facts.job.name, project: facts.job.project, step: step.id, spec: facts.spec, specName: facts.specName,
        params: request.params, key: prepared.key,
        // What a command learnt from, its contract tells.
        trainingData: prepared.inputs.first { $0.name == "data" }?.artifact?.digest,
        validationData: prepared.inputs.first { $0.name == "validation" }?.artifact?.digest,
        datasets: datasets(before: prepared), isForeign: request.isForeign ? true : nil)
      if case .run = step.action { request.recipe?.command = Recipe.Command(isolation: step.isolation) }
      request.recipe?.parent = prepared.inputs.first { $0.name == "parent" }?.artifact?.digest
    }
    return request
  }

  /// Whether what it makes has a recipe.
  private var makesModel: Bool {
    switch step.action {
    case .train, .tune: true
    case .run: step.action.outputs.values.contains(.model)
    default: false
    }
  }

  /// The published datasets that the step descends from.
  private func datasets(before prepared: PreparedStep) -> [Recipe.Dataset] {
    var found: [Recipe.Dataset] = []
    var rest = prepared.inputs.compactMap(\.artifact)
    var seen: Set<Digest> = []
    while let artifact = rest.popLast() {
      guard seen.insert(artifact.digest).inserted else { continue }
      if let version = artifact.version, artifact.kind == .dataset {
        found.append(Recipe.Dataset(project: version.project, name: version.name, digest: artifact.digest))
      }
      rest += ledger.makers(of: artifact.digest).flatMap { $0.inputs.compactMap(\.artifact) }
    }
    return found.sorted { ($0.project, $0.name) < ($1.project, $1.name) }
  }

  // MARK: What stays of it

  /// The failed step is over, or comes again: as often as `retry` says, and a command that asks for it itself by exit
  /// status 75 at least ``attemptsOfThoseWhoAsk`` times in all.
  private func again(_ failed: StepRecord, _ failure: String, _ result: StepResult) throws -> Ending {
    var record = failed
    let attempts = result.isFinal ? 1 : max(step.attempts, result.asksForRetry ? Self.attemptsOfThoseWhoAsk : 1)
    var attempt = 0
    try facts.claim.update(.synced) { claim in
      claim.stepAttempts[step.id, default: 0] += 1
      attempt = claim.stepAttempts[step.id] ?? 1
    }
    record.outcome = .failed
    record.reason = attempt > 1 ? "\(failure) (after \(attempt) attempts)" : failure
    guard attempt < attempts else {
      // Whatever else the run waits for, this step is not tried again.
      try facts.archive.keep(record, of: facts.run)
      return .over(record)
    }
    return .again(record, afterSeconds: backoff(after: attempt))
  }

  private static let attemptsOfThoseWhoAsk = 3
  private static let longestBackoffSeconds = 6 * 3600.0

  /// Doubles with each attempt, less up to a half of it, so that jobs that failed together do not come back together.
  /// The same each time for the same run and attempt.
  private func backoff(after attempt: Int) -> Double {
    let whole = min(Self.longestBackoffSeconds, step.backoffSeconds * Double(1 << min(attempt - 1, 20)))
    let draw = Digest(of: Array("\(facts.run)/\(step.id)/\(attempt)".utf8)).rawBytes[0]
    return whole * (1 - Double(draw) / 512)
  }

  /// Gives the outputs their versions. Doing it again for the same run and step finds the same versions.
  private func publish(_ outputs: [StepRecord.Output]) throws -> [StepRecord.Output] {
    try outputs.map { output in
      guard let name = step.action.publishedName(of: output.name), let kind = output.artifact.kind.entityKind else {
        return output
      }
      try facts.checkOwnership()
      let entity = try EntityName(kind, project: facts.job.project, name: name)
      let version = try store.refs.publish(
        Refs.Publication(
          digest: output.artifact.digest, description: output.artifact.description,
          key: "\(facts.run)/\(step.id)/\(output.name)", at: facts.logicalTime.text, run: facts.run, step: step.id),
        as: entity)
      var published = output
      published.artifact.version = VersionLabel(project: entity.project, name: name, number: version.number)
      return published
    }
  }

  private func remember(_ record: StepRecord, _ result: StepResult) throws {
    guard let key = record.key else { return }
    let memory = StepMemory(run: facts.run, outputs: result.outputs, notes: result.notes, headline: result.headline)
    try store.remember(key, try CanonicalJSON.encode(memory))
    // From here on the step is known as a whole.
    if case .tune = step.action { try TrialJournal.remove(key, in: store) }
  }

  /// For a runner that takes over: after a power cut, what is remembered under the key says the most of it.
  private func keep(_ record: StepRecord) throws {
    // The run's record follows at once where there is no other step.
    if facts.job.steps.count > 1 { try facts.archive.keep(record, of: facts.run) }
    guard facts.claim.record().fruitlessAttempts > 1 else { return }
    try facts.claim.update(.cached) { claim in claim.fruitlessAttempts = 1 }
  }
}

extension Int {
  /// A count of bytes for a message.
  fileprivate var inMiB: String { "\(self >> 20) MiB" }
}
