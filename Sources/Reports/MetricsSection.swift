internal import Records

/// A ``MetricsDocument``, as several pages show it.
enum MetricsSection {
  static func html(_ document: MetricsDocument) -> HTML {
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
}
