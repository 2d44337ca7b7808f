internal import ArgumentParser
internal import Disk
internal import Jobs
internal import Pipeline
internal import Records
internal import Reports

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Work the inbox until it is empty.",
    discussion: """
      Takes over what a dead runner left, claims what is ready, runs it, refreshes the reports. On a terminal it shows \
      what is at work; elsewhere it is silent when all goes well, and gives a short account of each failure on standard \
      error. Exit status 10 when a job failed or was cancelled, 65 when a spec was rejected, 75 when it was stopped: the \
      next call goes on.

      EXAMPLE:
        nightshift run --now 2013-04-01T02:00:00Z
      """)

  @Option(help: "The moment that the runs stand for. Default: now.")
  var now: String?

  @Flag(help: "Tell all that happens, a line each, wherever standard output goes.")
  var verbose = false

  @Flag(help: "Tell all that happens as JSON, an object on each line of standard output.")
  var jsonLines = false

  @Flag(help: "Keep the steps' work folders, beside their logs.")
  var keepWork = false

  @OptionGroup var siteOptions: SiteOptions

  func run() async throws {
    let site = try siteOptions.open()
    let time = try now.map { try Submit.time($0) }
    let narrator = Narrators.forRun(site: site, asJSON: jsonLines, isTalkative: verbose)
    let aftermath = RunAftermath(site)
    var configured = Runner(site: site, tool: try toolPath(), toolVersion: Nightshift.version, logicalTime: time) {
      event in
      aftermath.note(event)
      narrator.hear(event)
    }
    configured.keepsWork = keepWork
    let runner = configured
    let summary = try await aftermath.follow(now: time) { try await work(runner, narrator) }
    if summary.failed + summary.cancelled > 0 { throw ExitCode(ExitStatus.jobFailed.rawValue) }
    if summary.rejected > 0 { throw ExitCode(ExitStatus.invalidSpec.rawValue) }
  }

  private func work(_ runner: Runner, _ narrator: any Narrator) async throws -> Runner.Summary {
    let task = Task { try await runner.run() }
    let signals = StopSignals { task.cancel() }
    defer { withExtendedLifetime(signals) {} }
    do {
      let summary = try await task.value
      narrator.end(summary)
      return summary
    } catch {
      narrator.end(nil)
      throw error
    }
  }
}
