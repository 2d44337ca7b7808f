internal import Records

/// A ``DriftDocument``, as several pages show it.
enum DriftSection {
  static func html(_ document: DriftDocument) -> HTML {
    let rows = document.columns.map { column -> [HTML] in
      [
        "\(column.name)\(column.role == "prediction" ? " (the model's own output)" : "")",
        column.isDrifted ? "<span class=\"warn\">drifted</span>" : "no", "\(Format.fixed(column.psi, 3))",
        "\(column.test)",
        "\(Format.fixed(column.statistic, column.statistic < 10 ? 3 : 0))", "\(Format.pValue(column.pValue))",
        "\(Format.percent(column.referenceMissing)) → \(Format.percent(column.currentMissing))",
      ]
    }
    let charts = document.columns.prefix(12).map { column in
      Charts.pairs(
        "\(column.name): PSI \(Format.fixed(column.psi, 3))", column.bins.map { ($0.label, $0.reference, $0.current) })
    }
    return """
      <p class="soft">\(Format.grouped(document.rowCount)) new rows against the \(Format.grouped(document.referenceRowCount)) that the model learnt from. \
      A column drifts when its PSI reaches \(Format.fixed(document.psiThreshold, 2)) and its test's p-value is at most \(Format.fixed(document.pValueThreshold, 3)).</p>
      \(Table.table(["Column", "Drift", "PSI", "Test", "Statistic", "p-value", "Missing"], numeric: [2, 4, 5, 6], rows))
      <div class="pair">\(charts)</div>
      """
  }
}
