internal import ArgumentParser
internal import Jobs
internal import Pipeline
internal import Records
internal import Spool
internal import SystemPackage

struct Submit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "submit",
    abstract: "Put specs into the inbox, after checking them.",
    discussion: """
      Paths in the spec start from the folder that the spec lies in. Prints the job's name in the inbox.

      EXAMPLE:
        nightshift submit Jobs/examples/flights/flights-delay.yaml --param seed=11
      """)

  @Argument(help: "Specs.")
  var specs: [String]

  @Option(name: .customLong("param"), help: "Override a parameter: NAME=VALUE, the value in YAML.")
  var params: [String] = []

  @Option(help: "The moment that the run is to stand for: 2013-04-01T02:00:00Z. Default: when it is taken up.")
  var now: String?

  @Flag(help: "Put them into held/, to wait for `nightshift release`.")
  var hold = false

  @OptionGroup var siteOptions: SiteOptions

  func run() throws {
    let site = try siteOptions.open()
    let time = try now.map { try Self.time($0) }
    let files = try specs.map { try SpecFile($0, params: params) }
    // All are checked before the first is queued.
    for file in files { _ = try file.job(project: site.settings.project) }
    for file in files {
      let submission = Submission(
        specName: file.path.lastComponent?.string ?? "job.yaml", origin: file.path.removingLastComponent().string,
        params: file.params.map { Submission.Param(name: $0.name, json: $0.json) }, by: userName(),
        at: Runner.now().text, logicalTime: time?.text)
      Terminal.write(try site.spool.submit(file.bytes, submission, into: hold ? .held : .inbox).printable)
    }
  }

  static func time(_ text: String) throws -> Timestamp {
    guard let time = Timestamp(text) else {
      throw Refusal(status: .usage, description: "“\(text)” is no time: write 2013-04-01 or 2013-04-01T02:00:00Z")
    }
    return time
  }
}
