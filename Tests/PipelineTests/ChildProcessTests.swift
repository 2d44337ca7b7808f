import Disk
import Foundation
@testable import Pipeline
import SystemPackage
import Testing

@Suite struct ChildProcessTests {
  let folder = FilePath(NSTemporaryDirectory() + "/nightshift-child-" + UUID().uuidString)

  init() throws { try Disk().makeDirectory(folder) }

  private func run(_ script: String, timeout: Double? = nil, environment: [String] = ["PATH=/usr/bin:/bin"])
    async throws -> ChildProcess.Outcome
  {
    try await ChildProcess(disk: Disk()).run(
      ChildProcess.Request(
        executable: "/bin/sh", arguments: ["-c", script], environment: environment, workingDirectory: folder,
        log: folder.appending("log"), hasLifeLine: false, timeoutSeconds: timeout, memoryBytes: nil, fileBytes: 1 << 20)
    )
  }

  private var log: String { get throws { String(decoding: try Disk().read(folder.appending("log")), as: UTF8.self) } }

  @Test(
    "a child's end is told as it was",
    arguments: [
      ("exit 0", ChildProcess.Outcome.Ending.exited(0)), ("exit 7", .exited(7)), ("kill -9 $$", .signalled(9)),
    ])
  func endings(script: String, ending: ChildProcess.Outcome.Ending) async throws {
    #expect(try await run(script).ending == ending)
  }

  @Test("a child sees its own environment, folder and three descriptors, and nothing else")
  func isolation() async throws {
    _ = try await run(
      "pwd; env | grep -v -E '^(PWD|SHLVL|_|OLDPWD)=' | sort; ls /proc/self/fd | tr '\\n' ' '",
      environment: ["PATH=/usr/bin:/bin", "A=1"])
    let lines = try log.split(separator: "\n").map(String.init)
    #expect(lines[0] == folder.string || lines[0].hasSuffix(folder.lastComponent?.string ?? "?"))
    #expect(Array(lines[1...2]) == ["A=1", "PATH=/usr/bin:/bin"])
    // `ls` itself opens the folder as the fourth.
    #expect(lines[3].trimmingCharacters(in: .whitespaces) == "0 1 2 3")
  }

  @Test("a child over its time is ended with all that it started, even if it ignores TERM", .timeLimit(.minutes(1)))
  func timeout() async throws {
    let outcome = try await run("trap '' TERM; sleep 300 & echo $!; wait; sleep 300", timeout: 0.2)
    #expect(outcome.ending == .timedOut)
    #expect(outcome.wallSeconds < 20)
    let grandchild = try #require(Int32(try log.split(separator: "\n").first ?? ""))
    try await Task.sleep(for: .milliseconds(100))
    #expect(kill(grandchild, 0) != 0 || isZombie(grandchild))
  }

  @Test("what a child leaves behind ends with it")
  func leftOver() async throws {
    _ = try await run("sleep 300 & echo $!")
    let left = try #require(Int32(try log.split(separator: "\n").first ?? ""))
    try await Task.sleep(for: .milliseconds(100))
    #expect(kill(left, 0) != 0 || isZombie(left))
  }

  @Test("CPU time and memory are the kernel's own figures")
  func figures() async throws {
    let outcome = try await run("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done")
    #expect(outcome.cpuSeconds > 0.01)
    #expect(outcome.peakMemoryBytes > 500_000)
  }

  @Test("a program that is not there is an error with its name")
  func missing() async throws {
    await #expect(throws: PipelineError.cannotStart("/no/such/program", .noSuchFileOrDirectory)) {
      try await ChildProcess(disk: Disk()).run(
        ChildProcess.Request(
          executable: "/no/such/program", arguments: [], environment: [], workingDirectory: folder,
          log: folder.appending("log"),
          hasLifeLine: false, timeoutSeconds: nil, memoryBytes: nil, fileBytes: nil))
    }
  }

  private func isZombie(_ pid: Int32) -> Bool {
    let status = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
    return status.split(separator: " ").dropFirst(2).first == "Z"
  }
}
