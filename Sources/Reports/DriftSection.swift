internal import Records

/// A ``DriftDocument``, as several pages show it.
enum DriftSection {
  static func html(_ document: DriftDocument) -> HTML {
    let charts = document.columns.prefix(12).map { column in
      Charts.pairs(
        "\(column.name): PSI \(Format.fixed(column.psi, 3))", column.bins.map { ($0.label, $0.reference, $0.current) })
    }
    return """
      <p class="soft">\(Format.grouped(document.rowCount)) new rows against the \(Format.grouped(document.referenceRowCount)) that the model learnt from. \
      \(rule(document))</p>
      \(table(document))
      \(categories(document))
      <div class="pair">\(charts)</div>
      """
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
