internal import Records

/// One job: its newest runs, how long they took, and what they measured.
struct JobPage {
  let ledger: JobLedger
  let terms: SiteTerms

  var path: String { Paths.job(ledger.job) }

  func page() -> Page {
    let layout = Layout(siteName: terms.siteName, path: path)
    let runs = ledger.runs.entries
    return layout.page(
      ledger.job, crumbs: ["<a href=\"\(layout.to(Paths.jobs))\">jobs</a>"],
      """
      <h1>\(ledger.job)</h1>
      <p class="lead">\(lead(layout))</p>
      <p><a href="\(layout.to(Paths.compareRuns(ledger.job)))">Runs side by side</a></p>
      \(times(runs))
      <h2 id="runs">Runs</h2>
      \(RunListPage.table(runs.map(\.summary), layout))
      \(ledger.runs.isFull ? "<p class=\"soft\">The newest \(runs.count); older ones are listed by <a href=\"\(layout.to(Paths.nights))\">night</a>.</p>" : "")
      """)
  }

  private func lead(_ layout: Layout) -> HTML {
    let runs = ledger.runs.entries
    guard let newest = runs.first?.summary else { return "It has not run yet." }
    let failing = runs.prefix { $0.summary.outcome == .failed }.count
    let state: HTML =
      switch newest.outcome {
      case .done: "<span class=\"good\">Done</span> when it last ran, on \(newest.logicalTime.date)."
      case .cancelled: "<span class=\"warn\">Cancelled</span> when it last ran, on \(newest.logicalTime.date)."
      case .failed where failing > 1:
        "<span class=\"bad\">Failed</span> the last \(failing) times: \(newest.reason ?? "")."
      case .failed:
        "<span class=\"bad\">Failed</span> when it last ran, on \(newest.logicalTime.date): \(newest.reason ?? "")."
      }
    return "\(state)"
  }

  private func times(_ runs: [JobRun]) -> HTML {
    let ordered = Array(runs.reversed())
    guard ordered.count > 1 else { return "" }
    var chart = LineChart(
      "Seconds of each run", Places("Run", ordered.map(\.summary.logicalTime.date)),
      [.init(name: "wall time", values: ordered.map(\.summary.wallSeconds))])
    chart.quantity = .measure(unit: "s")
    return chart.html
  }
}

/// Every job in a line.
struct JobListPage {
  let jobs: [JobStanding]
  let terms: SiteTerms

  func page() -> Page {
    let layout = Layout(siteName: terms.siteName, path: Paths.jobs)
    return layout.page("Jobs", crumbs: [], "<h1>Jobs</h1>\(table(layout))")
  }

  private func table(_ layout: Layout) -> HTML {
    Table.table(
      ["Job", "Project", "Last run", "Outcome", "Failing since", "Next due", "Time"], numeric: [6],
      jobs.map { job -> [HTML] in
        [
          "<a href=\"\(layout.to(Paths.job(job.job)))\">\(job.job)</a>", "\(job.project)",
          "<a class=\"w\" href=\"\(layout.to(Paths.run(job.newest.id)))\">\(job.newest.logicalTime.date)</a>",
          RunListPage.outcome(job.newest.outcome), "\(job.failingSince?.date ?? "–")",
          "\(terms.due[job.job]?.text ?? "–")", "\(Format.seconds(job.newest.wallSeconds))",
        ]
      }, limitBytes: NightPage.limitBytes)
  }
}
