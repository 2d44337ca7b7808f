import Foundation
import Testing

/// What runs beside what, seen in when commands begin and end.
@Suite(.timeLimit(.minutes(10))) struct SideBySideTests {
  let site: SiteFixture

  init() throws {
    site = try SiteFixture()
    try site.write("nightshift.yaml", "settle: 0s\nlimits: {cpus: 2, jobs: 3}\n")
  }

  private func step(_ id: String, _ line: String, _ more: String = "") -> String {
    "{id: \(id), run: \"\(line)\"\(more)}"
  }

  @Test("two steps of one job overlap")
  func steps() throws {
    try site.drop("job", [step("a", site.meeting("a", "b")), step("b", site.meeting("b", "a"))])
    #expect(try site.run("run").status == 0)
  }

  @Test("two jobs overlap")
  func jobs() throws {
    try site.drop("one", [step("a", site.meeting("a", "b"))])
    try site.drop("two", [step("b", site.meeting("b", "a"))])
    #expect(try site.run("run").status == 0)
  }

  @Test("as many runs of one name overlap as `concurrency` says")
  func concurrency() throws {
    try site.drop("job@1", [step("a", site.meeting("a", "b"))], "concurrency: 2")
    try site.drop("job@2", [step("b", site.meeting("b", "a"))], "concurrency: 2")
    #expect(try site.run("run").status == 0)
  }

  @Test("runs of one name go one after another, whatever the number of runners")
  func oneName() throws {
    for number in 1...4 { try site.drop("job@\(number)", [step("a", site.noting("\(number)"))]) }
    let other = try RunningTool(["run"], in: site)
    let answer = try site.run("run")
    #expect(answer.status == 0 && answer.errors == "")
    #expect(other.end().status == 0)
    #expect(site.journal.count == 8 && site.isOneByOne, "\(site.journal)")
  }

  @Test("a step reads by name what an earlier step of its job publishes")
  func order() throws {
    try site.write("old/x.txt", "old\n")
    try site.write("new/x.txt", "new\n")
    try #require(try site.run("data", "add", "old", "--as", "words").status == 0)
    try site.write(
      "job.yaml",
      """
      version: 1
      name: job
      steps:
        - {id: raw, uses: snapshot, with: {from: "new/*.txt", dataset: words, format: files}}
        - {id: use, run: "cat inputs/words/* > \(site.root.path)/seen", inputs: {words: words@latest}}

      """)
    #expect(try site.run("submit", "job.yaml").status == 0)
    let answer = try site.run("run")
    #expect(answer.status == 0, "\(answer)")
    #expect(try site.read("seen") == "new\n")
  }

  @Test("a step that takes all cores runs alone")
  func exclusive() throws {
    try site.drop(
      "job",
      [
        step("a", site.noting("a")), step("big", site.noting("big"), ", resources: {cpus: 2}"),
        step("b", site.noting("b")), step("c", site.noting("c"), ", resources: {cpus: 2}"),
      ])
    #expect(try site.run("run").status == 0)
    let lines = site.journal
    for name in ["big", "c"] {
      let begin = try #require(lines.firstIndex(of: "+\(name)"))
      #expect(lines.dropFirst(begin + 1).first == "-\(name)", "\(lines)")
      let before = lines[..<begin]
      #expect(before.count { $0.hasPrefix("+") } == before.count { $0.hasPrefix("-") }, "\(lines)")
    }
  }

  @Test("a failing branch stops only what depends on it, and conditions see each outcome")
  func branches() throws {
    try site.drop(
      "job",
      [
        step("bad", "exit 3"), step("after", "true", ", needs: [bad]"), step("later", "true", ", needs: [after]"),
        step("other", site.noting("other")), step("end", "true", ", needs: [other]"),
        step("told", "true", ", if: steps.bad.outcome == 'failed' && steps.other.outcome == 'ran'"),
        step("calm", "true", ", if: steps.bad.outcome == 'ran'"), step("rest", "true", ", needs: [calm]"),
        step("deep", "true", ", if: steps.later.outcome == 'unreached'"),
      ])
    #expect(try site.run("run").status == 10)
    let run = try site.run(ofJob: "job")
    #expect(
      run.outcomes == [
        "bad:failed", "after:unreached", "later:unreached", "other:ran", "end:ran", "told:ran", "calm:skipped",
        "rest:skipped", "deep:ran",
      ])
    #expect(run.reason?.hasPrefix("step “bad”: it ended with exit status 3") == true)
  }
}
