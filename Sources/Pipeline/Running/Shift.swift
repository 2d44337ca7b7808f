internal import CPosix
internal import Disk
internal import Jobs
internal import Records
internal import Spool
internal import Store
internal import SystemPackage

/// One call of ``Runner/run()``: what is at work, what waits, and when to look again.
///
/// One task alone turns it; the jobs are tasks of their own.
final class Shift {
  private enum Signal: Sendable {
    case look
    case ended(Int, Result<JobWork.Ending, any Error>)
  }

  private typealias Group = ThrowingTaskGroup<Signal, any Error>

  private struct Work {
    var claim: Claim
    var task: Task<JobWork.Ending, any Error>
  }

  /// How often active jobs are asked whether they are cancelled, and the inbox whether something came.
  private static let lookSeconds = 1.0

  private let runner: Runner
  private let pool: ResourcePool
  private let jobLimit: Int
  private let leases = LeaseKeeper()
  private var inbox: InboxView
  private var admission: Admission
  private let queueLimit: QueueLimit
  private var recurring: Recurring
  /// Whether there may be jobs of dead runners, and whether this look has swept after them.
  private var mayHaveLeft = true
  private var hasSwept = false
  /// Deferred jobs whose time has come.
  private var due: [DeferredJob] = []
  private var retriesComeFirst = false
  /// Those over which so many runners died that each is tried alone, so that no other is given up with the guilty one.
  private var suspects: [Claim] = []
  private var isTryingSuspect = false
  private var work: [Int: Work] = [:]
  private var nextID = 0
  private var summary = Runner.Summary()
  private var told: Set<String> = []
  /// Entries whose settling was waited for once.
  private var awaited: Set<String> = []
  private var mustSettle = false
  private var nextScan = ContinuousClock.now
  private var nextRefusal = ContinuousClock.now
  /// The first fault that is no job's own: nothing new is begun after it.
  private var fault: (any Error)?

  init(_ runner: Runner) {
    self.runner = runner
    let limits = runner.site.settings.limits
    let cores = Int(posix_processor_count())
    pool = ResourcePool(
      ResourcePool.Need(cpus: limits.cpus ?? cores, memoryBytes: limits.memoryBytes ?? Int(posix_memory_bytes())))
    jobLimit = limits.jobs ?? max(2, cores)
    inbox = InboxView(runner)
    recurring = Recurring(runner.site)
    admission = Admission(limits)
    queueLimit = QueueLimit(limits)
  }

  private var spool: Spool { runner.site.spool }

  func run() async throws -> Runner.Summary {
    do {
      try await turn()
    } catch is CancellationError {
      throw fault ?? PipelineError.interrupted(jobCount: work.count)
    }
    if let fault { throw fault }
    summary.deferred = try spool.deferred().count
    return summary
  }

  private func turn() async throws {
    try await withThrowingTaskGroup(of: Signal.self) { group in
      var isLooking = false
      try attend()
      try queueDue()
      while true {
        try begin(&group)
        guard let seconds = try pause() else {
          if fault == nil, try queueDue() { continue }
          break
        }
        if !isLooking {
          isLooking = true
          group.addTask {
            try await Task.sleep(for: .seconds(seconds))
            return .look
          }
        }
        switch try await group.next() {
        case .look:
          isLooking = false
          try attend()
          if fault == nil { try queueDue() }
        case .ended(let id, let result): try settle(id, result)
        case nil: break
        }
      }
      group.cancelAll()
    }
  }

  // MARK: Beginning

