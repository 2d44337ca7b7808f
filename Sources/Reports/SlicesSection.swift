internal import Records

/// The slices of a ``MetricsDocument``: the worst ones found, and those that were asked for.
enum SlicesSection {
  /// Of the rows of one table.
  static let limitBytes = 200_000

  static func html(_ document: MetricsDocument) -> HTML { worst(document) + slices(document) }

  private static func worst(_ document: MetricsDocument) -> HTML {
    guard let worst = document.worstSlices else { return "" }
    let rows = worst.slices.map { slice -> [HTML] in
      let mark: HTML =
        slice.pValue.map { pValue -> HTML in
          pValue <= 0.05 ? "<span class=\"warn\">worse</span>" : "<span class=\"soft\">may be chance</span>"
        } ?? ""
      return [
        "\(slice.column)", "\(slice.value ?? "missing")", "\(Format.grouped(slice.rowCount))",
        "\(Format.metric(slice.meanLoss))", "\(slice.pValue.map { Format.pValue($0) } ?? "–")", mark,
      ]
    }
    return """
      <h3>Where the model does worst</h3>
      <p class="soft">Mean \(Format.metricTitle(worst.loss)) is \(Format.metric(worst.meanLoss)); \(Format.grouped(worst.triedCount)) slices were tried\(chance(worst)).</p>
      \(Table.table(["Column", "Value", "Rows", "Loss", "p", ""], numeric: [2, 3, 4], rows))
      """
  }

  private static func chance(_ worst: MetricsDocument.WorstSlices) -> HTML {
    worst.slices.contains { $0.pValue == nil }
      ? ". Rows belong together in clusters, so that there is no p-value"
      : ", and the p-values account for them all (\(Format.grouped(worst.permutations)) permutations)"
  }

  private static func slices(_ document: MetricsDocument) -> HTML {
    guard !document.slices.isEmpty || document.suppressed != nil else { return "" }
    let main = MainMetric.name(document.metrics) ?? document.metrics.keys.sorted().first
    let names =
      [main].compactMap { $0 }
      + ["log_loss", "accuracy", "recall"].filter { document.metrics[$0] != nil && $0 != main }
    let rows = document.slices.map { slice -> [HTML] in
      ["\(slice.column)", "\(slice.value ?? "missing")", "\(Format.grouped(slice.rowCount))"]
        + names.map { name in
          "\(Format.metric(slice.metrics[name])) \(slice.intervals?[name].map { MetricsSection.interval($0) } ?? "")"
        }
    }
    let small = (document.suppressed ?? []).map(suppressed)
    let pictures = main.map { charts($0, document) } ?? ""
    return pictures
      + "<details><summary>By slice (\(document.slices.count))</summary>\(Table.table(["Column", "Value", "Rows"] + names.map(Format.metricTitle), numeric: Set(2..<(3 + names.count)), rows, limitBytes: limitBytes))\(small)</details>"
  }

  private static let limitCharts = 4
  private static let limitDots = 15

  /// For each column a dot a slice with its interval, the worst above, beside the value of all rows.
  private static func charts(_ metric: String, _ document: MetricsDocument) -> HTML {
    var columns: [String] = []
    for slice in document.slices where !columns.contains(slice.column) { columns.append(slice.column) }
    let isBetterLarge = MainMetric.isBetterLarge(metric)
    let charts = columns.prefix(limitCharts).map { column -> HTML in
      let slices = document.slices.filter { $0.column == column && $0.metrics[metric] != nil }
      let worst = slices.sorted { left, right in
        let (a, b) = (left.metrics[metric] ?? 0, right.metrics[metric] ?? 0)
        return a == b ? (left.value ?? "") < (right.value ?? "") : (a < b) == isBetterLarge
      }
      let bars = worst.prefix(limitDots).map { slice in
        BarChart.Bar(
          label: slice.value ?? "missing", value: slice.metrics[metric] ?? 0,
          interval: slice.intervals?[metric].flatMap(MetricsSection.range),
          note: "\(Format.grouped(slice.rowCount)) rows")
      }
      var chart = BarChart("\(Format.metricTitle(metric)) by \(ProfileText.clipped(column, 60))", Array(bars))
      (chart.name, chart.style) = ("Value", .dots)
      chart.reference = document.metrics[metric].map { .init(value: $0, label: "all rows") }
      let rest = worst.count > limitDots ? "The worst \(limitDots) of \(Format.grouped(worst.count)). " : ""
      chart.note = rest + (document.metrics[metric].map { "Dashed: all rows, \(Format.metric($0))." } ?? "")
      return bars.count > 1 ? chart.html : ""
    }
    return charts.allSatisfy { $0 == .empty } ? "" : "<div class=\"pair\">\(Array(charts))</div>"
  }

  static func suppressed(_ suppressed: MetricsDocument.Suppressed) -> HTML {
    "<p class=\"soft\">\(Format.grouped(suppressed.sliceCount)) of \(suppressed.column) with fewer than \(suppressed.minimumRows) rows, or beyond the largest, are left out (\(Format.grouped(suppressed.rowCount)) rows).</p>"
  }
}

/// How groups fare: the ``MetricsDocument/Fairness`` of each column.
enum FairnessSection {
  private static let rates = ["selection_rate", "true_positive_rate", "false_positive_rate", "precision"]

  static func html(_ document: MetricsDocument) -> HTML {
    guard let comparisons = document.fairness, !comparisons.isEmpty else { return "" }
    return "<h3>Fairness</h3>" + HTML(joining: comparisons.map(comparison))
  }

  private static func comparison(_ fairness: MetricsDocument.Fairness) -> HTML {
    let groups = fairness.groups.map { group -> [HTML] in
      let mark: HTML = group.value == fairness.reference && group.value != nil ? " (reference)" : ""
      return ["\(group.value ?? "missing")\(mark)", "\(Format.grouped(group.rowCount))"]
        + rates.map {
          "\(Format.metric(group.metrics[$0])) \(group.intervals?[$0].map { MetricsSection.interval($0) } ?? "")"
        }
    }
    let measures =
      fairness.measures.sorted { $0.key < $1.key }.map { name, value -> [HTML] in
        ["\(words(name))", "\(Format.metric(value))", MetricsSection.interval(fairness.intervals?[name])]
      }
      + fairness.undefined.sorted { $0.key < $1.key }.map { name, why -> [HTML] in
        ["\(words(name))", "<span class=\"soft\">undefined: \(why)</span>", ""]
      }
    return """
      <h4>\(fairness.column)</h4>
      \(Table.table(["Group", "Rows"] + rates.map(words), numeric: [1, 2, 3, 4, 5], groups, limitBytes: SlicesSection.limitBytes))
      \(fairness.suppressed.map(SlicesSection.suppressed) ?? "")
      \(Table.table(["Measure", "Value", "Interval"], numeric: [1, 2], measures))
      """
  }

  private static func words(_ name: String) -> String { name.split(separator: "_").joined(separator: " ") }
}
