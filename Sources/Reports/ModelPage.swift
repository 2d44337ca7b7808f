internal import Records

/// One model: what is in use and why, over the nights.
struct ModelPage {
  let records: SiteRecords
  let model: SiteRecords.Entity
  let nights: [Night]
  let lineage: Lineage
  let looks: Looks

  var path: String { Paths.model(model.project, model.name) }

  func page() -> Page {
    let layout = Layout(records: records, path: path)
    return layout.page(
      model.name, crumbs: ["\(model.project)"],
      """
      <h1>\(model.name)</h1>
      <p class="lead">\(inUse)</p>
      \(verdict)
      <h2>Over the nights</h2>
      \(trends)
      \(IndexPage.nightTable(nights, layout, hasModel: false))
      \(performance)
      \(drift)
      \(champion(layout))
      <h2>Versions</h2>
      \(versions(layout))
      <h2>Moves of aliases</h2>
      \(moves)
      """)
  }

  private var championVersion: SiteRecords.Version? { model.aliases["champion"].flatMap { model.version($0) } }

  private var inUse: HTML {
    guard let version = championVersion else { return "No version is in use yet." }
    let move = model.moves.last { $0.alias == "champion" }
    let since = move.map { ", since \($0.at.date)" } ?? ""
    return "Version \(version.number) is in use\(since). \(verdict(of: version) ?? move.map { "\($0.why)." } ?? "")"
  }

  /// In short, where the alias's move names every rule.
  private func verdict(of version: SiteRecords.Version) -> HTML? {
    let verdicts = nights.lazy.compactMap(\.verdict)
    guard let own = verdicts.first(where: { $0.challengerVersion?.number == version.number && $0.decision == .promote })
    else { return nil }
    return "It was judged on \(Format.grouped(own.rowCount)) rows, and all \(own.findings.count) rules held."
  }

  private var verdict: HTML {
    guard let night = nights.first(where: { $0.verdict != nil }), let verdict = night.verdict else { return "" }
    return "<h2>Latest verdict, \(night.date)</h2>" + VerdictSection.html(verdict, night.promotion)
      + (looks.count(of: verdict.data)?.html ?? "")
  }

  private var trends: HTML {
    let ordered = Array(nights.reversed())
    let metric = ordered.lazy.compactMap {
      $0.liveMetrics.flatMap { MainMetric.name($0) } ?? $0.verdict.flatMap { MainMetric.name($0.challengerMetrics) }
    }.first
    guard let metric else { return "" }
    let promoted = Set(ordered.indices.filter { (ordered[$0].promotion?.decision ?? .reject) == .promote })
    var series: [Charts.Series] = []
    if ordered.contains(where: { $0.liveMetrics != nil }) {
      series.append(
        Charts.Series(
          name: "champion on newly arrived data", colour: "a", values: ordered.map { $0.liveMetrics?[metric] }))
    }
    series.append(
      Charts.Series(
        name: "challenger on its test data", colour: "b", values: ordered.map { $0.verdict?.challengerMetrics[metric] },
        marks: promoted))
    series.append(
      Charts.Series(
        name: "champion on the same test data", colour: "c", values: ordered.map { $0.verdict?.championMetrics[metric] }
      ))
    return Charts.lines("\(Format.metricTitle(metric)) by night", labels: ordered.map(\.date), series)
  }

  /// The newest report, and every date that any report spoke of.
  private var performance: HTML {
    guard let night = nights.first(where: { $0.performance != nil }), var document = night.performance else {
      return ""
    }
    document.periods = ModelHistory(of: nights).performance
    return "<h2>How its predictions came true, \(night.date)</h2>" + PerformanceSection.html(document)
  }

  private var driftTrend: HTML {
    let points = ModelHistory(of: nights).drift
    guard points.count > 1 else { return "" }
    return Charts.lines(
      "PSI by night", labels: points.map(\.night.date),
      [
        Charts.Series(name: "the largest of its columns", colour: "a", values: points.map(\.largestPSI)),
        Charts.Series(name: "what it says", colour: "b", values: points.map(\.predictionPSI)),
      ])
  }

