import Foundation
import Testing

/// What fails and comes again.
@Suite(.timeLimit(.minutes(10))) struct RetryTests {
  let site: SiteFixture

  init() throws { site = try SiteFixture() }

  private func step(_ id: String, _ line: String, _ more: String = "") -> String {
    "{id: \(id), run: \"\(line)\"\(more)}"
  }

  /// Notes the run's name each time it begins, and fails with `status` but the `count`th time.
  private func failing(_ status: Int, until count: Int) -> String {
    "echo $NIGHTSHIFT_RUN >> \(site.root.path)/tries; test $(wc -l < \(site.root.path)/tries) -ge \(count) || exit \(status)"
  }

  private var tries: [String] { ((try? site.read("tries")) ?? "").split(separator: "\n").map(String.init) }

  /// Makes a deferred job due.
  private func makeDue() throws {
    for name in site.names("Jobs/deferred") {
      let early = "20130401T000000" + name.dropFirst(15)
      #expect(try site.shell("mv \"Jobs/deferred/$1\" \"Jobs/deferred/$2\"", name, early).status == 0)
    }
  }

  @Test("a failing step comes again in one call of run, as the same run, with nothing else done again")
  func again() throws {
    try site.drop(
      "job", [step("first", site.noting("first", "true")), step("own", failing(1, until: 2), ", needs: [first]")],
      "retry: {attempts: 3, backoff: 1s}")
    let answer = try site.run("run")
    #expect(answer.status == 0 && answer.errors == "" && answer.output == "")
    let run = try site.run(ofJob: "job")
    #expect(tries == [run.id, run.id])
    #expect(site.journal == ["+first", "-first"])
    #expect(run.attemptCount == 2)
    #expect(run.outcomes == ["first:ran", "own:ran"])
    #expect(site.names("Jobs/deferred") == [] && site.names("Jobs/active") == [])
  }

  @Test("a command that asks for it by exit status 75 comes again without `retry:`")
  func asks() throws {
    try site.drop("job", [step("own", failing(75, until: 2))])
    #expect(try site.run("run").status == 0)
    #expect(tries.count == 2)
  }

  @Test("when the retries are used up, the job has failed and says how often it was tried")
  func usedUp() throws {
    try site.drop("job", [step("own", failing(4, until: 99))], "retry: {attempts: 3, backoff: 0s}")
    let answer = try site.run("run")
    #expect(answer.status == 10)
    #expect(tries.count == 3)
    #expect(try site.run(ofJob: "job").reason?.hasSuffix("(after 3 attempts)") == true)
    #expect(answer.errors.contains("(after 3 attempts)"))
  }

  @Test("a long back-off leaves the job deferred without a word; a later run goes on with it")
  func long() throws {
    try site.drop(
      "job", [step("first", site.noting("first", "true")), step("own", failing(1, until: 2), ", needs: [first]")],
      "retry: {attempts: 2, backoff: 2h}")
    let answer = try site.run("run")
    #expect(answer.status == 0 && answer.errors == "" && answer.output == "")
    #expect(site.names("Jobs/deferred").count == 1 && site.runs.isEmpty)
    let status = try site.run("status").output
    #expect(status.contains("deferred 1"))
    #expect(status.contains("step “own”"))
    #expect(try site.run("run").status == 0)
    #expect(tries.count == 1)
    try makeDue()
    #expect(try site.run("run").status == 0)
    let run = try site.run(ofJob: "job")
    #expect(tries == [run.id, run.id])
    #expect(site.journal == ["+first", "-first"])
  }

  @Test("a job that waits for its next try keeps no other from being taken meanwhile, and is cancelled at once")
  func meanwhile() throws {
    try site.drop("job", [step("own", failing(1, until: 99))], "retry: {attempts: 2, backoff: 50s}")
    let runner = try RunningTool(["run"], in: site)
    try site.wait { site.names("Jobs/deferred").count == 1 }
    try site.drop("other", [step("own", "true")])
    try site.wait { site.runs.map(\.job) == ["other"] }
    #expect(try site.run("cancel", "job.yaml").status == 0)
    #expect(runner.end().status == 10)
    #expect(try site.run(ofJob: "job").outcome == "cancelled")
  }

  @Test("a job whose runners die over it is given up after `limits.attempts`")
  func poison() throws {
    try site.write("nightshift.yaml", "settle: 0s\nlimits: {attempts: 2}\n")
    try site.drop("job", [step("own", "kill -9 $(cat \(site.root.path)/runner); sleep 60")])
    try site.drop("other", [step("own", "true")])
    for _ in 0..<2 {
      let answer = try site.shell("sh -c 'echo $$ > runner; exec \"$1\" run' sh \"$1\"", SiteFixture.tool)
      #expect(answer.status != 0)
    }
    let last = try site.run("run")
    #expect(last.status == 10)
    let run = try site.run(ofJob: "job")
    #expect(run.outcome == "failed" && run.reason == "it was given up: its runner died 2 times without any progress")
    #expect(try site.run(ofJob: "other").outcome == "done")
    #expect(try site.run("store", "check").status == 0)
  }

  @Test("`retry` of a failed run makes a new one that reuses what was done")
  func verb() throws {
    try site.drop(
      "job",
      [
        step("first", site.noting("first", "echo x > outputs/x"), ", outputs: {x: {path: x, kind: files}}"),
        step("own", "test -e \(site.root.path)/mended", ", inputs: {x: first.x}"),
      ])
    #expect(try site.run("run").status == 10)
    let failed = try site.run(ofJob: "job")
    #expect(failed.outcomes == ["first:ran", "own:failed"])
    try site.write("mended", "")
    #expect(try site.run("retry", failed.id).status == 0)
    #expect(try site.run("run").status == 0)
    let mended = try #require(site.runs.first { $0.outcome == "done" })
    #expect(mended.id != failed.id)
    #expect(mended.outcomes == ["first:reused", "own:ran"])
    #expect(mended.steps[0].reusedFrom == failed.id)
    #expect(site.journal == ["+first", "-first"])
  }
}
