import Disk
import Foundation
import Jobs
@testable import Pipeline
import SystemPackage
import Testing

/// Whether bubblewrap works here, for tests that need it.
let hasSandbox = if case .success = Sandbox.here { true } else { false }

@Suite struct SandboxPolicyTests {
  private static let refusal = "refused"

  private func decision(
    _ rule: SiteSettings.SandboxRule, _ wanted: Isolation.Sandbox?, foreign: Bool, obstacle: String?
  )
    -> String
  {
    var settings = SiteSettings()
    settings.sandbox = rule
    do {
      let decision = try SandboxPolicy(settings: settings).decision(Isolation(sandbox: wanted), isForeign: foreign) {
        obstacle
      }
      return "\(decision)"
    } catch {
      return Self.refusal
    }
  }

  @Test(
    "the site decides first, then the spec",
    arguments: [
      (SiteSettings.SandboxRule.auto, Isolation.Sandbox?.none, false, "open", "open"),
      (.auto, nil, true, "sandboxed", "openForWant(\"x\")"),
      (.auto, .strict, false, "sandboxed", refusal), (.auto, .strict, true, "sandboxed", refusal),
      (.auto, .off, false, "open", "open"), (.auto, .off, true, refusal, refusal),
      (.strict, nil, false, "sandboxed", refusal), (.strict, .off, false, refusal, refusal),
      (.strict, .strict, true, "sandboxed", refusal), (.off, nil, true, "open", "open"),
      (.off, .strict, false, "sandboxed", refusal),
    ])
  func decisions(
    rule: SiteSettings.SandboxRule, wanted: Isolation.Sandbox?, foreign: Bool, with: String, without: String
  ) {
    #expect(decision(rule, wanted, foreign: foreign, obstacle: nil) == with)
    #expect(decision(rule, wanted, foreign: foreign, obstacle: "x") == without)
  }
}