  /// Fills the free places: with what dead runners left, whose limits are taken already, then by turns from the inbox and
  /// from the jobs that are to be tried again.
  private func begin(_ group: inout Group) throws {
    guard fault == nil, !isTryingSuspect else { return }
    if !suspects.isEmpty {
      guard work.isEmpty else { return }
      isTryingSuspect = true
      let claim = suspects.removeFirst()
      return start(claim, claim.record().ticket ?? inbox.ticket(of: claim), as: .suspect, &group)
    }
    while work.count < jobLimit {
      if let claim = try takeOver() {
        if try isSuspect(claim) { return try begin(&group) }
        start(claim, claim.record().ticket ?? inbox.ticket(of: claim), &group)
        continue
      }
      if admission.isEmpty || ContinuousClock.now >= nextScan { try scan() }
      retriesComeFirst.toggle()
      let next = try retriesComeFirst ? wake() ?? choose() : choose() ?? wake()
      guard let (claim, ticket) = next else { break }
      try runner.report(.waiting(admission.waitingCount))
      start(claim, ticket, &group)
    }
    if queueLimit.isSet, ContinuousClock.now >= nextRefusal { try refuseExcess(&group) }
  }

  /// Rejects what is too much of that which waits, once all that may begin has begun. One runner at a time, by a fresh
  /// look: no job is refused for those that another runner has just taken.
  private func refuseExcess(_ group: inout Group) throws {
    let refused: [(Claim, QueueLimit.Excess)]? = try spool.withChoiceLock {
      try scan()
      return try queueLimit.excess(of: admission.waiting).compactMap { excess in
        try spool.claim(excess.job.entry, ticket: excess.job.ticket).map { ($0, excess) }
      }
    }
    nextRefusal = nextScan
    guard let refused, !refused.isEmpty else { return }
    for (claim, excess) in refused { start(claim, excess.job.ticket, as: .refused(excess.reason), &group) }
    try scan()
  }

  /// A job of a dead runner, if there may be one.
  private func takeOver() throws -> Claim? {
    guard mayHaveLeft else { return nil }
    guard let claim = try spool.takeOver(limit: 1).first else {
      mayHaveLeft = false
      return nil
    }
    if !hasSwept {
      // What a dead runner left in the store is swept when its jobs are taken over.
      hasSwept = true
      try runner.site.store.sweep()
    }
    // Each time: what this runner's steps left running must have ended before they begin anew.
    try runner.sweepWorkFolders(takenOver: claim.record().run)
    try runner.report(.tookOver(job: claim.name, attempt: claim.record().attempts))
    return claim
  }

  /// Puts a job aside, to be tried alone, over which half the runners died that may.
  private func isSuspect(_ claim: Claim) throws -> Bool {
    guard claim.record().fruitlessAttempts > max(1, runner.site.settings.limits.attempts / 2) else { return false }
    // The attempt counts when it begins: the runner may die over another suspect before.
    do { try claim.update(.synced) { $0.fruitlessAttempts -= 1 } } catch SpoolError.lostClaim { return true }
    suspects.append(claim)
    return true
  }

  /// The next deferred job that is due and that its limits allow.
  private func wake() throws -> (Claim, Claim.Ticket)? {
    guard !due.isEmpty else { return nil }
    return try spool.withChoiceLock {
      let active = try spool.activeRecords().values.compactMap(\.ticket)
      while let index = due.firstIndex(where: { job in
        job.isCancelled || job.ticket.map { admission.allows($0, beside: active) } ?? true
      }) {
        let job = due.remove(at: index)
        if let claim = try spool.wake(job.name) { return (claim, job.ticket ?? inbox.ticket(of: claim)) }
      }
      return nil
    }
  }

  private func scan() throws {
    let start = ContinuousClock.now
    let (ready, others) = try inbox.look()
    let odd = others.filter { $0.readiness == .odd }
    let unheard = try spool.unheard(of: odd)
    for entry in odd where told.insert(entry.name).inserted {
      try runner.report(.skipped(name: entry.name, reason: entry.reason, isNew: unheard.contains(entry.name)))
    }
    mustSettle = others.contains { $0.readiness == .settling && !awaited.contains($0.name) }
    for entry in others where entry.readiness == .settling { awaited.insert(entry.name) }
    admission.replace(with: ready, now: Disk.now())
    // A long queue costs a look at each of its jobs: at most a tenth of the time is spent on that.
    nextScan = ContinuousClock.now + max(.seconds(Self.lookSeconds), (ContinuousClock.now - start) * 10)
  }

