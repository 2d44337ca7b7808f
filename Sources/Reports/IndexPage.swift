internal import Records

/// The first page: was last night fine, which models are in use, what needs somebody.
struct IndexPage {
  let records: SiteRecords
  let nights: [Night]

  func page() -> Page {
    let layout = Layout(records: records, path: "index.html")
    return layout.page(
      "Last night", crumbs: [],
      """
      <h1>\(headline)</h1>
      <p class="lead">\(summary(layout))</p>
      \(nextRun)
      \(attention(layout))
      <h2>Models</h2>
      <div class="cards">\(records.models.map { card($0, layout) })</div>
      <h2>Nights</h2>
      \(Self.nightTable(Array(nights.prefix(60)), layout, hasModel: records.models.count > 1))
      <h2>Data</h2>
      \(datasets(layout))
      <p><a href="runs/index.html">All \(records.runs.count) runs</a></p>
      """)
  }

  private var lastNight: [RunRecord] {
    guard let time = records.runs.first?.logicalTime else { return [] }
    return records.runs.filter { $0.logicalTime.date == time.date }
  }

  private var headline: String {
    guard let last = lastNight.first else { return "No night has been run yet" }
    let failed = lastNight.count { $0.outcome == .failed }
    if failed > 0 { return "\(failed) of \(lastNight.count) runs failed in the night of \(last.logicalTime.date)" }
    return "All went well in the night of \(last.logicalTime.date)"
  }

  private func summary(_ layout: Layout) -> HTML {
    let steps = lastNight.flatMap(\.steps)
    guard !lastNight.isEmpty else { return "Drop a spec into the inbox and start <code>nightshift run</code>." }
    let reused = steps.count { $0.outcome == .reused }
    let time = nights.first.map(\.time)
    let outcomes = nights.filter { $0.time == time }.map { night -> HTML in
      "<a href=\"\(layout.to(Paths.model(night.project, night.model)))\">\(night.model)</a>: \(Self.outcome(night))"
    }
    return
      "\(lastNight.count) runs, \(steps.count) steps\(reused > 0 ? HTML(raw: ", \(reused) of them reused") : HTML.empty). \(HTML(joining: outcomes, by: "; "))."
  }

  /// A page that lies on a disk cannot know that no run came: its reader can, who has a clock.
  private var nextRun: HTML {
    guard let ended = records.lastRunEnded, let expected = records.expectedSeconds else { return "" }
    let next = Timestamp(seconds: ended.seconds + expected)
    return
      "<p class=\"soft\">Last run: \(ended.text). The next one is expected by \(next.text): if that is past, no run came, and <code>nightshift health</code> says more.</p>"
  }

  private static func outcome(_ night: Night) -> HTML {
    switch night.decision {
    case .promote: "<span class=\"good\">\(night.outcome)</span>"
    case .hold, .reject: "<span class=\"warn\">\(night.outcome)</span>"
    case nil: "\(night.outcome)"
    }
  }

  private static let reproductionLimit = 10

  /// What somebody should look at; nothing when there is nothing.
  private func attention(_ layout: Layout) -> HTML {
    var items = lastNight.filter { $0.outcome == .failed }.map { run -> HTML in
      "<li><span class=\"bad\">Failed</span> \(layout.link(run)): \(run.reason ?? "")</li>"
    }
    let time = nights.first?.time
    for night in nights where night.time == time {
      if let verdict = night.verdict, verdict.decision != .promote {
        let reasons = verdict.findings.filter { $0.holds != true }.map(\.explanation).joined(separator: "; ")
        let word = verdict.decision == .hold ? "On hold" : "Refused"
        items.append(
          "<li><span class=\"warn\">\(word)</span> \(verdict.challengerVersion?.text ?? "a challenger"): \(reasons)</li>"
        )
      } else if let promotion = night.promotion, promotion.decision != .promote {
        items.append("<li><span class=\"warn\">Held back</span> \(promotion.explanation)</li>")
      }
      if let drift = night.drift, drift.isDrifted {
        let names = drift.columns.filter(\.isDrifted).map(\.name).joined(separator: ", ")
        items.append("<li><span class=\"warn\">Drift</span> in what \(night.model) reads: \(names)</li>")
      }
    }
    items += records.runs.compactMap { run -> HTML? in
      guard let found = records.reproductions[run.id], found.label == .differs else { return nil }
      let reason = found.steps.first { $0.label == .differs }.map { "\($0.id): \($0.reason ?? "")" } ?? ""
      return "<li><span class=\"bad\">Not reproduced</span> \(layout.link(run)): \(reason)</li>"
    }.prefix(Self.reproductionLimit)
    if records.spool.rejected > 0 {
      items.append(
        "<li><span class=\"warn\">Rejected</span> \(records.spool.rejected) specs had mistakes: see <code>Jobs/rejected</code></li>"
      )
    }
    if records.spool.inbox > 0 { items.append("<li>\(records.spool.inbox) jobs wait in the inbox</li>") }
    return items.isEmpty ? "" : "<h2>Needs a look</h2><ul class=\"plain\">\(items)</ul>"
  }

