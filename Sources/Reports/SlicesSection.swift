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
    return
      "<details><summary>By slice (\(document.slices.count))</summary>\(Table.table(["Column", "Value", "Rows"] + names.map(Format.metricTitle), numeric: Set(2..<(3 + names.count)), rows, limitBytes: limitBytes))\(small)</details>"
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
