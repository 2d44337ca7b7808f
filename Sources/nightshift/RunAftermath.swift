internal import Disk
internal import Glibc
internal import Pipeline
internal import Records
internal import Spool
internal import Store
internal import Synchronization
internal import SystemPackage

/// What a run leaves for those who watch over the machine: heartbeat, metrics, alerts and the report.
///
/// None of the first three ends a run: what goes wrong with them is told on standard error.
final class RunAftermath: Sendable {
  private let site: Site
  private let pass: Mutex<Pass>
  private let clock = ContinuousClock.now

  init(_ site: Site) {
    self.site = site
    pass = Mutex(Pass(started: Runner.now()))
  }

  func note(_ event: Runner.Event) { pass.withLock { $0.note(event) } }

  /// Runs `body`, and leaves what is to be left, whether it returned or threw.
  ///
  /// - Parameter now: the moment that the pages stand for.
  func follow(now: Timestamp?, _ body: () async throws -> Runner.Summary) async throws -> Runner.Summary {
    let summary: Runner.Summary
    do { summary = try await body() } catch {
      let status = ExitStatus(error) ?? .fault
      // Who stopped it knows: the next run goes on. What else kept it from going on keeps these from being written, too.
      _ = await tell(fault: status == .busy ? nil : "\(error)", status: status)
      throw error
    }
    // The report first: a run that cannot write it is no healthy one.
    do { try report(summary, now) } catch {
      // What kept it from being written is told by its own error.
      _ = await tell(fault: "\(error)", status: ExitStatus(error) ?? .fault)
      throw error
    }
    let complaints = await tell(
      fault: nil,
      status: summary.failed + summary.cancelled > 0 ? .jobFailed : summary.rejected > 0 ? .invalidSpec : nil)
    for complaint in complaints { Terminal.warn(complaint) }
    return summary
  }

  private func report(_ summary: Runner.Summary, _ now: Timestamp?) throws {
    let writer = ReportWriter(site)
    let didWork = summary.done + summary.failed + summary.rejected + summary.cancelled > 0
    if try didWork || writer.isStale(at: Runner.now()) { try writer.write(now: now ?? Runner.now()) }
  }

  /// Gives what went wrong, for people.
  private func tell(fault: String?, status: ExitStatus?) async -> [String] {
    let ended = pass.withLock { pass in
      pass.ended = Runner.now()
      pass.seconds = (ContinuousClock.now - clock) / .seconds(1)
      pass.fault = fault
      pass.status = status?.rawValue ?? 0
      return pass
    }
    var complaints: [String] = []
    do { try writeState(ended) } catch { complaints.append(Self.complaint(error)) }
    do {
      guard let notifier = Notifier(site) else { return complaints }
      try notifier.note(ended, now: ended.ended)
      for line in try await notifier.deliver(now: Runner.now()) { Terminal.warn("nightshift: \(line.printable)") }
    } catch {
      complaints.append(Self.complaint(error))
    }
    return complaints
  }

  /// Heartbeat and metrics, which carry on what was there before: one run at a time.
  private func writeState(_ pass: Pass) throws {
    let lock = try site.disk.lock(site.store.root.appending("locks").appending("heartbeat"))
    defer { lock.keep() }
    let beat = Heartbeat(
      pass, after: try Heartbeat.last(of: site), host: ProcessIdentity.hostName, toolVersion: Nightshift.version)
    try beat.write(to: site)
    try MetricsFile(site).write(
      after: pass, lastSuccess: beat.lastSuccess, queue: try QueueState(site), version: Nightshift.version)
  }

  private static func complaint(_ error: any Error) -> String {
    "nightshift: heartbeat, metrics or alerts are not complete: \("\(error)".printable)"
  }
}
