internal import Records

/// A file of the site.
package struct Page: Hashable, Sendable {
  /// Below the site's root, parts joined by `/`.
  package var path: String
  package var bytes: [UInt8]
}

/// What every page has: head, way back, title, foot.
struct Layout {
  let records: SiteRecords
  /// The page's own path, from which links are relative.
  let path: String

  private var depth: Int { path.split(separator: "/").count - 1 }

  /// A link's target, relative to this page.
  func to(_ target: String) -> String { String(repeating: "../", count: depth) + target }

  func page(_ title: String, crumbs: [HTML], _ body: HTML) -> Page {
    let twin = String(path.dropLast("html".count)) + "json"
    let foot: HTML = "The same as <a href=\"\(to(twin))\">JSON</a>. "
    let way: HTML =
      path == "index.html" ? "\(records.siteName)" : "<a href=\"\(to("index.html"))\">\(records.siteName)</a>"
    return page(
      title, header: "<nav aria-label=\"Way back\">\(HTML(joining: [way] + crumbs, by: " › "))</nav>", body, foot)
  }

  /// A page that belongs to no site.
  func lonePage(_ title: String, _ body: HTML) -> Page { page(title, header: "\(records.siteName)", body, "") }

  private func page(_ title: String, header: HTML, _ body: HTML, _ foot: HTML) -> Page {
    let markup: HTML = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(title) · \(records.siteName)</title>
      <style>\(HTML(raw: Style.css))</style>
      </head>
      <body>
      <header>\(header)</header>
      <main>
      \(body)
      </main>
      <footer>As of \(records.now.text). \(foot)Made by Nightshift; this page loads nothing from elsewhere.</footer>
      </body>
      </html>

      """
    return Page(path: path, bytes: Array(markup.text.utf8))
  }

  func link(_ run: RunRecord) -> HTML { "<a href=\"\(to(Paths.run(run.id)))\">\(run.id)</a>" }

  /// A version as a link to its entity's page; its digest where it has no name.
  func link(_ artifact: Artifact) -> HTML {
    guard let version = artifact.version else {
      return "<span class=\"mono\" title=\"\(artifact.digestText)\">\(artifact.shortDigest)</span>"
    }
    let target =
      artifact.kind == .model
      ? Paths.model(version.project, version.name) : Paths.dataset(version.project, version.name)
    return "<a href=\"\(to(target))\">\(version.text)</a>"
  }
}

/// Where pages lie.
enum Paths {
  static func profile(_ shortDigest: String) -> String { "profiles/\(shortDigest).html" }
  static func run(_ id: String) -> String { "runs/\(id).html" }
  static func model(_ project: String, _ name: String) -> String { "models/\(project)/\(name).html" }
  static func dataset(_ project: String, _ name: String) -> String { "datasets/\(project)/\(name).html" }
}

/// Tables in a box of their own that scrolls where the page is narrow.
enum Table {
  /// Columns that have wide gaps between them; where there are more, titles may take two lines.
  private static let roomyColumns = 7

  /// - Parameters:
  ///   - numeric: columns that hold numbers.
  ///   - limitBytes: of its rows; how many have no room is said below it.
  static func table(
    _ header: [String], numeric: Set<Int> = [], _ rows: [[HTML]], limitBytes: Int = .max
  ) -> HTML {
    guard !rows.isEmpty else { return "<p class=\"soft\">None.</p>" }
    func kind(_ index: Int) -> HTML { numeric.contains(index) ? " class=\"n\"" : "" }
    let head = header.enumerated().map { index, title -> HTML in "<th scope=\"col\"\(kind(index))>\(title)</th>" }
    let body = rows.map { row -> HTML in
      let cells = row.enumerated().map { index, cell -> HTML in "<td\(kind(index))>\(cell)</td>" }
      return "<tr>\(cells)</tr>\n"
    }
    var bytes = 0
    let shown = body.prefix { row in
      bytes += row.text.utf8.count
      return bytes <= limitBytes
    }
    let rest = body.count - shown.count
    let note: HTML =
      rest == 0 ? "" : "<p class=\"soft\">\(Format.grouped(rest)) more \(rest == 1 ? "is" : "are") in the JSON.</p>"
    let room: HTML = header.count > roomyColumns ? " class=\"dense\"" : ""
    return
      "<div class=\"scroll\"><table\(room)><thead><tr>\(head)</tr></thead><tbody>\n\(Array(shown))</tbody></table></div>\(note)"
  }

  static func facts(_ pairs: [(String, HTML)]) -> HTML {
    "<dl>\(pairs.map { pair -> HTML in "<dt>\(pair.0)</dt><dd>\(pair.1)</dd>" })</dl>"
  }
}
