internal import ArgumentParser
internal import Pipeline
internal import Store

struct StoreCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Look for damage, and say which versions it hurts.",
    discussion: "Exit status 12 when something is damaged.\n\nEXAMPLE:\n  nightshift store check --read-data")

  @Flag(help: "Read and hash every byte.")
  var readData = false

  @OptionGroup var siteOptions: SiteOptions
  @OptionGroup var output: JSONOption

  private struct Answer: Encodable {
    var packs: Int
    var blobs: Int
    var versions: Int
    var storedBytes: Int
    var problems: [CheckReport.Problem]
  }

  func run() throws {
    let report = try siteOptions.open().store.check(readData ? .readData : .structure)
    if output.json {
      try Terminal.writeJSON(
        Answer(
          packs: report.packCount, blobs: report.blobCount, versions: report.versionCount,
          storedBytes: report.storedBytes, problems: report.problems))
    } else {
      for problem in report.problems {
        Terminal.write(
          problem.message.printable
            + (problem.victims.isEmpty ? "" : "\n  hurts \(problem.victims.joined(separator: ", "))"))
      }
      Terminal.write(
        "\(report.packCount) packs, \(report.blobCount) blobs, \(report.versionCount) versions: \(report.isClean ? "clean" : "\(report.problems.count) problems")"
      )
    }
    if !report.isClean { throw ExitCode(ExitStatus.damagedStore.rawValue) }
  }
}
