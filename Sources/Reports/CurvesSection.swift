internal import Records

/// What a step told of its metrics while it ran, however it ended: a chart for each metric.
enum CurvesSection {
  /// Of more metrics the first by name are drawn.
  private static let limitCharts = 6

  static func html(_ curves: StepCurves) -> HTML {
    let charts = curves.curves.prefix(limitCharts).map { curve in
      LineChart(
        "\(curve.metric) by step", Places("Step", curve.points.map { "\($0.step)" }),
        [.init(name: curve.metric, values: curve.points.map(\.value))]
      ).html
    }
    var notes: [HTML] = []
    if curves.curves.count > limitCharts {
      notes.append(
        "\(Format.grouped(curves.curves.count - limitCharts)) more metrics are in metrics.ndjson beside the step's log."
      )
    }
    if curves.surplusPointCount > 0 {
      notes.append(
        "\(Format.grouped(curves.surplusPointCount)) points of metrics beyond \(StepCurves.limitCurves) were passed over."
      )
    }
    if curves.strangeLineCount > 0 {
      notes.append("\(Format.grouped(curves.strangeLineCount)) lines that are no point were passed over.")
    }
    let pictures: HTML = charts.isEmpty ? "" : "<div class=\"pair\">\(Array(charts))</div>"
    return pictures + HTML(joining: notes.map { note -> HTML in "<p class=\"soft\">\(note)</p>" })
  }
}
