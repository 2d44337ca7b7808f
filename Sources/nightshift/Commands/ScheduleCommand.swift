internal import ArgumentParser
internal import Jobs
internal import Pipeline
internal import Records

struct ScheduleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schedule",
    abstract: "Show when the specs in Jobs/recurring are due next.",
    discussion: """
      An overdue job was not queued at its time: the next `nightshift run` does it. Exit status 65 when a spec there has \
      a mistake.

      EXAMPLE:
        nightshift schedule --count 3
      """)

  @Option(help: "How many of the next times of each job.")
  var count = 1

  @Option(help: "The moment from which on to look. Default: now.")
  var now: String?

  @OptionGroup var siteOptions: SiteOptions
  @OptionGroup var output: JSONOption

  func validate() throws {
    guard (1...1000).contains(count) else { throw ValidationError("--count is from 1 to 1000") }
  }

  func run() throws {
    let site = try siteOptions.open()
    let time = try now.map { try Submit.time($0) } ?? Runner.now()
    let overview = try ScheduleOverview(site, now: time, count: count)
    if output.json {
      try Terminal.writeJSON(Answer(jobs: overview.rows, mistakes: overview.errors.flatMap(\.lines)))
    } else if !overview.rows.isEmpty {
      Terminal.write(table(overview.rows))
    }
    for error in overview.errors { Terminal.complain(error) }
    if !overview.errors.isEmpty { throw ExitCode(ExitStatus.invalidSpec.rawValue) }
  }

  private struct Answer: Encodable {
    var jobs: [ScheduleOverview.Row]
    var mistakes: [String]
  }

  private func table(_ rows: [ScheduleOverview.Row]) -> String {
    var table = TextTable(["JOB", "TRIGGER", "NEXT (UTC)", "BY ITS CLOCK", "LAST SLOT", "LAST RUN", ""])
    for row in rows {
      table.add([
        "\(row.project)/\(row.job)", row.triggers.joined(separator: "; ").printable,
        row.next.first?.text ?? (row.triggers.contains { $0.hasPrefix("schedule ") } ? "never" : ""),
        row.nextByClock.first ?? "", row.lastSlot ?? "", row.lastOutcome ?? "", row.isOverdue ? "overdue" : "",
      ])
      for (time, clock) in zip(row.next, row.nextByClock).dropFirst() {
        table.add(["", "", time.text, clock, "", "", ""])
      }
    }
    return table.text
  }
}
