internal import Disk
internal import Glibc
internal import Jobs
internal import SystemPackage

/// How a command is to be started: in the open, or in a sandbox.
struct CommandStart {
  let command: CommandStep
  /// What people should know of it.
  let notes: [String]
  private let disk: Disk
  private let files: FilePath
  private let status: FilePath
  private let sandbox: (Sandbox, Sandbox.Grants)?
  private let mark: String

  /// - Parameter root: the part of the work folder that the command does not see.
  init(site: Site, step: Step, options: RunOptions, request: StepRequest, root: FilePath) throws {
    disk = site.disk
    files = FilePath(request.workFolder)
    status = root.appending("sandbox.json")
    mark = WorkFolder.mark(of: files)
    let (decision, grants) = try SandboxPolicy(settings: site.settings).terms(
      step.isolation, isForeign: request.isForeign)
    sandbox = try grants.map { (try Sandbox.here.get(), $0) }
    notes = if case .openForWant(let reason) = decision { ["it ran without a sandbox: \(reason)"] } else { [] }
    command = CommandStep(
      site: site, request: request, options: options, seenAt: sandbox == nil ? files : Sandbox.workFolder)
  }

  /// The environment of the step's requirements, made if there is none; nil for a step without. It blocks.
  ///
  /// - Parameter root: the part of the work folder that the command does not see.
  func pythonEnvironment(
    root: FilePath, log: FilePath, limits: ChildProcess.Limits, _ supervisor: Supervisor
  ) throws -> PythonEnvironment? {
    guard let requirements = try command.requirements() else { return nil }
    var wish = PythonEnvironments.Wish(
      requirements: requirements, sandbox: sandbox, log: log, work: root.appending("requirements"))
    wish.mark = mark
    wish.limits = limits
    try disk.makeDirectory(wish.work)
    return try PythonEnvironments(site: command.site).environment(wish, supervisor)
  }

  /// Why what ran in the environment was not what its list says; nil when all is as it was made.
  func change(in python: PythonEnvironment) throws -> String? {
    // In a sandbox nobody can write to it.
    sandbox == nil ? try PythonEnvironments(site: command.site).change(in: python) : nil
  }

  /// The process to start. The work folder must be prepared.
  ///
  /// - Parameter python: an environment whose programs come before all others.
  func child(
    log: FilePath, limits: ChildProcess.Limits, python: PythonEnvironment? = nil
  ) throws -> ChildProcess.Request {
    var sandbox = sandbox
    if let python { sandbox?.1.binds.append(python.bind) }
    let system = sandbox.map { Sandbox.path(Executable.path, $1) } ?? Executable.path
    let path = python?.path(before: system) ?? system
    let variables = command.variables() + (python?.variables ?? [])
    let (executable, arguments) = try command.commandLine(path: path)
    var child = ChildProcess.Request(
      executable: executable, arguments: arguments,
      environment: StepEnvironment.variables(
        variables + (python == nil ? [] : ["PATH=\(path)"])),
      workingDirectory: files, log: log, mark: mark, limits: limits)
    guard let (sandbox, grants) = sandbox else { return child }
    guard Sandbox.shows(executable, grants) else {
      throw PipelineError.stepFailed(
        "its sandbox does not show \(executable): name its folder in `binds`, and in `roots` of nightshift.yaml")
    }
    try checkProgram(executable)
    child.executable = sandbox.program
    child.arguments = sandbox.arguments(executable, arguments, in: Sandbox.View(files: files), grants)
    child.environment = StepEnvironment.variables(Sandbox.variables(variables, path: path))
    child.status = status
    child.isKeeper = true
    return child
  }

  /// Bubblewrap would tell it as a fault of its own.
  private func checkProgram(_ executable: String) throws {
    let inside = Sandbox.workFolder.string + "/"
    let path = executable.hasPrefix(inside) ? "\(files)/\(executable.dropFirst(inside.count))" : executable
    guard access(path, X_OK) == 0 else { throw PipelineError.cannotStart(executable, Errno(rawValue: errno)) }
  }

  /// How the command ended.
  func ending(_ outcome: ChildProcess.Outcome) -> ChildProcess.Outcome.Ending {
    sandbox == nil ? outcome.ending : Sandbox.ending(outcome.ending)
  }

  /// Why the command never began, when that was the sandbox's fault.
  func failure(_ ending: ChildProcess.Outcome.Ending) throws -> String? {
    guard sandbox != nil, case .exited = ending, let told = try disk.readIfPresent(status, limitBytes: 1 << 20),
      !Sandbox.hasBegun(told)
    else { return nil }
    return "its sandbox could not be made: the last line of its log, which begins with `bwrap:`, says why"
  }
}
