internal import Disk
internal import Glibc
internal import Jobs
internal import Records
internal import Spool
internal import Store
internal import SystemPackage

/// One claimed job, from its spec to its next place in the spool.
struct JobWork: Sendable {
  /// Where the job went.
  enum Ending: Sendable {
    case finished(RunRecord)
    case rejected(SpecError)
    /// It waits in `deferred/`.
    case deferred
    /// A dead runner had done all but move it, or another runner has it now.
    case nothing
  }

  /// How the runner thinks of the job.
  enum Standing: Sendable {
    case welcome
    /// Runners died over it, or beside it: this attempt is not counted yet.
    case suspect
    /// It is rejected unread, for this reason.
    case refused(String)
  }

  let runner: Runner
  let pool: ResourcePool
  let claim: Claim
  let ticket: Claim.Ticket
  let standing: Standing

  /// Works on the job until it is finished, rejected or deferred. Throws `CancellationError` when its task is cancelled
  /// and nobody asked that the job be: the next runner goes on with it.
  func run() async throws -> Ending {
    do {
      return try await work()
    } catch PipelineError.lostClaim(let run) {
      LogLine.write("\(PipelineError.lostClaim(run))")
      return .nothing
    } catch SpoolError.lostClaim {
      return .nothing
    } catch {
      // To be stopped, or a full disk, is no fault of the job's: this attempt does not count against it.
      try? claim.update(.cached) { $0.fruitlessAttempts = max(0, $0.fruitlessAttempts - 1) }
      throw error
    }
  }

  private func work() async throws -> Ending {
    if try claim.completeIfFinished() { return try tellEnd() }
    if case .suspect = standing { try claim.update(.synced) { $0.fruitlessAttempts += 1 } }
    let record = claim.record()
    var specName = claim.name
    var time = record.logicalTime.flatMap { Timestamp($0) } ?? runner.logicalTime ?? Runner.now()
    do {
      // Whatever is wrong with the job's own files is the job's fault, never the runner's.
      let submission = try claim.submission()
      specName = submission?.specName ?? specName
      if record.logicalTime == nil, let wanted = submission?.logicalTime.flatMap({ Timestamp($0) }) { time = wanted }
      if case .refused(let reason) = standing { return try reject(reason, specName, time) }
      let facts = try facts(record, submission, specName, time)
      if try facts.archive.setAsideDamagedRecord(of: facts.run) {
        try runner.report(
          .noted("the record of run \(facts.run) was damaged: it is set aside, and the run is closed anew"))
      }
      return try await execute(facts)
    } catch let error as SpecError {
      return try reject(error, specName, time)
    } catch SpoolError.stillWritten {
      // Its writer has it open yet: it settles in the inbox again.
      if try claim.putBack() { return .nothing }
      try await Task.sleep(for: .seconds(1))
      return try await work()
    } catch SpoolError.unreadableSpec(let name, let reason) {
      return try reject("\(SpoolError.unreadableSpec(name, reason: reason))", specName, time)
    }
  }

  /// Tells of a run that a dead runner ended, and may not have told of: twice is better than not at all.
  private func tellEnd() throws -> Ending {
    // A rejected job has none. One that cannot be read is no fault of this run's.
    guard let run = claim.record().run, let record = try? RunArchive(runner.site.store).record(of: run) else {
      return .nothing
    }
    try runner.report(.ended(record))
    return .finished(record)
  }

