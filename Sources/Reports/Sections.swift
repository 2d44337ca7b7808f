internal import Records

/// Parts that several pages show: verdicts, metrics, drift.
enum Sections {
  /// Champion and challenger side by side, and every rule with its numbers.
  static func verdict(_ verdict: VerdictDocument, _ promotion: PromotionDocument?) -> HTML {
    let names = verdict.challengerMetrics.keys.sorted()
    let challenger = verdict.challengerVersion.map { "challenger v\($0.number)" } ?? "challenger"
    let champion = verdict.championVersion.map { "champion v\($0.number)" } ?? "no champion"
    let rules = verdict.findings.map { finding -> [HTML] in
      [
        "<code>\(finding.rule)</code>", mark(finding.holds), "\(Format.metric(finding.observed))",
        "\(Format.metric(finding.required))", "\(finding.explanation)",
      ]
    }
    let metrics = names.map { name -> [HTML] in
      let (new, old) = (verdict.challengerMetrics[name], verdict.championMetrics[name])
      let delta = new.flatMap { new in old.map { Format.delta(new - $0) } } ?? "–"
      return ["\(Format.metricTitle(name))", "\(Format.metric(new))", "\(Format.metric(old))", "\(delta)"]
    }
    return """
      <p class="lead">\(decision(verdict.decision)) \(promotion?.explanation ?? "")</p>
      <p class="soft">Judged on the same \(Format.grouped(verdict.rowCount)) rows.</p>
      <h3>Rules</h3>
      \(Table.table(["Rule", "Holds", "Observed", "Required", "In words"], numeric: [2, 3], rules))
      <h3>Champion against challenger</h3>
      \(Table.table(["Metric", challenger, champion, "Difference"], numeric: [1, 2, 3], metrics))
      """
  }

  static func decision(_ decision: VerdictDocument.Decision) -> HTML {
    switch decision {
    case .promote: "<span class=\"good\">Promoted.</span>"
    case .hold: "<span class=\"warn\">On hold.</span>"
    case .reject: "<span class=\"warn\">Refused.</span>"
    }
  }

  /// Words beside the colour: not everybody sees it.
  private static func mark(_ holds: Bool?) -> HTML {
    switch holds {
    case true?: "<span class=\"good\">✓ yes</span>"
    case false?: "<span class=\"bad\">✗ no</span>"
    case nil: "<span class=\"warn\">? undecided</span>"
    }
  }

  static func metrics(_ document: MetricsDocument) -> HTML {
    let rows =
      document.metrics.sorted { $0.key < $1.key }.map { name, value -> [HTML] in
        ["\(Format.metricTitle(name))", "\(Format.metric(value))"]
      }
      + document.undefined.sorted { $0.key < $1.key }.map { name, why -> [HTML] in
        ["\(Format.metricTitle(name))", "<span class=\"soft\">undefined: \(why)</span>"]
      }
    return """
      <p class="soft">\(document.modelVersion?.text ?? document.model.shortText) on \(Format.grouped(document.rowCount)) rows\
      \(document.dataVersion.map { " of \($0.text)" } ?? "")\(document.droppedRowCount > 0 ? "; \(Format.grouped(document.droppedRowCount)) rows without a target left out" : "").</p>
      \(Table.table(["Metric", "Value"], numeric: [1], rows))
      \(slices(document))
      <div class="pair">\(curves(document))\(confusion(document))</div>
      """
  }

  private static func slices(_ document: MetricsDocument) -> HTML {
    guard !document.slices.isEmpty, let metric = MainMetric.name(document.metrics) else { return "" }
    let others = ["log_loss", "accuracy", "recall"].filter { document.metrics[$0] != nil && $0 != metric }
    let rows = document.slices.map { slice -> [HTML] in
      ["\(slice.column)", "\(slice.value ?? "missing")", "\(Format.grouped(slice.rowCount))"]
        + ([metric] + others).map { "\(Format.metric(slice.metrics[$0]))" }
    }
    return
      "<details><summary>By slice (\(document.slices.count))</summary>\(Table.table(["Column", "Value", "Rows"] + ([metric] + others).map(Format.metricTitle), numeric: Set(2..<(4 + others.count)), rows))</details>"
  }

