internal import Disk
internal import Jobs
internal import Learning
internal import Records
internal import Store
internal import SystemPackage

/// A model's scoring command, ready to be started: its files in a private folder that it cannot change, under the rules
/// that a `run` step has.
struct ScoringCommand {
  /// The command as people know it.
  let text: String
  private let folder: FilePath
  private let launch: Launch
  private let environment: [String]
  /// Stays while this does.
  private let python: PythonEnvironment?
  private let disk: Disk
  private let log: OpenFile

  /// What is started, in the open or by way of bubblewrap.
  private struct Launch {
    var executable: String
    var arguments: [String]
  }

  private static let filesName = "model"

  /// - Parameter origin: what the recipe says of the command that made the model; nil where there is none.
  init(_ contract: CommandContract, files: Manifest, origin: Recipe?, in context: StepContext) throws {
    let site = context.site
    let request = context.request
    disk = site.disk
    text = contract.score.joined(separator: " ")
    // Nobody can have put anything there before: the name is new.
    folder = FilePath(request.workFolder).appending("scoring-" + Disk.temporaryName())
    log = try site.disk.openForAppending(FilePath(request.stepFolder).appending("log"))
    try site.disk.makeDirectory(folder.appending(CommandStep.temporaryName), mode: 0o700)
    try site.store.checkout(files, to: folder.appending(Self.filesName), .readOnly)
    var sandbox = try Self.sandbox(origin, isForeign: request.isForeign, site).map { (try Sandbox.here.get(), $0) }
    let environment = try Self.environment(origin, sandbox, in: context, folder)
    python = environment
    if let environment { sandbox?.1.binds.append(environment.bind) }
    let seenAt = sandbox == nil ? folder : Sandbox.workFolder
    let system = sandbox.map { Sandbox.path(Executable.path, $1) } ?? Executable.path
    let path = environment?.path(before: system) ?? system
    let executable = try CommandStep.executable(contract.score[0], in: seenAt.appending(Self.filesName), path: path)
    let arguments = Array(contract.score.dropFirst())
    let own =
      ["NIGHTSHIFT_THREADS=\(request.threads)", "TMPDIR=\(seenAt.appending(CommandStep.temporaryName))"]
      + (StepEnvironment.value(of: Remnants.variable).map { ["\(Remnants.variable)=\($0)"] } ?? [])
      + (environment?.variables ?? [])
    guard let (sandbox, grants) = sandbox else {
      launch = Launch(executable: executable, arguments: arguments)
      self.environment = StepEnvironment.variables(own + ["PATH=\(path)"])
      return
    }
    guard Sandbox.shows(executable, grants) else {
      throw PipelineError.stepFailed(
        "the sandbox of the model's scoring command does not show \(executable): name its folder in `binds` of the step that makes the model"
      )
    }
    let view = Sandbox.View(files: folder, readOnly: [Self.filesName], start: Self.filesName, tellsStatus: false)
    launch = Launch(
      executable: sandbox.program, arguments: sandbox.arguments(executable, arguments, in: view, grants))
    self.environment = StepEnvironment.variables(Sandbox.variables(own, path: path))
  }

  /// The packages that the model was made with: the environment of its requirements, where that holds the very versions
  /// still, else one of these versions.
  private static func environment(
    _ origin: Recipe?, _ sandbox: (Sandbox, Sandbox.Grants)?, in context: StepContext, _ folder: FilePath
  ) throws -> PythonEnvironment? {
    guard let made = origin?.command?.environment else { return nil }
    var wish = PythonEnvironments.Wish(
      requirements: Array(made.requirements.utf8), sandbox: sandbox,
      log: FilePath(context.request.stepFolder).appending("log"), work: folder)
    wish.mark = StepEnvironment.value(of: Remnants.variable).map { "\(Remnants.variable)=\($0)" }
    // The model may have come to a machine without the environment; it is made as when it was trained.
    wish.sandbox?.1.hasNetwork = origin?.command?.isolation.hasNetwork ?? false
    let environments = PythonEnvironments(site: context.site)
    let first = try environments.environment(wish)
    guard first.packages != made.packages else { return first }
    wish.requirements = Array((made.packages.joined(separator: "\n") + "\n").utf8)
    return try environments.environment(wish)
  }

  /// As the step that made the model ran, or as the site wants it now, whichever is stricter; it has no network there.
  static func sandbox(_ origin: Recipe?, isForeign: Bool, _ site: Site) throws -> Sandbox.Grants? {
    var isolation = origin?.command?.isolation ?? Isolation()
    isolation.hasNetwork = false
    if isolation.sandbox == .off { isolation.sandbox = nil }
    return try SandboxPolicy(settings: site.settings).terms(
      isolation, isForeign: isForeign || origin?.isForeign == true
    ).1
  }

  /// Starts it. What it complains about goes to the step's log.
  func start(_ input: ProcessInput) throws -> PipedProcess {
    try PipedProcess(
      launch.executable, launch.arguments, environment: environment, folder: folder.appending(Self.filesName),
      streams: PipedProcess.Streams(errors: log, input: input))
  }

  /// Where the step's log ends now.
  func logBytes() throws -> Int { try log.status().sizeBytes }

  /// The last lines that came to the step's log since it was `start` long; empty when there are none.
  func complaint(since start: Int) throws -> String { try LogTail(disk: disk, log: log.path).lines(since: start) }
}
