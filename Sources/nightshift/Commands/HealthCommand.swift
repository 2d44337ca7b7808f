internal import ArgumentParser
internal import Jobs
internal import Pipeline
internal import Records

struct HealthCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health",
    abstract: "Say whether the nights come, and went well.",
    discussion: """
      For monitors, which look from outside. Exit status 0: all is well; 10: a job failed, a night is missing, or a job \
      waits too long; 65: the last run rejected a spec; what the last run ended with where it could not go on.

      EXAMPLE:
        nightshift health --max-age 26h
      """)

  @Option(help: "How old the last run may be. Default: `expect` of nightshift.yaml and a twelfth, or 26h.")
  var maxAge: String?

  @OptionGroup var siteOptions: SiteOptions
  @OptionGroup var output: JSONOption

  func run() throws {
    let site = try siteOptions.open()
    let limit = try maxAge.map(Self.seconds) ?? Health.maxAge(expecting: site.settings.expectSeconds)
    let health = Health(
      try Heartbeat.last(of: site), queue: try QueueState(site), now: Runner.now(), maxAgeSeconds: limit)
    if output.json { try Terminal.writeJSON(health) } else { write(health) }
    if let status = status(health) { throw ExitCode(status) }
  }

  private static func seconds(_ text: String) throws -> Int {
    guard let seconds = Quantity.seconds(text), seconds > 0, seconds < 1e12 else {
      throw Refusal(
        status: .usage, description: "“\(text.printable)” is no age: write `90s`, `15m`, `26h` or `2d`")
    }
    return Int(seconds)
  }

  private func write(_ health: Health) {
    if let beat = health.heartbeat {
      let age = Health.text(max(0, health.ageSeconds ?? 0))
      Terminal.write("last run     \(beat.ended.text), \(age) ago: \(beat.outcome.rawValue)")
      Terminal.write("last success \(beat.lastSuccess?.text ?? "none yet")")
      let counts = "\(beat.done) done, \(beat.failed) failed, \(beat.rejected) rejected"
      Terminal.write("its jobs     \(counts)")
    }
    let wait = health.queue.oldestSeconds.map { ", the oldest for \(Health.text($0))" } ?? ""
    Terminal.write("waiting      \(health.queue.inbox) in the inbox\(wait)")
    for problem in health.problems { Terminal.write("✗ \(problem.printable)") }
    if health.isHealthy { Terminal.write("healthy") }
  }

  private func status(_ health: Health) -> Int32? {
    guard !health.isHealthy else { return nil }
    if let beat = health.heartbeat, beat.status != 0, health.problems.count == 1 || beat.error != nil {
      return beat.status
    }
    return ExitStatus.jobFailed.rawValue
  }
}
