internal import ArgumentParser
internal import Pipeline
internal import Store

struct StoreStatsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats", abstract: "Say what the versions hold, and what it costs to store them.",
    discussion: """
      LOGICAL is what the versions would take as files, UNIQUE the different content among that, STORED the same as it \
      is stored, OWN what of that no other dataset or model (for a project: no other project) shares.

      EXAMPLE:
        nightshift store stats --json
      """)

  @OptionGroup var siteOptions: SiteOptions
  @OptionGroup var output: JSONOption

  private struct Answer: Encodable {
    var total: Row
    var projects: [Row]
    var entities: [Row]
    var packs: CollectionReport.Tally
    var blobs: Int
    var otherStoredBytes: Int
  }

  private struct Row: Encodable {
    var project: String?
    var kind: EntityName.Kind?
    var name: String?
    var versions: Int
    var logicalBytes: Int
    var uniqueBytes: Int
    var storedBytes: Int
    var ownStoredBytes: Int
    var dedupeRatio: Double?
    var compressionRatio: Double?

    init(_ share: StoreStatistics.Share, project: String? = nil, kind: EntityName.Kind? = nil, name: String? = nil) {
      (self.project, self.kind, self.name) = (project, kind, name)
      (versions, logicalBytes, uniqueBytes) = (share.versions, share.logicalBytes, share.uniqueBytes)
      (storedBytes, ownStoredBytes) = (share.storedBytes, share.ownStoredBytes)
      (dedupeRatio, compressionRatio) = (share.dedupeRatio, share.compressionRatio)
    }
  }

  func run() throws {
    let statistics = try siteOptions.open().store.statistics()
    if output.json { return try Terminal.writeJSON(Self.answer(statistics)) }
    Terminal.write(Self.table(statistics).text)
    Terminal.write(
      "\(statistics.packs.count) packs (\(ByteCount.text(statistics.packs.bytes))), \(statistics.blobs) blobs; beside the versions' content: \(ByteCount.text(statistics.otherStoredBytes))"
    )
  }

  private static func answer(_ statistics: StoreStatistics) -> Answer {
    Answer(
      total: Row(statistics.total), projects: statistics.projects.map { Row($0.share, project: $0.name) },
      entities: statistics.entities.map { Row($0.share, project: $0.project, kind: $0.kind, name: $0.name) },
      packs: statistics.packs, blobs: statistics.blobs, otherStoredBytes: statistics.otherStoredBytes)
  }

  private static func table(_ statistics: StoreStatistics) -> TextTable {
    var table = TextTable(
      ["", "VERSIONS", "LOGICAL", "UNIQUE", "STORED", "OWN", "DEDUPE", "COMPRESSION"],
      rightAligned: [1, 2, 3, 4, 5, 6, 7])
    for project in statistics.projects {
      table.add(Self.row(project.name, project.share))
      for entity in statistics.entities where entity.project == project.name {
        table.add(Self.row("  \(entity.kind.rawValue) \(entity.name)", entity.share))
      }
    }
    table.add(Self.row("all", statistics.total))
    return table
  }

  private static func row(_ name: String, _ share: StoreStatistics.Share) -> [String] {
    [name, "\(share.versions)"]
      + [share.logicalBytes, share.uniqueBytes, share.storedBytes, share.ownStoredBytes].map(ByteCount.text)
      + [share.dedupeRatio, share.compressionRatio].map { $0.map { "\(($0 * 100).rounded() / 100)" } ?? "–" }
  }
}
