internal import Records
internal import Store

/// What a version predicts, what it learnt from and how: all that it would take to make it again.
struct RecipeSection {
  let dossier: ModelDossier
  let layout: Layout

  private static let limitText = 400
  private static let limitBytes = 60_000

  var html: HTML {
    guard let version = dossier.version else { return "" }
    guard let description = dossier.description else {
      return """
        <h2 id="recipe">How version \(version.number) was made</h2>
        <p class="soft">The description of version \(version.number) is no longer in the store.</p>
        \(Table.facts(origin(version)))
        """
    }
    return """
      <h2 id="recipe">How version \(version.number) was made</h2>
      \(Table.facts(facts(description) + origin(version)))
      \(features(description))
      \(curves(description))
      \(dossier.trials.map { trials -> HTML in "<details><summary>The search that chose its parameters</summary>\(TrialsSection.html(trials).fitting(Self.limitBytes, or: runLink))</details>" } ?? "")
      """
  }

  private var runLink: HTML {
    dossier.version?.run.map { "<p class=\"soft\">Too long for this page: see \(layout.link(run: $0)).</p>" } ?? ""
  }

  private func facts(_ description: ModelDescription) -> [(String, HTML)] {
    let dropped: HTML =
      description.droppedRowCount > 0
      ? "; \(Format.grouped(description.droppedRowCount)) without a target left out" : ""
    var pairs: [(String, HTML)] = [
      ("Predicts", "\(clipped(description.target)) <span class=\"soft\">(\(description.task))</span>"),
      ("Learnt from", learntFrom(description)),
      ("Rows", "\(Format.grouped(description.rowCount))\(dropped)"),
    ]
    if let validation = description.validationData {
      pairs.append(("Validated on", HTML.digest(validation.description)))
    }
    let library = description.environment.hasPrefix(description.trainer) ? "" : "\(description.trainer), "
    let round: HTML = description.bestRound.map { ", best round \(Format.grouped($0))" } ?? ""
    pairs.append(("Trainer", "\(library)\(clipped(description.environment)), seed \(description.seed)\(round)"))
    pairs.append(("Parameters", parameters(description)))
    return pairs
  }

  private func learntFrom(_ description: ModelDescription) -> HTML {
    let versions = dossier.learntFrom.prefix(8).map { data -> HTML in
      let times: HTML = data.times.map { " <span class=\"soft\">(\(clipped($0)))</span>" } ?? ""
      return "\(layout.link(data.version, .dataset))\(times)"
    }
    let digest: HTML = description.trainingData.map { HTML.digest($0.description) } ?? "not recorded"
    return versions.isEmpty ? digest : "\(HTML(joining: versions, by: "<br>"))<br>as \(digest)"
  }

  private static let openParameters = 40

  private func parameters(_ description: ModelDescription) -> HTML {
    guard !description.parameters.isEmpty else { return "the trainer's defaults" }
    let all = description.parameters.sorted { $0.key < $1.key }
    let shown = all.prefix(Self.openParameters).map { name, value -> HTML in
      "<code>\(ProfileText.clipped(name, 80)) = \(ProfileText.clipped(value, 120))</code>"
    }
    let rest = all.count - shown.count
    let more: HTML = rest > 0 ? " and \(rest) more in the JSON" : ""
    return HTML(joining: shown, by: "<br>") + more
  }

  /// From the records of the run that made it.
  private func origin(_ version: ModelVersion) -> [(String, HTML)] {
    var pairs: [(String, HTML)] = []
    if let run = version.run {
      let isKnown = dossier.record != nil
      let step: HTML = version.step.map { ", step \($0)" } ?? ""
      pairs.append(("Made by", "\(isKnown ? layout.link(run: run) : "\(run)")\(step)"))
    } else {
      pairs.append(("Made by", "somebody published it by hand"))
    }
    if let because = dossier.record?.because { pairs.append(("Because", "\(Format.prose(clipped(because)))")) }
    pairs += code
    if let reproduction = dossier.reproduction {
      pairs.append(("Done again", ReproductionSection.word(reproduction.label, reproduction)))
    }
    pairs.append(("Package", "<code class=\"digest\">\(version.digest.description)</code>"))
    return pairs
  }

  /// What it ran with: code by digest, tools by version.
  private var code: [(String, HTML)] {
    guard let record = dossier.record, let step = dossier.step else { return [] }
    let environment = (step.environment ?? [:]).sorted { $0.key < $1.key }.prefix(40).map { name, value -> HTML in
      "\(ProfileText.clipped(name, 60)) \(ProfileText.clipped(value, 80))"
    }
    let files = step.inputs.filter { $0.artifact?.kind == .files }.map { input -> HTML in
      "\(input.name): \(ProfileText.clipped(input.reference, 80)) \(HTML.digest(input.artifact?.digestText ?? ""))"
    }
    var pairs: [(String, HTML)] = [
      ("Spec", "\(ProfileText.clipped(record.specName, 80)) \(HTML.digest(record.spec.description))")
    ]
    if !files.isEmpty { pairs.append(("Code", HTML(joining: files, by: "<br>"))) }
    let tools = ["Nightshift \(record.toolVersion)" as HTML] + environment
    pairs.append(("Environment", "\(HTML(joining: tools, by: "; ")) <span class=\"soft\">on \(record.host)</span>"))
    if let key = step.key { pairs.append(("Step key", HTML.digest(key.description))) }
    return pairs
  }

  private static let barLimit = 15

  private func features(_ description: ModelDescription) -> HTML {
    guard !description.features.isEmpty else { return "" }
    let important = description.features.compactMap { feature in feature.importance.map { (feature.name, $0) } }
      .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    let bars: HTML =
      important.isEmpty
      ? ""
      : Self.bars(important.prefix(Self.barLimit).map { BarChart.Bar(label: $0.0, value: $0.1) })
    let rows = description.features.map { feature -> [HTML] in
      [
        "\(ProfileText.clipped(feature.name))", "\(feature.kind)",
        feature.importance.map { "\(Format.percent($0))" } ?? "–",
      ]
    }
    let table = Table.table(["Feature", "Kind", "Share of the gain"], numeric: [2], rows, limitBytes: Self.limitBytes)
    return """
      <h3>What it reads</h3>
      \(bars)<details><summary>All \(Format.grouped(rows.count)) features</summary>\(table)</details>
      """
  }

  private static func bars(_ bars: [BarChart.Bar]) -> HTML {
    var chart = BarChart("Share of the gain by feature", bars)
    chart.quantity = .share
    return chart.html
  }

  private func curves(_ description: ModelDescription) -> HTML {
    let curves = description.curves.sorted { $0.key < $1.key }.prefix(3)
    let rounds = curves.map(\.value.count).max() ?? 0
    guard rounds > 1 else { return "" }
    let lines = curves.map { curve in
      LineChart.Line(name: ProfileText.clipped(curve.key, 40), values: curve.value.map { Optional($0) })
    }
    let chart = LineChart("Learning curve by round", Places("Round", (1...rounds).map { "\($0)" }), lines)
    return "<details><summary>Learning curve</summary>\(chart.html)</details>"
  }

  private func clipped(_ text: String) -> String { ProfileText.clipped(text, Self.limitText) }
}
