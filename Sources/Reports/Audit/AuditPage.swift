internal import Records
internal import Store

/// Who did what, when and why: the newest lines of the audit log, and a page for each day before.
struct AuditPage {
  let site: SiteLedger
  let terms: SiteTerms
  let links: AuditLinks

  static let path = Paths.audit

  /// Of the rows of one table.
  static let limitBytes = 480_000

  func page() -> Page {
    let layout = Layout(siteName: terms.siteName, path: Self.path)
    let newest = site.newestAudit.entries
    let days = HTML(joining: months.map { month, dates in self.month(month, dates, layout) })
    return layout.page(
      "Audit", crumbs: [],
      """
      <h1>Audit</h1>
      <p class="lead">\(summary)</p>
      \(chain)
      <h2 id="newest">Newest lines</h2>
      \(newest.isEmpty ? "<p class=\"soft\">None yet.</p>" : AuditTable(links: links).html(newest, layout))
      <h2 id="days">By day</h2>
      \(days == .empty ? "<p class=\"soft\">None yet.</p>" : days)\(older)
      """)
  }

  private var lineCount: Int { site.auditDays.reduce(0) { $0 + $1.lineCount } }

  private var summary: HTML {
    guard let newest = site.newestAudit.entries.first, let first = site.auditDays.last else {
      return "Nothing has been published, moved or expired yet."
    }
    return """
      \(Format.count(lineCount, "line")) since \(first.date), the newest of \(Moment.exact(newest.at)): \
      what was published, moved and expired, by whom and why.
      """
  }

  /// What holds the log together, and what to keep of it elsewhere.
  private var chain: HTML {
    guard let newest = site.newestAudit.entries.first else { return "" }
    let digest: HTML
    if let end = site.auditEnd {
      digest = "Line \(newest.sequence) has the digest <code>\(end.description)</code>"
    } else if newest.sequence > 0 {
      digest = "Line \(newest.sequence - 1) has the digest <code>\(newest.previous.description)</code>"
    } else {
      return ""
    }
    return """
      <p class="soft">Each line of <code>Store/audit/log.ndjson</code> holds the SHA-256 of the line before it, so that a change \
      anywhere shows; <code>nightshift store check</code> follows the whole chain. \(digest): whoever keeps that elsewhere \
      knows that no line up to it was changed.</p>
      """
  }

  // MARK: Days

  /// More have no room; they have their pages all the same.
  private static let dayLimit = 4000

  /// Newest first: the month, and its days with the counts of their lines.
  private var months: [(month: String, days: [AuditDayCount])] {
    var months: [(month: String, days: [AuditDayCount])] = []
    for day in site.auditDays.prefix(Self.dayLimit) {
      let month = String(day.date.prefix(7))
      if months.last?.month == month {
        months[months.count - 1].days.append(day)
      } else {
        months.append((month, [day]))
      }
    }
    return months
  }

  private var older: HTML {
    let rest = site.auditDays.count - Self.dayLimit
    guard rest > 0, let last = site.auditDays.last else { return "" }
    return """
      <p class="soft">\(Format.count(rest, "older day")), from \(last.date) on, have pages of their own under the same names.</p>
      """
  }

  private func month(_ month: String, _ days: [AuditDayCount], _ layout: Layout) -> HTML {
    let items = days.map { day -> HTML in
      "<a href=\"\(layout.to(Paths.audit(day.date)))\">\(day.date)</a> <span class=\"soft\">(\(Format.grouped(day.lineCount)))</span>"
    }
    return "<p>\(HTML(joining: items, by: ", "))</p>\n"
  }
}

/// The audit log's lines of one day.
struct AuditDayPage {
  let day: AuditDay
  let terms: SiteTerms
  let links: AuditLinks

  var path: String { Paths.audit(day.date) }

  func page() -> Page {
    let layout = Layout(siteName: terms.siteName, path: path)
    return layout.page(
      "Audit of \(day.date)", crumbs: ["<a href=\"\(layout.to(Paths.audit))\">audit</a>"],
      """
      <h1>Audit of \(day.date)</h1>
      <p class="lead">\(Format.count(day.lines.count, "line")), the newest first.</p>
      \(AuditTable(links: links).html(day.lines, layout))
      """)
  }
}

/// `audit/index.json`.
struct AuditTwin: Encodable {
  var format = "nightshift-audit 1"
  /// Of the newest line; nil where nobody knows.
  var end: Digest?
  /// Newest first.
  var days: [AuditDayCount]
  /// Newest first, at most ``AuditLine/limit``.
  var newest: [AuditLine]
}

/// `audit/DATE.json`.
struct AuditDayTwin: Encodable {
  var format = "nightshift-audit-day 1"
  var date: String
  /// Newest first.
  var lines: [AuditLine]
}

extension Paths {
  static let audit = "audit/index.html"
  static func audit(_ date: String) -> String { "audit/\(date).html" }
}
