internal import Records
internal import Store

/// The versions of a dataset and how many rows they have.
struct DatasetVersionsSection {
  let ledger: DatasetLedger
  let layout: Layout
  let hasPage: @Sendable (String) -> Bool

  private static let shownVersions = 100
  private static let openVersions = 20
  private static let limitBytes = 100_000

  var html: HTML {
    guard !ledger.versions.entries.isEmpty else { return "" }
    return "<h2 id=\"versions\">Versions</h2>\(trend)\(table)"
  }

  private var trend: HTML {
    let ordered = Array(ledger.versions.entries.prefix(Self.shownVersions).reversed())
    let rows = ordered.map { $0.rowCount.map(Double.init) }
    guard rows.count > 1, rows.contains(where: { $0 != nil }) else { return "" }
    var chart = LineChart(
      "Rows by version", Places("Version", ordered.map { "v\($0.number)" }), [.init(name: "rows", values: rows)])
    chart.quantity = .count
    return chart.html
  }

  private var table: HTML {
    let rows = ledger.versions.entries.prefix(Self.shownVersions).map(row)
    let header = ["Version", "Night", "Rows", "Columns", "Size", "Run", "Digest"]
    func table(_ rows: some Collection<[HTML]>) -> HTML {
      Table.table(header, numeric: [2, 3, 4], Array(rows), limitBytes: Self.limitBytes)
    }
    let older = rows.dropFirst(Self.openVersions)
    let fold: HTML =
      older.isEmpty
      ? "" : "<details><summary>\(older.count) older versions</summary>\(table(older))</details>"
    let rest = ledger.versions.entries.count - rows.count
    let more: HTML =
      rest > 0 || ledger.versions.isFull
      ? "<p class=\"soft\">\(rest > 0 ? "\(Format.grouped(rest)) more are in the JSON twin. " : "")The store has them all: <code>nightshift data list</code>.</p>"
      : ""
    return table(rows.prefix(Self.openVersions)) + fold + more
  }

  private func row(_ version: DatasetVersion) -> [HTML] {
    let expired: HTML =
      version.expired.map { "<br><span class=\"soft\">\(ProfileText.clipped($0, 120))</span>" } ?? ""
    return [
      "v\(version.number)\(expired)", "<span class=\"w\">\(version.created.date)</span>",
      "\(version.rowCount.map(Format.grouped) ?? "–")", "\(version.columnCount.map(Format.grouped) ?? "–")",
      "\(version.totalBytes.map { Format.bytes($0) } ?? "–")",
      version.run.map { hasPage($0) ? layout.link(run: $0) : "\($0)" } ?? "by hand",
      HTML.digest(version.digest.description),
    ]
  }
}

/// Which steps read versions of a dataset, and what came of it.
struct DatasetUsesSection {
  let ledger: DatasetLedger
  let layout: Layout

  private static let openUses = 20
  private static let shownMade = 6
  private static let limitBytes = 120_000

  var html: HTML {
    let rows = ledger.uses.entries.map(row)
    let title: HTML = "<h2 id=\"uses\">Who uses it</h2>"
    guard !rows.isEmpty else { return title + "<p class=\"soft\">No step of any run has read it.</p>" }
    let header = ["Night", "Version", "Job", "Step", "What came of it", "Run"]
    let older = Array(rows.dropFirst(Self.openUses))
    let cut: HTML = ledger.uses.isFull ? ", as far as they are kept here" : ""
    let fold: HTML =
      older.isEmpty
      ? ""
      : "<details><summary>\(Format.grouped(older.count)) earlier uses\(cut)</summary>\(Table.table(header, older, limitBytes: Self.limitBytes))</details>"
    return title + summary + Table.table(header, Array(rows.prefix(Self.openUses)), limitBytes: Self.limitBytes) + fold
  }

  private static let namedJobs = 8

  private var summary: HTML {
    let jobs = Set(ledger.uses.entries.map(\.job)).sorted()
    let models = Set(
      ledger.uses.entries.flatMap(\.made).filter { $0.kind == .model }.map {
        "\($0.version.project)/\($0.version.name)"
      })
    let few = jobs.prefix(Self.namedJobs).joined(separator: ", ")
    let more = jobs.count > Self.namedJobs ? " and \(jobs.count - Self.namedJobs) more" : ""
    let made =
      models.isEmpty ? "" : models.count == 1 ? " One model learns of it." : " \(models.count) models learn of it."
    return
      "<p class=\"soft\">\(jobs.count == 1 ? "One job reads" : "\(jobs.count) jobs read") it: \(few)\(more).\(made)</p>"
  }

  private func row(_ use: DatasetUse) -> [HTML] {
    let shown = use.made.prefix(Self.shownMade).map { layout.link($0.version, $0.kind) }
    let rest = use.made.count - shown.count
    let more: HTML = rest > 0 ? " and \(rest) more" : ""
    return [
      "<span class=\"w\">\(use.run.time.date)</span>", "v\(use.version)", "\(use.job)",
      "\(use.step) <span class=\"soft\">(\(use.kind))</span>",
      shown.isEmpty ? "<span class=\"soft\">nothing published</span>" : HTML(joining: shown, by: ", ") + more,
      layout.link(run: use.run.run),
    ]
  }
}
