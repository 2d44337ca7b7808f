import Foundation
import Testing

/// What `nightshift run` says, to cron, to machines and to people.
@Suite(.timeLimit(.minutes(10))) struct RunVoiceTests {
  let site: SiteFixture

  init() throws {
    site = try SiteFixture()
    try site.write("nightshift.yaml", "settle: 0s\nlimits: {jobs: 1, cpus: 1}\n")
  }

  private func step(_ id: String, _ line: String, _ more: String = "") -> String {
    "{id: \(id), run: \"\(line)\"\(more)}"
  }

  /// A good job, a failing, a cancelled and a rejected one, and one that comes again, in this order.
  private func dropAll() throws {
    // Their order is that of their times, which older kernels count in steps of some milliseconds.
    func drop(_ name: String, _ steps: [String]) throws {
      usleep(20_000)
      try site.drop(name, steps)
    }
    try drop("good", [step("own", "echo fine")])
    try drop(
      "bad",
      [
        step("own", "seq 25; echo last words; exit 3"), step("after", "true", ", needs: [own]"),
        step("later", "true", ", needs: [after]"),
      ])
    try drop(
      "gone", [step("own", "echo begun; \(SiteFixture.tool) cancel gone --site \(site.root.path); sleep 60")])
    usleep(20_000)
    try site.write("Jobs/inbox/wrong.yaml", "version: 1\nname: wrong\nstep: []\n")
    let tries = "echo x >> \(site.root.path)/tries; test $(wc -l < \(site.root.path)/tries) -ge 2"
    try drop("again", [step("first", "true"), step("own", tries, ", needs: [first], retry: {attempts: 2}")])
  }

  /// Without what differs from night to night.
  private func masked(_ text: String) -> String {
    let masks: [(String, String)] = [
      (site.root.path, "SITE"), (#"(\w+)-\d{8}T\d{6}-[0-9a-f]{4}"#, "$1-RUN"),
      (#"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"#, "TIME"), (#"\b\d+\.\d+ s\b"#, "N s"),
      (#"by \S+ at"#, "by USER at"), (#"("(?:wallSeconds|cpuSeconds|peakMemoryBytes)":)[0-9.eE+-]+"#, "$1N"),
    ]
    return masks.reduce(text) { text, mask in
      text.replacingOccurrences(of: mask.0, with: mask.1, options: .regularExpression)
    }
  }

  private func check(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden/\(name)")
    if ProcessInfo.processInfo.environment["NIGHTSHIFT_REWRITE_GOLDEN"] != nil {
      try masked(text).write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == masked(text), sourceLocation: sourceLocation)
  }

  @Test("cron's mail has a short, complete account of each failure, and not a word of what went well")
  func mail() throws {
    try dropAll()
    let answer = try site.run("run")
    #expect(answer.status == 10)
    #expect(answer.output == "")
    try check(answer.errors, "run-mail.txt")
  }

  @Test("nothing is said of a night in which all went well")
  func silence() throws {
    try site.drop("good", [step("own", "echo fine; echo also fine >&2")])
    let answer = try site.run("run")
    #expect(answer.status == 0 && answer.output == "" && answer.errors == "")
  }

  @Test("machines get an object on each line, from which all can be followed")
  func jsonLines() throws {
    try dropAll()
    let answer = try site.run("run", "--json-lines")
    #expect(answer.status == 10)
    #expect(answer.errors == "")
    for line in answer.output.split(separator: "\n") {
      let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      #expect(object?["event"] is String && object?["at"] is String, "\(line)")
    }
    try check(answer.output, "run-lines.ndjson")
  }

  @Test("--verbose tells all that happens, a line each")
  func verbose() throws {
    try dropAll()
    let answer = try site.run("run", "--verbose")
    #expect(answer.status == 10)
    try check(answer.output, "run-verbose.txt")
  }

  @Test("a log that is followed ends when its run ends, and has shown all")
  func follow() throws {
    try site.drop(
      "job",
      [
        step("own", "echo one; \(site.meeting("here", "told")); echo two"),
        step("next", "echo three", ", needs: [own]"),
      ])
    let runner = try RunningTool(["run"], in: site)
    try site.wait { site.has("at-here") }
    let run = try #require(site.files("Store/runs").first).split(separator: "/")[3]
    let logs = try RunningTool(["logs", "-f", String(run)], in: site)
    try site.wait { logs.output == "==> own <==\none\n" }
    try site.write("at-told", "")
    #expect(logs.end().output == "==> own <==\none\ntwo\n==> next <==\nthree\n")
    #expect(runner.end().status == 0)
  }

  @Test("status tells what is at work, deferred, held and waiting; --watch tells it again and again")
  func status() throws {
    try site.drop("later", [step("own", "exit 75")], "retry: {attempts: 2, backoff: 5h}")
    #expect(try site.run("run", "--now", "2013-04-01T02:00:00Z").status == 0)
    try site.drop("held", [step("own", "true")])
    #expect(try site.run("hold", "held.yaml").status == 0)
    try site.drop("job", [step("own", site.meeting("here", "told"))])
    let runner = try RunningTool(["run"], in: site)
    try site.wait { site.has("at-here") }
    try site.drop("waits", [step("own", "true")])
    let watch = try RunningTool(["status", "--watch"], in: site)
    try check(try site.run("status").output, "status.txt")
    try site.wait { watch.output.components(separatedBy: "at work: job-").count > 2 }
    // TERM is blocked in what a test's thread starts.
    watch.signal(SIGKILL)
    _ = watch.end()
    try site.write("at-told", "")
    #expect(runner.end().status == 0)
  }
}
