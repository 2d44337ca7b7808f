internal import ArgumentParser
internal import Disk
internal import Glibc
internal import Jobs
internal import Pipeline
internal import Records
internal import Reports

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Work the inbox until it is empty.",
    discussion: """
      Takes over what a dead runner left, claims what is ready, runs it, refreshes the reports. Silent when standard \
      output is no terminal and all went well. Exit status 10 when a job failed, 65 when a spec was rejected.

      EXAMPLE:
        nightshift run --now 2013-04-01T02:00:00Z
      """)

  @Option(help: "The moment that the runs stand for. Default: now.")
  var now: String?

  @Flag(help: "Tell what happens even when standard output is no terminal.")
  var verbose = false

  @OptionGroup var siteOptions: SiteOptions

  func run() async throws {
    let site = try siteOptions.open()
    let time = try now.map { try Submit.time($0) }
    let isTalkative = verbose || Terminal.isInteractive
    let tool = try ownPath()
    let runner = Runner(site: site, tool: tool, toolVersion: Nightshift.version, logicalTime: time) { event in
      if isTalkative { Terminal.write(Self.line(event)) } else { Self.complain(event) }
    }
    let summary = try await runner.run()
    if summary.done + summary.failed + summary.rejected > 0 { try ReportWriter(site).write(now: time ?? Runner.now()) }
    if summary.failed > 0 { throw ExitCode(ExitStatus.jobFailed.rawValue) }
    if summary.rejected > 0 { throw ExitCode(ExitStatus.invalidSpec.rawValue) }
  }

  private func ownPath() throws -> String {
    guard let path = realpath("/proc/self/exe", nil) else {
      throw Refusal(status: .fault, description: "the tool cannot find its own path below /proc")
    }
    defer { free(path) }
    return String(cString: path)
  }

  /// What a terminal shows.
  private static func line(_ event: Runner.Event) -> String {
    switch event {
    case .tookOver(let job, let attempt): "\(job): taken over from a dead runner (attempt \(attempt))"
    case .rejected(let error): error.lines.joined(separator: "\n").printable
    case .started(let run, let steps): "\(run): \(steps) steps"
    case .stepStarted(_, let step, let kind): "  … \(step) (\(kind))"
    case .stepEnded(_, let record): "  \(mark(record.outcome)) \(record.id): \(text(record).printable)"
    case .ended(let record):
      "\(record.id): \(record.outcome.rawValue)\(record.reason.map { ": \($0)" } ?? "")".printable
    case .skipped(let name, let reason): "\(name): left in the inbox: \(reason)".printable
    }
  }

  /// What cron's mail says: failures, with their reason and where to look.
  private static func complain(_ event: Runner.Event) {
    switch event {
    case .rejected(let error): Terminal.complain(error)
    case .ended(let record) where record.outcome == .failed:
      Terminal.warn("nightshift: \(record.id) failed: \((record.reason ?? "").printable)")
    case .skipped: Terminal.warn("nightshift: \(line(event))")
    default: return
    }
  }

  private static func mark(_ outcome: StepRecord.Outcome) -> String {
    switch outcome {
    case .ran: "✓"
    case .reused: "="
    case .failed: "✗"
    case .skipped, .unreached: "-"
    }
  }

  private static func text(_ record: StepRecord) -> String {
    let seconds = record.outcome == .ran ? " (\((record.wallSeconds * 10).rounded() / 10) s)" : ""
    return record.outcome.rawValue + ([record.reason, record.headline].compactMap { $0 }.first.map { ", \($0)" } ?? "")
      + seconds
  }
}