@Suite(.enabled(if: hasSandbox, "bubblewrap does not run here: Scripts/setup installs it")) struct SandboxTests {
  let fixture: ExecutorFixture

  init() throws { fixture = try ExecutorFixture(settings: "roots: [ROOT/shown]\n") }

  private func run(_ script: String, _ more: String = "sandbox: strict") async throws -> StepExecutor.Execution {
    try await fixture.execute(try fixture.step(script, more))
  }

  @Test("a sandboxed command reads its inputs and parameters and writes its outputs")
  func work() async throws {
    let more = "sandbox: strict, outputs: {made: {kind: files}}"
    let execution = try await run(
      "cat params.json; pwd; echo $NIGHTSHIFT_OUTPUTS $TMPDIR $HOME; echo x > outputs/made", more)
    #expect(execution.result.failure == nil)
    #expect(execution.result.outputs.count == 1)
    #expect(try fixture.log == "{\"depth\":6}\n/work\n/work/outputs /tmp /tmp\n")
    #expect(try fixture.leftOvers == [])
  }

  @Test(
    "an output behind a link is not read for the command",
    arguments: [
      ("rm -r outputs; ln -s ROOT outputs", "secret/key"), ("ln -s ROOT/secret outputs/x", "x/key"),
      ("mkdir outputs/a; ln -s ROOT/secret outputs/a/b", "a/b/key"), ("ln -s ROOT/secret outputs/x", "x"),
      ("ln -s ROOT/secret/key outputs/key", "key"),
    ])
  func linkedOutputs(script: String, path: String) async throws {
    let secret = fixture.root.appending("secret")
    try Disk().makeDirectory(secret)
    try Disk().replace(secret.appending("key"), with: Array("secret\n".utf8))
    let execution = try await run(
      script.replacing("ROOT", with: fixture.root.string),
      "sandbox: strict, outputs: {k: {kind: files, path: \(path)}}")
    #expect(execution.ending == .exited(0))
    #expect(execution.result.failure?.contains("lies behind a link") == true)
    #expect(execution.result.outputs.isEmpty)
    #expect(try fixture.leftOvers == [])
  }

  @Test(
    "what a command tries outside is refused",
    arguments: [
      "echo x > /usr/x", "echo x > /x", "echo x > params.json", "echo x > inputs/x", "ls /home", "ls /root", "ls /var",
      "cat /etc/passwd /etc/shadow", "ls \"$NIGHTSHIFT_ATTEMPT\"", "mount -t tmpfs none /work", "kill -9 $PPID; exit 1",
      "test $(ls -d /proc/[0-9]* | wc -l) -gt 8", "test $(ls /sys/class/net 2> /dev/null | wc -l) -gt 0",
      "grep -v -e lo: -e Inter -e face /proc/net/dev",
      // Switches of the machine, set to what they are: root may without any capability.
      "cat /proc/sys/vm/overcommit_memory > /proc/sys/vm/overcommit_memory; test $? = 0",
      "for f in $(find /proc -maxdepth 1 -type f -perm -200); do test ! -w $f || echo $f; done | grep .",
    ])
  func refusals(script: String) async throws {
    let execution = try await run(script)
    guard case .exited(let status) = execution.ending else {
      Issue.record("it ended as \(String(describing: execution.ending))")
      return
    }
    #expect(status != 0)
    #expect(execution.result.failure?.contains("exit status") == true)
    #expect(try fixture.leftOvers == [])
  }

  @Test(
    "a sandboxed command's end is told as in the open",
    arguments: [
      ("exit 7", ChildProcess.Outcome.Ending.exited(7)), ("exit 75", .exited(75)), ("kill -9 $$", .signalled(9)),
      ("setsid sleep 300 & exit 0", .exited(0)),
    ])
  func endings(script: String, ending: ChildProcess.Outcome.Ending) async throws {
    #expect(try await run(script).ending == ending)
    #expect(try fixture.leftOvers == [])
  }

  @Test("a sandboxed command has its grace time, and no more", .timeLimit(.minutes(30)))
  func grace() async throws {
    let stubborn = try await run("trap '' TERM; sleep 300; sleep 300", "sandbox: strict, timeout: 0.5s")
    #expect(stubborn.ending == .timedOut)
    #expect(stubborn.result.failure?.hasPrefix("it took longer than its timeout of 0.5 s") == true)
    let polite = try await run(
      "trap 'echo saved; exit 0' TERM; while :; do sleep 0.02; done", "sandbox: strict, timeout: 5s")
    #expect(polite.ending == .timedOut)
    #expect(try fixture.log.hasSuffix("saved\n"))
    #expect(try fixture.leftOvers == [])
  }

  @Test("a sandboxed command's memory counts", .timeLimit(.minutes(30)))
  func memory() async throws {
    let execution = try await run(
      "x=$(head -c 60000000 /dev/zero | tr '\\0' x); sleep 300", "sandbox: strict, resources: {memory: 40MiB}")
    #expect(execution.result.failure?.contains("of its 40 MiB (resources.memory)") == true)
    #expect(try fixture.leftOvers == [])
  }

  @Test("a program that cannot be seen or is not there is told before it is tried")
  func missing() async throws {
    for (program, reason) in [
      ("/opt/none/python", "its sandbox does not show"), ("/usr/bin/no-such", "cannot be started"),
      ("./x", "cannot be started"),
    ] {
      let execution = try await fixture.execute(try fixture.step(run: "[\(program)]", "sandbox: strict"))
      #expect(execution.result.failure?.contains(reason) == true, "\(program)")
    }
  }

  @Test("`binds` shows folders below the site's roots, and no others")
  func binds() async throws {
    let shown = fixture.root.appending("shown")
    try Disk().makeDirectory(shown.appending("venv"))
    try Disk().replace(shown.appending("venv/x"), with: Array("seen\n".utf8))
    let good = try await run(
      "cat \(shown)/venv/x && ! echo x > \(shown)/venv/y", "sandbox: strict, binds: [\(shown)/venv]")
    #expect(good.result.failure == nil)
    #expect(try fixture.log.hasPrefix("seen\n"))
    let bad = try await run("true", "sandbox: strict, binds: [\(fixture.root)/Store]")
    #expect(bad.result.failure?.contains("which is below none of the `roots`") == true)
  }

  @Test("another user's command is sandboxed by default, and the network is there only when asked for")
  func foreign() async throws {
    let hidden = try await fixture.execute(try fixture.step("pwd; grep -c : /proc/net/dev"), isForeign: true)
    #expect(hidden.result.failure == nil)
    #expect(try fixture.log == "/work\n1\n")
    let asked = try await run("ls -l /proc/self/ns/net | grep -o 'net:.*'", "sandbox: strict, network: true")
    #expect(asked.result.failure == nil)
    let own = try Disk.networkNameSpace()
    #expect(try fixture.log.hasSuffix("\(own)\n"))
  }
}

extension Disk {
  /// `net:[…]` of this process.
  fileprivate static func networkNameSpace() throws -> String {
    try FilePath("/proc/self/ns/net").withPlatformString { path in
      var target = [CChar](repeating: 0, count: 100)
      let count = readlink(path, &target, target.count)
      try #require(count > 0)
      return String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}
