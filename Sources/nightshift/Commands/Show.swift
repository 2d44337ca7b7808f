internal import ArgumentParser
internal import Jobs
internal import Pipeline
internal import Records
internal import Store

struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a run, a job's newest run, a dataset version or a model version.",
    discussion: "EXAMPLE:\n  nightshift show flights-delay@champion\n  nightshift show flights@latest --json")

  @Argument(help: "A run's or job's name, or NAME@VERSION.", completion: SiteNames.anything)
  var what: String

  @OptionGroup var siteOptions: SiteOptions
  @OptionGroup var output: JSONOption

  func run() throws {
    let site = try siteOptions.open()
    if what.contains("@") || what.hasPrefix("sha256:") { return try showVersion(site) }
    let archive = RunArchive(site.store)
    guard let record = try archive.record(of: try archive.run(meantBy: what)) else {
      throw Refusal(
        status: .usage, description: "there is no finished run “\(what.printable)”: `nightshift runs` lists them")
    }
    if output.json { return try Terminal.writeJSON(record) }
    Terminal.write("\(record.id): \(record.outcome.rawValue)\(record.reason.map { ": \($0.printable)" } ?? "")")
    var table = TextTable(["STEP", "KIND", "OUTCOME", "SECONDS", "MEMORY", ""], rightAligned: [3, 4])
    for step in record.steps {
      let ran = step.outcome == .ran
      table.add([
        step.id, step.kind, step.outcome.rawValue, ran ? "\((step.wallSeconds * 100).rounded() / 100)" : "",
        ran ? "\(step.peakMemoryBytes >> 20) MiB" : "", (step.reason ?? step.headline ?? "").printable,
      ])
    }
    Terminal.write(table.text)
    try writeReproduction(of: record, site)
  }

  /// What is known of it by doing it again.
  private func writeReproduction(of record: RunRecord, _ site: Site) throws {
    guard let document = try RunArchive(site.store).reproduction(of: record.id) else { return }
    Terminal.write(
      "done again \(document.at.text): \(ReproductionText.word(document.label, document)); `nightshift reproduce \(record.id)` does it once more"
    )
  }

  private func showVersion(_ site: Site) throws {
    let found = try VersionLookup(site).find(what)
    if output.json { return try Terminal.writeJSON(found) }
    Terminal.write(
      "\(found.kind.rawValue) \(found.version.map { "\($0.project)/\($0.text)" } ?? "")  \(found.digestText)")
    guard let digest = found.description else { return }
    let bytes = try site.store.blob(digest)
    if found.kind == .model {
      let model = try CanonicalJSON.decode(ModelDescription.self, from: bytes)
      Terminal.write(
        "\(model.trainer), \(model.task), target \(model.target.printable), \(model.rowCount) rows, \(model.environment)"
      )
      Terminal.write("features: \(model.features.map(\.name).joined(separator: ", ").printable)")
      return
    }
    let data = try CanonicalJSON.decode(DatasetDescription.self, from: bytes)
    Terminal.write("\(data.fileCount) files, \(data.totalBytes) bytes\(data.rowCount.map { ", \($0) rows" } ?? "")")
    var table = TextTable(["COLUMN", "TYPE", "MISSING", "DISTINCT", "FROM", "TO"], rightAligned: [2, 3])
    for column in data.columns {
      table.add([
        column.name.printable, column.type, "\(column.missingCount)", column.distinctCount.map { "\($0)" } ?? "many",
        (column.minimum ?? "").printable, (column.maximum ?? "").printable,
      ])
    }
    Terminal.write(table.text)
  }
}
