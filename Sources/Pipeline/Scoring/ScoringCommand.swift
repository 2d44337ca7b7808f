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
    let sandbox = try Self.sandbox(origin, request, site)
    let seenAt = sandbox == nil ? folder : Sandbox.workFolder
    let path = sandbox.map { Sandbox.path(Executable.path, $1) } ?? Executable.path
    let executable = try CommandStep.executable(contract.score[0], in: seenAt.appending(Self.filesName), path: path)
    let arguments = Array(contract.score.dropFirst())
    let own =
      ["NIGHTSHIFT_THREADS=\(request.threads)", "TMPDIR=\(seenAt.appending(CommandStep.temporaryName))"]
      + (StepEnvironment.value(of: Remnants.variable).map { ["\(Remnants.variable)=\($0)"] } ?? [])
    guard let (sandbox, grants) = sandbox else {
      launch = Launch(executable: executable, arguments: arguments)
      environment = StepEnvironment.variables(own)
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
    environment = StepEnvironment.variables(Sandbox.variables(own, path: path))
  }

  /// As the step that made the model ran, or as the site wants it now, whichever is stricter; it has no network there.
  private static func sandbox(_ origin: Recipe?, _ request: StepRequest, _ site: Site) throws -> (
    Sandbox, Sandbox.Grants
  )? {
    var isolation = origin?.command?.isolation ?? Isolation()
    isolation.hasNetwork = false
    if isolation.sandbox == .off { isolation.sandbox = nil }
    let policy = SandboxPolicy(settings: site.settings)
    let isForeign = request.isForeign || origin?.isForeign == true
    let decision = try policy.decision(isolation, isForeign: isForeign) {
      if case .failure(let obstacle) = Sandbox.here { obstacle.reason } else { nil }
    }
    return decision == .sandboxed ? (try Sandbox.here.get(), try policy.grants(isolation)) : nil
  }

  /// Starts it. What it complains about goes to the step's log.
  func start(_ input: ProcessInput) throws -> PipedProcess {
    try PipedProcess(
      launch.executable, launch.arguments, environment: environment, folder: folder.appending(Self.filesName),
      streams: PipedProcess.Streams(errors: log, input: input))
  }

  /// Where the step's log ends now.
  func logBytes() throws -> Int { try log.status().sizeBytes }

  private static let tailBytes = 2048
  private static let tailLines = 3

  /// The last lines that came to the step's log since it was `start` long; empty when there are none.
  func complaint(since start: Int) throws -> String {
    let end = try log.status().sizeBytes
    let from = max(start, end - Self.tailBytes)
    guard end > from else { return "" }
    let bytes = try disk.open(log.path).read(count: end - from, at: from)
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
      String(line.filter { !$0.unicodeScalars.contains { $0.properties.generalCategory == .control } })
    }
    return lines.filter { !$0.allSatisfy(\.isWhitespace) }.suffix(Self.tailLines).joined(separator: " | ")
  }
}
