package import Records

/// What changed from one table to another as a page of its own.
package struct TableDiffPage {
  private let document: TableDiffDocument

  package init(_ document: TableDiffDocument) { self.document = document }

  /// More charts help nobody.
  private static let limitCharts = 40

  /// The page; the same document gives the same bytes.
  package var bytes: [UInt8] {
    let title = "\(document.old.name) → \(document.new.name)"
    let markup: HTML = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(title)</title>
      <style>\(HTML(raw: Style.css))</style>
      </head>
      <body>
      <header>What changed</header>
      <main>
      <h1>\(title)</h1>
      \(summary)
      \(findings)
      \(keys)
      \(columns)
      \(charts)
      </main>
      <footer>Made by Nightshift; this page loads nothing from elsewhere.</footer>
      </body>
      </html>

      """
    return Array(markup.text.utf8)
  }

  private var summary: HTML {
    let counts = TableDiffDocument.Severity.allCases.map { severity in
      (severity, document.findings.count { $0.severity == severity })
    }.filter { $0.1 > 0 }
    let words: HTML =
      counts.isEmpty
      ? "Nothing differs."
      : HTML(joining: counts.map { severity, count in "\(count) \(Self.mark(severity))" }, by: ", ") + "."
    return """
      <p class="lead">\(words)</p>
      \(Table.facts([("Before", side(document.old)), ("Now", side(document.new))]))
      """
  }

  private func side(_ side: TableDiffDocument.Side) -> HTML {
    let digest: HTML = side.digest.map { " <span class=\"mono soft\">\($0.prefix(19).description)</span>" } ?? ""
    return "\(side.name): \(Format.grouped(side.rowCount)) rows, \(side.columnCount) columns\(digest)"
  }

  /// Words beside the colour: not everybody sees it.
  private static func mark(_ severity: TableDiffDocument.Severity) -> HTML {
    switch severity {
    case .severe: "<span class=\"bad\">severe</span>"
    case .notable: "<span class=\"warn\">notable</span>"
    case .minor: "<span class=\"soft\">minor</span>"
    }
  }

  private var findings: HTML {
    guard !document.isEmpty else { return "" }
    let rows = document.findings.prefix(500).map { finding -> [HTML] in
      [Self.mark(finding.severity), "\(finding.text)"]
    }
    return "<h2>Findings</h2>" + Table.table(["Severity", "What changed"], rows)
  }

  private var columns: HTML {
    let rows = document.columns.map { column -> [HTML] in
      [
        "\(column.name)\(was(column.oldName))",
        pair(column.old?.type, column.new?.type),
        pair(missing(column.old, document.old), missing(column.new, document.new)),
        pair(column.old.map { Format.grouped($0.distinctCount) }, column.new.map { Format.grouped($0.distinctCount) }),
        pair(column.old?.mean.map { Format.metric($0) }, column.new?.mean.map { Format.metric($0) }),
        pair(median(column.old), median(column.new)),
        "\(column.shift.map { Format.fixed($0.psi, 3) } ?? "–")",
        "\(column.shift.map { Format.fixed($0.effect, 3) } ?? "–")",
        "\(column.shift.map { Format.pValue($0.pValue) } ?? "–")",
      ]
    }
    return "<h2>Columns</h2>"
      + Table.table(
        ["Column", "Type", "Missing", "Distinct", "Mean", "Median", "PSI", "Effect", "p-value"],
        numeric: [2, 3, 4, 5, 6, 7, 8], rows)
      + "<p class=\"soft\">Effect: the Kolmogorov-Smirnov distance of numbers, Cramér's V of texts, 0 to 1.</p>"
  }

  private func was(_ name: String?) -> HTML { name.map { "<br><span class=\"soft\">was \($0)</span>" } ?? "" }

  private func missing(_ summary: TableDiffDocument.Summary?, _ side: TableDiffDocument.Side) -> String? {
    summary.map { Format.percent(Double($0.missingCount) / Double(max(1, side.rowCount))) }
  }

  private func median(_ summary: TableDiffDocument.Summary?) -> String? {
    guard let quantiles = summary?.quantiles, quantiles.count == 5 else { return nil }
    return Format.metric(quantiles[2])
  }

  private func pair(_ old: String?, _ new: String?) -> HTML {
    old == new ? "\(old ?? "–")" : "\(old ?? "–") → \(new ?? "–")"
  }

  private var charts: HTML {
    let shown = document.columns.filter { !($0.shift?.bins.isEmpty ?? true) }
      .sorted { ($0.shift?.psi ?? 0) > ($1.shift?.psi ?? 0) }
    guard !shown.isEmpty else { return "" }
    let figures = shown.prefix(Self.limitCharts).map { column in
      Charts.pairs(
        "\(column.name): PSI \(Format.fixed(column.shift?.psi ?? 0, 3))",
        (column.shift?.bins ?? []).map { ($0.label, $0.reference, $0.current) }, reference: "before")
    }
    let more = shown.count > Self.limitCharts ? ", the \(Self.limitCharts) that moved furthest" : ""
    return "<h2>Distributions\(more)</h2><div class=\"pair\">\(figures)</div>"
  }

  private var keys: HTML {
    guard let keys = document.keys else { return "" }
    let facts = Table.facts([
      ("Key", "\(keys.columns.joined(separator: ", "))"), ("Unchanged", "\(Format.grouped(keys.unchangedCount))"),
      ("Changed", "\(Format.grouped(keys.changedCount))"), ("Added", "\(Format.grouped(keys.addedCount))"),
      ("Removed", "\(Format.grouped(keys.removedCount))"),
      (
        "There more than once",
        "\(Format.grouped(keys.oldDuplicateCount)) → \(Format.grouped(keys.newDuplicateCount))"
      ),
    ])
    let columns = keys.changedColumns.map { column -> [HTML] in
      ["\(column.column)", "\(Format.grouped(column.rowCount))"]
    }
    let changed = keys.changed.flatMap { row in
      row.cells.enumerated().map { place, cell -> [HTML] in
        [
          place == 0 ? "\(row.key.joined(separator: ", "))" : "", "\(cell.column)", value(cell.old), value(cell.new),
        ]
      }
    }
    return """
      <h2>Rows by key</h2>
      \(facts)
      \(columns.isEmpty ? "" : Table.table(["Column", "Rows changed"], numeric: [1], columns))
      \(list("Changed rows", changed.isEmpty ? nil : Table.table(["Key", "Column", "Before", "Now"], changed)))
      \(list("Keys added", names(keys.added)))\(list("Keys removed", names(keys.removed)))\
      \(list("Keys there more than once", names(keys.duplicates)))
      """
  }

  private func value(_ text: String?) -> HTML { text.map { "\($0)" } ?? "<span class=\"soft\">missing</span>" }

  private func names(_ keys: [[String]]) -> HTML? {
    keys.isEmpty ? nil : "<p>\(HTML(joining: keys.map { "\($0.joined(separator: ", "))" }, by: "<br>"))</p>"
  }

  private func list(_ title: String, _ body: HTML?) -> HTML {
    body.map { "<details><summary>\(title): examples</summary>\($0)</details>" } ?? ""
  }
}
