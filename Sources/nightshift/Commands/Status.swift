internal import ArgumentParser
internal import Glibc
internal import Jobs
internal import Pipeline
internal import Records
internal import Spool

struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show what waits, what is worked on, and how the last runs ended.",
    discussion: "EXAMPLE:\n  nightshift status --watch")

  @Flag(help: "Show it again every two seconds, until it is interrupted.")
  var watch = false

  @OptionGroup var siteOptions: SiteOptions
  @OptionGroup var output: JSONOption

  private static let watchSeconds: UInt32 = 2
  private static let shownCount = 20

  func run() throws {
    let site = try siteOptions.open()
    guard watch else {
      let status = try SiteStatus(site)
      return output.json
        ? try Terminal.writeJSON(status) : Terminal.write(status.lines(limit: .max).joined(separator: "\n"))
    }
    while !Terminal.isClosed {
      let status = try SiteStatus(site)
      if output.json {
        try Terminal.writeJSON(status)
      } else {
        let head = "\(site.name)  \(Runner.now().text)".printable
        let (width, height) = Terminal.size
        let lines = ([head, ""] + status.lines(limit: Self.shownCount)).prefix(max(4, height - 1))
        if Terminal.isInteractive, Terminal.canMoveCursor { Terminal.write(Array("\u{1B}[H\u{1B}[2J".utf8)) }
        Terminal.write(lines.map { $0.fitting(columns: width - 1) }.joined(separator: "\n"))
      }
      sleep(Self.watchSeconds)
    }
  }
}

/// What `status` shows.
struct SiteStatus: Encodable {
  struct Waiting: Encodable {
    var name: String
    /// Why it is not taken yet; empty when it may be.
    var reason: String
  }

  struct Active: Encodable {
    var run: String
    var began: Timestamp?
    /// Steps at work.
    var steps: [String]
    var endedSteps: Int
    var host: String
  }

  struct Deferred: Encodable {
    var name: String
    var run: String?
    var until: String
    var reason: String
  }

  struct Last: Encodable {
    var run: String
    var outcome: String
    var reason: String?
  }

  var inbox: [Waiting]
  var active: [Active]
  var deferred: [Deferred]
  var held: Int
  var done: Int
  var failed: Int
  var rejected: Int
  /// The latest five.
  var last: [Last]

  init(_ site: Site) throws {
    let archive = RunArchive(site.store)
    inbox = try site.spool.scan(settleSeconds: site.settings.settleSeconds).map {
      Waiting(name: $0.name, reason: $0.reason)
    }
    active = try site.spool.activeRecords().sorted { $0.key < $1.key }.map(\.value).compactMap { record in
      guard let run = record.run else { return nil }
      let going = try ActiveRun(run, in: archive)
      return Active(
        run: run, began: going?.began, steps: going?.steps.map(\.id) ?? [], endedSteps: going?.endedCount ?? 0,
        host: record.owner.host)
    }
    deferred = try site.spool.deferred().map {
      Deferred(name: $0.name, run: $0.run, until: $0.until.text, reason: $0.reason)
    }
    held = try site.spool.count(.held)
    done = try site.spool.count(.done)
    failed = try site.spool.count(.failed)
    rejected = try site.spool.count(.rejected)
    let waiting = Set(deferred.compactMap(\.run))
    last = try archive.names().prefix(5).map { name in
      let record = try archive.record(of: name)
      let outcome = record?.outcome.rawValue ?? (waiting.contains(name) ? "deferred" : "running")
      return Last(run: name, outcome: outcome, reason: record?.reason)
    }
  }

  /// - Parameter limit: most jobs that are listed of those that wait.
  func lines(limit: Int) -> [String] {
    var lines = [
      "inbox \(inbox.count), active \(active.count), deferred \(deferred.count), held \(held), done \(done), failed \(failed), rejected \(rejected)"
    ]
    for run in active {
      let steps = run.steps.isEmpty ? "" : ": \(run.steps.joined(separator: ", "))"
      lines.append(
        "  at work: \(run.run) since \(run.began?.text ?? "now")\(steps) (\(run.endedSteps) ended)".printable)
    }
    for job in deferred {
      lines.append("  deferred: \(job.run ?? job.name) until \(job.until): \(job.reason)".printable)
    }
    for entry in inbox.prefix(limit) {
      lines.append("  \(entry.name)\(entry.reason.isEmpty ? "" : ": \(entry.reason)")".printable)
    }
    if inbox.count > limit { lines.append("  and \(inbox.count - limit) more in the inbox") }
    for run in last { lines.append("\(run.run): \(run.outcome)\(run.reason.map { ": \($0)" } ?? "")".printable) }
    return lines
  }
}