  private static func curves(_ document: MetricsDocument) -> HTML {
    var charts: HTML = ""
    if let roc = document.roc {
      charts =
        charts
        + Charts.unitCurve(
          "ROC curve", roc.map { ($0.x, $0.y) }, xTitle: "False-positive rate", yTitle: "True-positive rate",
          dots: false)
    }
    if let bins = document.calibration, !bins.isEmpty {
      charts =
        charts
        + Charts.unitCurve(
          "Calibration", bins.map { ($0.meanScore, $0.observedRate) }, xTitle: "Mean score", yTitle: "Observed rate",
          dots: true)
    }
    return charts
  }

  private static func confusion(_ document: MetricsDocument) -> HTML {
    guard let confusion = document.confusion, confusion.labels.count <= 12 else { return "" }
    let rows = zip(confusion.labels, confusion.counts).map { label, counts -> [HTML] in
      ["\(label)"] + counts.map { "\(Format.grouped($0))" }
    }
    return
      "<div><h3>Confusion</h3><p class=\"soft\">Rows: true; columns: predicted\(confusion.threshold.map { " at \(Format.fixed($0, 2))" } ?? "").</p>\(Table.table(["true"] + confusion.labels, numeric: Set(1...confusion.labels.count), rows))</div>"
  }

  /// The alerts of a profile, and where all of it is.
  static func profile(_ document: ProfileDocument, link: String) -> HTML {
    let alerts = document.alerts.prefix(8).map { alert -> HTML in
      "<li><span class=\"\(alert.kind == "leakage" ? "bad" : "warn")\">\(alert.kind)</span>: \(ProfileText.clipped(alert.text, 400))</li>"
    }
    let more = document.alerts.count > 8 ? " and \(document.alerts.count - 8) more things to look at" : ""
    return """
      <p class="soft">\(Format.grouped(document.rowCount)) rows, \(Format.grouped(document.columns.count)) columns\(document.dataVersion.map { " of \($0.text)" } ?? "")\(alerts.isEmpty ? "; nothing stands out" : "").</p>
      <ul class="plain">\(alerts)</ul>
      <p><a href="\(link)">The whole profile</a>\(more)</p>
      """
  }

  static func drift(_ document: DriftDocument) -> HTML {
    let rows = document.columns.map { column -> [HTML] in
      [
        "\(column.name)\(column.role == "prediction" ? " (the model's own output)" : "")",
        column.isDrifted ? "<span class=\"warn\">drifted</span>" : "no", "\(Format.fixed(column.psi, 3))",
        "\(column.test)",
        "\(Format.fixed(column.statistic, column.statistic < 10 ? 3 : 0))", "\(Format.pValue(column.pValue))",
        "\(Format.percent(column.referenceMissing)) → \(Format.percent(column.currentMissing))",
      ]
    }
    let charts = document.columns.prefix(12).map { column in
      Charts.pairs(
        "\(column.name): PSI \(Format.fixed(column.psi, 3))", column.bins.map { ($0.label, $0.reference, $0.current) })
    }
    return """
      <p class="soft">\(Format.grouped(document.rowCount)) new rows against the \(Format.grouped(document.referenceRowCount)) that the model learnt from. \
      A column drifts when its PSI reaches \(Format.fixed(document.psiThreshold, 2)) and its test's p-value is at most \(Format.fixed(document.pValueThreshold, 3)).</p>
      \(Table.table(["Column", "Drift", "PSI", "Test", "Statistic", "p-value", "Missing"], numeric: [2, 4, 5, 6], rows))
      <div class="pair">\(charts)</div>
      """
  }
}
