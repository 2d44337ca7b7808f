import Foundation
import Testing

/// Who ends what, and what is left.
@Suite(.timeLimit(.minutes(10))) struct StoppingTests {
  let site: SiteFixture

  init() throws { site = try SiteFixture() }

  private func step(_ id: String, _ line: String, _ more: String = "") -> String {
    "{id: \(id), run: \"\(line)\"\(more)}"
  }

  /// A line that tells its processes' numbers, and does not end by itself.
  private var endless: String { "echo hello; sleep 300 & echo $! $$ > \(site.root.path)/pids; wait" }

  private var isGone: Bool {
    ((try? site.read("pids")) ?? "").split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
      .allSatisfy { kill($0, 0) != 0 }
  }

  private var hasBegun: Bool { ((try? site.read("pids")) ?? "").hasSuffix("\n") }

  @Test(
    "a running job is cancelled with all its processes, its log stays, and its neighbour is not hurt",
    arguments: ["by verb", "by file", "by the run's name"])
  func cancel(way: String) throws {
    try site.drop("long", [step("own", endless), step("next", "true", ", needs: [own]")])
    try site.drop("other", [step("own", site.meeting("here", "ended"))])
    let runner = try RunningTool(["run"], in: site)
    try site.wait { hasBegun && site.has("at-here") }
    switch way {
    case "by verb": #expect(try site.run("cancel", "long.yaml").status == 0)
    case "by file": try site.write("Jobs/inbox/long.cancel", "")
    default:
      let run = try #require(site.files("Store/runs").first { $0.contains("/long-") }).split(separator: "/")[3]
      #expect(try site.run("cancel", String(run)).status == 0)
    }
    try site.wait { site.runs.count == 1 }
    #expect(isGone)
    try site.write("at-ended", "")
    let answer = runner.end()
    #expect(answer.status == 10)
    let run = try site.run(ofJob: "long")
    #expect(run.outcome == "cancelled")
    #expect(run.outcomes == ["own:unreached", "next:unreached"])
    #expect(answer.errors.contains("\(run.id) cancelled: it was cancelled by "))
    #expect(try site.run("logs", run.id).output == "==> own <==\nhello\n")
    #expect(try site.run(ofJob: "other").outcome == "done")
    #expect(site.names("Jobs/inbox") == [] && site.names("Jobs/active") == [])
    #expect(try site.run("store", "check").status == 0)
  }

  @Test("a runner that is told to stop ends its steps and leaves the jobs to the next", arguments: [SIGTERM, SIGINT])
  func stop(signal: Int32) throws {
    try site.drop(
      "job",
      [
        step("first", site.noting("first", "true")),
        step("own", "test -e \(site.root.path)/pids && exit 0; \(endless)", ", needs: [first]"),
      ])
    let runner = try RunningTool(["run"], in: site)
    try site.wait { hasBegun }
    runner.signal(signal)
    let answer = runner.end()
    #expect(answer.status == 75)
    #expect(
      answer.errors == "nightshift: stopped while 1 job was at work: the next `nightshift run` goes on with it\n")
    #expect(isGone)
    #expect(try site.run("run").status == 0)
    #expect(try site.run(ofJob: "job").outcomes == ["first:ran", "own:ran"])
    #expect(site.journal == ["+first", "-first"])
    #expect(site.names("Store/tmp") == [])
  }

  @Test("to be stopped often is no reason to be given up")
  func stoppedOften() throws {
    try site.write("nightshift.yaml", "settle: 0s\nlimits: {attempts: 1}\n")
    try site.drop("job", [step("own", "test -e \(site.root.path)/mended && exit 0; \(endless)")])
    for _ in 0..<3 {
      try? FileManager.default.removeItem(at: site.root.appendingPathComponent("pids"))
      let runner = try RunningTool(["run"], in: site)
      try site.wait { hasBegun }
      runner.signal(SIGTERM)
      #expect(runner.end().status == 75)
    }
    try site.write("mended", "")
    #expect(try site.run("run").status == 0)
  }
}
