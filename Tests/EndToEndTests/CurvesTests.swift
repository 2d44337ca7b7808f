import Foundation
import Testing

/// What a command tells of its metrics while it runs.
@Suite struct CurvesTests {
  let site: SiteFixture

  init() throws { site = try SiteFixture() }

  private func submit(_ script: String, _ more: String = "") throws {
    try site.write("own.sh", script)
    try site.write(
      "job.yaml",
      "version: 1\nname: own\nsteps:\n  - {id: learn, run: [sh, own.sh], code: own.sh\(more)}\n")
    try #require(try site.run("submit", "job.yaml", "--now", "2013-02-01T02:00:00Z").status == 0)
  }

  private func page() throws -> String {
    let name = try #require(site.files("Store/reports/runs").first { $0.hasPrefix("own-") && $0.hasSuffix(".html") })
    return try site.read("Store/reports/runs/\(name)")
  }

  private static let points = #"for s in 1 2 3; do echo "{\"step\":$s,\"metric\":\"loss\",\"value\":0.$s}"; done"#

  @Test(
    "curves are there however the command ended",
    arguments: [
      ("exit 0", "", 0), ("exit 1", "", 10), ("kill -9 $$", "", 10), ("sleep 60", ", timeout: 5s", 10),
    ])
  func endings(end: String, more: String, status: Int32) throws {
    try submit("(\(Self.points)) >> metrics.ndjson\n\(end)\n", more)
    #expect(try site.run("run").status == status)
    let page = try page()
    #expect(page.contains("What “learn” told while it ran"))
    #expect(page.contains("loss by step"))
  }

  @Test("a file that the command puts in the place of the one it was given counts as well")
  func replaced() throws {
    try submit("(\(Self.points)) > new && mv new metrics.ndjson\n")
    #expect(try site.run("run").status == 0)
    #expect(try page().contains("loss by step"))
  }

  @Test("what the command told before its runner was killed is there while nobody has gone on with it, and after")
  func deadRunner() throws {
    try submit(
      "(\(Self.points)) >> metrics.ndjson\nwhile [ -d \(site.root.path) ] && [ ! -e \(site.root.path)/go ]; do sleep 0.05; done\n"
    )
    let runner = Process()
    runner.executableURL = URL(fileURLWithPath: SiteFixture.tool)
    runner.arguments = ["run"]
    runner.currentDirectoryURL = site.root
    runner.standardError = FileHandle.nullDevice
    try runner.run()
    func curve() -> String? { site.files("Store/runs").first { $0.hasSuffix("learn/metrics.ndjson") } }
    try site.wait { try curve().map { try site.read("Store/runs/\($0)").contains("\"step\":3") } == true }
    kill(runner.processIdentifier, SIGKILL)
    runner.waitUntilExit()
    let path = try #require(curve())
    #expect(try site.read("Store/runs/\(path)").split(separator: "\n").count == 3)
    try site.write("go", "")
    #expect(try site.run("run").status == 0)
    #expect(try page().contains("loss by step"))
  }

  @Test("torn and hostile lines are passed over, and what is shown is bounded and escaped")
  func hostile() throws {
    try submit(
      #"""
      {
        echo 'no point at all'
        echo '{"step":1,"metric":"<script>alert(1)</script>","value":1}'
        awk 'BEGIN { for (i = 0; i < 3000; i++) printf "{\"step\":%d,\"metric\":\"loss\",\"value\":%d}\n", i, i }'
        awk 'BEGIN { for (i = 0; i < 60; i++) printf "{\"step\":1,\"metric\":\"m%d\",\"value\":1}\n", i }'
        printf '{"step":9,"metric":"torn","val'
      } >> metrics.ndjson
      """#)
    #expect(try site.run("run").status == 0)
    let page = try page()
    #expect(page.contains("1 lines that are no point were passed over"))
    #expect(page.contains("points of metrics beyond 20 were passed over"))
    #expect(!page.contains("<script>alert"))
    #expect(!page.contains("torn"))
    #expect(page.utf8.count < 200_000)
  }
}
