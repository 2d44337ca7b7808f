internal import ArgumentParser
internal import Pipeline
internal import Spool

struct Hold: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hold",
    abstract: "Keep jobs that wait from being run.",
    discussion: """
      They lie in Jobs/held until they are released. Prints their names there.

      EXAMPLE:
        nightshift hold flights-delay.yaml
      """)

  @Argument(help: "Jobs, by their name in the inbox, their spec's file name, or the run of a deferred one.")
  var jobs: [String]

  @OptionGroup var siteOptions: SiteOptions

  func run() throws {
    let site = try siteOptions.open()
    for job in jobs { Terminal.write(try site.spool.hold(job).printable) }
  }
}
