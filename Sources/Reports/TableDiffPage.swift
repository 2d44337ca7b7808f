package import Records

/// What changed from one table to another as a page of its own.
package struct TableDiffPage {
  private let document: TableDiffDocument

  package init(_ document: TableDiffDocument) { self.document = document }

  /// More charts help nobody.
  private static let limitCharts = 40
  private static let limitColumns = 1000
  private static let limitCells = 40
  /// Names and sentences, in Unicode scalars: a header may hold anything.
  private static let limitName = 200
  private static let limitText = 1000

  /// The page; the same document gives the same bytes.
  package var bytes: [UInt8] {
    // Names and values without a blank are broken, so that what is beside them is seen on a narrow screen.
    let title = "\(document.old.name) → \(document.new.name)"
    return Layout(siteName: "What changed", path: "").lonePage(
      title,
      """
      <div class="break"><h1>\(title)</h1>
      \(summary)
      \(findings)
      \(keys)
      \(columns)
      \(charts)</div>
      """
    ).bytes
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
      [Self.mark(finding.severity), "\(Self.clipped(finding.text, Self.limitText))"]
    }
    return "<h2>Findings</h2>" + Table.table(["Severity", "What changed"], rows)
  }

  private var columns: HTML {
    let rows = document.columns.prefix(Self.limitColumns).map { row($0) }
    let more = document.columns.count - rows.count
    return "<h2>Columns</h2>"
      + Table.table(
        ["Column", "Type", "Missing", "Distinct", "Mean", "Median", "PSI", "Effect", "p-value"],
        numeric: [2, 3, 4, 5, 6, 7, 8], rows)
      + (more > 0 ? "<p class=\"soft\">and \(Format.grouped(more)) more columns</p>" : "")
      + "<p class=\"soft\">Effect: the Kolmogorov-Smirnov distance of numbers, Cramér's V of texts, 0 to 1. "
      + "Counts of distinct values above 1,024 are estimates.</p>"
  }

  private func row(_ column: TableDiffDocument.Column) -> [HTML] {
    /// Only one side of what came or is gone.
    func pair(_ text: (TableDiffDocument.Summary, TableDiffDocument.Side) -> String?) -> HTML {
      let (old, new) = (
        column.old.map { text($0, document.old) ?? "–" }, column.new.map { text($0, document.new) ?? "–" }
      )
      guard let old, let new, old != new else { return "\(new ?? old ?? "–")" }
      return "\(old) → \(new)"
    }
    return [
      "<div class=\"name\">\(Self.clipped(column.name))\(was(column))</div>",
      "<span class=\"type\">\(pair { summary, _ in summary.type })</span>",
      pair { Format.percent(Double($0.missingCount) / Double(max(1, $1.rowCount))) },
      pair { summary, _ in Format.grouped(summary.distinctCount) },
      pair { summary, _ in summary.mean.map { Format.metric($0) } },
      pair { summary, _ in summary.quantiles.flatMap { $0.count == 5 ? Format.metric($0[2]) : nil } },
      "\(column.shift.map { Format.fixed($0.psi, 3) } ?? "–")",
      "\(column.shift.map { Format.fixed($0.effect, 3) } ?? "–")",
      "\(column.shift.map { Format.pValue($0.pValue) } ?? "–")",
    ]
  }

  private func was(_ column: TableDiffDocument.Column) -> HTML {
    let word =
      column.old == nil ? "new" : column.new == nil ? "gone" : column.oldName.map { "was \(Self.clipped($0))" }
    return word.map { "<br><span class=\"soft\">\($0)</span>" } ?? ""
  }

  private static func clipped(_ text: String, _ limit: Int = limitName) -> String {
    ProfileText.clipped(text, limit)
  }

  private var charts: HTML {
    let shown = document.columns.filter { !($0.shift?.bins.isEmpty ?? true) }
      .sorted { ($0.shift?.psi ?? 0) > ($1.shift?.psi ?? 0) }
    guard !shown.isEmpty else { return "" }
    let figures = shown.prefix(Self.limitCharts).map { column in
      Histogram(
        "\(Self.clipped(column.name)): PSI \(Format.fixed(column.shift?.psi ?? 0, 3))", samples: ["before", "now"],
        (column.shift?.bins ?? []).map { .init(label: $0.label, values: [$0.reference, $0.current]) }
      ).html
    }
    let more = shown.count > Self.limitCharts ? ", the \(Self.limitCharts) that moved furthest" : ""
    return "<h2>Distributions\(more)</h2><div class=\"pair\">\(figures)</div>"
  }

  private var keys: HTML {
    guard let keys = document.keys else { return "" }
    let facts = Table.facts([
      ("Key", "\(Self.clipped(keys.columns.joined(separator: ", ")))"),
      ("Unchanged", "\(Format.grouped(keys.unchangedCount))"),
      ("Changed", "\(Format.grouped(keys.changedCount))"), ("Added", "\(Format.grouped(keys.addedCount))"),
      ("Removed", "\(Format.grouped(keys.removedCount))"),
      (
        "There more than once",
        "\(Format.grouped(keys.oldDuplicateCount)) → \(Format.grouped(keys.newDuplicateCount))"
      ),
    ])
    let columns = keys.changedColumns.prefix(Self.limitColumns).map { column -> [HTML] in
      ["\(Self.clipped(column.column))", "\(Format.grouped(column.rowCount))"]
    }
    return """
      <h2>Rows by key</h2>
      \(facts)
      \(columns.isEmpty ? "" : Table.table(["Column", "Rows changed"], numeric: [1], columns))
      \(list("Changed rows", changed(keys.changed)))
      \(list("Keys added", names(keys.added)))\(list("Keys removed", names(keys.removed)))\
      \(list("Keys there more than once", names(keys.duplicates)))
      """
  }

  private func changed(_ rows: [TableDiffDocument.ChangedRow]) -> HTML? {
    let lines = rows.flatMap { row -> [[HTML]] in
      let cells = row.cells.prefix(Self.limitCells).enumerated().map { place, cell -> [HTML] in
        [
          place == 0 ? "\(Self.clipped(row.key.joined(separator: ", ")))" : "", "\(Self.clipped(cell.column))",
          value(cell.old), value(cell.new),
        ]
      }
      let more = row.cells.count - cells.count
      return more > 0 ? cells + [["", "<span class=\"soft\">and \(more) more</span>", "", ""]] : cells
    }
    return lines.isEmpty ? nil : Table.table(["Key", "Column", "Before", "Now"], lines)
  }

  private func value(_ text: String?) -> HTML {
    text.map { "\(Self.clipped($0))" } ?? "<span class=\"soft\">missing</span>"
  }

  private func names(_ keys: [[String]]) -> HTML? {
    keys.isEmpty
      ? nil : "<p>\(HTML(joining: keys.map { "\(Self.clipped($0.joined(separator: ", ")))" }, by: "<br>"))</p>"
  }

  private func list(_ title: String, _ body: HTML?) -> HTML {
    body.map { "<details><summary>\(title): examples</summary>\($0)</details>" } ?? ""
  }
}
