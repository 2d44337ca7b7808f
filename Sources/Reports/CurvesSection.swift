internal import Records

/// What a step told of its metrics while it ran, however it ended: a chart for each metric.
enum CurvesSection {
  /// Of more metrics the first by name are drawn.
  private static let limitCharts = 6

  static func html(_ curves: StepCurves) -> HTML {
    let charts = curves.curves.prefix(limitCharts).map { curve in
      Charts.lines(
        "\(curve.metric) by step", place: "Step", labels: curve.points.map { "\($0.step)" },
        [Charts.Series(name: curve.metric, colour: "a", values: curve.points.map(\.value))])
    }
    var notes: [HTML] = []
    if curves.curves.count > limitCharts {
      notes.append("\(curves.curves.count - limitCharts) more metrics are in metrics.ndjson beside the step's log.")
    }
    if curves.surplusPointCount > 0 {
      notes.append(
        "\(curves.surplusPointCount) points of metrics beyond \(StepCurves.limitCurves) were passed over.")
    }
    if curves.strangeLineCount > 0 {
      notes.append("\(curves.strangeLineCount) lines that are no point were passed over.")
    }
    return HTML(joining: charts) + HTML(joining: notes.map { note -> HTML in "<p class=\"soft\">\(note)</p>" })
  }
}
