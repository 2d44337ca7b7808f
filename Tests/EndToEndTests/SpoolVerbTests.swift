import Foundation
import Testing

@Suite struct SpoolVerbTests {
  private let spec = """
    version: 1
    name: probe
    project: p
    steps:
      - id: a
        run: [sh, -c, "exit 3"]

    """

  @Test("a job is held, released, run, retried and cancelled by name")
  func life() throws {
    let site = try SiteFixture()
    try site.write("probe.yaml", spec)
    let name = try site.run("submit", "--hold", "probe.yaml").output.trimmingCharacters(in: .newlines)
    #expect(try site.run("run").status == 0)
    #expect(site.files("Jobs/held") == ["\(name)/job.yaml", "\(name)/submission.json"])
    #expect(try site.run("release", "probe.yaml").output == "\(name)\n")
    #expect(try site.run("hold", name).output == "\(name)\n")
    #expect(try site.run("release", name).status == 0)
    #expect(try site.run("run", "--now", "2013-04-01T02:00:00Z").status == 10)

    let failed = site.files("Jobs/failed/2013-04-01")
    let queued = try site.run("retry", "probe").output.trimmingCharacters(in: .newlines)
    #expect(site.files("Jobs/failed/2013-04-01") == failed)
    #expect(try site.read("Jobs/inbox/\(queued)/submission.json").contains("2013-04-01T02:00:00Z"))
    #expect(try site.read("Jobs/inbox/\(queued)/job.yaml") == spec)

    #expect(try site.run("cancel", queued).output == "\(queued): cancelled\n")
    #expect(site.files("Jobs/inbox").isEmpty)
    #expect(site.files("Jobs/failed").filter { $0.hasSuffix(".result.json") }.count == 2)
  }

  @Test("unknown names are answered by the nearest", arguments: ["cancel", "hold", "release", "retry"])
  func unknown(verb: String) throws {
    let site = try SiteFixture()
    let answer = try site.run(verb, "nothing")
    #expect(answer.status == 64)
    #expect(answer.errors.contains("there is no job “nothing”"))
  }
}