  private func card(_ model: SiteRecords.Entity, _ layout: Layout) -> HTML {
    let own = nights.filter { $0.project == model.project && $0.model == model.name }
    let live = own.reversed().compactMap(\.liveMetrics)
    let metric =
      live.last.flatMap { MainMetric.name($0) }
      ?? own.compactMap(\.verdict).first.flatMap { MainMetric.name($0.challengerMetrics) }
    let values = metric.map { name in live.compactMap { $0[name] } } ?? []
    let champion = model.aliases["champion"]
    let moved = model.moves.last { $0.alias == "champion" }
    return """
      <section class="card"><h3><a href="\(layout.to(Paths.model(model.project, model.name)))">\(model.name)</a> <span class="soft">\(model.project)</span></h3>
      <p>\(champion.map { "champion v\($0)" } ?? "no champion")\(moved.map { ", since \($0.at.date)" } ?? "")</p>
      \(metric.map { name -> HTML in "<p><span class=\"big\">\(Format.metric(values.last))</span> \(Format.metricTitle(name)) on the newest data</p>" } ?? "")
      \(Charts.sparkline("\(metric.map(Format.metricTitle) ?? "") of \(model.name) over the nights", values))
      <p class="soft">\(own.first?.drift.map { $0.isDrifted ? "drift on \(own.first?.date ?? "")" : "no drift" } ?? "drift not watched"); last night: \(own.first?.outcome ?? "–")</p></section>
      """
  }

  /// Nights as rows, latest first.
  static func nightTable(_ nights: [Night], _ layout: Layout, hasModel: Bool) -> HTML {
    let metric =
      nights.lazy.compactMap(\.liveMetrics).compactMap { MainMetric.name($0) }.first
      ?? nights.lazy.compactMap(\.verdict).compactMap { MainMetric.name($0.challengerMetrics) }.first ?? "auc"
    let title = Format.metricTitle(metric)
    let header =
      ["Night"] + (hasModel ? ["Model"] : []) + [
        "Champion, new data: \(title)", "Drift", "Challenger: \(title)", "Champion: \(title)", "Outcome", "Runs",
      ]
    let shift = hasModel ? 1 : 0
    let rows = nights.map { night -> [HTML] in
      let model: [HTML] =
        hasModel
        ? ["<a class=\"w\" href=\"\(layout.to(Paths.model(night.project, night.model)))\">\(night.model)</a>"] : []
      let links = night.runs.map { run -> HTML in "<a href=\"\(layout.to(Paths.run(run.id)))\">\(run.job)</a>" }
      return ["<span class=\"w\">\(night.date)</span>"] + model + [
        "\(Format.metric(night.liveMetrics?[metric]))", drift(night.drift),
        "\(Format.metric(night.verdict?.challengerMetrics[metric]))",
        "\(Format.metric(night.verdict?.championMetrics[metric]))",
        outcome(night), HTML(joining: links, by: ", "),
      ]
    }
    return Table.table(header, numeric: [1 + shift, 3 + shift, 4 + shift], rows)
  }

  private static func drift(_ document: DriftDocument?) -> HTML {
    guard let document else { return "–" }
    let drifted = document.columns.filter(\.isDrifted).map(\.name)
    if drifted.isEmpty { return "none" }
    return "<span class=\"\(document.isDrifted ? "warn" : "soft")\">\(drifted.joined(separator: ", "))</span>"
  }

  private func datasets(_ layout: Layout) -> HTML {
    Table.table(
      ["Dataset", "Project", "Version", "Rows", "Size", "From"], numeric: [2, 3, 4],
      records.datasets.map { entity -> [HTML] in
        let version = entity.versions.last
        let description = version?.description.flatMap { records.datasetDescriptions[$0] }
        return [
          "<a href=\"\(layout.to(Paths.dataset(entity.project, entity.name)))\">\(entity.name)</a>",
          "\(entity.project)",
          "\(version.map { "v\($0.number)" } ?? "–")", "\(description?.rowCount.map(Format.grouped) ?? "–")",
          "\(description.map { Format.bytes($0.totalBytes) } ?? "–")", "\(version?.created.date ?? "–")",
        ]
      })
  }
}
