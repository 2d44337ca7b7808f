internal import Disk
internal import Jobs
internal import Records
internal import Store
internal import SystemPackage

/// Runs one step in a process of its own and brings back its result with the kernel's figures.
struct StepExecutor {
  let site: Site
  /// Absolute path of this very tool.
  let tool: String
  /// The work folder stays, whatever the step says.
  var keepsWork = false
  /// Prepares the step again, now that the environment of its requirements is there: its key says what is in that.
  var settle: (@Sendable () throws -> PreparedStep)?

  /// What came of one attempt.
  struct Execution {
    var result: StepResult
    /// How its process ended; nil when it was never started.
    var ending: ChildProcess.Outcome.Ending?
    var wallSeconds = 0.0
    var cpuSeconds = 0.0
    var peakMemoryBytes = 0
    /// The step with its key as the environment of its requirements makes it; nil for a step without.
    var settled: PreparedStep?

    /// What came of two processes, the second of which went on with what the first one made.
    func followed(by next: Execution) -> Execution {
      var both = next
      both.result.notes = result.notes + next.result.notes
      both.result.headline = result.headline ?? next.result.headline
      both.settled = settled
      both.wallSeconds += wallSeconds
      both.cpuSeconds += cpuSeconds
      both.peakMemoryBytes = max(peakMemoryBytes, next.peakMemoryBytes)
      return both
    }
  }

  /// More than any log that is read: a step that floods its output does not fill the disk.
  static let limitOutputBytes = 1 << 30
  /// No file that a command writes is larger, its log included.
  static let limitFileBytes = 256 << 30

  /// Runs the step to its end. What stops it is the result's failure, and so is what keeps it from starting. A cancelled
  /// task ends it: TERM, the site's grace time, KILL; one that was cancelled before does not start, and throws.
  ///
  /// - Parameter started: gets the child's pid, so that whoever takes over can end it.
  func execute(_ step: Step, _ request: StepRequest, started: @escaping @Sendable (Int32) -> Void) async throws
    -> Execution
  {
    try Task.checkCancellation()
    var request = request
    do {
      let work = try WorkFolder("\(request.run)-\(request.id)", in: site.store)
      request.workFolder = work.files.string
      var execution = await attempt(step, request, work.root, started)
      let isKept = keepsWork || step.keepsWork == .always
      if isKept || step.keepsWork == .onFailure && execution.result.failure != nil {
        let kept = try work.keep(in: FilePath(request.stepFolder))
        execution.result.notes.append("its work folder was kept: \(kept)")
      } else {
        remove(work, &execution)
      }
      return execution
    } catch {
      return Execution(result: StepResult(failure: "\(error)"))
    }
  }

  /// What a command did to its own folder is no reason to fail it, nor to stop the runner: the next one tries again.
  private func remove(_ work: WorkFolder, _ execution: inout Execution) {
    do { try work.remove() } catch { execution.result.notes.append("its work folder could not be removed: \(error)") }
  }

  private func attempt(
    _ step: Step, _ request: StepRequest, _ root: FilePath, _ started: @escaping @Sendable (Int32) -> Void
  ) async -> Execution {
    do {
      if case .run(let options) = step.action {
        return try await command(step, options, request, root, started)
      }
      return try await builtIn(step, request, root, started)
    } catch {
      return Execution(result: StepResult(failure: "\(error)"))
    }
  }

  // MARK: The two kinds of steps

  /// - Parameter start: when the step began: its timeout counts from there.
  private func builtIn(
    _ step: Step, _ request: StepRequest, _ root: FilePath, since start: ContinuousClock.Instant = .now,
    _ started: @escaping @Sendable (Int32) -> Void
  ) async throws -> Execution {
    let (input, output) = (root.appending("request.json"), root.appending("result.json"))
    try site.disk.replace(input, with: try CanonicalJSON.encode(request), durability: .cached)
    let mark = WorkFolder.mark(of: FilePath(request.workFolder))
    let child = ChildProcess.Request(
      executable: tool, arguments: ["step", input.string, output.string],
      environment: StepEnvironment.variables([mark, StepEnvironment.patience]),
      workingDirectory: FilePath(request.workFolder),
      log: log(request), input: .lifeLine, mark: mark, limits: limits(step, fileBytes: nil).left(since: start))
    let outcome = try await ChildProcess(disk: site.disk).run(child, started: started)
    guard outcome.ending == .exited(0), let bytes = try site.disk.readIfPresent(output) else {
      return execution(outcome, StepResult(failure: failure(outcome.ending, step, request)))
    }
    return execution(outcome, try CanonicalJSON.decode(StepResult.self, from: bytes))
  }

