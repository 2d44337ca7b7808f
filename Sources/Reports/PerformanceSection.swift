internal import Records

/// A ``PerformanceDocument``, as several pages show it.
enum PerformanceSection {
  static func html(_ document: PerformanceDocument) -> HTML {
    guard let overall = document.overall, let newest = document.periods.last else {
      return "<p class=\"soft\">No prediction of \(document.predictions) is old enough to have come true.</p>"
        + leftOut(document)
    }
    let metric = document.periods.lazy.compactMap { MainMetric.name($0.metrics.mapValues(\.value)) }.last
    let late =
      document.tooLateCount > 0
      ? "; \(Format.grouped(document.tooLateCount)) were known before the first prediction of their rows and do not count"
      : ""
    return """
      <p class="soft">\(document.target), as \(document.predictions) said it before it was known: labels for \
      \(Format.grouped(overall.labelledCount)) of \(Format.grouped(overall.predictionCount)) predictions\(late). \
      Of several predictions of a row the \(document.take) counts. Spans of a \(document.span), up to \(newest.from).</p>
      \(metric.map { chart($0, document) } ?? "")
      \(table(document, overall))
      \(leftOut(document))
      """
  }

  private static func chart(_ metric: String, _ document: PerformanceDocument) -> HTML {
    let periods = document.periods
    let estimates = periods.map { $0.metrics[metric] }
    // One value is no course: the table has it.
    guard estimates.count(where: { $0 != nil }) > 1 else { return "" }
    var chart = LineChart(
      "\(Format.metricTitle(metric)) by date of prediction", Places("From", periods.map(\.from)),
      [.init(name: Format.metricTitle(metric), values: estimates.map { $0?.value })])
    chart.band = .init("95 % interval", low: estimates.map { $0?.low }, high: estimates.map { $0?.high })
    chart.marks = periods.indices.dropFirst().compactMap { place in
      let came = models(periods[place], document).filter { !models(periods[place - 1], document).contains($0) }
      return came.last.map { LineChart.Mark(place: place, label: $0) }
    }
    if !chart.marks.isEmpty { chart.note = "Lines down: another model predicts from there on." }
    return chart.html
  }

  /// Versions of predictions that are not judged together with the newest, and why.
  private static func leftOut(_ document: PerformanceDocument) -> HTML {
    guard let leftOut = document.leftOut, !leftOut.isEmpty else { return "" }
    let lines = leftOut.prefix(shownPeriods).map { part -> HTML in
      let versions = part.versionCount == 1 ? part.first : "\(part.first) to \(part.last)"
      let count = Format.count(part.versionCount, "version")
      return "<li>\(count) of predictions by \(part.model) (\(versions)): \(Format.prose(part.reason))</li>"
    }
    let rest = leftOut.count - lines.count
    let more: HTML = rest > 0 ? "<li>and \(Format.grouped(rest)) more, in the JSON</li>" : ""
    return "<p>Not judged here:</p><ul class=\"plain soft\">\(lines)\(more)</ul>"
  }

  /// The newest spans; all are in the chart's numbers and the JSON twin.
  private static let shownPeriods = 31

  private static func table(_ document: PerformanceDocument, _ overall: PerformanceDocument.Period) -> HTML {
    let names = Set((document.periods + [overall]).flatMap { $0.metrics.keys })
    let shown = ["auc", "macro_auc", "accuracy", "macro_f1", "log_loss", "rmse", "mae"].filter(names.contains)
    func row(_ title: HTML, _ period: PerformanceDocument.Period) -> [HTML] {
      [
        "<span class=\"w\">\(title)</span>", "\(Format.grouped(period.predictionCount))",
        "\(Format.percent(period.coverage))", "\(Format.grouped(period.rowCount))",
      ] + shown.map { estimate(period.metrics[$0]) } + ["\(models(period, document).joined(separator: ", "))"]
    }
    let periods = document.periods.suffix(shownPeriods).reversed()
    return """
      \(Table.table(
        ["From", "Predictions", "Labelled", "Rows"] + shown.map(Format.metricTitle) + ["Models"],
        numeric: Set(1..<(4 + shown.count)), periods.map { row("\($0.from)", $0) } + [row("all", overall)]))
      \(suppressed(Array(periods)))
      """
  }

  /// `v3`, as the page is about one model; in full where it was another one.
  private static func models(_ period: PerformanceDocument.Period, _ document: PerformanceDocument) -> [String] {
    let prefix = document.modelVersion.map { "\($0.name)@" } ?? ""
    return period.models.map { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0 }
  }

  /// Why spans have no metrics, each reason once.
  private static func suppressed(_ periods: [PerformanceDocument.Period]) -> HTML {
    var places: [String: [String]] = [:]
    for period in periods { period.suppressed.map { places[$0, default: []].append(period.from) } }
    let lines = places.sorted { $0.value[0] > $1.value[0] }.map { reason, spans -> HTML in
      let rest = spans.count - 1
      return "<li>\(spans[0])\(rest > 0 ? " and \(rest) more" : ""): \(Format.prose(reason))</li>"
    }
    return lines.isEmpty ? "" : "<ul class=\"plain soft\">\(lines)</ul>"
  }

  private static func estimate(_ estimate: PerformanceDocument.Estimate?) -> HTML {
    guard let estimate else { return "–" }
    guard let low = estimate.low, let high = estimate.high else { return "\(Format.metric(estimate.value))" }
    return
      "\(Format.metric(estimate.value)) <span class=\"soft\">\(Format.metric(low)) to \(Format.metric(high))</span>"
  }
}
