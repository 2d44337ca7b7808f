internal import Disk
internal import Glibc
internal import Jobs
internal import Records
internal import Spool
internal import Store
internal import SystemPackage

/// One run of a job: step after step, each reused where its key is known.
///
/// Killed anywhere, the same run goes on: a step's record is written when its outputs are published, and a step whose
/// record is there under the same key is not done again.
final class JobRun {
  let runner: Runner
  let claim: Claim
  var claimRecord: Claim.Record
  let job: Job
  let specBytes: [UInt8]
  let specName: String
  let origin: FilePath
  let requestedBy: String?
  let run: String
  let logicalTime: Timestamp
  let started: Timestamp
  private var records: [StepRecord] = []
  private var spec: Digest?

  init(
    runner: Runner, claim: Claim, claimRecord: Claim.Record, job: Job, spec: [UInt8], specName: String,
    origin: FilePath, requestedBy: String?, run: String, logicalTime: Timestamp, started: Timestamp
  ) {
    self.runner = runner
    self.claim = claim
    self.claimRecord = claimRecord
    self.job = job
    specBytes = spec
    self.specName = specName
    self.origin = origin
    self.requestedBy = requestedBy
    self.run = run
    self.logicalTime = logicalTime
    self.started = started
  }

  private var site: Site { runner.site }
  private var store: Store { runner.site.store }
  private var archive: RunArchive { RunArchive(runner.site.store) }

  /// Runs all steps and freezes the record; or gives the record that a dead runner had frozen already.
  func execute() async throws -> RunRecord {
    if let frozen = try archive.record(of: run) { return frozen }
    // What its steps store stays until the record names it.
    let session = try StoreSession(store)
    defer { session.keep() }
    let clock = ContinuousClock.now
    spec = try store.put(specBytes)[0]
    try archive.append(RunEvent(at: Runner.now(), event: "run-started", text: specName), to: run)
    try runner.report(.started(run: run, steps: job.steps.count))
    let isPoison = claimRecord.fruitlessAttempts > Runner.attemptLimit
    for step in job.steps {
      let record =
        isPoison
        ? unreached(step, "the job was given up after \(claimRecord.fruitlessAttempts - 1) attempts without progress")
        : try await execute(step)
      records.append(record)
      try archive.append(
        RunEvent(
          at: Runner.now(), event: "step-ended", step: step.id, outcome: record.outcome.rawValue,
          text: record.reason ?? record.headline),
        to: run)
      try runner.report(.stepEnded(run: run, record))
    }
    let record = try summary(wallSeconds: (ContinuousClock.now - clock) / .seconds(1), isPoison: isPoison)
    try archive.freeze(record)
    return record
  }

  private func summary(wallSeconds: Double, isPoison: Bool) throws -> RunRecord {
    let failed = records.first { $0.outcome == .failed }
    var reason = failed.map { "step “\($0.id)”: \($0.reason ?? "it failed")" }
    if isPoison {
      reason = "it was given up: its runner died \(claimRecord.fruitlessAttempts - 1) times without any progress"
    }
    return RunRecord(
      id: run, job: job.name, project: job.project, outcome: reason == nil ? .done : .failed, reason: reason,
      logicalTime: logicalTime, started: started, finished: Runner.now(), wallSeconds: wallSeconds,
      attemptCount: claimRecord.attempts, specName: specName, origin: origin.string,
      spec: spec ?? Digest(of: specBytes),
      params: Dictionary(job.params.map { ($0.name, $0.json) }, uniquingKeysWith: { $1 }), requestedBy: requestedBy,
      host: ProcessIdentity.hostName, toolVersion: runner.toolVersion, steps: records)
  }

  // MARK: One step

  private func execute(_ step: Step) async throws -> StepRecord {
    if let obstacle = obstacle(to: step) { return obstacle }
    let prepared: PreparedStep
    do {
      prepared = try prepare(step)
    } catch let error as DiskError where error.code == .noSpace {
      throw error
    } catch {
      return failed(step, "\(error)", inputs: [])
    }
    if let earlier = try finishedBefore(step, key: prepared.key) { return earlier }
    if let reused = try reuse(step, prepared) { return reused }
    return try await perform(step, prepared)
  }

