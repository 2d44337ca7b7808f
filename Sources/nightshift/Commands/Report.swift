internal import ArgumentParser
internal import Pipeline
internal import Records
internal import Store

struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write the report pages anew and print where they are.",
    discussion: "`run` does this after each night.\n\nEXAMPLE:\n  nightshift report")

  @Option(help: "The moment that the pages stand for. Default: now.")
  var now: String?

  @OptionGroup var siteOptions: SiteOptions

  func run() throws {
    let site = try siteOptions.open()
    try ReportWriter(site).write(now: try now.map { try Submit.time($0) } ?? Runner.now())
    Terminal.write("\(site.store.root)/reports/index.html")
  }
}
