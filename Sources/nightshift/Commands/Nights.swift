internal import ArgumentParser
internal import Pipeline
internal import Records
internal import Reports

struct Nights: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nights",
    abstract: "Show what became of a model, night by night.", discussion: "EXAMPLE:\n  nightshift nights flights-delay")

  @Argument(help: "The model; all of them when there is none.", completion: SiteNames.models)
  var model: String?

  @OptionGroup var siteOptions: SiteOptions
  @OptionGroup var output: JSONOption

  private struct Row: Encodable {
    var night: String
    var model: String
    var live: [String: Double]?
    var challenger: [String: Double]?
    var champion: [String: Double]?
    var drifted: [String]
    var outcome: String
  }

  func run() throws {
    let site = try siteOptions.open()
    let nights = try ModelNights(site).nights(of: model)
    let rows = nights.reversed().map { night in
      Row(
        night: night.date, model: night.model.name, live: night.liveMetrics,
        challenger: night.verdict?.challengerMetrics, champion: night.verdict?.championMetrics,
        drifted: night.drift?.driftedNames ?? [],
        outcome: night.outcome)
    }
    if output.json { return try Terminal.writeJSON(rows) }
    let metric =
      ["auc", "macro_auc", "accuracy", "r2", "rmse"].first { name in
        rows.contains { $0.challenger?[name] != nil || $0.live?[name] != nil }
      } ?? "auc"
    func number(_ metrics: [String: Double]?) -> String {
      metrics?[metric].map { "\(($0 * 10_000).rounded() / 10_000)" } ?? "–"
    }
    var table = TextTable(
      ["NIGHT", "MODEL", "LIVE \(metric)", "DRIFT", "CHALLENGER", "CHAMPION", "OUTCOME"], rightAligned: [2, 4, 5])
    for row in rows {
      table.add([
        row.night, row.model, number(row.live),
        row.drifted.isEmpty ? "none" : row.drifted.joined(separator: ",").printable,
        number(row.challenger), number(row.champion), row.outcome,
      ])
    }
    Terminal.write(table.text)
  }
}
