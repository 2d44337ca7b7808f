import Disk
@testable import Pipeline
import SystemPackage
import Testing

@Suite struct StepExecutorTests {
  let fixture: ExecutorFixture

  init() throws { fixture = try ExecutorFixture() }

  private static let log = "see `nightshift logs job-run own`"

  @Test(
    "whatever a command does, its step fails with the reason, and nothing of it is left",
    arguments: [
      ("exit 3", "", "it ended with exit status 3: \(log)"),
      ("kill -9 $$", "", "it was killed, by the kernel for lack of memory or by somebody: \(log)"),
      ("ulimit -c 0; kill -11 $$", "", "it was ended by signal 11 (Segmentation fault): \(log)"),
      (
        "trap '' TERM; sleep 300; sleep 300", "timeout: 0.2s",
        "it took longer than its timeout of 0.2 s and was ended: raise `timeout`, or see why: \(log)"
      ),
      (
        "kill -STOP $$", "timeout: 1s",
        "it took longer than its timeout of 1 s and was ended: raise `timeout`, or see why: \(log)"
      ),
      (
        "yes | head -c 9000000; setsid sleep 300 & sleep 300", "resources: {output: 1MiB}",
        "it printed more than 1 MiB (resources.output) and was ended: \(log)"
      ),
      (
        "ulimit -c 0; exec head -c 3000000 /dev/zero > big", "resources: {file-size: 1.5MiB}",
        "it wrote a file of more than 1.5 MiB (resources.file-size) and was ended: \(log)"
      ),
      ("exec 0<&- 1>&- 2>&-; setsid sleep 300 & exit 1", "", "it ended with exit status 1: \(log)"),
      ("chmod 000 . inputs; exit 1", "", "it ended with exit status 1: \(log)"),
      ("mkfifo metrics.json", "", "metrics.json is not a regular file"),
      ("echo '[1]' > metrics.json", "", "metrics.json must be a mapping of names to numbers"),
    ])
  func hostile(script: String, more: String, reason: String) async throws {
    let execution = try await fixture.execute(try fixture.step(script, more))
    let failure = try #require(execution.result.failure)
    #expect(failure.contains(reason))
    #expect(!execution.result.asksForRetry)
    #expect(try fixture.leftOvers == [])
  }

  @Test("exit status 75 asks for another attempt")
  func retry() async throws {
    let execution = try await fixture.execute(try fixture.step("exit 75"))
    #expect(execution.result.asksForRetry)
    #expect(execution.ending == .exited(75))
  }

  @Test(
    "a command that cannot be found is a failure, not an error of the runner",
    arguments: ["no-such-program", "./x", "/x/y"])
  func missing(program: String) async throws {
    let execution = try await fixture.execute(try fixture.step(run: "[\(program)]"))
    #expect(execution.result.failure?.contains(program.split(separator: "/").last ?? "") == true)
    #expect(execution.ending == nil)
    #expect(try fixture.leftOvers == [])
  }

  @Test("folders in folders beyond any path's length are removed")
  func deep() async throws {
    let script =
      "n=$(printf 'd%.0s' $(seq 200)); for i in $(seq 40); do mkdir $n; cd -P $n; echo x > f; done; chmod 500 ."
    let execution = try await fixture.execute(try fixture.step(script))
    #expect(execution.result.failure == nil)
    #expect(execution.result.notes == [])
    #expect(try fixture.leftOvers == [])
  }

  @Test("a command sees the contract's folders and variables, its own environment, and few of its parent's")
  func contract() async throws {
    let script = "cat params.json; ls; cd \"$TMPDIR\" && env | cut -d= -f1 | sort | tr '\\n' ' '"
    let execution = try await fixture.execute(try fixture.step(script, "env: {OWN: x, NIGHTSHIFT_ATTEMPT: y}"))
    #expect(execution.result.failure == nil)
    let lines = try fixture.log.split(separator: "\n").map(String.init)
    #expect(
      Array(lines[0..<6]) == ["{\"depth\":6}", "inputs", "metrics.ndjson", "outputs", "params.json", "tmp"])
    let names = Set(lines[6].split(separator: " ").map(String.init))
    #expect(names.isSuperset(of: ["NIGHTSHIFT_ATTEMPT", "NIGHTSHIFT_WORK", "OWN", "PATH", "TMPDIR"]))
    let others = names.filter { !$0.hasPrefix("NIGHTSHIFT_") && !$0.hasPrefix("LC_") }
    #expect(others.isSubset(of: ["HOME", "LANG", "LD_LIBRARY_PATH", "OLDPWD", "OWN", "PATH", "PWD", "TMPDIR", "TZ"]))
  }

  @Test(
    "a work folder stays beside the log when the runner or the spec says so",
    arguments: [
      ("exit 0", "keep-work: on-failure", false, false), ("exit 1", "keep-work: on-failure", false, true),
      ("exit 0", "keep-work: always", false, true), ("exit 0", "", true, true), ("exit 1", "", false, false),
    ])
  func keeping(end: String, more: String, isAsked: Bool, isKept: Bool) async throws {
    let step = try fixture.step("echo x > made; \(end)", more)
    _ = try await fixture.execute(step, keepsWork: isAsked)
    let execution = try await fixture.execute(step, keepsWork: isAsked)
    let folders = ["work", "work-2"].map { fixture.stepFolder.appending($0) }
    #expect(folders.map { Disk().exists($0.appending("made")) } == [isKept, isKept])
    #expect(execution.result.notes == (isKept ? ["its work folder was kept: \(folders[1])"] : []))
    #expect(try fixture.leftOvers == [])
  }

  @Test("a cancelled step ends, and says so", .timeLimit(.minutes(30)))
  func cancellation() async throws {
    let step = try fixture.step("touch ../begun; sleep 300")
    let task = Task { try await fixture.execute(step) }
    while try Disk().list(fixture.root.appending("Store/tmp")).isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    task.cancel()
    let execution = try await task.value
    #expect(execution.ending == .cancelled)
    #expect(execution.result.failure == "it was cancelled")
    #expect(try fixture.leftOvers == [])
  }
}