  /// Takes the next job whose limits allow it. One runner at a time chooses, so that limits hold over all of them.
  private func choose() throws -> (Claim, Claim.Ticket)? {
    guard !admission.isEmpty else { return nil }
    return try spool.withChoiceLock {
      let active = try spool.activeRecords().values
      let tickets = active.compactMap(\.ticket)
      let runs = Set(active.compactMap(\.run))
      while let next = admission.next(beside: tickets) {
        let time = next.logicalTime ?? runner.logicalTime ?? Runner.now()
        let run = try RunName(store: runner.site.store, job: next.ticket.job, time: time)?.free(
          for: next.entry.name, besides: runs)
        let claim = try spool.claim(next.entry, ticket: next.ticket) { record in
          record.run = run
          record.logicalTime = time.text
          record.started = Runner.now().text
        }
        if let claim { return (claim, next.ticket) }
      }
      return nil
    }
  }

  private func start(
    _ claim: Claim, _ ticket: Claim.Ticket, as standing: JobWork.Standing = .welcome, _ group: inout Group
  ) {
    let job = JobWork(runner: runner, pool: pool, claim: claim, ticket: ticket, standing: standing)
    let task = Task { try await job.run() }
    let id = nextID
    nextID += 1
    work[id] = Work(claim: claim, task: task)
    leases.add(claim, id)
    group.addTask {
      await withTaskCancellationHandler {
        .ended(id, await task.result)
      } onCancel: {
        task.cancel()
      }
    }
  }

  // MARK: Looking

  /// Puts recurring jobs that are due into the inbox; false when there are none.
  @discardableResult
  private func queueDue() throws -> Bool {
    let outcome = try recurring.queueDue(now: runner.logicalTime ?? Runner.now())
    for error in outcome.errors { try runner.report(.rejected(error)) }
    for note in outcome.notes { try runner.report(.noted(note)) }
    summary.rejected += outcome.errors.count
    return outcome.queuedCount > 0
  }

  /// What comes from outside: jobs of dead runners, deferred jobs that are due, wishes to cancel.
  private func attend() throws {
    for note in try spool.takeCancelFiles(now: Runner.now()) where note.answer == nil {
      try runner.report(.noted("\(note.name).cancel names no job that was known for a day: it is in rejected/ now"))
    }
    for job in work.values where job.claim.isCancelRequested() { job.task.cancel() }
    guard fault == nil else { return }
    mayHaveLeft = true
    hasSwept = false
    let now = Runner.now()
    due = try spool.deferred().filter { $0.isDue(at: now) }
  }

  /// Seconds until the next look; nil when there is nothing to wait for.
  private func pause() throws -> Double? {
    if !work.isEmpty { return Self.lookSeconds }
    guard fault == nil else { return nil }
    if mustSettle {
      mustSettle = false
      nextScan = ContinuousClock.now
      return runner.site.settings.settleSeconds + 0.05
    }
    let next = try spool.deferred().first?.until.seconds
    guard let next, next - Runner.now().seconds <= runner.patienceSeconds else { return nil }
    // Meanwhile something may come, or be cancelled.
    return min(Self.lookSeconds, max(0.05, Double(next - Runner.now().seconds)))
  }

  private func settle(_ id: Int, _ result: Result<JobWork.Ending, any Error>) throws {
    work[id] = nil
    isTryingSuspect = false
    leases.remove(id)
    switch result {
    case .success(.finished(let record)):
      switch record.outcome {
      case .done: summary.done += 1
      case .failed: summary.failed += 1
      case .cancelled: summary.cancelled += 1
      }
    case .success(.rejected): summary.rejected += 1
    case .success(.deferred), .success(.nothing): break
    case .failure(is CancellationError):
      // The wish to stop reached the job before it reached this task.
      fault = fault ?? PipelineError.interrupted(jobCount: work.count + 1)
    case .failure(let error): fault = fault ?? error
    }
  }
}