  /// Reads the spec; the run has its name from here on.
  private func facts(_ record: Claim.Record, _ submission: Submission?, _ specName: String, _ time: Timestamp) throws
    -> RunFacts
  {
    let bytes = try claim.spec()
    let settings = runner.site.settings
    if let origin = submission?.origin, !claim.mayStart(from: FilePath(origin), roots: settings.roots) {
      let message =
        "its paths start from \(origin), which is not a folder of whoever wrote it: submit it from one, or add the folder to `roots` in nightshift.yaml"
      throw SpecError(file: specName, mistakes: [SpecMistake(place: Place(line: 1, column: 1), message: message)])
    }
    let document = try runner.specs.document(bytes, file: specName)
    let started = record.started.flatMap { Timestamp($0) } ?? Runner.now()
    let name = RunName(store: runner.site.store, job: document.name ?? "", time: time)
    // What was claimed may be another job than the one that was looked at.
    let given = record.run.flatMap { name?.names($0) == true ? $0 : nil }
    let run = try given ?? name?.free(for: claim.name, besides: []) ?? "run"
    let reader = SpecReader(
      file: specName, defaultProject: settings.project,
      overrides: (submission?.params ?? []).map { Job.Param(name: $0.name, json: $0.json) },
      run: RunContext(id: run, logicalTime: time), use: use(submission))
    let job = try reader.read(document)
    if record.run != run {
      try claim.update(.synced) { record in
        record.run = run
        record.logicalTime = time.text
        record.started = started.text
      }
    }
    return RunFacts(
      runner: runner, pool: pool, share: share, claim: claim, ticket: ticket, isResumed: record.attempts > 1, job: job,
      specBytes: bytes, spec: Digest(of: bytes), specName: specName,
      origin: submission.map { FilePath($0.origin) } ?? claim.ownFolder ?? runner.site.spool.folder(.inbox),
      requestedBy: submission?.requestedBy, because: submission?.because, isForeign: claim.isForeign(), run: run,
      logicalTime: time, started: started)
  }

  /// The job's part of the pool: what its ticket was let in with, where a limit of cores or memory is over it.
  private var share: ResourcePool? {
    let limits = runner.site.settings.limits
    let quotas = [limits.quota(ofProject: ticket.project), limits.quota(ofUser: ticket.user)]
    guard quotas.contains(where: { $0.cpus != nil || $0.memoryBytes != nil }) else { return nil }
    let isMemoryLimited = quotas.contains { $0.memoryBytes != nil } && ticket.memoryBytes > 0
    return ResourcePool(
      ResourcePool.Need(
        cpus: max(1, ticket.cpus), memoryBytes: isMemoryLimited ? ticket.memoryBytes : pool.capacity.memoryBytes))
  }

  /// What was queued because of a spec in `recurring/`, or replays one, has done with `on:`.
  private func use(_ submission: Submission?) -> SpecReader.Use {
    submission?.trigger == nil && submission?.requestedBy == nil && submission?.because == nil ? .once : .queued
  }

  private func execute(_ facts: RunFacts) async throws -> Ending {
    let run = JobRun(facts: facts)
    let record: RunRecord
    do {
      if let wish = try claim.cancellation() {
        record = try run.cancel(wish.reason)
      } else if !facts.isResumed, let reason = try await runner.storeQuota.refusal(of: facts.job.project) {
        record = try run.refuse(reason)
      } else {
        switch try await run.execute() {
        case .over(let ended): record = ended
        case .deferred(let seconds, let reason):
          let until = Timestamp(seconds: Runner.now().seconds + Int(seconds.rounded(.up)))
          try claim.defer(until: until, reason: reason)
          try runner.report(.deferred(run: facts.run, until: until, reason: reason))
          return .deferred
        }
      }
    } catch is CancellationError {
      guard let wish = try claim.cancellation() else { throw CancellationError() }
      record = try run.cancel(wish.reason)
    }
    let state: Spool.State = record.outcome == .done ? .done : .failed
    try finish(JobResult(record), state, facts.specName, facts.logicalTime)
    try runner.report(.ended(record))
    return .finished(record)
  }

  private func reject(_ error: SpecError, _ specName: String, _ time: Timestamp) throws -> Ending {
    try finish(JobResult(error), .rejected, specName, time)
    try runner.report(.rejected(error))
    return .rejected(error)
  }

  /// Rejects the job for what is no mistake in its spec.
  private func reject(_ reason: String, _ specName: String, _ time: Timestamp) throws -> Ending {
    let error = SpecError(file: specName, mistakes: [SpecMistake(place: Place(line: 1, column: 1), message: reason)])
    var result = JobResult(error)
    result.reason = reason
    try finish(result, .rejected, specName, time)
    try runner.report(.rejected(error))
    return .rejected(error)
  }

  private func finish(_ result: JobResult, _ state: Spool.State, _ specName: String, _ time: Timestamp) throws {
    try claim.finish(state, date: time.date, specName: specName, result: try CanonicalJSON.encodeForPeople(result))
  }
}