  private func command(
    _ step: Step, _ options: RunOptions, _ request: StepRequest, _ root: FilePath,
    _ started: @escaping @Sendable (Int32) -> Void
  ) async throws -> Execution {
    let beginning = ContinuousClock.now
    let start = try CommandStart(site: site, step: step, options: options, request: request, root: root)
    try start.command.prepare()
    let limits = limits(step, fileBytes: Self.limitFileBytes)
    let python = try await python(start, request, root, limits)
    let settled = python == nil ? nil : try settle?()
    var outcome = try await ChildProcess(disk: site.disk).run(
      try start.child(log: log(request), limits: limits.left(since: beginning), python: python), started: started)
    outcome.ending = start.ending(outcome)
    var result = StepResult()
    if let python, let requirements = try start.command.requirements() {
      result.notes.append(PythonEnvironment.notePrefix + "\(python.summary(of: requirements))")
    }
    switch outcome.ending {
    case .exited(0):
      do {
        let notes = result.notes
        result = try start.command.collect()
        result.notes = notes + result.notes
      } catch { result.failure = "\(error)" }
    case .exited(75):
      result.failure = "the command asked for another attempt (exit status 75)"
      result.asksForRetry = true
    default: result.failure = try start.failure(outcome.ending) ?? failure(outcome.ending, step, request)
    }
    result.notes += start.notes
    if let python, let change = try start.change(in: python) { result.failure = result.failure ?? change }
    do { try start.command.keepMetrics() } catch { result.failure = result.failure ?? "\(error)" }
    guard result.failure == nil, result.outputs.contains(where: { $0.artifact.kind == .model }) else {
      return execution(outcome, result, settled)
    }
    var completion = request
    completion.made = result.outputs
    if let settled { completion.recipe?.key = settled.key }
    if let python, let requirements = try start.command.requirements() {
      completion.recipe?.command?.environment = Recipe.Environment(
        requirements: String(decoding: requirements, as: UTF8.self), packages: python.packages, python: python.python)
    }
    return execution(outcome, result, settled).followed(
      by: try await builtIn(step, completion, root, since: beginning, started))
  }

  /// The environment of a command's requirements. Whoever makes one may take minutes over it, in a thread of its own.
  private func python(
    _ start: CommandStart, _ request: StepRequest, _ root: FilePath, _ limits: ChildProcess.Limits
  ) async throws -> PythonEnvironment? {
    guard request.sources["requirements"] != nil else { return nil }
    let supervisor = Supervisor()
    let log = log(request)
    return try await withTaskCancellationHandler {
      try await SystemThread.run { try start.pythonEnvironment(root: root, log: log, limits: limits, supervisor) }
    } onCancel: {
      supervisor.cancel()
    }
  }

  private func execution(_ outcome: ChildProcess.Outcome, _ result: StepResult, _ settled: PreparedStep? = nil)
    -> Execution
  {
    Execution(
      result: result, ending: outcome.ending, wallSeconds: outcome.wallSeconds, cpuSeconds: outcome.cpuSeconds,
      peakMemoryBytes: outcome.peakMemoryBytes, settled: settled)
  }

  private func failure(_ ending: ChildProcess.Outcome.Ending, _ step: Step, _ request: StepRequest) -> String {
    StepFailure(step: step, run: request.run, limits: limits(step, fileBytes: Self.limitFileBytes)).text(
      ending, room: FileSystem(of: site.store.root)?.freeBytes)
  }

  private func log(_ request: StepRequest) -> FilePath { FilePath(request.stepFolder).appending("log") }

  private func limits(_ step: Step, fileBytes: Int?) -> ChildProcess.Limits {
    ChildProcess.Limits(
      timeoutSeconds: step.timeoutSeconds, graceSeconds: site.settings.graceSeconds,
      memoryBytes: step.resources.memoryBytes, fileBytes: step.resources.fileBytes ?? fileBytes,
      openFiles: step.resources.openFiles, outputBytes: step.resources.outputBytes ?? Self.limitOutputBytes)
  }
}
