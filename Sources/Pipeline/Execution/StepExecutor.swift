internal import Disk
internal import Glibc
internal import Jobs
internal import Records
internal import Spool
internal import Store
internal import SystemPackage

/// Runs one step in a process of its own and brings back its result with the kernel's figures.
struct StepExecutor {
  let site: Site
  /// Absolute path of this very tool.
  let tool: String

  struct Execution {
    var result: StepResult
    var wallSeconds: Double
    var cpuSeconds: Double
    var peakMemoryBytes: Int
  }

  /// - Parameter started: gets the child's pid, so that whoever takes over can end it.
  func execute(_ step: Step, _ request: StepRequest, started: @escaping @Sendable (Int32) -> Void) async throws
    -> Execution
  {
    let folder = FilePath(request.workFolder)
    try site.disk.removeTree(folder)
    try site.disk.makeDirectory(folder)
    let execution: Execution
    if case .run(let options) = step.action {
      execution = try await command(step, options, request, started)
    } else {
      execution = try await builtIn(step, request, started)
    }
    try site.disk.removeTree(folder)
    return execution
  }

  private func builtIn(_ step: Step, _ request: StepRequest, _ started: @escaping @Sendable (Int32) -> Void)
    async throws -> Execution
  {
    let folder = FilePath(request.workFolder)
    let (input, output) = (folder.appending("request.json"), folder.appending("result.json"))
    try site.disk.replace(input, with: try CanonicalJSON.encode(request), durability: .cached)
    let child = ChildProcess.Request(
      executable: tool, arguments: ["step", input.string, output.string], environment: Self.environment([]),
      workingDirectory: folder, log: FilePath(request.stepFolder).appending("log"), hasLifeLine: true,
      timeoutSeconds: step.timeoutSeconds, memoryBytes: step.resources.memoryBytes, fileBytes: nil)
    let outcome = try await ChildProcess(disk: site.disk).run(child, started: started)
    var result = StepResult()
    if let bytes = try site.disk.readIfPresent(output), outcome.ending == .exited(0) {
      result = try CanonicalJSON.decode(StepResult.self, from: bytes)
    } else {
      result.failure = explanation(outcome, step, request)
    }
    return Execution(
      result: result, wallSeconds: outcome.wallSeconds, cpuSeconds: outcome.cpuSeconds,
      peakMemoryBytes: outcome.peakMemoryBytes)
  }

  private func command(
    _ step: Step, _ options: RunOptions, _ request: StepRequest, _ started: @escaping @Sendable (Int32) -> Void
  ) async throws -> Execution {
    let commandStep = CommandStep(site: site, request: request, options: options)
    try commandStep.prepare()
    let (executable, arguments) = try commandStep.commandLine()
    let child = ChildProcess.Request(
      executable: executable, arguments: arguments, environment: Self.environment(commandStep.variables()),
      workingDirectory: FilePath(request.workFolder), log: FilePath(request.stepFolder).appending("log"),
      hasLifeLine: false, timeoutSeconds: step.timeoutSeconds, memoryBytes: step.resources.memoryBytes,
      fileBytes: CommandStep.limitFileBytes)
    let outcome = try await ChildProcess(disk: site.disk).run(child, started: started)
    var result = StepResult()
    switch outcome.ending {
    case .exited(0):
      do { result = try commandStep.collect() } catch { result.failure = "\(error)" }
    case .exited(75):
      result.failure = "the command asked for another attempt (exit status 75)"
      result.asksForRetry = true
    default: result.failure = explanation(outcome, step, request)
    }
    try commandStep.keepMetrics()
    return Execution(
      result: result, wallSeconds: outcome.wallSeconds, cpuSeconds: outcome.cpuSeconds,
      peakMemoryBytes: outcome.peakMemoryBytes)
  }

  private func explanation(_ outcome: ChildProcess.Outcome, _ step: Step, _ request: StepRequest) -> String {
    let log = "see `nightshift logs \(request.run) \(step.id)`"
    return switch outcome.ending {
    case .exited(let status): "it ended with exit status \(status): \(log)"
    case .signalled(SIGKILL): "it was killed, by the kernel for lack of memory or by somebody: \(log)"
    case .signalled(SIGXFSZ):
      "it wrote a file of more than \(CommandStep.limitFileBytes >> 30) GiB and was ended: \(log)"
    case .signalled(let signal): "it crashed (signal \(signal)): \(log)"
    case .timedOut:
      "it took longer than its timeout of \(Int(step.timeoutSeconds ?? 0)) s and was ended: raise `timeout`, or see why: \(log)"
    case .cancelled: "it was cancelled"
    }
  }

  /// The allow-list of the parent's variables, and the step's own.
  static func environment(_ own: [String]) -> [String] {
    let allowed = ["PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "NIGHTSHIFT_XGBOOST", "LD_LIBRARY_PATH"]
    let names = Set(own.map { $0.prefix { $0 != "=" } })
    return allowed.compactMap { name in
      names.contains(name[...]) ? nil : getenv(name).map { "\(name)=\(String(cString: $0))" }
    } + own
  }
}
