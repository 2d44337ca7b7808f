internal import Disk
internal import Glibc
package import Jobs
package import Records
internal import Spool
internal import Store
internal import SystemPackage

/// Works the inbox: takes over what dead runners left, claims what is ready, runs jobs side by side to their ends.
package struct Runner: Sendable {
  /// What a runner tells while it works, from several tasks at once.
  package enum Event: Sendable {
    /// How many jobs wait that are not begun.
    case waiting(Int)
    case tookOver(job: String, attempt: Int)
    case rejected(SpecError)
    case started(run: String, steps: [StepOutline])
    case stepStarted(run: String, step: String, kind: String)
    case stepEnded(run: String, StepRecord)
    /// The step failed and is to be tried again.
    case stepComesAgain(run: String, StepRecord, seconds: Double)
    case deferred(run: String, until: Timestamp, reason: String)
    case ended(RunRecord)
    /// An entry of the inbox is no job; `isNew` when no earlier call told of it as it is now.
    case skipped(name: String, reason: String, isNew: Bool)
    /// What people should know of recurring jobs.
    case noted(String)
  }

  /// A step that is ahead.
  package struct StepOutline: Sendable {
    package var id: String
    package var kind: String
    /// What it took the last time that it was performed; nil where that is not known.
    package var expectedSeconds: Double?
  }

  /// What came of a call.
  package struct Summary: Sendable {
    package var done = 0
    package var failed = 0
    package var rejected = 0
    package var cancelled = 0
    /// Jobs that wait for their next attempt when the call ends.
    package var deferred = 0
    package init() {}
  }

  package let site: Site
  /// Absolute path of this very tool, which runs the steps.
  package let tool: String
  package let toolVersion: String
  /// The moment that new runs stand for; nil: now.
  package let logicalTime: Timestamp?
  /// How long a call waits for a job that is to be tried again, when there is nothing else to do.
  package var patienceSeconds = 60
  /// Work folders stay beside the logs, whatever the specs say.
  package var keepsWork = false
  package let report: @Sendable (Event) throws -> Void
  let storeQuota: StoreQuota
  let programs = ProgramDigests()
  let specs = SpecCache()

  package init(
    site: Site, tool: String, toolVersion: String, logicalTime: Timestamp?,
    report: @escaping @Sendable (Event) throws -> Void
  ) {
    self.site = site
    self.tool = tool
    self.toolVersion = toolVersion
    self.logicalTime = logicalTime
    self.report = report
    storeQuota = StoreQuota(site)
  }

  /// Runs until there is nothing left to do. A file that may still be written is waited for, once its time is known,
  /// and so is a job that is soon tried again.
  ///
  /// Throws ``PipelineError/interrupted(jobCount:)`` when its task is cancelled while jobs are at work: their steps are
  /// ended, and the next runner goes on with them.
  package func run() async throws -> Summary {
    try site.store.sweepDaily(now: Self.now().seconds)
    try sweepWorkFolders()
    try PythonEnvironments(site: site).sweep(now: Self.now().seconds)
    return try await Shift(self).run()
  }

  /// Ends and removes what steps of dead runners left.
  ///
  /// - Parameter run: one that was just taken over.
  func sweepWorkFolders(takenOver run: String? = nil) throws {
    for complaint in try WorkFolder.sweep(site.store, takenOver: run) { LogLine.write(complaint) }
  }

  /// The wall clock, to the second.
  package static func now() -> Timestamp { Timestamp(seconds: time(nil)) }
}
