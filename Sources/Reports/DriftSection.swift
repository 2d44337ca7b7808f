internal import Records

/// A ``DriftDocument``, as several pages show it.
enum DriftSection {
  /// Histograms of so many columns, those that moved furthest.
  private static let limitCharts = 12

  static func html(_ document: DriftDocument) -> HTML {
    let charts = document.columns.prefix(limitCharts).map(chart)
    let rest = document.columns.count - charts.count
    let more: HTML =
      rest > 0
      ? "<p class=\"soft\">\(Format.count(rest, "column")) that moved less \(rest == 1 ? "is" : "are") in the table alone.</p>"
      : ""
    return """
      <p class="lead">\(lead(document))</p>
      <p class="soft">\(Format.grouped(document.rowCount)) new rows against the \(Format.grouped(document.referenceRowCount)) that the model learnt from. \
      \(rule(document))</p>
      \(table(document))
      \(categories(document))
      <div class="pair">\(charts)</div>\(more)
      """
  }

  private static func chart(_ column: DriftDocument.Column) -> HTML {
    let bins = column.bins.map { Histogram.Bin(label: $0.label, values: [$0.reference, $0.current]) }
    let name = ProfileText.clipped(column.name, 60)
    var chart = Histogram("\(name): PSI \(Format.fixed(column.psi, 3))", samples: ["training", "now"], bins)
    chart.note = column.undecided ?? (column.isDrifted ? "Drifted" : "")
    return chart.html
  }

  // MARK: In words

  /// Both what each column did and what that means for the data as a whole: single columns may drift without an alarm.
  private static func lead(_ document: DriftDocument) -> HTML {
    let inputs = document.columns.filter { $0.role != "prediction" }
    let drifted = inputs.filter(\.isDrifted)
    let hasOutputDrifted = document.columns.contains { $0.role == "prediction" && $0.isDrifted }
    let count =
      drifted.isEmpty
      ? "none of \(Format.count(inputs.count, "column")) has drifted"
      : "\(Format.grouped(drifted.count)) of \(Format.count(inputs.count, "column")) \(drifted.count == 1 ? "has" : "have") drifted (\(names(drifted)))"
    let share = Format.percent(document.columnShareThreshold)
    let reaches = Double(drifted.count) / Double(max(1, inputs.count)) >= document.columnShareThreshold
    guard document.isDrifted else {
      let rest = drifted.isEmpty ? "" : ", fewer than the \(share) that raise the alarm"
      return "<span class=\"good\">No alarm:</span> \(count)\(rest).\(undecided(document))"
    }
    let output = hasOutputDrifted ? "what the model says has drifted" : ""
    let inputsSaid = reaches ? "\(count), \(share) or more" : count
    let both = [inputsSaid, output].filter { !$0.isEmpty }.joined(separator: ", and ")
    return "<span class=\"warn\">Drift:</span> \(both).\(undecided(document))"
  }

  private static func names(_ columns: [DriftDocument.Column]) -> String {
    let shown = columns.prefix(8).map { ProfileText.clipped($0.name, 40) }.joined(separator: ", ")
    return shown + (columns.count > 8 ? " and \(Format.grouped(columns.count - 8)) more" : "")
  }

  private static func undecided(_ document: DriftDocument) -> String {
    let count = document.columns.count { $0.undecided != nil }
    return count == 0 ? "" : " \(Format.count(count, "column")) could not be decided."
  }

  private static func rule(_ document: DriftDocument) -> HTML {
    guard let decision = document.decision else {
      return
        "A column drifts when its PSI reaches \(Format.fixed(document.psiThreshold, 2)) and its test's p-value is at most \(Format.fixed(document.pValueThreshold, 3))."
    }
    let effects = decision.effects.sorted { $0.key < $1.key }.map { measure, effect in
      "\(title(measure)) \(Format.fixed(effect, 2))"
    }
    let budget: HTML
    if let count = decision.falseAlarms, let nights = decision.nights {
      let many = count == count.rounded() ? Format.fixed(count, 0) : Format.fixed(count, 2)
      budget =
        " That is a budget of \(many) false alarm\(count == 1 ? "" : "s") in \(Format.fixed(nights, 0)) nights on which nothing moves."
    } else {
      budget = ""
    }
    return """
      A column drifts when it has moved by \(effects.joined(separator: " or ")) or more, and its p-value, corrected for \
      \(document.columns.count { $0.undecided == nil }) columns (\(decision.correction)), is at most \(Format.fixed(decision.level, 4)).\(budget)
      """
  }

  private static func title(_ measure: String) -> String {
    [
      "psi": "PSI", "ks": "Kolmogorov-Smirnov", "wasserstein": "Wasserstein", "jensen-shannon": "Jensen-Shannon",
      "cramers-v": "Cramér's V",
    ][measure] ?? measure
  }

  private static func table(_ document: DriftDocument) -> HTML {
    let rows = document.columns.map { column -> [HTML] in
      let effects = column.effects ?? [:]
      func effect(_ measure: String) -> HTML { "\(effects[measure].map { Format.fixed($0, 3) } ?? "–")" }
      return [
        "\(column.name)\(column.role == "prediction" ? " (its output)" : "")", state(column),
        "\(Format.fixed(column.psi, 3))", effects["ks"] == nil ? effect("cramers-v") : effect("ks"),
        effect("wasserstein"), effect("jensen-shannon"),
        "\(column.standardisedMeanDifference.map { Format.delta($0) } ?? "–")",
        "\(testName(column.test))", "\(Format.pValue(column.correctedPValue ?? column.pValue))",
        "\(Format.percent(column.referenceMissing)) → \(Format.percent(column.currentMissing))",
      ]
    }
    return Table.table(
      [
        "Column", "Drift", "PSI", "KS or Cramér's V", "Wasserstein, SD", "Jensen-Shannon", "Mean, SD", "Test",
        "p, corrected", "Missing",
      ], numeric: [2, 3, 4, 5, 6, 8, 9], rows)
  }

  private static func testName(_ test: String) -> String {
    ["kolmogorov-smirnov": "KS", "chi-square": "χ²"][test] ?? test
  }

  private static func state(_ column: DriftDocument.Column) -> HTML {
    if let undecided = column.undecided { return "<span class=\"soft\">\(undecided)</span>" }
    return column.isDrifted ? "<span class=\"warn\">drifted</span>" : "no"
  }

  private static func categories(_ document: DriftDocument) -> HTML {
    let lines = document.columns.flatMap { column -> [HTML] in
      [("new", column.newCategories), ("gone", column.goneCategories)].compactMap { word, values in
        values.map { values in
          "<li>\(column.name), \(word): \(values.map { "\($0.text) (\(Format.grouped($0.count)))" }.joined(separator: ", "))</li>"
        }
      }
    }
    return lines.isEmpty ? "" : "<ul>\(lines)</ul>"
  }
}
