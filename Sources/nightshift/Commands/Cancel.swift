internal import ArgumentParser
internal import Pipeline
internal import Records
internal import Spool

struct Cancel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel",
    abstract: "End jobs that wait or run.",
    discussion: """
      A job is named by its run, its name in the inbox, or its spec's file name. One that waits goes to failed/ at once; \
      one that has begun is ended by its runner, its logs kept. Who has only the share drops a file NAME.cancel into the \
      inbox.

      EXAMPLE:
        nightshift cancel flights-delay-20130401T020000-7f3a
      """)

  @Argument(help: "Jobs.")
  var jobs: [String]

  @OptionGroup var siteOptions: SiteOptions

  func run() throws {
    let site = try siteOptions.open()
    let cancellation = Cancellation(by: userName(), at: Runner.now().text)
    for job in jobs {
      switch try site.spool.requestCancel(job, cancellation) {
      case .cancelled: Terminal.write("\(job.printable): cancelled")
      case .requested: Terminal.write("\(job.printable): its runner ends it, or the next one")
      }
    }
  }
}
