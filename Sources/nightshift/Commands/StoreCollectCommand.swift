internal import ArgumentParser
internal import Pipeline
internal import Records
internal import Store

struct StoreCollectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gc", abstract: "Let versions expire by the rules of nightshift.yaml, and remove what nothing needs.",
    discussion: """
      Works beside runs, readers and writers. Content goes in two steps: it is condemned, and removed by a later call \
      when the grace period is over. Exit status 75 when another one is at work.

      EXAMPLE:
        nightshift store gc --plan
      """)

  @Flag(help: "Say what would go, why, and how many bytes, and change nothing.")
  var plan = false

  @Option(help: "The moment that grace periods are counted to. Default: now.")
  var now: String?

  @OptionGroup var siteOptions: SiteOptions
  @OptionGroup var output: JSONOption

  func run() throws {
    let site = try siteOptions.open()
    let keeper = StoreKeeper(site, now: try now.map { try Submit.time($0) } ?? Runner.now())
    let summary = try plan ? keeper.plan() : keeper.collect()
    if output.json { return try Terminal.writeJSON(summary) }
    Terminal.write(Self.lines(summary).joined(separator: "\n"))
  }

  private static func lines(_ summary: CollectionSummary) -> [String] {
    var lines: [String] = []
    var table = TextTable(["EXPIRES", "FREES", "WHY"], rightAligned: [1])
    for expiry in summary.expired {
      table.add([
        "\(expiry.project)/\(expiry.name)@v\(expiry.version)", ByteCount.text(expiry.bytes), expiry.why.printable,
      ])
    }
    if summary.forgottenRuns > 0 {
      table.add([
        "what \(summary.forgottenRuns) runs left unpublished", ByteCount.text(summary.forgottenBytes),
        "retention of runs",
      ])
    }
    if !summary.expired.isEmpty || summary.forgottenRuns > 0 { lines.append(table.text) }
    let done = summary.collection
    lines.append(
      "\(ByteCount.text(done.unneededBytes)) in \(done.packs.count) packs (\(ByteCount.text(done.packs.bytes))) that nothing needs"
    )
    let tallies: [(String, CollectionReport.Tally)] = [
      ("condemned", done.condemned), ("of these rewritten", done.rewritten), ("condemned before", done.waiting),
      ("needed again", done.spared), ("removed", done.removed),
    ]
    for (what, tally) in tallies where tally.count > 0 {
      lines.append("\(what): \(tally.count) packs (\(ByteCount.text(tally.bytes)))")
    }
    return lines
  }
}
