import Foundation
import Testing

/// The limits of projects and users.
@Suite(.timeLimit(.minutes(10))) struct QuotaTests {
  let site: SiteFixture

  init() throws { site = try SiteFixture() }

  private func step(_ line: String, _ more: String = "") -> String { "{id: own, run: \"\(line)\"\(more)}" }

  private func limit(_ text: String) throws { try site.write("nightshift.yaml", "settle: 0s\nlimits: {\(text)}\n") }

  @Test(
    "the jobs of a project, or of a user, that run at once are counted over all runners",
    arguments: [("project: {jobs: 1}", "p", "p"), ("user: {jobs: 1}", "p", "q")])
  func jobs(limits: String, first: String, second: String) throws {
    try limit(limits)
    for number in 1...4 {
      try site.drop(
        "job-\(number)", [step(site.noting("\(number)"))], "project: \(number.isMultiple(of: 2) ? first : second)")
    }
    let other = try RunningTool(["run"], in: site)
    #expect(try site.run("run").status == 0)
    #expect(other.end().status == 0)
    #expect(site.journal.count == 8 && site.isOneByOne, "\(site.journal)")
  }

  @Test(
    "who asks for more than a quota has fails with the number",
    arguments: [
      ("projects: {p: {cpus: 1}}", "{cpus: 2}", "it asks for 2 cores, but the project “p” may have 1"),
      ("user: {memory: 1GiB}", "{memory: 3GiB}", "it asks for 3072 MiB of memory, but the user “"),
      ("memory: 1GiB", "{memory: 2GiB}", "it asks for 2048 MiB of memory, but there are 1024 MiB here"),
    ])
  func tooLarge(limits: String, resources: String, reason: String) throws {
    try limit(limits)
    try site.drop("job", [step("true", ", resources: \(resources)")], "project: p")
    #expect(try site.run("run").status == 10)
    #expect(try site.run(ofJob: "job").reason?.hasPrefix("step “own”: \(reason)") == true)
  }

  @Test("a project that holds more than it may runs nothing more, and is told both numbers")
  func store() throws {
    try limit("projects: {p: {store: 2KiB}}")
    try site.write("small.csv", flights(300))
    #expect(try site.run("data", "add", "small.csv", "--as", "small", "--project", "p").status == 0)
    try site.drop("job", [step("true")], "project: p")
    try site.drop("other", [step("true")], "project: q")
    let answer = try site.run("run")
    #expect(answer.status == 10)
    let run = try site.run(ofJob: "job")
    #expect(run.outcomes == ["own:unreached"])
    #expect(run.reason?.hasPrefix("the project “p” holds ") == true)
    #expect(run.reason?.contains(" bytes of the 2048 that it may") == true)
    #expect(try site.run(ofJob: "other").outcome == "done")
  }

  @Test("of too many jobs that wait the newest are rejected with the number, and none is lost")
  func queued() throws {
    try limit("jobs: 1, project: {queued: 2}")
    try site.drop("job@0", [step(site.meeting("here", "told"))])
    for number in 1...4 { try site.drop("job@\(number)", [step(site.noting("\(number)", "true"))]) }
    try site.drop("other", [step("true")], "project: q")
    let runner = try RunningTool(["run"], in: site)
    try site.wait { site.files("Jobs/rejected").count == 4 }
    try site.write("at-told", "")
    let answer = runner.end()
    #expect(answer.status == 65)
    #expect(site.journal == ["+1", "-1", "+2", "-2"])
    #expect(site.runs.count == 4 && site.runs.allSatisfy { $0.outcome == "done" })
    let results = site.files("Jobs/rejected").filter { $0.hasSuffix(".result.json") }
    #expect(results.map { String($0.dropFirst(11)) } == ["job-3.result.json", "job-4.result.json"])
    for result in results {
      #expect(
        try site.read("Jobs/rejected/\(result)").contains("the project “default” may have 2 jobs waiting, and has"))
    }
    #expect(answer.errors.split(separator: "\n").count == 2)
  }
}
