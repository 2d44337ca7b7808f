internal import ArgumentParser
internal import Jobs
internal import Pipeline
internal import Records

struct Verify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Do a sample of past runs again, as `reproduce` does: a different one each night.",
    discussion: """
      Runs that were never verified come first, then those whose verification is the oldest; the date decides among \
      equals. Silent when all is well and standard output is no terminal; exit status 10 when a run came out otherwise. \
      From cron, or as a step of a recurring job: see Jobs/examples/recurring/verify-night.yaml.

      EXAMPLE:
        nightshift verify --sample 5 --budget 30m
      """)

  @Option(help: "How many runs.")
  var sample = 3

  @Option(help: "No further run is begun after this time, as 10m.")
  var budget: String?

  @Option(help: "The moment whose date draws the sample. Default: now.")
  var now: String?

  @OptionGroup var siteOptions: SiteOptions
  @OptionGroup var output: JSONOption

  func validate() throws {
    guard sample > 0 else { throw ValidationError("--sample must be 1 or more") }
    guard budget.map({ Quantity.seconds($0) != nil }) ?? true else {
      throw ValidationError("--budget must be a duration such as 90s, 10m or 1.5h")
    }
  }

  func run() async throws {
    let site = try siteOptions.open()
    let moment = try now.map { try Submit.time($0) } ?? Runner.now()
    let (sample, seconds) = (self.sample, budget.flatMap { Quantity.seconds($0) })
    let tool = try toolPath()
    let documents = try await Interruptible.run {
      let start = ContinuousClock.now
      var found: [ReproductionDocument] = []
      for run in try VerificationSample(site).runs(sample, seed: moment.date) {
        if let seconds, !found.isEmpty, ContinuousClock.now - start > .seconds(seconds) { break }
        let reproduction = Reproduction(
          site: site, tool: tool, toolVersion: Nightshift.version, options: Reproduction.Options(at: Runner.now()))
        found.append(try await reproduction.attempt(run))
      }
      return found
    }
    if !documents.isEmpty { try ReportWriter(site).write(now: Runner.now()) }
    if output.json {
      try Terminal.writeJSON(documents)
    } else {
      for document in documents where Terminal.isInteractive || document.label == .differs {
        Terminal.write(ReproductionText.text(document))
      }
    }
    guard !documents.contains(where: { $0.label == .differs }) else { throw ExitCode(ExitStatus.jobFailed.rawValue) }
  }
}
