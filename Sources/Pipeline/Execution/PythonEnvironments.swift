internal import Disk
internal import Glibc
internal import Jobs
internal import Records
internal import Store
internal import SystemPackage

/// Virtual environments made of requirements files: each made once, kept below `environments/` of the store by the
/// digest of what it is made of, and made again when somebody removed it.
///
/// A folder holds `venv/` and, written last, `packages.txt`: without that it is unfinished. It is made in its place,
/// because the programs of an environment know where they lie.
struct PythonEnvironments {
  let site: Site

  private static let folderName = "environments"
  private static let packagesName = "packages.txt"
  private static let usedName = "used"
  private static let markName = "REQUIREMENTS"
  private static let python = "python3"

  /// Environments that nobody used for so long are removed.
  private static let idleSeconds = 30 * 86_400

  /// Who wants one, and how far what makes it may go.
  struct Wish {
    /// The requirements file's bytes.
    var requirements: [UInt8]
    /// The sandbox that the command itself runs in; nil: in the open.
    var sandbox: (Sandbox, Sandbox.Grants)?
    var log: FilePath
    /// A private folder.
    var work: FilePath
    /// The variable that tells the attempt's processes.
    var mark: String?
    var limits = ChildProcess.Limits()
    /// When the limit of time began to count.
    let start = ContinuousClock.now
  }

  // MARK: Finding it

  /// The environment, made if there is none. Throws with pip's last words where it cannot be made.
  ///
  /// It blocks: somebody else may be making it.
  func environment(_ wish: Wish, _ supervisor: Supervisor = Supervisor()) throws -> PythonEnvironment {
    let path = wish.sandbox.map { Sandbox.path(Executable.path, $1) } ?? Executable.path
    let program = try CommandStep.executable(Self.python, in: FilePath("/"), path: path)
    let folder = try folder(wish.requirements, program)
    try site.disk.makeDirectory(folder.removingLastComponent())
    let lock = try lock(folder, wish, supervisor)
    defer { lock.keep() }
    if let found = try known(folder) { return found }
    try site.disk.removeTree(folder)
    try site.disk.makeDirectory(folder)
    do {
      try make(folder, program, wish, supervisor)
    } catch {
      try site.disk.removeTree(folder)
      throw error
    }
    guard let made = try known(folder) else {
      throw PipelineError.stepFailed("the environment of the requirements was made and is not there")
    }
    return made
  }

  private static let waitMicroseconds: UInt32 = 50_000

  /// Waits for whoever makes the same environment, no longer than the step may take or its runner wants.
  private func lock(_ folder: FilePath, _ wish: Wish, _ supervisor: Supervisor) throws -> FileLock {
    let path = site.store.root.appending("locks").appending("environment-" + (folder.lastComponent?.string ?? ""))
    while true {
      if let lock = try site.disk.lockIfFree(path) { return lock }
      if supervisor.isCancelled { throw CancellationError() }
      if let left = wish.limits.timeoutSeconds, ContinuousClock.now - wish.start > .seconds(left) {
        throw PipelineError.stepFailed(
          "it waited \(left) s for another step that makes the environment of the same requirements: raise `timeout`")
      }
      usleep(Self.waitMicroseconds)
    }
  }

  private func known(_ folder: FilePath) throws -> PythonEnvironment? {
    let file = folder.appending(Self.packagesName)
    guard let bytes = try site.disk.readIfPresent(file, limitBytes: 4 << 20) else { return nil }
    try site.disk.replace(folder.appending(Self.usedName), with: [], durability: .cached)
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    return PythonEnvironment(
      folder: folder.appending("venv"), python: lines.first ?? "", packages: Array(lines.dropFirst()))
  }

  /// By what it is made of: the requirements, the interpreter, and where wheels come from.
  private func folder(_ requirements: [UInt8], _ program: String) throws -> FilePath {
    let real = FilePath(Executable.resolved(program))
    let interpreter = ProgramDigests().digest(of: real, site.disk)?.description ?? real.string
    let parts = ["nightshift-environment 1", Digest(of: requirements).description, interpreter, wheels?.string ?? ""]
    let name = Digest(of: Array(parts.joined(separator: "\n").utf8)).hex
    return site.store.root.appending(Self.folderName).appending(String(name.prefix(32)))
  }

  private var wheels: FilePath? { site.settings.wheels.map { site.path($0) } }

  // MARK: Making it

