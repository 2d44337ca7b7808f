internal import ArgumentParser
internal import Jobs
internal import Pipeline
internal import Records
internal import Spool

struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what waits, what is worked on, and how the last runs ended.",
    discussion: "EXAMPLE:\n  nightshift status --json")

  @OptionGroup var siteOptions: SiteOptions
  @OptionGroup var output: JSONOption

  private struct Answer: Encodable {
    struct Waiting: Encodable {
      var name: String
      var reason: String
    }
    struct Last: Encodable {
      var run: String
      var outcome: String
      var reason: String?
    }
    var inbox: [Waiting]
    var active: Int
    var done: Int
    var failed: Int
    var rejected: Int
    var last: [Last]
  }

  func run() throws {
    let site = try siteOptions.open()
    let archive = RunArchive(site.store)
    let answer = Answer(
      inbox: try site.spool.scan(settleSeconds: site.settings.settleSeconds).map {
        .init(name: $0.name, reason: $0.reason)
      },
      active: try site.spool.count(.active), done: try site.spool.count(.done), failed: try site.spool.count(.failed),
      rejected: try site.spool.count(.rejected),
      last: try archive.names().prefix(5).map { name in
        let record = try archive.record(of: name)
        return .init(run: name, outcome: record?.outcome.rawValue ?? "running", reason: record?.reason)
      })
    if output.json { return try Terminal.writeJSON(answer) }
    Terminal.write(
      "inbox \(answer.inbox.count), active \(answer.active), done \(answer.done), failed \(answer.failed), rejected \(answer.rejected)"
    )
    for entry in answer.inbox {
      Terminal.write("  \(entry.name.printable)\(entry.reason.isEmpty ? "" : ": \(entry.reason)")")
    }
    for run in answer.last {
      Terminal.write("\(run.run): \(run.outcome)\(run.reason.map { ": \($0.printable)" } ?? "")")
    }
  }
}
