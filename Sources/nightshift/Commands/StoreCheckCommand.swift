internal import ArgumentParser
internal import Disk
internal import Pipeline
internal import Store

struct StoreCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Look for damage, say what it hurts, and repair what can be repaired.",
    discussion: """
      Exit status 12 when something is damaged, or stays lost after a repair. A repair saves what is whole in damaged \
      packs, takes lost content from another store, and moves what is damaged to quarantine/: it deletes nothing.

      EXAMPLE:
        nightshift store check --read-data
        nightshift store check --repair --from /backup/site/Store
      """)

  @Flag(help: "Read and hash every byte.")
  var readData = false

  @Flag(help: "Make the store as whole as it can be. Reads and hashes every byte.")
  var repair = false

  @Option(help: "The folder of another store to take lost content from.")
  var from: String?

  @OptionGroup var siteOptions: SiteOptions
  @OptionGroup var output: JSONOption

  private struct Answer: Encodable {
    var packs: Int
    var blobs: Int
    var versions: Int
    var runs: Int
    var storedBytes: Int
    var problems: [CheckReport.Problem]
    var notices: [String]
    var actions: [String]?
  }

  func validate() throws {
    if from != nil, !repair { throw ValidationError("--from names a store to repair from: add --repair") }
  }

  func run() throws {
    let store = try siteOptions.open().store
    let report: CheckReport
    var actions: [String]?
    if repair {
      let other = try from.map { try Store(at: absolute($0), disk: Disk()) }
      let repaired = try store.repair(from: other)
      (report, actions) = (repaired.check, repaired.actions)
    } else {
      report = try store.check(readData ? .readData : .structure)
    }
    if output.json {
      try Terminal.writeJSON(
        Answer(
          packs: report.packCount, blobs: report.blobCount, versions: report.versionCount, runs: report.runCount,
          storedBytes: report.storedBytes, problems: report.problems, notices: report.notices, actions: actions))
    } else {
      write(report, actions)
    }
    if !report.isClean { throw ExitCode(ExitStatus.damagedStore.rawValue) }
  }

  private func write(_ report: CheckReport, _ actions: [String]?) {
    for action in actions ?? [] { Terminal.write(action.printable) }
    for problem in report.problems {
      Terminal.write(problem.message.printable)
      if !problem.victims.isEmpty {
        Terminal.write("  hurts \(problem.victims.joined(separator: ", ").printable)")
      }
    }
    for notice in report.notices { Terminal.write("note: \(notice.printable)") }
    let counts = "\(report.packCount) packs, \(report.blobCount) blobs, \(report.versionCount) versions"
    Terminal.write("\(counts): \(report.isClean ? "clean" : "\(report.problems.count) problems")")
  }
}