  /// Why the step is not to be tried; nil when it is.
  private func obstacle(to step: Step) -> StepRecord? {
    var needed = step.needs
    for input in step.action.inputs {
      if case .output(let id, _) = input.reference { needed.append(id) }
    }
    if let condition = step.condition {
      // With a condition, the step decides for itself what it makes of the others' outcomes, but not without inputs.
      needed.removeAll { step.needs.contains($0) }
      guard StepCondition(records: records, store: store).holds(condition) else {
        return StepRecord(id: step.id, kind: step.action.kind, outcome: .skipped, reason: "its condition does not hold")
      }
    }
    for id in needed {
      guard let record = records.first(where: { $0.id == id }), record.outcome != .ran, record.outcome != .reused else {
        continue
      }
      if record.outcome == .skipped {
        return StepRecord(id: step.id, kind: step.action.kind, outcome: .skipped, reason: "step “\(id)” was skipped")
      }
      return unreached(step, "step “\(id)” failed or was not reached")
    }
    return nil
  }

  private func unreached(_ step: Step, _ reason: String) -> StepRecord {
    StepRecord(id: step.id, kind: step.action.kind, outcome: .unreached, reason: reason)
  }

  private func failed(_ step: Step, _ reason: String, inputs: [StepRecord.Input]) -> StepRecord {
    StepRecord(
      id: step.id, kind: step.action.kind, outcome: .failed, reason: reason, started: Runner.now(), inputs: inputs)
  }

  private func prepare(_ step: Step) throws -> PreparedStep {
    let preparation = StepPreparation(
      site: site, project: job.project, origin: origin, records: records, logicalTime: logicalTime, mode: .store)
    return try preparation.prepare(step)
  }

  /// The record of this very run's step, when it was done before the runner died.
  private func finishedBefore(_ step: Step, key: Digest) throws -> StepRecord? {
    let path = try archive.stepFolder(step.id, of: run).appending("step.json")
    guard let bytes = try site.disk.readIfPresent(path, limitBytes: 64 << 20) else { return nil }
    do {
      let record = try CanonicalJSON.decode(StepRecord.self, from: bytes)
      return record.key == key ? record : nil
    } catch {
      throw PipelineError.damagedRun(run, reason: "\(path): \(error)")
    }
  }

  private func reuse(_ step: Step, _ prepared: PreparedStep) throws -> StepRecord? {
    guard prepared.isReusable, let memory = try StepMemory(prepared.key, in: store), try memory.isKept(in: store)
    else { return nil }
    // This very run did it, and died before it could note so.
    let isOwn = memory.run == run
    let record = StepRecord(
      id: step.id, kind: step.action.kind, outcome: isOwn ? .ran : .reused, key: prepared.key,
      reusedFrom: isOwn ? nil : memory.run,
      started: Runner.now(), inputs: prepared.inputs + prepared.sourceInputs,
      outputs: try publish(memory.outputs, step), notes: memory.notes,
      headline: memory.headline)
    try keep(record)
    return record
  }

  private func perform(_ step: Step, _ prepared: PreparedStep) async throws -> StepRecord {
    let stepFolder = try archive.stepFolder(step.id, of: run)
    try site.disk.makeDirectory(stepFolder, durability: .synced)
    try archive.append(RunEvent(at: Runner.now(), event: "step-started", step: step.id), to: run)
    try runner.report(.stepStarted(run: run, step: step.id, kind: step.action.kind))
    let request = try self.request(step, prepared, stepFolder)
    let executor = StepExecutor(site: site, tool: runner.tool)
    var record = StepRecord(
      id: step.id, kind: step.action.kind, outcome: .ran, key: prepared.key, started: Runner.now(),
      inputs: prepared.inputs + prepared.sourceInputs)
    for attempt in 1...max(1, step.attempts) {
      let execution = try await executor.execute(step, request, started: childRecorder())
      record.wallSeconds += execution.wallSeconds
      record.cpuSeconds += execution.cpuSeconds
      record.peakMemoryBytes = max(record.peakMemoryBytes, execution.peakMemoryBytes)
      guard let failure = execution.result.failure else {
        record.outputs = try publish(execution.result.outputs, step)
        record.notes = execution.result.notes
        record.headline = execution.result.headline
        try remember(record, execution.result)
        try keep(record)
        return record
      }
      record.reason = attempt > 1 ? "\(failure) (after \(attempt) attempts)" : failure
      if attempt < step.attempts {
        try await Task.sleep(for: .seconds(step.backoffSeconds * Double(1 << min(attempt - 1, 10))))
      }
    }
    record.outcome = .failed
    return record
  }

