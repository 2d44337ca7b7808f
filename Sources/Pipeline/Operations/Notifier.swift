internal import Disk
internal import Glibc
internal import Jobs
package import Records
internal import Spool
internal import Store
internal import SystemPackage

/// Tells people what they should know: as files in the outbox, and through the site's command.
///
/// Without a command an alert is a file in the outbox. With one it is in `pending/` first, and moves to the outbox when the
/// command took it: killed anywhere, it is told once or twice, never not at all. What the command refuses again and again
/// ends in `undelivered/`, with the reason.
package struct Notifier: Sendable {
  private let site: Site
  private let rules: NotifyRules
  private let outbox: FilePath

  /// More alerts of one pass than anybody reads: the rest is one more, which says how many.
  static let passLimit = 20
  /// After so many attempts, spread over most of a day, an alert is given up.
  static let attemptLimit = 12
  /// Delivered alerts are kept so long.
  private static let keptSeconds = 30 * 86_400

  /// Nil where the site's settings ask for no alerts.
  package init?(_ site: Site) {
    guard let rules = site.settings.notify else { return nil }
    self.site = site
    self.rules = rules
    outbox = rules.outbox.map(site.path) ?? site.store.root.appending("outbox")
  }

  private var pending: FilePath { outbox.appending("pending") }
  private var undelivered: FilePath { outbox.appending("undelivered") }
  private var memoryPath: FilePath { outbox.appending(".told.json") }

  // MARK: Taking note

  /// Writes alerts for what the pass brought to light and was not told lately.
  package func note(_ pass: Pass, now: Timestamp) throws {
    let held = try heldJobs()
    guard !pass.isIdle || !held.isEmpty else { return }
    try makeFolders()
    let lock = try site.disk.lock(outbox.appending(".lock"))
    defer { lock.keep() }
    let before = try memory()
    var memory = before
    let notices = Notice.notices(of: pass, held: held, drifted: drifted, isFailing: before.isFailing)
    var alerts: [Alert] = []
    for notice in notices {
      guard let suppressed = memory.take(notice, now: now, repeatSeconds: rules.repeatSeconds),
        rules.kinds.contains(notice.kind)
      else { continue }
      alerts.append(alert(notice, suppressed: suppressed, now: now))
    }
    // The alerts first: one that is written twice is better than one that is not.
    try write(bounded(alerts, now: now))
    memory.tidy(now: now, repeatSeconds: rules.repeatSeconds, held: held)
    if memory != before {
      try site.disk.replace(memoryPath, with: try CanonicalJSON.encode(memory), durability: .cached)
    }
  }

  /// What cannot be read is forgotten: something may be told once more.
  private func memory() throws -> AlertMemory {
    guard let bytes = try site.disk.readIfPresent(memoryPath, limitBytes: 64 << 20) else { return AlertMemory() }
    return (try? CanonicalJSON.decode(AlertMemory.self, from: bytes)) ?? AlertMemory()
  }

  private func heldJobs() throws -> [String] {
    try site.disk.listIfPresent(site.spool.folder(.held)).map(\.name).filter { name in
      !name.hasPrefix(".") && name != "README.md" && !name.hasSuffix(".result.json")
    }
  }

  /// The columns that drifted; nil where none did, or the report is gone.
  private func drifted(_ digest: Digest) -> [String]? {
    guard let bytes = try? site.store.blob(digest),
      let report = try? CanonicalJSON.decode(DriftDocument.self, from: bytes), report.isDrifted
    else { return nil }
    return report.columns.filter(\.isDrifted).map(\.name)
  }

  private func alert(_ notice: Notice, suppressed: Int, now: Timestamp) -> Alert {
    let digits = Digest(of: Array("\(notice.key) \(notice.run ?? "") \(notice.text) \(now.text)".utf8)).hex.prefix(8)
    return Alert(
      id: "\(now.compact)-\(notice.kind.rawValue)-\(digits)", kind: notice.kind, at: now, site: site.name,
      siteRoot: site.root.string, host: ProcessIdentity.hostName, project: notice.project, job: notice.job,
      run: notice.run, text: String(notice.text.prefix(4000)), suppressed: suppressed,
      page: notice.run.map { "reports/runs/\($0).html" },
      delivery: rules.command.isEmpty ? nil : Alert.Delivery(next: now))
  }

  private func bounded(_ alerts: [Alert], now: Timestamp) -> [Alert] {
    guard alerts.count > Self.passLimit else { return alerts }
    let rest = Notice(
      kind: alerts[Self.passLimit].kind,
      text: "and \(alerts.count - Self.passLimit) more: see `nightshift status` and the report", topic: "more")
    return alerts.prefix(Self.passLimit) + [alert(rest, suppressed: 0, now: now)]
  }

  private func write(_ alerts: [Alert]) throws {
    for alert in alerts {
      let folder = rules.command.isEmpty ? outbox : pending
      try site.disk.replace(folder.appending(alert.id + ".json"), with: try CanonicalJSON.encodeForPeople(alert))
    }
  }

  private func makeFolders() throws {
    let folders = rules.command.isEmpty ? [outbox] : [pending, undelivered]
    for folder in folders { try site.disk.makeDirectory(folder) }
  }

  // MARK: Telling

  /// How many alerts wait, and how many were given up.
  package func backlog() throws -> (pending: Int, undelivered: Int) {
    (try alerts(in: pending).count, try alerts(in: undelivered).count)
  }

  private func alerts(in folder: FilePath) throws -> [FilePath] {
    try site.disk.listIfPresent(folder).filter { $0.name.hasSuffix(".json") && !$0.name.hasPrefix(".") }
      .map { folder.appending($0.name) }
  }

  /// Gives the command what waits and is due, oldest first; one that does not take an alert is not asked again in this
  /// pass. Returns what somebody should read: a command that failed, an alert that was given up.
  package func deliver(now: Timestamp) async throws -> [String] {
    guard !rules.command.isEmpty else { return [] }
    let waiting = try alerts(in: pending)
    guard !waiting.isEmpty, let lock = try site.disk.lockIfFree(outbox.appending(".delivery")) else { return [] }
    defer { lock.keep() }
    for path in waiting {
      guard let alert = try read(path) else { continue }
      // A clock that was set back makes nobody wait for it.
      let wait = (alert.delivery?.next.seconds ?? 0) - now.seconds
      guard wait <= 0 || wait > Self.backoffLimit else { continue }
      guard let reason = await NotifyCommand(rules: rules, site: site).run(reading: path) else {
        try site.disk.rename(path, to: outbox.appending(alert.id + ".json"))
        continue
      }
      return try postpone(alert, path, reason, now: now)
    }
    try prune(now: now)
    return []
  }

  /// Nil for a file that is no alert: it is put aside.
  private func read(_ path: FilePath) throws -> Alert? {
    guard let bytes = try site.disk.readIfPresent(path, limitBytes: 1 << 20) else { return nil }
    if let alert = try? CanonicalJSON.decode(Alert.self, from: bytes), path.stem == alert.id { return alert }
    try site.disk.rename(path, to: undelivered.appending(path.lastComponent?.string ?? "alert.json"))
    return nil
  }

  private func postpone(_ alert: Alert, _ path: FilePath, _ reason: String, now: Timestamp) throws -> [String] {
    var alert = alert
    var delivery = alert.delivery ?? Alert.Delivery(next: now)
    delivery.attempts += 1
    delivery.reason = reason
    delivery.next = Timestamp(seconds: now.seconds + Self.backoff(delivery.attempts))
    alert.delivery = delivery
    try site.disk.replace(path, with: try CanonicalJSON.encodeForPeople(alert))
    guard delivery.attempts >= Self.attemptLimit else {
      return delivery.attempts == 1 ? ["the notify command did not take an alert and is tried again: \(reason)"] : []
    }
    try site.disk.rename(path, to: undelivered.appending(alert.id + ".json"))
    return ["alert \(alert.id) was given up after \(delivery.attempts) attempts: \(reason); it is in \(undelivered)"]
  }

  private static let backoffLimit = 3 * 3600

  /// A minute, then twice as long each time, up to three hours.
  static func backoff(_ attempts: Int) -> Int { min(60 << min(max(0, attempts - 1), 16), backoffLimit) }

  /// Removes what was told long ago.
  private func prune(now: Timestamp) throws {
    let bound = Timestamp(seconds: now.seconds - Self.keptSeconds).compact
    for path in try alerts(in: outbox) + alerts(in: undelivered) where (path.stem ?? "") < bound {
      guard path.stem?.prefix(8).allSatisfy(\.isNumber) == true else { continue }
      try site.disk.remove(path)
    }
  }
}
