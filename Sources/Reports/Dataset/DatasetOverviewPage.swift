internal import Records
internal import Store

/// A dataset: what is in its newest version, what changed, whether it keeps its contract, where it comes from and who uses
/// it.
struct DatasetOverviewPage {
  private let dossier: DatasetDossier
  private let siteName: String
  private let hasPage: @Sendable (String) -> Bool

  /// - Parameter hasPage: whether there is a record, so that there is a page, of the run of that name.
  init(
    _ ledger: DatasetLedger, _ evidence: any Evidence, siteName: String, hasPage: @escaping @Sendable (String) -> Bool
  ) throws {
    dossier = try DatasetDossier(ledger, evidence)
    self.siteName = siteName
    self.hasPage = hasPage
  }

  private var ledger: DatasetLedger { dossier.ledger }
  var path: String { Paths.dataset(ledger.project, ledger.name) }

  func page() -> Page {
    let layout = Layout(siteName: siteName, path: path, asOf: dossier.asOf)
    return layout.page(
      ledger.name, crumbs: ["\(ledger.project)"],
      """
      <h1>\(ledger.name)</h1>
      <p class="lead">\(lead)</p>
      \(note)
      \(predictions(layout))
      \(changes)
      \(contracts(layout))
      \(DatasetSchemaSection(dossier: dossier).html)
      \(profile(layout))
      \(DatasetVersionsSection(ledger: ledger, layout: layout, hasPage: hasPage).html)
      \(DatasetUsesSection(ledger: ledger, layout: layout).html)
      \(lineage(layout))
      \(files)
      """)
  }

  /// The same for machines.
  var twin: DatasetPageTwin { DatasetPageTwin(dossier) }

  // MARK: Words

  private var lead: HTML {
    guard let version = dossier.newest else { return "No version yet." }
    let since: HTML =
      dossier.before.map { before -> HTML in
        guard let old = before.rowCount, let new = version.rowCount else { return "" }
        if old == new { return " As many rows as v\(before.number)." }
        let word = new > old ? "more" : "fewer"
        return " \(Format.grouped(abs(new - old))) \(word) rows than v\(before.number)."
      } ?? " It is the first."
    return "Version \(version.number) of \(version.created.date): \(size(version)).\(since) \(state)"
  }

  private func size(_ version: DatasetVersion) -> HTML {
    let columns = version.columnCount.map { ", \(Format.grouped($0)) column\($0 == 1 ? "" : "s")" } ?? ""
    let rows = version.rowCount.map { "\(Format.grouped($0)) row\($0 == 1 ? "" : "s")\(columns)" }
    let files = dossier.description.map { "\(Format.grouped($0.fileCount)) file\($0.fileCount == 1 ? "" : "s")" }
    let bytes = version.totalBytes.map { Format.bytes($0) }
    let parts = [rows, files, bytes].compactMap(\.self)
    return parts.isEmpty ? "nothing is known of what is in it" : "\(parts.joined(separator: ", "))"
  }

  /// What its contract says of it.
  private var state: HTML {
    guard let result = ledger.contracts.entries.first else { return "No contract was held against it." }
    let which: HTML = result.version == dossier.newest?.number ? "" : " (v\(result.version.map(String.init) ?? "?"))"
    return result.stops
      ? "<span class=\"bad\">✗ Its contract is broken</span>\(which): \(result.headline)."
      : "<span class=\"good\">✓ It keeps its contract</span>\(which): \(result.headline)."
  }

  private var note: HTML {
    let expired: HTML =
      dossier.newest?.expired.map {
        "<p class=\"warn\">Its newest version is no more: \(ProfileText.clipped($0, 200)).</p>"
      }
      ?? ""
    let note: HTML = dossier.description?.note.map { "<p class=\"soft\">\(ProfileText.clipped($0, 400)).</p>" } ?? ""
    return expired + note
  }

  // MARK: Sections

  private static let namedColumns = 12
  private static let limitSmall = 60_000
  private static let limitContract = 250_000
  private static let limitProfile = 30_000

  private func predictions(_ layout: Layout) -> HTML {
    guard let made = dossier.description?.predictions else { return "" }
    let model: HTML = dossier.scoredBy.map { "\(layout.link($0, .model)) " } ?? ""
    let unseen = made.unseenCategoryCounts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let few = unseen.prefix(Self.namedColumns).map { "\(ProfileText.clipped($0.key, 60)): \(Format.grouped($0.value))" }
    let more = unseen.count > few.count ? ", and \(unseen.count - few.count) more columns" : ""
    return Table.facts([
      ("Scored by", "\(model)\(HTML.digest(made.model.description))"),
      ("From data", HTML.digest(made.data.description)),
      ("Values never seen in training", "\(unseen.isEmpty ? "none" : few.joined(separator: ", ") + more)"),
    ])
  }

