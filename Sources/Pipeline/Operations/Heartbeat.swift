internal import Disk
package import Records
internal import Spool
internal import Store
internal import SystemPackage

/// `heartbeat.json` in the store: that the last `nightshift run` came to its end, even where nothing was to do. Whoever
/// finds it old knows that nobody starts the runs any more.
package struct Heartbeat: Codable, Hashable, Sendable {
  package enum Outcome: String, Codable, Sendable { case idle, done, failed, rejected, fault }

  /// A job whose last run failed.
  package struct Failure: Codable, Hashable, Sendable {
    package var project: String
    package var job: String
    package var run: String
    package var reason: String?
    package var at: Timestamp
  }

  package var format = "nightshift-heartbeat 1"
  package var started: Timestamp
  package var ended: Timestamp
  package var outcome: Outcome
  /// Jobs and specs of this run alone.
  package var done: Int
  package var failed: Int
  package var rejected: Int
  /// The exit status of this run.
  package var status: Int32
  /// Why the runner could not go on.
  package var error: String?
  /// The end of the last run without a failed job, a refused spec or a fault.
  package var lastSuccess: Timestamp?
  /// Latest first.
  package var failing: [Failure]
  package var host: String
  package var toolVersion: String

  /// More of them than people read; older ones are forgotten after ``keptSeconds``.
  private static let failureLimit = 100
  private static let keptSeconds = 30 * 86_400

  /// - Parameter earlier: the beat before it, whose failures go on until their job is done.
  package init(_ pass: Pass, after earlier: Heartbeat?, host: String, toolVersion: String) {
    started = pass.started
    ended = pass.ended
    (done, failed, rejected) = (pass.doneCount, pass.failedCount, pass.rejectedCount)
    outcome =
      pass.fault != nil
      ? .fault
      : pass.failedCount > 0
        ? .failed
        : pass.rejectedCount > 0
          ? .rejected
          : pass.isIdle ? .idle : .done
    status = pass.status
    error = pass.fault.map { String($0.prefix(1000)) }
    lastSuccess = pass.isGood ? pass.ended : earlier?.lastSuccess
    failing = Self.failing(pass, after: earlier?.failing ?? [])
    self.host = host
    self.toolVersion = toolVersion
  }

  private static func failing(_ pass: Pass, after earlier: [Failure]) -> [Failure] {
    struct Name: Hashable {
      var project: String
      var job: String
    }
    var last: [Name: Pass.JobEnd] = [:]
    for end in pass.ends { last[Name(project: end.project, job: end.job)] = end }
    let fresh = last.values.filter { !$0.isDone }.map { end in
      Failure(
        project: end.project, job: end.job, run: end.run, reason: end.reason.map { String($0.prefix(300)) },
        at: pass.ended)
    }
    let kept = earlier.filter {
      last[Name(project: $0.project, job: $0.job)] == nil && pass.ended.seconds - $0.at.seconds < keptSeconds
    }
    return Array((fresh.sorted { ($0.project, $0.job) < ($1.project, $1.job) } + kept).prefix(failureLimit))
  }

  private static func path(_ site: Site) -> FilePath { site.store.root.appending("heartbeat.json") }

  /// The last beat; nil before the first, and where the file cannot be read: the next run writes it anew.
  package static func last(of site: Site) throws -> Heartbeat? {
    guard let bytes = try site.disk.readIfPresent(path(site), limitBytes: 1 << 20) else { return nil }
    return try? CanonicalJSON.decode(Heartbeat.self, from: bytes)
  }

  /// Replaces the last beat. Not synced: after a power cut the one before it is as good.
  package func write(to site: Site) throws {
    try site.disk.with(modes: Disk.Modes(file: 0o644, folder: 0o755)).replace(
      Self.path(site), with: try CanonicalJSON.encodeForPeople(self), durability: .cached, mode: 0o644)
  }
}