  private func make(_ folder: FilePath, _ program: String, _ wish: Wish, _ supervisor: Supervisor) throws {
    let venv = folder.appending("venv").string
    let file = folder.appending("requirements.txt")
    try site.disk.replace(file, with: wish.requirements, durability: .cached)
    if let (_, grants) = wish.sandbox, !grants.hasNetwork, wheels == nil {
      throw PipelineError.stepFailed(
        "its requirements cannot be installed: its sandbox has no network; say `network: true`, or name a folder of wheels in `wheels` of nightshift.yaml"
      )
    }
    let interpreter = venv + "/bin/python"
    var install = ["-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--quiet", "-r", file.string]
    if let wheels { install += ["--no-index", "--find-links", wheels.string] }
    try run(program, ["-m", "venv", venv], folder, wish, supervisor)
    try run(interpreter, install, folder, wish, supervisor)
    let list = folder.appending("list")
    try run(
      interpreter,
      [
        "-c",
        """
        import sys, importlib.metadata as m
        names = sorted({(d.metadata["Name"], d.version) for d in m.distributions() if d.metadata["Name"]}, key=lambda d: d[0].lower())
        text = "%d.%d.%d\\n" % sys.version_info[:3] + "".join("%s==%s\\n" % d for d in names if d[0] not in ("pip", "setuptools"))
        open(sys.argv[1], "w").write(text)
        """, list.string,
      ], folder, wish, supervisor)
    // What a power cut leaves must not look finished: all of it is on the disk before the mark is.
    try site.disk.syncFileSystem(of: folder)
    try site.disk.replace(folder.appending(Self.packagesName), with: try site.disk.read(list, limitBytes: 4 << 20))
  }

  /// Variables of pip that say where packages come from, and which certificates are trusted.
  private static let variables =
    ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_CERT", "PIP_DEFAULT_TIMEOUT", "PIP_TRUSTED_HOST"]
    + ["SSL_CERT_FILE", "SSL_CERT_DIR", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"]

  private func run(
    _ program: String, _ arguments: [String], _ folder: FilePath, _ wish: Wish, _ supervisor: Supervisor
  ) throws {
    let start = try site.disk.statusIfPresent(of: wish.log)?.sizeBytes ?? 0
    let temporary = wish.work.appending(CommandStep.temporaryName)
    try site.disk.makeDirectory(temporary)
    let own =
      Self.variables.compactMap { name in StepEnvironment.value(of: name).map { "\(name)=\($0)" } }
      + [wish.mark, "PIP_NO_CACHE_DIR=1"].compactMap { $0 }
    var child = ChildProcess.Request(
      executable: program, arguments: arguments, environment: StepEnvironment.variables(own + ["TMPDIR=\(temporary)"]),
      workingDirectory: wish.work, log: wish.log, mark: wish.mark,
      limits: wish.limits.left(since: wish.start))
    if let (sandbox, grants) = wish.sandbox {
      var grants = grants
      grants.binds.append(Sandbox.Bind(source: folder.string, target: folder.string, isWritable: true))
      if let wheels { grants.binds.append(Sandbox.Bind(source: wheels.string, target: wheels.string)) }
      let view = Sandbox.View(files: wish.work, tellsStatus: false)
      child.executable = sandbox.program
      child.arguments = sandbox.arguments(program, arguments, in: view, grants)
      let path = Sandbox.path(Executable.path, grants)
      child.environment = StepEnvironment.variables(Sandbox.variables(own + ["TMPDIR=/tmp"], path: path))
      child.isKeeper = true
    }
    let outcome = try supervisor.run(child, site.disk)
    guard outcome.ending != .exited(0) else { return }
    if outcome.ending == .cancelled { throw CancellationError() }
    let tail = try LogTail(disk: site.disk, log: wish.log).lines(since: start)
    throw PipelineError.stepFailed(
      "its requirements cannot be installed (\(outcome.ending)): " + (tail.isEmpty ? "nothing was said of why" : tail))
  }

  // MARK: Sweeping

  /// Removes those that nobody used for a month. One that is being made, or looked for, is left alone.
  func sweep(now: Int) throws {
    let root = site.store.root.appending(Self.folderName)
    for entry in try site.disk.listIfPresent(root) where entry.status.kind == .directory {
      let folder = root.appending(entry.name)
      let used = try site.disk.statusIfPresent(of: folder.appending(Self.usedName)) ?? entry.status
      guard now - Int(used.modified / 1_000_000_000) > Self.idleSeconds else { continue }
      let path = site.store.root.appending("locks").appending("environment-" + entry.name)
      guard let lock = try site.disk.lockIfFree(path) else { continue }
      try site.disk.removeTree(folder)
      lock.keep()
    }
  }
}

/// A virtual environment that is there.
struct PythonEnvironment: Sendable {
  let folder: FilePath
  /// `3.11.2`.
  let python: String
  /// What is installed, as `NAME==VERSION`, sorted.
  let packages: [String]

  private var programs: String { folder.appending("bin").string }

  /// The folders of programs with its own before them.
  func path(before path: String) -> String { "\(programs):\(path)" }

  var variables: [String] { ["VIRTUAL_ENV=\(folder)"] }

  /// What a sandbox must show of it.
  var bind: Sandbox.Bind { Sandbox.Bind(source: folder.string, target: folder.string) }

  static let notePrefix = "it ran with "

  /// For people: `scikit-learn 1.9.1, numpy 2.4.0 and 3 more; Python 3.11.2`.
  func summary(of requirements: [UInt8]) -> String {
    let wanted = String(decoding: requirements, as: UTF8.self).split(separator: "\n").map { line in
      line.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" || $0 == "." }.lowercased()
    }
    let named = packages.filter { package in
      wanted.contains(String(package.prefix { $0 != "=" }).lowercased().replacing("_", with: "-"))
    }
    let shown = (named.isEmpty ? packages : named).prefix(5).map { $0.replacing("==", with: " ") }
    let rest = packages.count - shown.count
    return shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "") + "; Python \(python)"
  }
}
