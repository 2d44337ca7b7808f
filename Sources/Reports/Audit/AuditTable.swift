internal import Records
internal import Store

/// Which pages the lines of an audit log can link to.
struct AuditLinks: Sendable {
  var models: Set<EntityKey>
  var datasets: Set<EntityKey>
  /// Whether there is a page of the run of that name.
  var hasRun: @Sendable (String) -> Bool
}

/// Lines of the audit log as a table.
struct AuditTable {
  let links: AuditLinks

  func html(_ lines: [AuditLine], _ layout: Layout) -> HTML {
    Table.table(
      ["№", "When", "By", "Action", "Object", "From → to", "Why"],
      Table.Form(numeric: [0], limitBytes: AuditPage.limitBytes, noun: "lines", choice: 3),
      lines.map { line in
        [
          "\(line.sequence)", Moment.exact(line.at), by(line, layout), "<span class=\"w\">\(words(line.action))</span>",
          object(line, layout), move(line), why(line.why),
        ]
      })
  }

  /// A run is linked to, people are named; who did it for a run is said beside it.
  private func by(_ line: AuditLine, _ layout: Layout) -> HTML {
    guard let run = line.run else { return "\(ProfileText.clipped(line.by, 80))" }
    let link: HTML = links.hasRun(run) ? layout.link(run: run) : "\(run)"
    return line.by == run || line.by == "nightshift" ? link : "\(ProfileText.clipped(line.by, 80)), \(link)"
  }

  /// `move-alias` reads `move alias`.
  private func words(_ action: String) -> String { action.split(separator: "-").joined(separator: " ") }

  private func object(_ line: AuditLine, _ layout: Layout) -> HTML {
    let name = line.object.prefix { $0 != "@" }
    guard let slash = name.firstIndex(of: "/") else { return "\(line.object)" }
    let key = EntityKey(project: String(name[..<slash]), name: String(name[name.index(after: slash)...]))
    let isData = line.action.hasSuffix("-dataset")
    if isData, links.datasets.contains(key) {
      return "<a href=\"\(layout.to(Paths.dataset(key.project, key.name)))\">\(line.object)</a>"
    }
    if !isData, links.models.contains(key) {
      return "<a href=\"\(layout.to(Paths.model(key.project, key.name)))\">\(line.object)</a>"
    }
    return "\(line.object)"
  }

  private func move(_ line: AuditLine) -> HTML {
    line.from == nil ? version(line.to) : "\(version(line.from)) → \(version(line.to))"
  }

  /// The beginning of a long reason, the whole of it for who opens it.
  private func why(_ text: String) -> HTML {
    guard text.unicodeScalars.count > Self.summaryLimit else { return "\(text)" }
    let beginning = ProfileText.clipped(text, Self.summaryLimit)
    return "<details><summary>\(beginning)</summary>\(ProfileText.clipped(text, Self.reasonLimit))</details>"
  }

  private static let summaryLimit = 100
  private static let reasonLimit = 1000

  /// `v3`, or the first digits of a digest, the others for who asks.
  private func version(_ text: String?) -> HTML {
    guard let text else { return "–" }
    guard let digest = Digest(text), text.hasPrefix("sha256:") else { return "\(ProfileText.clipped(text, 80))" }
    return "<span class=\"mono\" title=\"\(text)\">\(digest.shortText)</span>"
  }
}