  private var drift: HTML {
    let watched = nights.filter { $0.drift != nil }
    guard let latest = watched.first, let document = latest.drift else { return "" }
    let names = document.columns.map(\.name)
    let recent = Array(watched.prefix(12).reversed())
    let rows = names.map { name -> [HTML] in
      ["\(name)"]
        + recent.map { night -> HTML in
          guard let column = night.drift?.columns.first(where: { $0.name == name }) else { return "–" }
          return column.isDrifted
            ? "<span class=\"warn\">\(Format.fixed(column.psi, 2))</span>" : "\(Format.fixed(column.psi, 2))"
        }
    }
    return """
      <h2>Drift, \(latest.date)</h2>
      \(DriftSection.html(document))
      \(driftTrend)
      <h3>PSI by night</h3>
      \(Table.table(["Column"] + recent.map(\.date), numeric: Set(1..<max(2, recent.count + 1)), rows))
      """
  }

  private func champion(_ layout: Layout) -> HTML {
    guard let version = championVersion ?? model.versions.last, let digest = version.description,
      let description = records.modelDescriptions[digest]
    else { return "" }
    let artifact = Artifact(
      kind: .model, digest: version.digest,
      version: VersionLabel(project: model.project, name: model.name, number: version.number))
    let important = description.features.compactMap { feature in feature.importance.map { (feature.name, $0) } }.sorted
    { $0.1 > $1.1 }
    let params = description.parameters.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }.joined(
      separator: ", ")
    let curves = description.curves.sorted { $0.key < $1.key }
    let rounds = curves.map(\.value.count).max() ?? 0
    return """
      <h2>Version \(version.number)</h2>
      \(Table.facts([
        ("Predicts", "\(description.target) (\(description.task))"), ("Trained on", "\(Format.grouped(description.rowCount)) rows <span class=\"mono soft\">\(description.trainingData?.shortText ?? "")</span>\(description.droppedRowCount > 0 ? "; \(Format.grouped(description.droppedRowCount)) without a target left out" : "")"),
        ("Trainer", "\(description.environment), seed \(description.seed)\(description.bestRound.map { ", best round \($0)" } ?? "")"),
        ("Parameters", "\(params.isEmpty ? "defaults" : params)"), ("Package", "<span class=\"mono\">\(version.digestText)</span>"),
      ]))
      <div class="pair">\(important.isEmpty ? "" : Charts.bars("Share of the gain by feature", important.map { (label: $0.0, value: $0.1) }, text: Format.percent))\
      \(rounds > 1 ? Charts.lines("Learning curve by round", place: "Round", labels: (1...rounds).map { "\($0)" }, zip(["a", "b", "c"], curves).map { colour, curve in Charts.Series(name: curve.key, colour: colour, values: (0..<rounds).map { $0 < curve.value.count ? curve.value[$0] : nil }) }) : "")</div>
      <h3>Where it comes from</h3>
      \(lineage.picture(of: artifact, title: "Lineage of \(model.name) v\(version.number)"))
      \(lineage.table(of: artifact, layout))
      """
  }

  private func versions(_ layout: Layout) -> HTML {
    Table.table(
      ["Version", "Night", "Rows", "Best round", "Aliases", "Run", "Because", "Digest"], numeric: [2, 3],
      model.versions.reversed().map { version -> [HTML] in
        let description = version.description.flatMap { records.modelDescriptions[$0] }
        let aliases = model.aliases.filter { $0.value == version.number }.keys.sorted().joined(separator: ", ")
        let record = version.run.flatMap { id in records.runs.first { $0.id == id } }
        let run = version.run.map { id -> HTML in
          record == nil ? "\(id)" : "<a href=\"\(layout.to(Paths.run(id)))\">\(id)</a>"
        }
        return [
          "v\(version.number)", "\(version.created.date)", "\(description.map { Format.grouped($0.rowCount) } ?? "–")",
          "\(description?.bestRound.map { "\($0)" } ?? "–")", "\(aliases)", run ?? "by hand",
          "\(record?.because ?? "")",
          "<span class=\"mono soft\" title=\"\(version.digestText)\">\(version.shortDigest)</span>",
        ]
      })
  }

  private var moves: HTML {
    Table.table(
      ["When", "Alias", "From", "To", "By", "Why"],
      model.moves.reversed().map { move -> [HTML] in
        [
          "\(move.at.date)", "\(move.alias)", "\(move.from.map { "v\($0)" } ?? "–")", "v\(move.to)", "\(move.by)",
          "\(move.why)",
        ]
      })
  }
}
