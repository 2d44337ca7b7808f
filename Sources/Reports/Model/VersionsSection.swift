internal import Records
internal import Store

/// The versions of a model with its aliases over time.
struct VersionsSection {
  let ledger: ModelLedger
  let layout: Layout
  let hasPage: @Sendable (String) -> Bool

  /// Rows that are open; older ones are folded away.
  private static let openRows = 20
  private static let limitBytes = 80_000
  private static let limitText = 300

  var html: HTML {
    """
    <h2 id="versions">Versions and aliases</h2>
    \(AliasTimeline(ledger).html)
    \(versions)
    \(moves)
    """
  }

  private var versions: HTML {
    let entries = ledger.versions.entries
    let runs = Dictionary(
      ledger.events.entries.map { ($0.run.id, $0.run) }, uniquingKeysWith: { first, _ in first })
    let rows = entries.map { version -> [HTML] in
      let aliases = ledger.aliases.filter { $0.value == version.number }.keys.sorted().joined(separator: ", ")
      let state: HTML = version.expired.map { "<br><span class=\"soft\">\(ProfileText.clipped($0, 120))</span>" } ?? ""
      return [
        "v\(version.number)", "<span class=\"w\">\(version.created.date)</span>",
        "\(aliases.isEmpty ? HTML.empty : "<b>\(aliases)</b>")\(state)",
        "\(version.rowCount.map(Format.grouped) ?? "–")", "\(version.bestRound.map(Format.grouped) ?? "–")",
        version.run.map { link($0, job: runs[$0]?.job) } ?? "by hand",
        "\(version.run.flatMap { runs[$0]?.because }.map { Format.prose(ProfileText.clipped($0, Self.limitText)) } ?? "")",
        HTML.digest(version.digest.description),
      ]
    }
    let header = ["Version", "Night", "Aliases", "Rows", "Best round", "Run", "Because", "Digest"]
    let open = Table.table(header, numeric: [3, 4], Array(rows.prefix(Self.openRows)))
    let older = Array(rows.dropFirst(Self.openRows))
    guard !older.isEmpty else { return open }
    let table = Table.table(header, numeric: [3, 4], older, limitBytes: Self.limitBytes)
    let more: HTML = ledger.versions.isFull ? " of those that are kept here" : ""
    return open
      + "<details><summary>\(Format.grouped(older.count)) older versions\(more)</summary>\(table)</details>"
  }

  /// By the name of its job, as the night says which run it is.
  private func link(_ run: String, job: String?) -> HTML {
    guard hasPage(run) else { return "\(run)" }
    return "<a class=\"w\" href=\"\(layout.to(Paths.run(run)))\" title=\"\(run)\">\(job ?? run)</a>"
  }

  private var moves: HTML {
    let rows = ledger.moves.entries.map { move -> [HTML] in
      [
        "<span class=\"w\">\(move.at.date)</span>", "\(move.alias)", "\(move.from.map { "v\($0)" } ?? "–")",
        "v\(move.to)\(move.isRollBack ? " (back)" : "")", "\(ProfileText.clipped(move.by, 80))",
        "\(Format.prose(ProfileText.clipped(move.why, Self.limitText)))",
      ]
    }
    guard !rows.isEmpty else { return "<p class=\"soft\">No alias was ever moved.</p>" }
    let table = Table.table(
      ["When", "Alias", "From", "To", "By", "Why"], rows, limitBytes: Self.limitBytes)
    return
      "<details><summary>\(Format.grouped(rows.count)) \(rows.count == 1 ? "move" : "moves") of aliases, and why</summary>\(table)</details>"
  }
}
