import Disk
import Foundation
@testable import Pipeline
import SystemPackage
import Testing

@Suite struct ChildProcessTests {
  typealias Ending = ChildProcess.Outcome.Ending

  let folder = FilePath(NSTemporaryDirectory() + "/nightshift-child-" + UUID().uuidString)

  init() throws { try Disk().makeDirectory(folder) }

  /// Tells this test's processes from all others of the machine.
  private var mark: String { "NIGHTSHIFT_ATTEMPT=\(folder)" }

  private func request(_ script: String, environment: [String] = ["PATH=/usr/bin:/bin"]) -> ChildProcess.Request {
    ChildProcess.Request(
      executable: "/bin/sh", arguments: ["-c", script], environment: environment + [mark], workingDirectory: folder,
      log: folder.appending("log"), mark: mark, limits: ChildProcess.Limits(graceSeconds: 0.2, fileBytes: 1 << 20))
  }

  private func run(_ script: String) async throws -> ChildProcess.Outcome { try await run(request(script)) }

  private func run(_ request: ChildProcess.Request) async throws -> ChildProcess.Outcome {
    try await ChildProcess(disk: Disk()).run(request)
  }

  private var log: String { get throws { String(decoding: try Disk().read(folder.appending("log")), as: UTF8.self) } }

  /// The processes of this test that are there still.
  private var survivors: [Int32] {
    let tree = ProcessTree(disk: Disk())
    return tree.all().filter { tree.isMarked($0, by: [mark]) && !tree.hasEnded($0) }
  }

  @Test(
    "a child's end is told as it was",
    arguments: [
      ("exit 0", Ending.exited(0)), ("exit 7", .exited(7)), ("exit 75", .exited(75)), ("exit 255", .exited(255)),
    ])
  func endings(script: String, ending: Ending) async throws {
    #expect(try await run(script).ending == ending)
  }

  @Test("the signal that ended a child is told", arguments: [1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 24, 31])
  func signals(number: Int32) async throws {
    #expect(try await run("ulimit -c 0; kill -\(number) $$; sleep 300").ending == .signalled(number))
  }

  @Test(
    "whatever a child does, its end is told and nothing of it is left",
    arguments: [
      // Its children keep the log open.
      ("sleep 300 &", Ending.exited(0)),
      ("(sleep 300 &) ; exit 3", .exited(3)),
      // Sessions of their own, one inside the other.
      ("setsid sleep 300 & exit 0", .exited(0)),
      ("setsid sh -c 'setsid sleep 300 & sleep 300' & sleep 0.1; exit 4", .exited(4)),
      ("exec 0<&- 1>&- 2>&-; exit 5", .exited(5)),
      ("trap '' TERM HUP INT; (trap '' TERM HUP; sleep 300) & exit 6", .exited(6)),
      ("head -c 3000000 /dev/zero > big; exit $?", .exited(153)),
    ])
  func leftOvers(script: String, ending: Ending) async throws {
    #expect(try await run(script).ending == ending)
    #expect(survivors == [])
  }

  @Test(
    "a child over its time is ended with all that it started", .timeLimit(.minutes(30)),
    arguments: [
      "sleep 300", "trap '' TERM; sleep 300 & wait; sleep 300; sleep 300", "kill -STOP $$; sleep 300",
      "exec 0<&- 1>&- 2>&-; sleep 300", "setsid sh -c 'trap \"\" TERM; sleep 300; sleep 300' & sleep 300",
      "trap '' TERM; while :; do :; done",
    ])
  func timeout(script: String) async throws {
    var request = request(script)
    request.limits.timeoutSeconds = 0.3
    #expect(try await run(request).ending == .timedOut)
    #expect(survivors == [])
  }

  @Test("a child that hears TERM may finish its work", .timeLimit(.minutes(30)))
  func grace() async throws {
    var request = request("trap 'echo saved; exit 0' TERM; echo ready; while :; do sleep 0.05; done")
    request.limits = ChildProcess.Limits(timeoutSeconds: 5, graceSeconds: 200)
    #expect(try await run(request).ending == .timedOut)
    #expect(try log.hasSuffix("saved\n"))
  }

  @Test("a shell's command may finish its work though the shell dies at once", .timeLimit(.minutes(30)))
  func graceOfGrandchildren() async throws {
    var request = request("sh -c 'trap \"sleep 0.3; echo saved; exit 0\" TERM; while :; do sleep 0.05; done'; true")
    request.limits = ChildProcess.Limits(timeoutSeconds: 5, graceSeconds: 200)
    #expect(try await run(request).ending == .timedOut)
    #expect(try log.hasSuffix("saved\n"))
  }

