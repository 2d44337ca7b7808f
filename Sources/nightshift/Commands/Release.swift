internal import ArgumentParser
internal import Pipeline
internal import Spool

struct Release: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release",
    abstract: "Let held jobs go on.",
    discussion: """
      A job that had not begun is back in the inbox; one that had waits for its next try. Prints their names there.

      EXAMPLE:
        nightshift release flights-delay.yaml
      """)

  @Argument(help: "Jobs, by their name in held/, their spec's file name, or their run.")
  var jobs: [String]

  @OptionGroup var siteOptions: SiteOptions

  func run() throws {
    let site = try siteOptions.open()
    for job in jobs { Terminal.write(try site.spool.release(job).printable) }
  }
}
