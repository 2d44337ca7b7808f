internal import ArgumentParser
internal import Pipeline
internal import Records

struct Runs: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "List runs, latest first.", discussion: "EXAMPLE:\n  nightshift runs --limit 5")

  @Option(help: "How many.")
  var limit = 20

  @OptionGroup var siteOptions: SiteOptions
  @OptionGroup var output: JSONOption

  func run() throws {
    let site = try siteOptions.open()
    let archive = RunArchive(site.store)
    let names = try archive.names().prefix(limit)
    if output.json { return try Terminal.writeJSON(try names.compactMap { try archive.record(of: $0) }) }
    var table = TextTable(["RUN", "OUTCOME", "STEPS", "REUSED", "SECONDS", ""], rightAligned: [2, 3, 4])
    for name in names {
      guard let record = try archive.record(of: name) else {
        table.add([name, "running", "", "", "", ""])
        continue
      }
      let reused = record.steps.count { $0.outcome == .reused }
      table.add([
        name, record.outcome.rawValue, "\(record.steps.count)", "\(reused)",
        "\((record.wallSeconds * 10).rounded() / 10)",
        (record.reason ?? record.steps.last { $0.headline != nil }?.headline ?? "").printable,
      ])
    }
    Terminal.write(table.text)
  }
}
