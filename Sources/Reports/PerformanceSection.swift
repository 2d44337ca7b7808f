internal import Records

/// A ``PerformanceDocument``, as several pages show it.
enum PerformanceSection {
  static func html(_ document: PerformanceDocument) -> HTML {
    guard let overall = document.overall, let newest = document.periods.last else {
      return "<p class=\"soft\">No prediction of \(document.predictions) is old enough to have come true.</p>"
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
      \(metric.map { chart($0, document.periods) } ?? "")
      \(table(document, overall))
      """
  }

  private static func chart(_ metric: String, _ periods: [PerformanceDocument.Period]) -> HTML {
    let estimates = periods.map { $0.metrics[metric] }
    return Charts.lines(
      "\(Format.metricTitle(metric)) by date of prediction, with its 95 % interval", place: "From",
      labels: periods.map(\.from),
      [
        Charts.Series(name: Format.metricTitle(metric), colour: "a", values: estimates.map { $0?.value }),
        Charts.Series(name: "low end", colour: "c", values: estimates.map { $0?.low }),
        Charts.Series(name: "high end", colour: "c", values: estimates.map { $0?.high }),
      ])
  }

  /// The newest spans; all are in the chart's numbers and the JSON twin.
  private static let shownPeriods = 31

  private static func table(_ document: PerformanceDocument, _ overall: PerformanceDocument.Period) -> HTML {
    let names = Set((document.periods + [overall]).flatMap { $0.metrics.keys })
    let shown = ["auc", "macro_auc", "accuracy", "macro_f1", "log_loss", "rmse", "mae"].filter(names.contains)
    func row(_ title: HTML, _ period: PerformanceDocument.Period) -> [HTML] {
      [
        title, "\(Format.grouped(period.predictionCount))", "\(Format.percent(period.coverage))",
        "\(Format.grouped(period.rowCount))",
      ]
        + shown.map { estimate(period.metrics[$0]) } + [
          "\(period.models.joined(separator: ", "))", "<span class=\"soft\">\(period.suppressed ?? "")</span>",
        ]
    }
    let rows = document.periods.suffix(shownPeriods).reversed().map { row("\($0.from)", $0) }
    return Table.table(
      ["From", "Predictions", "Labelled", "Rows"] + shown.map(Format.metricTitle) + ["Models", ""],
      numeric: Set(1..<(4 + shown.count)), rows + [row("all", overall)])
  }

  private static func estimate(_ estimate: PerformanceDocument.Estimate?) -> HTML {
    guard let estimate else { return "–" }
    guard let low = estimate.low, let high = estimate.high else { return "\(Format.metric(estimate.value))" }
    return
      "\(Format.metric(estimate.value)) <span class=\"soft\">\(Format.metric(low)) to \(Format.metric(high))</span>"
  }
}