  @Test(
    "a cancelled task ends its child", .timeLimit(.minutes(30)),
    arguments: ["sleep 300", "trap '' TERM; sleep 300; sleep 300"])
  func cancellation(script: String) async throws {
    let request = request(script)
    let task = Task { try await run(request) }
    try await Task.sleep(for: .milliseconds(50))
    task.cancel()
    #expect(try await task.value.ending == .cancelled)
    #expect(survivors == [])
  }

  @Test("a child that floods its output is ended", .timeLimit(.minutes(30)))
  func flood() async throws {
    var request = request("yes | head -c 40000000; sleep 300")
    request.limits.fileBytes = nil
    request.limits.outputBytes = 1 << 20
    #expect(try await run(request).ending == .outputLimit)
    #expect(survivors == [])
  }

  @Test("a child that eats memory is ended, and told how much it had", .timeLimit(.minutes(30)))
  func memory() async throws {
    // The grandchild's counts too.
    var request = request("setsid sh -c 'x=$(head -c 60000000 /dev/zero | tr \"\\\\0\" x); sleep 300' & sleep 300")
    request.limits.memoryBytes = 40 << 20
    guard case .memoryLimit(let used) = try await run(request).ending else {
      Issue.record("it was not ended for its memory")
      return
    }
    #expect(used > 40 << 20)
    #expect(survivors == [])
  }

  @Test("a child under its memory limit is left alone, however much of it is shared")
  func sharedMemory() async throws {
    var request = request("for i in 1 2 3 4 5 6 7 8; do sleep 0.5 & done; wait")
    request.limits.memoryBytes = 8 << 20
    #expect(try await run(request).ending == .exited(0))
  }

  @Test("a child has as many open files as it may")
  func openFiles() async throws {
    var request = request("ulimit -n")
    request.limits.openFiles = 64
    #expect(try await run(request).ending == .exited(0))
    #expect(try log == "64\n")
  }

  @Test("a child sees its own environment, folder and three descriptors, and nothing else")
  func isolation() async throws {
    _ = try await run(
      request(
        "pwd; env | grep -v -E '^(PWD|SHLVL|_|OLDPWD|NIGHTSHIFT_ATTEMPT)=' | sort; ls /proc/self/fd | tr '\\n' ' '",
        environment: ["PATH=/usr/bin:/bin", "A=1"]))
    let lines = try log.split(separator: "\n").map(String.init)
    #expect(lines[0] == folder.string || lines[0].hasSuffix(folder.lastComponent?.string ?? "?"))
    #expect(Array(lines[1...2]) == ["A=1", "PATH=/usr/bin:/bin"])
    // `ls` itself opens the folder as the fourth.
    #expect(lines[3].trimmingCharacters(in: .whitespaces) == "0 1 2 3")
  }

  @Test("CPU time and memory are the kernel's own figures")
  func figures() async throws {
    let outcome = try await run("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done")
    #expect(outcome.cpuSeconds > 0.01)
    #expect(outcome.peakMemoryBytes > 500_000)
  }

  @Test("what cannot be started is an error with its name", arguments: ["/no/such/program", "/etc"])
  func missing(program: String) async throws {
    var request = request("")
    request.executable = program
    await #expect(
      throws: PipelineError.cannotStart(program, program == "/etc" ? .permissionDenied : .noSuchFileOrDirectory)
    ) {
      try await ChildProcess(disk: Disk()).run(request)
    }
  }

  @Test("two hundred children at once leave no descriptor, no thread and no process behind", .timeLimit(.minutes(30)))
  func many() async throws {
    // The first child loads what is loaded once.
    _ = try await run("exit 0")
    let before = descriptorCount
    let endings = try await withThrowingTaskGroup(of: Ending.self) { group in
      for _ in 0..<200 { group.addTask { try await run("sleep 0.2; exit 9").ending } }
      return try await group.reduce(into: [Ending]()) { $0.append($1) }
    }
    #expect(endings == Array(repeating: .exited(9), count: 200))
    #expect(survivors == [])
    // Other suites of this process open files meanwhile, but not as many.
    #expect(descriptorCount < before + 100)
  }

  private var descriptorCount: Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
  }
}
