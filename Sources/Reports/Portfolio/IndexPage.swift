internal import Records

/// The first page: was last night fine, what needs somebody, what is other than the day before, which models are in use.
struct IndexPage {
  let site: SiteLedger
  /// The newest day with a run, and its models' nights.
  let last: DayLedger?
  let terms: SiteTerms

  func page() -> Page {
    let layout = Layout(siteName: terms.siteName, path: Paths.index, asOf: terms.now)
    return layout.page(
      "Last night", crumbs: [],
      """
      <h1>\(headline)</h1>
      <p class="lead">\(summary)</p>
      \(expected)
      \(AttentionSection(site: site, terms: terms).html(layout))
      \(changes(layout))
      <h2 id="models">Models</h2>
      \(PortfolioTable(site: site, terms: terms).html(layout))
      <h2 id="data">Data</h2>
      \(DatasetListPage.table(Array(site.datasets.prefix(Self.datasetLimit)), layout))
      \(rest(site.datasets.count - Self.datasetLimit, "dataset", Paths.datasets, layout))
      <h2 id="nights">Nights</h2>
      \(NightListPage.table(Array(site.days.prefix(Self.dayLimit)), layout))
      \(rest(site.days.count - Self.dayLimit, "day", Paths.nights, layout))
      <p><a href="\(layout.to(Paths.jobs))">All jobs</a> · <a href="\(layout.to(Paths.runs))">newest runs</a></p>
      """)
  }

  private static let datasetLimit = 50
  private static let dayLimit = 14

  private func rest(_ count: Int, _ noun: String, _ path: String, _ layout: Layout) -> HTML {
    guard count > 0 else { return "" }
    return "<p><a href=\"\(layout.to(path))\">\(Format.grouped(count)) more \(noun)\(count == 1 ? "" : "s")</a></p>"
  }

  // MARK: Was it fine?

  private var headline: String {
    guard let last, let standing = site.days.first else { return "No night has been run yet" }
    guard standing.failedCount > 0 else { return "All went well in the night of \(last.date)" }
    let runs = standing.runCount == 1 ? "The only run" : "\(standing.failedCount) of \(standing.runCount) runs"
    return "\(runs) failed in the night of \(last.date)"
  }

  private var summary: HTML {
    guard let standing = site.days.first else {
      return "Drop a spec into the inbox and start <code>nightshift run</code>."
    }
    let reused = standing.reusedCount > 0 ? ", \(Format.grouped(standing.reusedCount)) of them reused" : ""
    var parts = [
      "\(Format.count(standing.runCount, "run")), \(Format.count(standing.stepCount, "step"))\(reused)"
    ]
    if standing.promotedCount > 0 { parts.append("\(Format.count(standing.promotedCount, "model")) promoted") }
    if standing.refusedCount > 0 { parts.append("\(Format.count(standing.refusedCount, "challenger")) refused") }
    if standing.driftedCount > 0 { parts.append("drift in \(Format.count(standing.driftedCount, "model"))") }
    return "\(parts.joined(separator: "; "))."
  }

  /// A page that lies on a disk cannot know that no run came: its reader can, who has a clock.
  private var expected: HTML {
    terms.expectedBy.map { Moment.expected($0, after: terms.now) } ?? ""
  }

  // MARK: What is other than the night before?

  private static let changeLimit = 40

  private func changes(_ layout: Layout) -> HTML {
    guard let last else { return "" }
    let items = last.nights.filter { !$0.changes.isEmpty }.map { row -> HTML in
      let words = row.changes.map { change -> HTML in
        let kind: HTML =
          switch change.kind {
          case .better: "good"
          case .worse: "warn"
          case .neutral: "soft"
          }
        return "<span class=\"\(kind)\">\(change.text)</span>"
      }
      return "<li>\(layout.link(model: row.model)): \(HTML(joining: words, by: "; "))</li>"
    }
    guard !items.isEmpty else { return "" }
    let more: HTML =
      items.count > Self.changeLimit
      ? "<li><a href=\"\(layout.to(Paths.night(last.date)))\">\(Format.grouped(items.count - Self.changeLimit)) more</a></li>"
      : ""
    return """
      <h2 id="changes">New since the night before</h2>
      <ul class="plain">\(Array(items.prefix(Self.changeLimit)))\(more)</ul>
      """
  }
}

extension Layout {
  func link(model key: EntityKey) -> HTML {
    "<a href=\"\(to(Paths.model(key.project, key.name)))\">\(key.name)</a>"
  }

  func link(dataset key: EntityKey) -> HTML {
    "<a href=\"\(to(Paths.dataset(key.project, key.name)))\">\(key.name)</a>"
  }
}
