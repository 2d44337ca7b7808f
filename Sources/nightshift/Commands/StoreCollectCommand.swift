internal import ArgumentParser
internal import Pipeline
internal import Records
internal import Store

struct StoreCollectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gc", abstract: "Let versions expire by the rules of nightshift.yaml, and remove what nothing needs.",
    discussion: """
      Works beside runs, readers and writers. Content goes in two steps: it is condemned, and removed by a later call \
      when the grace period is over. Silent when standard output is no terminal, but for --plan and --json. Exit status 75 \
      when another one is at work.

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
    // From cron, silence says that all went well.
    if plan || Terminal.isInteractive { Terminal.write(Self.lines(summary).joined(separator: "\n")) }
  }

  private static func lines(_ summary: CollectionSummary) -> [String] {
    var lines = summary.expired.isEmpty && summary.forgottenRuns == 0 ? [] : [table(summary).text]
    let done = summary.collection
    lines.append(
      "\(ByteCount.text(done.unneededBytes)) in \(done.packs.count) packs (\(ByteCount.text(done.packs.bytes))) that nothing needs"
    )
    let tallies: [(String, CollectionReport.Tally)] = [
      ("condemned, to be removed from \(summary.dueFrom.text) on", done.condemned),
      ("of these rewritten", done.rewritten),
      ("condemned before", done.waiting), ("needed again", done.spared), ("removed", done.removed),
    ]
    for (what, tally) in tallies where tally.count > 0 {
      lines.append("\(what): \(tally.count) packs (\(ByteCount.text(tally.bytes)))")
    }
    return lines
  }

  /// A row for each dataset or model and rule.
  private static func table(_ summary: CollectionSummary) -> TextTable {
    var table = TextTable(["EXPIRES", "VERSIONS", "FREES", "WHY"], rightAligned: [2])
    var rest = summary.expired[...]
    while let first = rest.first {
      let group = rest.prefix {
        ($0.kind, $0.project, $0.name, $0.why) == (first.kind, first.project, first.name, first.why)
      }
      rest = rest.dropFirst(group.count)
      table.add([
        "\(first.project)/\(first.name)", ranges(group.map(\.version)),
        ByteCount.text(group.reduce(0) { $0 + $1.bytes }), first.why.printable,
      ])
    }
    if summary.forgottenRuns > 0 {
      table.add([
        "what runs left unpublished", "\(summary.forgottenRuns) runs", ByteCount.text(summary.forgottenBytes),
        "retention of runs",
      ])
    }
    let bytes = summary.expired.reduce(summary.forgottenBytes) { $0 + $1.bytes }
    table.add(["all", "", ByteCount.text(bytes), ""])
    return table
  }

  /// `v1-v4, v7` of ascending numbers.
  private static func ranges(_ numbers: [Int]) -> String {
    var ranges: [ClosedRange<Int>] = []
    for number in numbers {
      if let last = ranges.last, last.upperBound + 1 == number {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    return ranges.map { $0.count == 1 ? "v\($0.lowerBound)" : "v\($0.lowerBound)-v\($0.upperBound)" }
      .joined(separator: ", ")
  }
}
