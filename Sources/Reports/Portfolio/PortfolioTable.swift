internal import Records

/// Every model in a line.
struct PortfolioTable {
  let site: SiteLedger
  let terms: SiteTerms

  func html(_ layout: Layout) -> HTML {
    let failing = Set(site.jobs.filter { $0.failingSince != nil }.map(\.job))
    let hasDue = !terms.due.isEmpty
    let header =
      ["Model", "Health", "In use", "Newest metric", "Trend", "Drift", "Last night", "Last retrained"]
      + (hasDue ? ["Next due"] : []) + ["Cost"]
    let rows = site.models.map { model -> [HTML] in
      [
        "\(layout.link(model: model.key))<br><span class=\"soft\">\(model.project)</span>",
        health(model, failing), inUse(model), metric(model), trend(model), drift(model),
        "<span class=\"w\">\(model.outcome ?? "–")</span>\(model.night.map { night -> HTML in "<br><span class=\"soft w\">\(night.date)</span>" } ?? "")",
        "<span class=\"w\">\(model.retrained?.date ?? "–")</span>",
      ] + (hasDue ? ["\(due(model))"] : []) + [cost(model)]
    }
    return Table.table(header, numeric: [3], rows)
  }

  private func health(_ model: ModelStanding, _ failing: Set<String>) -> HTML {
    if model.jobs.contains(where: failing.contains) { return "<span class=\"bad\">✗ failing</span>" }
    if let first = model.alerts.first { return "<span class=\"warn\">! \(first.kind.title.lowercased())</span>" }
    return model.night == nil ? "<span class=\"soft\">no night yet</span>" : "<span class=\"good\">✓ good</span>"
  }

  private func inUse(_ model: ModelStanding) -> HTML {
    guard let champion = model.champion else { return "<span class=\"soft\">none</span>" }
    let since = model.championSince.map { time -> HTML in "<br><span class=\"soft w\">since \(time.date)</span>" } ?? ""
    return "v\(champion)\(since)"
  }

  private func metric(_ model: ModelStanding) -> HTML {
    guard let name = model.metric, let value = model.value else { return "–" }
    let of: HTML = model.isLive ? "on new data" : "on test data"
    return "\(Format.metric(value)) \(Format.metricTitle(name))<br><span class=\"soft w\">\(of)</span>"
  }

  private func trend(_ model: ModelStanding) -> HTML {
    guard let name = model.metric, model.values.count > 1 else { return "" }
    return Sparkline("\(Format.metricTitle(name)) of \(model.name) over the nights", model.values).html
  }

  private static let shownColumns = 3

  private func drift(_ model: ModelStanding) -> HTML {
    guard let drifted = model.drifted, let isDrifted = model.isDrifted else {
      return "<span class=\"soft\">not watched</span>"
    }
    guard !drifted.isEmpty else { return "none" }
    let rest = drifted.count - Self.shownColumns
    let names = drifted.prefix(Self.shownColumns).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    return isDrifted ? "<span class=\"warn\">\(names)</span>" : "<span class=\"soft\">\(names)</span>"
  }

  /// The first time at which one of its jobs is due.
  private func due(_ model: ModelStanding) -> String {
    model.jobs.compactMap { terms.due[$0] }.min()?.text ?? "–"
  }

  private func cost(_ model: ModelStanding) -> HTML {
    guard model.night != nil else { return "–" }
    return
      "<span class=\"w\">\(Format.seconds(model.cpuSeconds)) CPU</span><br><span class=\"soft w\">\(Format.bytes(model.peakMemoryBytes))</span>"
  }
}
