internal import Disk
internal import Glibc
internal import Jobs
internal import Records
internal import Spool
internal import Store
internal import SystemPackage

/// One run of a job: its steps side by side, each as soon as what it waits for is over.
struct JobRun: Sendable {
  /// What came of it.
  enum Ending: Sendable {
    case over(RunRecord)
    /// A step is to be tried again later; nothing else can be done before.
    case deferred(seconds: Double, reason: String)
  }

  let facts: RunFacts

  private var archive: RunArchive { facts.archive }

  /// Runs all steps and freezes the record; or gives the record that a dead runner had frozen already. Throws
  /// `CancellationError` when its task is cancelled.
  func execute() async throws -> Ending {
    if let frozen = try archive.record(of: facts.run) { return .over(frozen) }
    // What its steps store stays until the record names it.
    let session = try StoreSession(facts.store)
    defer { session.keep() }
    let clock = ContinuousClock.now
    try archive.append(RunEvent(at: Runner.now(), event: "run-started", text: facts.specName), to: facts.run)
    let durations = StepDurations(facts)
    try facts.runner.report(.started(run: facts.run, steps: durations.outlines))
    let claim = facts.claim.record()
    let limit = facts.site.settings.limits.attempts
    if claim.fruitlessAttempts > limit {
      return .over(
        try freeze(
          facts.job.steps.map {
            StepRun.unreached($0, "the job was given up after \(limit) attempts without progress")
          },
          .failed, "it was given up: its runner died \(claim.fruitlessAttempts - 1) times without any progress", clock))
    }
    let records = try await steps()
    if let wait = records.retryAfterSeconds { return .deferred(seconds: wait, reason: Self.reason(records.list) ?? "") }
    durations.remember(records.list)
    let reason = Self.reason(records.list)
    return .over(try freeze(records.list, reason == nil ? .done : .failed, reason, clock))
  }

  /// Freezes what there is of a run that somebody cancelled.
  func cancel(_ reason: String) throws -> RunRecord {
    if let frozen = try archive.record(of: facts.run) { return frozen }
    let done = Dictionary(try archive.steps(of: facts.run).map { ($0.id, $0) }, uniquingKeysWith: { $1 })
    let records = facts.job.steps.map { done[$0.id] ?? StepRun.unreached($0, "the run was cancelled") }
    return try freeze(records, .cancelled, reason, ContinuousClock.now)
  }

  /// Freezes a run that was refused before its first step.
  func refuse(_ reason: String) throws -> RunRecord {
    if let frozen = try archive.record(of: facts.run) { return frozen }
    return try freeze(
      facts.job.steps.map { StepRun.unreached($0, "the job was refused") }, .failed, reason, ContinuousClock.now)
  }

  private static func reason(_ records: [StepRecord]) -> String? {
    records.first { $0.outcome == .failed }.map { "step “\($0.id)”: \($0.reason ?? "it failed")" }
  }

  private func freeze(
    _ records: [StepRecord], _ outcome: RunRecord.Outcome, _ reason: String?, _ start: ContinuousClock.Instant
  ) throws -> RunRecord {
    try facts.checkOwnership()
    var record = RunRecord(
      id: facts.run, job: facts.job.name, project: facts.job.project, outcome: outcome, reason: reason,
      logicalTime: facts.logicalTime, started: facts.started, finished: Runner.now(),
      wallSeconds: (ContinuousClock.now - start) / .seconds(1), attemptCount: facts.claim.record().attempts,
      specName: facts.specName, origin: facts.origin.string, spec: facts.spec, params: facts.params,
      requestedBy: facts.requestedBy, host: ProcessIdentity.hostName, toolVersion: facts.runner.toolVersion,
      steps: records)
    record.recorded = facts.runner.logicalTime ?? record.finished
    record.because = facts.because
    record.isForeign = facts.isForeign
    try archive.freeze(record, spec: facts.specBytes)
    return record
  }

  // MARK: The steps

  private struct Records {
    /// In the order of the spec.
    var list: [StepRecord]
    /// The shortest wait of the steps that are to be tried again; nil when there is none.
    var retryAfterSeconds: Double?
  }

  private enum Signal: Sendable {
    case ended(Int, StepRun.Ending)
    /// A step's wait for its next try is over.
    case due(Int)
  }

  private func steps() async throws -> Records {
    let ledger = StepLedger()
    var board = StepBoard(StepOrder(facts.job))
    var atWork = 0
    var retries: [Int: ContinuousClock.Instant] = [:]
    try await withThrowingTaskGroup(of: Signal.self) { group in
      func start(_ places: [Int]) {
        atWork += places.count
        for place in places {
          let run = StepRun(facts: facts, step: facts.job.steps[place], ledger: ledger)
          group.addTask { .ended(place, try await run.execute()) }
        }
      }
      start(board.begin())
      // While others are at work a failed step is tried again in their company; after them the job is put aside for it.
      while atWork > 0, let signal = try await group.next() {
        switch signal {
        case .due(let place):
          retries[place] = nil
          start([place])
        case .ended(let place, .over(let record)):
          atWork -= 1
          try settle(record, ledger)
          try facts.runner.report(.stepEnded(run: facts.run, record))
          start(board.finish(place))
        case .ended(let place, .wasOver(let record)):
          atWork -= 1
          try settle(record, ledger)
          start(board.finish(place))
        case .ended(let place, .again(let record, let seconds)):
          atWork -= 1
          retries[place] = ContinuousClock.now + .seconds(seconds)
          try note(record, as: "step-retried", text: "again in \(Int(seconds.rounded(.up))) s: \(record.reason ?? "")")
          try facts.runner.report(.stepComesAgain(run: facts.run, record, seconds: seconds))
          ledger.add(record)
          group.addTask {
            try await Task.sleep(for: .seconds(seconds))
            return .due(place)
          }
        }
      }
      group.cancelAll()
    }
    let list = facts.job.steps.map { step in
      ledger.record(of: step.id) ?? StepRun.unreached(step, "it waits for a step that is to be tried again")
    }
    let wait = retries.values.min().map { max(0, ($0 - ContinuousClock.now) / .seconds(1)) }
    return Records(list: list, retryAfterSeconds: wait)
  }

  private func note(_ record: StepRecord, as event: String = "step-ended", text: String?) throws {
    try archive.append(
      RunEvent(at: Runner.now(), event: event, step: record.id, outcome: record.outcome.rawValue, text: text),
      to: facts.run)
  }

  private func settle(_ record: StepRecord, _ ledger: StepLedger) throws {
    ledger.add(record)
    if record.outcome != .reused { try note(record, text: record.reason ?? record.headline) }
  }
}

/// Which steps may begin.
struct StepBoard {
  private var waitsFor: [Int]
  private var followers: [[Int]]

  init(_ order: StepOrder) {
    waitsFor = order.predecessors.map(\.count)
    followers = Array(repeating: [], count: order.predecessors.count)
    for (place, predecessors) in order.predecessors.enumerated() {
      for predecessor in predecessors { followers[predecessor].append(place) }
    }
  }

  /// Those that wait for nothing.
  func begin() -> [Int] { waitsFor.indices.filter { waitsFor[$0] == 0 } }

  /// Notes that a step is over; gives those that waited for it alone.
  mutating func finish(_ place: Int) -> [Int] {
    followers[place].filter { follower in
      waitsFor[follower] -= 1
      return waitsFor[follower] == 0
    }
  }
}

/// A line on standard error, for what must not stop the work.
enum LogLine {
  static func write(_ text: String) {
    let bytes = Array("nightshift: \(text)\n".utf8)
    _ = Glibc.write(2, bytes, bytes.count)
  }
}
