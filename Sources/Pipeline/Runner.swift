internal import Disk
internal import Glibc
package import Jobs
package import Records
internal import Spool
internal import Store
internal import SystemPackage

/// Works the inbox: takes over what dead runners left, claims what is ready, runs each job to its end.
package struct Runner: Sendable {
  /// What a runner tells while it works.
  package enum Event: Sendable {
    case tookOver(job: String, attempt: Int)
    case rejected(SpecError)
    case started(run: String, steps: Int)
    case stepStarted(run: String, step: String, kind: String)
    case stepEnded(run: String, StepRecord)
    case ended(RunRecord)
    case skipped(name: String, reason: String)
  }

  /// What came of a call.
  package struct Summary: Sendable {
    package var done = 0
    package var failed = 0
    package var rejected = 0
    package init() {}
  }

  package let site: Site
  /// Absolute path of this very tool, which runs the steps.
  package let tool: String
  package let toolVersion: String
  /// The moment that new runs stand for; nil: now.
  package let logicalTime: Timestamp?
  package let report: @Sendable (Event) throws -> Void

  /// Attempts without progress after which a job is not tried again: what it does may be what kills its runners.
  static let attemptLimit = 50

  package init(
    site: Site, tool: String, toolVersion: String, logicalTime: Timestamp?,
    report: @escaping @Sendable (Event) throws -> Void
  ) {
    self.site = site
    self.tool = tool
    self.toolVersion = toolVersion
    self.logicalTime = logicalTime
    self.report = report
  }

  /// Runs until there is nothing left to do. A file that may still be written is waited for, once its time is known.
  package func run() async throws -> Summary {
    var summary = Summary()
    try site.store.sweep()
    var told: Set<String> = []
    while true {
      for claim in try site.spool.takeOver() {
        try report(.tookOver(job: claim.name, attempt: claim.record().attempts))
        try await work(claim, &summary)
      }
      let entries = try site.spool.scan(settleSeconds: site.settings.settleSeconds)
      for entry in entries where entry.readiness == .odd && told.insert(entry.name).inserted {
        try report(.skipped(name: entry.name, reason: entry.reason))
      }
      if let ready = entries.first(where: { $0.readiness == .ready }) {
        if let claim = try site.spool.claim(ready) { try await work(claim, &summary) }
      } else if entries.contains(where: { $0.readiness == .settling && !told.contains($0.name) }) {
        for entry in entries where entry.readiness == .settling { told.insert(entry.name) }
        try await Task.sleep(for: .seconds(site.settings.settleSeconds + 0.05))
      } else {
        return summary
      }
    }
  }

  /// Runs one claimed job to its final place in the spool.
  private func work(_ claim: Claim, _ summary: inout Summary) async throws {
    if try claim.completeIfFinished() { return }
    var record = claim.record()
    let submission = try claim.submission()
    let specName = submission?.specName ?? claim.name
    let time =
      record.logicalTime.flatMap { Timestamp($0) } ?? submission?.logicalTime.flatMap { Timestamp($0) } ?? logicalTime
      ?? Self.now()
    let started = record.started.flatMap { Timestamp($0) } ?? Self.now()
    record.logicalTime = time.text
    record.started = started.text
    let origin = submission.map { FilePath($0.origin) } ?? claim.ownFolder ?? site.spool.folder(.inbox)
    do {
      let bytes = try claim.spec()
      let run = try record.run ?? runID(bytes, claim, submission, time)
      let reader = SpecReader(
        file: specName, defaultProject: site.settings.project,
        overrides: (submission?.params ?? []).map { Job.Param(name: $0.name, json: $0.json) },
        run: RunContext(id: run, logicalTime: time))
      let job = try reader.read(bytes)
      record.run = run
      try claim.update { [record] in $0 = record }
      let jobRun = JobRun(
        runner: self, claim: claim, claimRecord: record, job: job, spec: bytes, specName: specName, origin: origin,
        requestedBy: submission?.requestedBy, run: run, logicalTime: time, started: started)
      let ended = try await jobRun.execute()
      summary.done += ended.outcome == .done ? 1 : 0
      summary.failed += ended.outcome == .failed ? 1 : 0
      try finish(claim, specName, JobResult(ended), ended.outcome == .done ? .done : .failed, time)
      try report(.ended(ended))
    } catch let error as SpecError {
      try reject(claim, specName, error, time, &summary)
    } catch let error as SpoolError {
      guard case .unreadableSpec = error else { throw error }
      try reject(
        claim, specName,
        SpecError(file: specName, mistakes: [SpecMistake(place: Place(line: 1, column: 1), message: "\(error)")]), time,
        &summary)
    }
  }

  private func reject(
    _ claim: Claim, _ specName: String, _ error: SpecError, _ time: Timestamp, _ summary: inout Summary
  ) throws {
    try finish(claim, specName, JobResult(error), .rejected, time)
    summary.rejected += 1
    try report(.rejected(error))
  }

  private func finish(_ claim: Claim, _ specName: String, _ result: JobResult, _ state: Spool.State, _ time: Timestamp)
    throws
  {
    try claim.finish(state, date: time.date, specName: specName, result: try CanonicalJSON.encodeForPeople(result))
  }

  /// The run's name: job, time and four digits that tell apart what was asked at the same second.
  private func runID(_ spec: [UInt8], _ claim: Claim, _ submission: Submission?, _ time: Timestamp) throws -> String {
    let probe = SpecReader(
      file: claim.name, defaultProject: site.settings.project,
      overrides: (submission?.params ?? []).map { Job.Param(name: $0.name, json: $0.json) },
      run: RunContext(id: "run", logicalTime: time))
    let job = try probe.read(spec)
    let archive = RunArchive(site.store)
    var salt = 0
    while true {
      let digits = Digest(of: spec + Array("\(claim.name) \(time.text) \(salt)".utf8)).hex.prefix(4)
      let id = "\(job.name)-\(time.compact)-\(digits)"
      if !site.disk.exists(try archive.folder(of: id)) { return id }
      salt += 1
    }
  }

  /// The wall clock, to the second.
  package static func now() -> Timestamp { Timestamp(seconds: time(nil)) }
}

/// `NAME.result.json` beside a spec that has come to its end.
struct JobResult: Codable {
  var format = "nightshift-result 1"
  /// `done`, `failed` or `rejected`.
  var outcome: String
  var run: String?
  var reason: String?
  /// For a rejected spec: every mistake, as `FILE:LINE:COLUMN: MESSAGE`.
  var mistakes: [String]?
  /// The run's page, relative to the store.
  var page: String?

  init(_ record: RunRecord) {
    outcome = record.outcome.rawValue
    run = record.id
    reason = record.reason
    page = "reports/runs/\(record.id).html"
  }

  init(_ error: SpecError) {
    outcome = "rejected"
    reason = "the spec has \(error.mistakes.count) mistake\(error.mistakes.count == 1 ? "" : "s"); nothing was executed"
    mistakes = error.lines
  }
}
