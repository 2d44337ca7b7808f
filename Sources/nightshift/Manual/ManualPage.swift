/// `nightshift.1`: made from the commands' own help, so that it cannot say anything else.
struct ManualPage {
  let command: CommandHelp
  let version: String
  /// The day of that version.
  let date: String

  /// The page's source.
  var text: String {
    var page = Roff(title: "NIGHTSHIFT", section: 1, date: date, source: "nightshift \(version)")
    page.section("NAME")
    page.paragraph("nightshift - the night shift of a machine-learning team")
    addSynopsis(to: &page)
    addDescription(to: &page)
    page.section("COMMANDS")
    for leaf in command.leaves { add(leaf, to: &page) }
    page.section("EXIT STATUS")
    page.item(
      Roff.bold("0"), "All is done, or there was nothing to do. A refused challenger is a result, not a failure.")
    for status in ExitStatus.allCases { page.item(Roff.bold("\(status.rawValue)"), status.meaning) }
    addFiles(to: &page)
    addEnvironment(to: &page)
    addExamples(to: &page)
    return page.text
  }

  private func addSynopsis(to page: inout Roff) {
    page.section("SYNOPSIS")
    page.styled("\(Roff.bold("nightshift")) \(Roff.italic("command")) [\(Roff.italic("options"))]")
  }

  private func addDescription(to page: inout Roff) {
    page.section("DESCRIPTION")
    page.paragraph(command.abstract ?? "")
    page.paragraph(
      "Engineers drop job files into the inbox of a site, a folder with `nightshift.yaml`. `nightshift run`, which cron or a systemd timer starts, works the inbox until it is empty: it versions data, trains, evaluates, judges, promotes and scores, and writes a static report. Any number of runs may work on one site; what a dead one left is taken over by the next."
    )
    page.section("OPTIONS")
    page.paragraph("Every command takes")
    page.item("\(Roff.bold("-h")), \(Roff.bold("--help"))", "Show help.")
    page.item(Roff.bold("--version"), "Show the version.")
    page.paragraph("and those that work on a site take")
    let site = command.leaves.lazy.compactMap { $0.arguments?.first { $0.preferredName?.name == "site" } }.first
    page.item("\(Roff.bold("--site")) \(Roff.italic("site"))", site?.abstract ?? "")
  }

  private func add(_ command: CommandHelp, to page: inout Roff) {
    let arguments = (command.arguments ?? []).filter(\.shouldDisplay)
    let own = arguments.filter { !["help", "version", "site"].contains($0.preferredName?.name ?? "") }
    page.subsection(command.fullName)
    page.styled(([Roff.bold(command.fullName)] + own.map(Self.usage)).joined(separator: " "))
    page.paragraph(command.abstract ?? "")
    for paragraph in command.parts.prose { page.paragraph(paragraph) }
    for argument in own { page.item(Self.tag(argument), Self.explanation(argument)) }
    page.example(command.parts.example)
  }

  /// `[--now now]`, `specs...`.
  private static func usage(_ argument: CommandHelp.Argument) -> String {
    let value = tag(argument) + (argument.isRepeating ? "..." : "")
    return argument.isOptional ? "[\(value)]" : value
  }

  private static func tag(_ argument: CommandHelp.Argument) -> String {
    let value = Roff.italic(argument.valueName ?? "value")
    guard argument.kind != "positional" else { return value }
    let names = (argument.names ?? []).map { Roff.bold($0.text) }.joined(separator: ", ")
    return argument.kind == "flag" ? names : names + " " + value
  }

  private static func explanation(_ argument: CommandHelp.Argument) -> String {
    var text = argument.abstract ?? ""
    if let values = argument.allValues, !values.isEmpty {
      text += " One of " + values.map { "`\($0)`" }.joined(separator: ", ") + "."
    }
    if let value = argument.defaultValue { text += " (default: `\(value)`)" }
    return text.isEmpty ? "No more is to be said of it." : text
  }

  private func addFiles(to page: inout Roff) {
    page.section("FILES")
    for (name, meaning) in [
      ("nightshift.yaml", "Settings of the site; each is optional."),
      ("Jobs/inbox", "Where jobs are dropped: `*.yaml`, `*.yml`, `*.json`, or folders with a `job.yaml`."),
      ("Jobs/done, Jobs/failed, Jobs/rejected", "Where they end, by date, with `NAME.result.json` beside them."),
      ("Store", "All that was made; Store/README.md is its format."),
      ("Store/reports/index.html", "The report."),
      ("Store/heartbeat.json", "How the last run ended; see `nightshift health`."),
      ("Store/metrics/nightshift.prom", "The same for Prometheus."),
      ("Store/outbox", "Alerts, where `notify` asks for them."),
    ] { page.item(Roff.italic(name), meaning) }
  }

  private func addEnvironment(to page: inout Roff) {
    page.section("ENVIRONMENT")
    page.item(Roff.bold("NIGHTSHIFT_SITE"), "The site's folder, where `--site` does not name one.")
    page.item(Roff.bold("NIGHTSHIFT_XGBOOST"), "Another XGBoost library than the system's.")
  }

  private func addExamples(to page: inout Roff) {
    page.section("EXAMPLES")
    page.paragraph("A site, a job and a run:")
    page.example(command.parts.example)
    page.paragraph("Every night, from cron; and a monitor that asks whether it came:")
    page.example([
      "0 2 * * * nightshift run --site /srv/nightly", "nightshift health --site /srv/nightly --max-age 26h",
    ])
    page.section("SEE ALSO")
    page.paragraph("crontab(5), systemd.timer(5), bwrap(1)")
  }
}