  private static let shownChanges = 30

  /// Against the version before, from what is known of both.
  private var changes: HTML {
    guard let new = dossier.description, let old = dossier.descriptionBefore, let before = dossier.before else {
      return ""
    }
    let sentences = DescriptionChanges.sentences(from: old, to: new)
    let title: HTML = "<h2 id=\"changes\">Since v\(before.number)</h2>"
    guard !sentences.isEmpty else {
      return title + "<p class=\"soft\">The same columns, and none of them moved far.</p>"
    }
    let points = sentences.prefix(Self.shownChanges).map { sentence -> HTML in
      "<li>\(ProfileText.clipped(sentence, 300))</li>"
    }
    let rest = sentences.count - points.count
    let more: HTML = rest > 0 ? "<li class=\"soft\">and \(Format.grouped(rest)) more</li>" : ""
    return title + "<ul class=\"plain\">\(points)\(more)</ul>"
      + "<p class=\"soft\"><code>nightshift data diff</code> compares the rows themselves.</p>"
  }

  private func contracts(_ layout: Layout) -> HTML {
    guard let newest = ledger.contracts.entries.first else { return "" }
    let gone: HTML = "<p class=\"soft\">\(newest.headline); the document is no longer in the store.</p>"
    let long: HTML = "<p class=\"soft\">Too long for this page: see \(layout.link(run: newest.run.run)).</p>"
    let section = dossier.contract.map { ContractSection.html($0).fitting(Self.limitContract, or: long) } ?? gone
    let rows = ledger.contracts.entries.map { result -> [HTML] in
      let mark: HTML =
        result.stops
        ? "<span class=\"bad\">✗ \(ProfileText.clipped(result.headline, 120))</span>"
        : "<span class=\"good\">✓ \(ProfileText.clipped(result.headline, 120))</span>"
      return [
        "\(result.version.map { "v\($0)" } ?? "–")", "<span class=\"w\">\(result.run.time.date)</span>",
        "\(ProfileText.clipped(result.contract, 80))", mark, layout.link(run: result.run.run),
      ]
    }
    let earlier: HTML =
      rows.count > 1
      ? "<h3>Over the versions</h3>" + Table.table(["Version", "Night", "Contract", "Result", "Run"], rows) : ""
    return "<h2 id=\"contract\">Contract</h2>" + section + earlier
  }

  private func profile(_ layout: Layout) -> HTML {
    guard let newest = ledger.profiles.entries.first else { return "" }
    let link = layout.to(Paths.profile(newest.document.shortText))
    let older = ledger.profiles.entries.dropFirst().map { profile -> HTML in
      "<a href=\"\(layout.to(Paths.profile(profile.document.shortText)))\">v\(profile.version), \(profile.run.time.date)</a>"
    }
    let earlier: HTML = older.isEmpty ? "" : "<p class=\"soft\">Earlier ones: \(HTML(joining: older, by: "; ")).</p>"
    let section =
      dossier.profile.map {
        ProfileSummarySection.html($0, link: link).fitting(
          Self.limitProfile, or: "<p><a href=\"\(link)\">The whole profile</a></p>")
      } ?? "<p><a href=\"\(link)\">The profile of v\(newest.version)</a></p>"
    return "<h2 id=\"profile\">Profile</h2>" + section + earlier
  }

  private func lineage(_ layout: Layout) -> HTML {
    guard let graph = dossier.lineage, let version = dossier.newest else { return "" }
    let title = "\(ledger.name) v\(version.number)"
    return """
      <h2 id="lineage">Where v\(version.number) comes from, and what was made of it</h2>
      \(LineageSection(graph: graph, layout: layout, title: title).html)
      """
  }

  private var files: HTML {
    guard let description = dossier.description, !description.files.isEmpty else { return "" }
    let rows = description.files.map { file -> [HTML] in
      [
        "\(ProfileText.clipped(file.path, 200))", "\(Format.bytes(file.sizeBytes))",
        HTML.digest(file.digest.description),
      ]
    }
    let count = "\(Format.grouped(description.fileCount)) file\(description.fileCount == 1 ? "" : "s")"
    let first = description.fileCount > rows.count ? ", the first \(rows.count)" : ""
    let table = Table.table(["Path", "Size", "Digest"], numeric: [1], rows, limitBytes: Self.limitSmall)
    return """
      <h2 id="files">Files</h2>
      <details\(rows.count > 10 ? "" : " open")><summary>\(count)\(first)</summary>\(table)</details>
      """
  }
}
