internal import Records

/// One night: every run of the day, and what became of each model.
struct NightPage {
  let day: DayLedger
  let terms: SiteTerms

  var path: String { Paths.night(day.date) }

  func page() -> Page {
    let layout = Layout(siteName: terms.siteName, path: path)
    let standing = day.standing
    let failed = day.runs.filter { $0.outcome == .failed }
    let lead: HTML =
      failed.isEmpty
      ? "<span class=\"good\">All went well:</span> \(Format.count(standing.runCount, "run")), \(Format.count(standing.stepCount, "step")), \(Format.grouped(standing.reusedCount)) of them reused."
      : "<span class=\"bad\">\(Format.grouped(failed.count)) of \(Format.count(standing.runCount, "run")) failed.</span>"
    let reasons = failed.prefix(Self.failedLimit).map { run -> HTML in
      "<li>\(layout.link(run: run.id)): \(run.reason ?? "a step failed")</li>"
    }
    return layout.page(
      "Night of \(day.date)", crumbs: ["<a href=\"\(layout.to(Paths.nights))\">nights</a>"],
      """
      <h1>Night of \(day.date)</h1>
      <p class="lead">\(lead)</p>
      \(reasons.isEmpty ? "" : "<ul class=\"plain\">\(reasons)</ul>")
      <h2 id="models">Models</h2>
      \(Self.table(day.nights, layout))
      <h2 id="runs">Runs</h2>
      \(RunListPage.table(day.runs, layout))
      """)
  }

  private static let failedLimit = 100
  /// Of the rows of one table.
  static let limitBytes = 400_000

  /// What became of models, a night a row.
  static func table(_ rows: [NightRow], _ layout: Layout) -> HTML {
    Table.table(
      ["Model", "Outcome", "Metric", "Champion, new data", "Challenger", "Champion", "Drift", "Runs"],
      numeric: [3, 4, 5],
      rows.map { row -> [HTML] in
        let links = row.runs.map { run -> HTML in "<a href=\"\(layout.to(Paths.run(run.id)))\">\(run.job)</a>" }
        return [
          layout.link(model: row.model), outcome(row), "\(row.metric.map(Format.metricTitle) ?? "–")",
          "\(Format.metric(row.live))", "\(Format.metric(row.challenger))", "\(Format.metric(row.champion))",
          drift(row), HTML(joining: links, by: ", "),
        ]
      }, limitBytes: limitBytes)
  }

  static func outcome(_ row: NightRow) -> HTML {
    switch row.decision {
    case .promote: "<span class=\"good\">\(row.outcome)</span>"
    case .hold, .reject: "<span class=\"warn\">\(row.outcome)</span>"
    case nil: row.isFailed ? "<span class=\"bad\">\(row.outcome)</span>" : "\(row.outcome)"
    }
  }

  private static func drift(_ row: NightRow) -> HTML {
    guard let names = row.drifted else { return "–" }
    if names.isEmpty { return "none" }
    return "<span class=\"\(row.isDrifted ?? false ? "warn" : "soft")\">\(names.joined(separator: ", "))</span>"
  }
}

/// Every night in a line.
struct NightListPage {
  let days: [DayStanding]
  let terms: SiteTerms

  func page() -> Page {
    let layout = Layout(siteName: terms.siteName, path: Paths.nights)
    return layout.page(
      "Nights", crumbs: [], "<h1>Nights</h1>\(Self.table(days, layout))")
  }

  static func table(_ days: [DayStanding], _ layout: Layout) -> HTML {
    Table.table(
      ["Night", "Runs", "Failed", "Promoted", "Refused", "Drifted", "Steps", "Reused", "Time"],
      numeric: [1, 2, 3, 4, 5, 6, 7, 8],
      days.map { day -> [HTML] in
        [
          "<a class=\"w\" href=\"\(layout.to(Paths.night(day.date)))\">\(day.date)</a>",
          "\(Format.grouped(day.runCount))", count(day.failedCount, "bad"), count(day.promotedCount, "good"),
          count(day.refusedCount, "warn"), count(day.driftedCount, "warn"), "\(Format.grouped(day.stepCount))",
          "\(Format.grouped(day.reusedCount))", "\(Format.seconds(day.wallSeconds))",
        ]
      }, limitBytes: NightPage.limitBytes)
  }

  /// Nothing is no news.
  private static func count(_ number: Int, _ mark: String) -> HTML {
    number == 0 ? "<span class=\"soft\">0</span>" : "<span class=\"\(mark)\">\(Format.grouped(number))</span>"
  }
}

/// The newest runs.
struct RunListPage {
  let runs: [RunSummary]
  let terms: SiteTerms

  func page() -> Page {
    let layout = Layout(siteName: terms.siteName, path: Paths.runs)
    let all: HTML =
      "<p>All runs: by <a href=\"\(layout.to(Paths.nights))\">night</a> or by <a href=\"\(layout.to(Paths.jobs))\">job</a>.</p>"
    return layout.page("Newest runs", crumbs: [], "<h1>Newest runs</h1>\(all)\(Self.table(runs, layout))")
  }

  static func table(_ runs: [RunSummary], _ layout: Layout) -> HTML {
    Table.table(
      ["Run", "Outcome", "Steps", "Reused", "Time", "CPU", "Memory", "Result"], numeric: [2, 3, 4, 5, 6],
      runs.map { run -> [HTML] in
        [
          layout.link(run: run.id), outcome(run.outcome), "\(run.stepCount)", "\(run.reusedCount)",
          "\(Format.seconds(run.wallSeconds))", "\(Format.seconds(run.cpuSeconds))",
          "\(run.peakMemoryBytes > 0 ? Format.bytes(run.peakMemoryBytes) : "–")",
          "\(run.reason ?? run.headline ?? "")",
        ]
      }, limitBytes: NightPage.limitBytes)
  }

  static func outcome(_ outcome: RunRecord.Outcome) -> HTML {
    switch outcome {
    case .done: "done"
    case .failed: "<span class=\"bad\">failed</span>"
    case .cancelled: "<span class=\"warn\">cancelled</span>"
    }
  }
}
