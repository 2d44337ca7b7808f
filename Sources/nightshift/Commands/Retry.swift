internal import ArgumentParser
internal import Pipeline
internal import Records
internal import Spool

struct Retry: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry",
    abstract: "Queue failed jobs again.",
    discussion: """
      The same spec, folder, parameters and moment; steps that were done are reused. What is in failed/ stays. Prints the \
      new names in the inbox.

      EXAMPLE:
        nightshift retry flights-delay-20130401T020000-7f3a
      """)

  @Argument(help: "Jobs, by their run or their name below failed/.")
  var jobs: [String]

  @OptionGroup var siteOptions: SiteOptions

  func run() throws {
    let site = try siteOptions.open()
    for job in jobs {
      Terminal.write(try site.spool.retry(job, by: userName(), at: Runner.now().text).printable)
    }
  }
}
