internal import Records

/// A ``MetricsDocument``, as several pages show it.
enum MetricsSection {
  static func html(_ document: MetricsDocument) -> HTML {
    """
    <p class="soft">\(document.modelVersion?.text ?? document.model.shortText) on \(Format.grouped(document.rowCount)) rows\
    \(document.dataVersion.map { " of \($0.text)" } ?? "")\(document.droppedRowCount > 0 ? "; \(Format.grouped(document.droppedRowCount)) rows without a target left out" : "").\
    \(resampling(document))</p>
    \(metrics(document))
    \(baselines(document))
    \(costs(document))
    \(SlicesSection.html(document))
    \(FairnessSection.html(document))
    \(classes(document))
    <div class="pair">\(curves(document))\(confusion(document))\(residuals(document))</div>
    """
  }

  private static func resampling(_ document: MetricsDocument) -> HTML {
    guard let resampling = document.resampling else { return "" }
    let drawn =
      resampling.cluster.map { "\(Format.grouped(resampling.clusterCount ?? 0)) clusters of \($0) drawn together" }
      ?? "rows drawn one by one"
    if let reason = resampling.reason { return " No intervals: \(reason)." }
    return
      " Intervals hold \(Format.percent(resampling.confidence)): \(resampling.method), \(Format.grouped(resampling.resamples)) resamples, \(drawn), seed \(resampling.seed)\(exceptions(resampling))."
  }

  /// `; Wilson: accuracy, precision`.
  private static func exceptions(_ resampling: MetricsDocument.Resampling) -> HTML {
    let methods = Dictionary(grouping: resampling.exceptions ?? [:], by: \.value)
    return HTML(
      joining: methods.sorted { $0.key < $1.key }.map { method, metrics in
        "; \(method): \(metrics.map { Format.metricTitle($0.key) }.sorted().joined(separator: ", "))"
      })
  }

  private static func metrics(_ document: MetricsDocument) -> HTML {
    let rows =
      document.metrics.sorted { $0.key < $1.key }.map { name, value -> [HTML] in
        ["\(Format.metricTitle(name))", "\(Format.metric(value))", interval(document.intervals?[name])]
      }
      + document.undefined.sorted { $0.key < $1.key }.map { name, why -> [HTML] in
        ["\(Format.metricTitle(name))", "<span class=\"soft\">undefined: \(why)</span>", ""]
      }
    return document.intervals == nil
      ? Table.table(["Metric", "Value"], numeric: [1], rows.map { Array($0.prefix(2)) })
      : Table.table(["Metric", "Value", "Interval"], numeric: [1, 2], rows)
  }

  /// `[0.6512, 0.7011]`, or a dash.
  static func interval(_ interval: MetricsDocument.Interval?) -> HTML {
    interval.map { "<span class=\"soft\">[\(Format.metric($0.low)), \(Format.metric($0.high))]</span>" } ?? "–"
  }

  private static func baselines(_ document: MetricsDocument) -> HTML {
    guard let baselines = document.baselines, !baselines.isEmpty else { return "" }
    let main = MainMetric.name(document.metrics)
    let rows = baselines.map { baseline -> [HTML] in
      let verdict: HTML =
        baseline.gainInterval.map { interval in
          interval.low > 0
            ? "<span class=\"good\">better</span>" : "<span class=\"warn\">not better than \(baseline.name)</span>"
        } ?? ""
      return [
        "\(baseline.name)", "\(Format.metric(main.flatMap { baseline.metrics[$0] }))",
        "\(Format.metric(main.flatMap { document.metrics[$0] }))",
        "\(baseline.skill.map { Format.percent($0) } ?? "–")",
        "\(baseline.gain.map { Format.delta($0) } ?? "–") \(interval(baseline.gainInterval))", verdict,
      ]
    }
    let title = main.map { Format.metricTitle($0) } ?? "metric"
    let loss = baselines.compactMap(\.loss).first.map { Format.metricTitle($0) } ?? "none"
    return
      "<h3>Against simpler models</h3>\(Table.table(["Baseline", "Its \(title)", "The model's", "Skill (\(loss))", "Gain a row", ""], numeric: [1, 2, 3, 4], rows))"
  }

  private static func costs(_ document: MetricsDocument) -> HTML {
    guard let costs = document.costs else { return "" }
    let origin: HTML =
      costs.thresholdFrom.map { "chosen by cost on the data <span class=\"mono\">\($0.shortText)</span>" }
      ?? "as the spec declares"
    let best: HTML =
      costs.bestThreshold.map { "\(Format.fixed($0, 4))" } ?? "above all scores (nothing is called positive)"
    return """
      <h3>Cost of decisions</h3>
      \(Table.facts([
        ("A row costs", "true positive \(Format.metric(costs.truePositive)), false positive \(Format.metric(costs.falsePositive)), false negative \(Format.metric(costs.falseNegative)), true negative \(Format.metric(costs.trueNegative))"),
        ("Mean cost", "\(Format.metric(costs.cost)) \(interval(document.intervals?["expected_cost"])) at the threshold \(Format.fixed(costs.threshold, 4)), \(origin)"),
        ("Lowest here", "\(Format.metric(costs.bestCost)) at \(best); chosen on these very rows, so that it promises too much"),
      ]))
      """
  }

  private static func classes(_ document: MetricsDocument) -> HTML {
    guard let classes = document.classes, !classes.isEmpty else { return "" }
    let names = ["precision", "recall", "f1", "auc"]
    let rows = classes.map { item -> [HTML] in
      ["\(item.label)", "\(Format.grouped(item.rowCount))"]
        + names.map { "\(Format.metric(item.metrics[$0])) \(item.intervals?[$0].map { interval($0) } ?? "")" }
    }
    return
      "<details><summary>By class (\(classes.count))</summary>\(Table.table(["Class", "Rows"] + names.map(Format.metricTitle), numeric: [1, 2, 3, 4, 5], rows, limitBytes: SlicesSection.limitBytes))</details>"
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
        + Charts.reliability(
          "Calibration",
          bins.map { bin in
            Charts.ReliabilityBin(
              score: bin.meanScore, rate: bin.observedRate, low: bin.interval?.low, high: bin.interval?.high,
              rowCount: bin.rowCount)
          })
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

  private static func residuals(_ document: MetricsDocument) -> HTML {
    guard let residuals = document.residuals, !residuals.isEmpty else { return "" }
    let rows = residuals.map { point -> [HTML] in
      ["\(Format.percent(point.x))", "\(Format.metric(point.y))"]
    }
    return
      "<div><h3>Residuals</h3><p class=\"soft\">Actual minus predicted: so large a share of the rows is at most that.</p>\(Table.table(["Share", "Residual"], numeric: [0, 1], rows))</div>"
  }
}

/// What scoring took: a ``CostDocument``.
enum CostSection {
  static func html(_ document: CostDocument) -> HTML {
    func fact(_ title: String, _ name: String, _ unit: String, _ more: HTML = "") -> (String, HTML)? {
      document.measures[name].map { (title, "\(Format.metric($0)) \(unit)\(more)") }
    }
    let rows = ", the mean of \(Format.grouped(document.rowCount)) rows with \(document.threads) threads" as HTML
    return Table.facts(
      [
        fact("1,000 predictions", "ms_per_1000", "ms", rows), fact("The first 1,000 alone", "ms_first_1000", "ms"),
        fact("Memory for them", "peak_mib", "MiB", " at most, with the program, the model and a batch of the data"),
      ].compactMap(\.self))
  }
}
