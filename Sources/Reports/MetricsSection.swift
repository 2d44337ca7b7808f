internal import Records

/// A ``MetricsDocument``, as several pages show it.
enum MetricsSection {
  /// - Parameter champion: another model on the same rows, whose curves are drawn beside; nil where there is none.
  static func html(_ document: MetricsDocument, champion: MetricsDocument? = nil) -> HTML {
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
    <div class="pair">\(curves([document] + [champion].compactMap { $0 }))\(reliability(document))\(confusion(document))\(residuals(document))</div>
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

  // MARK: Pictures

  /// Both curves, the champion's beside the challenger's where it was judged on the same rows.
  private static func curves(_ documents: [MetricsDocument]) -> HTML {
    let roc = documents.compactMap { document in document.roc.map { (document, points($0)) } }
    guard !roc.isEmpty else { return "" }
    let curves = roc.map { RateCurves.Curve(name: name($0, "auc"), points: $1) }
    let precisions = roc.compactMap { document, points -> RateCurves.Curve? in
      guard let counts = classCounts(document) else { return nil }
      let precisions = RateCurves.precisions(points, positives: counts.positives, negatives: counts.negatives)
      return RateCurves.Curve(name: name(document, "pr_auc"), points: precisions)
    }
    let share = classCounts(roc[0].0).map { Double($0.positives) / Double(max(1, $0.positives + $0.negatives)) }
    return RateCurves("ROC curve", .roc, curves).html
      + RateCurves("Precision and recall", .precisionRecall(prevalence: share), precisions).html
  }

  private static func points(_ points: [MetricsDocument.Point]) -> [RateCurves.Point] {
    points.map { RateCurves.Point(x: $0.x, y: $0.y) }
  }

  /// `flights-delay@v3, AUC 0.7123`.
  private static func name(_ document: MetricsDocument, _ metric: String) -> String {
    let model = document.modelVersion.map { "\($0.name) v\($0.number)" } ?? document.model.shortText
    let value = document.metrics[metric].map { ", \(Format.metricTitle(metric)) \(Format.metric($0))" }
    return ProfileText.clipped(model, 60) + (value ?? "")
  }

  /// Rows of both classes: the sums of the confusion's rows, its second class being the positive one.
  private static func classCounts(_ document: MetricsDocument) -> (negatives: Int, positives: Int)? {
    guard document.task == "binary", let counts = document.confusion?.counts, counts.count == 2 else { return nil }
    return (counts[0].reduce(0, +), counts[1].reduce(0, +))
  }

  private static func reliability(_ document: MetricsDocument) -> HTML {
    let bins = (document.calibration ?? []).map { bin in
      ReliabilityChart.Bin(
        score: bin.meanScore, rate: bin.observedRate, interval: bin.interval.flatMap(range), rowCount: bin.rowCount)
    }
    return ReliabilityChart("Calibration", bins).html
  }

  /// Nil where its ends are in no order.
  static func range(_ interval: MetricsDocument.Interval) -> ClosedRange<Double>? {
    interval.low <= interval.high ? interval.low...interval.high : nil
  }

  private static func confusion(_ document: MetricsDocument) -> HTML {
    guard let confusion = document.confusion else { return "" }
    var grid = ConfusionGrid("Confusion", labels: confusion.labels, counts: confusion.counts)
    grid.note = confusion.threshold.map { "Called positive from a score of \(Format.fixed($0, 2)) on." } ?? ""
    return grid.html
  }

  private static func residuals(_ document: MetricsDocument) -> HTML {
    guard let residuals = document.residuals, !residuals.isEmpty else { return "" }
    let labels = residuals.map { Format.fixed($0.x * 100, 1).trimmingZeros }
    var chart = LineChart(
      "Residuals", Places("Share of the rows, %", labels),
      [.init(name: "actual less predicted", values: residuals.map(\.y))])
    chart.thresholds = [.init(value: 0, label: "")]
    chart.note = "Actual less predicted: so large a share of the rows, in per cent, is at most that."
    return chart.html
  }
}

/// What scoring took: a ``CostDocument``.
enum CostSection {
  static func html(_ document: CostDocument) -> HTML {
    func fact(_ title: String, _ name: String, _ unit: String, _ more: HTML = "") -> (String, HTML)? {
      document.measures[name].map { (title, "\(Format.metric($0).trimmingZeros) \(unit)\(more)") }
    }
    let rows = ", the mean of \(Format.grouped(document.rowCount)) rows with \(document.threads) threads" as HTML
    return Table.facts(
      [
        fact("1,000 predictions", "ms_per_1000", "ms", rows), fact("The first 1,000 alone", "ms_first_1000", "ms"),
        fact("Memory for them", "peak_mib", "MiB", " at most, with the program, the model and a batch of the data"),
      ].compactMap(\.self))
  }
}
