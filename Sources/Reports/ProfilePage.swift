package import Records

/// What is in some data: alerts first, then each column. At most a megabyte whatever the data: what has no room is in
/// the JSON, and the page says so.
package struct ProfilePage {
  private let document: ProfileDocument
  /// `flights@v3`, or the name of a file.
  private let title: String

  /// Bytes after which no more columns are described, alerts and overview among them: the rest of a page has room in what
  /// is left of a megabyte.
  private static let limitBytes = 640 << 10
  private static let alertBytes = 96 << 10
  private static let overviewBytes = 320 << 10
  private static let overviewLimit = 600

  package init(_ document: ProfileDocument, title: String) {
    self.document = document
    self.title = ProfileText.clipped(title, 120)
  }

  /// A page that stands alone.
  package func lonePage(path: String, now: Timestamp) -> [UInt8] {
    Layout(siteName: "Nightshift", path: path, asOf: now).lonePage("Profile of \(title)", body).bytes
  }

  func page(_ layout: Layout) -> Page {
    layout.page("Profile of \(title)", crumbs: ["profiles"], body)
  }

  private var body: HTML {
    let (alerts, overview) = (self.alerts, self.overview)
    let correlations = self.correlations
    return """
      <h1>Profile of \(title)</h1>
      <p class="lead">\(summary)</p>
      <h2>What to look at</h2>
      \(alerts)
      \(facts)
      <h2>Columns</h2>
      \(overview)
      \(correlations)
      \(details(used: [alerts, overview, correlations].reduce(0) { $0 + $1.text.utf8.count }))
      """
  }

  private var summary: HTML {
    "\(Format.grouped(document.rowCount)) rows, \(Format.grouped(document.columns.count)) columns. \(document.alerts.isEmpty ? "Nothing stands out." : "\(document.alerts.count) thing\(document.alerts.count == 1 ? "" : "s") to look at.")"
  }

  private var alerts: HTML {
    guard !document.alerts.isEmpty else { return "<p class=\"soft\">Nothing stands out.</p>" }
    let items = Self.fitting(document.alerts.prefix(100), bytes: Self.alertBytes) { alert -> HTML in
      let kind: HTML =
        alert.kind == "leakage"
        ? "<span class=\"bad\">\(alert.kind)</span>" : "<span class=\"warn\">\(alert.kind)</span>"
      return "<li>\(kind): \(ProfileText.clipped(alert.text, 400))</li>"
    }
    let rest = document.alerts.count - items.count
    let more = rest > 0 ? "<li class=\"soft\">and \(rest) more, in the JSON</li>" as HTML : ""
    return "<ul class=\"plain\">\(items)\(more)</ul>"
  }

  /// The parts of the first elements that have room together.
  private static func fitting<Element>(
    _ elements: some Sequence<Element>, bytes limit: Int, _ part: (Element) -> HTML
  ) -> [HTML] {
    var parts: [HTML] = []
    var bytes = 0
    for element in elements {
      let part = part(element)
      bytes += part.text.utf8.count
      guard bytes <= limit else { break }
      parts.append(part)
    }
    return parts
  }

  private var facts: HTML {
    var pairs: [(String, HTML)] = [
      ("Repeated rows", "\(ProfileText.count(document.repeatedRows))"), ("Keys", keys),
    ]
    if let target = document.target { pairs.append(("Target", "\(ProfileText.clipped(target))")) }
    if document.sampleRowCount < document.rowCount {
      pairs.append(
        (
          "Sample",
          "\(Format.grouped(document.sampleRowCount)) rows, for ranks, categories and leakage; all else is of all rows"
        ))
    }
    return Table.facts(pairs)
  }

  private var keys: HTML {
    let names = document.keys.prefix(8).map { key -> HTML in
      let columns = key.columns.map { ProfileText.clipped($0) }.joined(separator: " + ")
      let share = key.checkedShare < 1 ? " (looked at \(Format.percent(key.checkedShare)) of the rows)" : ""
      return "<code>\(columns)</code>\(share)"
    }
    return names.isEmpty ? "none found" : HTML(joining: names, by: ", ")
  }

  private var overview: HTML {
    var rows: [[HTML]] = []
    var bytes = 0
    for column in document.columns.prefix(Self.overviewLimit) {
      let row = cells(column)
      bytes += row.reduce(40) { $0 + $1.text.utf8.count + 20 }
      guard bytes <= Self.overviewBytes else { break }
      rows.append(row)
    }
    let rest = document.columns.count - rows.count
    let note: HTML = rest > 0 ? "<p class=\"soft\">\(Format.grouped(rest)) more columns are in the JSON.</p>" : ""
    let table = Table.table(
      ["Column", "Type", "Missing", "Distinct", "Mean", "Deviation", "Range or most frequent"],
      numeric: [2, 3, 4, 5], rows)
    return "<div class=\"names\">\(table)</div>\(note)"
  }

  private func cells(_ column: ProfileDocument.Column) -> [HTML] {
    let rows = Double(max(1, document.rowCount))
    return [
      "\(ProfileText.clipped(column.name))", "\(column.type)",
      "\(Format.percent(Double(column.missingCount) / rows))", "\(ProfileText.count(column.distinct))",
      "\(column.numbers?.mean.map(ProfileText.number) ?? "–")",
      "\(column.numbers?.standardDeviation.map(ProfileText.number) ?? "–")",
      "\(ProfileText.range(column))",
    ]
  }

  private var correlations: HTML {
    let strongest = document.correlations.strongest.filter { abs($0.value) >= 0.1 }.prefix(15)
    guard !document.correlations.strongest.isEmpty else { return "" }
    let rows = strongest.map { pair -> [HTML] in
      [
        "\(ProfileText.clipped(pair.first, 40))", "\(ProfileText.clipped(pair.second, 24))",
        "\(ProfileText.measure(pair.measure))", "\(Format.fixed(pair.value, 3))", "\(Format.grouped(pair.rowCount))",
      ]
    }
    let all = document.correlations
    let matrices: [(String, ProfileDocument.Correlations.Matrix?)] = [
      ("Pearson", all.pearson), ("Spearman", all.spearman), ("Cramér’s V, without its bias", all.cramersV),
      ("Correlation ratio of categories (down) and numbers", all.correlationRatio),
    ]
    return """
      <h2>What goes together</h2>
      <div class="names">\(Table.table(["Column", "and", "Measure", "Value", "On rows"], numeric: [3, 4], rows))</div>
      \(matrices.map { title, matrix -> HTML in matrix.map { self.matrix(title, $0) } ?? "" })
      """
  }

  private func matrix(_ title: String, _ matrix: ProfileDocument.Correlations.Matrix) -> HTML {
    guard matrix.columns.count <= 24, matrix.rows.count <= 24 else {
      return "<p class=\"soft\">\(title): \(matrix.rows.count) by \(matrix.columns.count) values, in the JSON.</p>"
    }
    let rows = zip(matrix.rows, matrix.values).map { name, values -> [HTML] in
      ["\(ProfileText.clipped(name, 24))"] + values.map { "\($0.map { Format.fixed($0, 2) } ?? "–")" }
    }
    let header = [""] + matrix.columns.map { ProfileText.clipped($0, 24) }
    return
      "<details><summary>\(title), on \(Format.grouped(matrix.rowCount)) rows</summary>\(Table.table(header, numeric: Set(1..<header.count), rows))</details>"
  }

  private func details(used: Int) -> HTML {
    var parts: HTML = "<h2>Column by column</h2>"
    var bytes = used
    for (index, column) in document.columns.enumerated() {
      let part = ProfileColumnSection(column: column, rowCount: document.rowCount).html
      bytes += part.text.utf8.count
      guard bytes <= Self.limitBytes else {
        let rest = document.columns.count - index
        return parts
          + "<p class=\"soft\">The page is full: \(Format.grouped(rest)) more columns are described in the JSON.</p>"
      }
      parts = parts + part
    }
    return parts
  }
}