  /// Notes the child in the claim, so that a runner that takes over can end its process group.
  private func childRecorder() -> @Sendable (Int32) -> Void {
    let (claim, disk) = (self.claim, site.disk)
    return { pid in
      let child = ProcessIdentity.child(pid, disk)
      // Not being able to note it does not stop the step: only a later take-over would miss it.
      do { try claim.update(.cached) { $0.children = child.map { [$0] } ?? [] } } catch {
        LogLine.write("the claim could not be updated: \(error)")
      }
    }
  }

  private func request(_ step: Step, _ prepared: PreparedStep, _ stepFolder: FilePath) throws -> StepRequest {
    let cores = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    var request = StepRequest(
      id: step.id, action: step.action, inputs: prepared.inputs, sources: prepared.sources, project: job.project,
      run: run, job: job.name, logicalTime: logicalTime, threads: step.resources.cpus ?? max(1, cores),
      site: site.root.string,
      workFolder: store.root.appending("tmp").appending("work-\(run)-\(step.id)").string,
      stepFolder: stepFolder.string,
      params: Dictionary(job.params.map { ($0.name, $0.json) }, uniquingKeysWith: { $1 }))
    if case .train = step.action {
      request.recipe = Recipe(
        job: job.name, project: job.project, step: step.id, spec: spec ?? Digest(of: specBytes), specName: specName,
        params: request.params, key: prepared.key,
        trainingData: prepared.inputs.first { $0.name == "data" }?.artifact?.digest ?? prepared.key,
        validationData: prepared.inputs.first { $0.name == "validation" }?.artifact?.digest,
        datasets: datasets(before: prepared))
    }
    return request
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
      for record in records where record.outputs.contains(where: { $0.artifact.digest == artifact.digest }) {
        rest += record.inputs.compactMap(\.artifact)
      }
    }
    return found.sorted { ($0.project, $0.name) < ($1.project, $1.name) }
  }

  /// Gives the outputs their versions. Doing it again for the same run and step finds the same versions.
  private func publish(_ outputs: [StepRecord.Output], _ step: Step) throws -> [StepRecord.Output] {
    try outputs.map { output in
      guard let name = step.action.publishedName(of: output.name), let kind = output.artifact.kind.entityKind else {
        return output
      }
      let entity = try EntityName(kind, project: job.project, name: name)
      let version = try store.refs.publish(
        Refs.Publication(
          digest: output.artifact.digest, description: output.artifact.description,
          key: "\(run)/\(step.id)/\(output.name)", at: logicalTime.text, run: run, step: step.id), as: entity)
      var published = output
      published.artifact.version = VersionLabel(project: entity.project, name: name, number: version.number)
      return published
    }
  }

  private func remember(_ record: StepRecord, _ result: StepResult) throws {
    guard let key = record.key else { return }
    let memory = StepMemory(run: run, outputs: result.outputs, notes: result.notes, headline: result.headline)
    try store.remember(key, try CanonicalJSON.encode(memory))
  }

  private func keep(_ record: StepRecord) throws {
    let folder = try archive.stepFolder(record.id, of: run)
    try site.disk.makeDirectory(folder, durability: .synced)
    try site.disk.replace(folder.appending("step.json"), with: try CanonicalJSON.encode(record))
    guard claimRecord.fruitlessAttempts > 1 else { return }
    claimRecord.fruitlessAttempts = 1
    try claim.update { $0.fruitlessAttempts = 1 }
  }
}

/// A line on standard error, for what must not stop the work.
enum LogLine {
  static func write(_ text: String) {
    let bytes = Array("nightshift: \(text)\n".utf8)
    _ = Glibc.write(2, bytes, bytes.count)
  }
}
