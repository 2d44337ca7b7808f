internal import Disk
internal import Glibc
internal import Jobs
internal import Records
internal import Store
internal import SystemPackage

/// Virtual environments made of requirements files: each made once, kept below `environments/` of the store by the
/// digest of what it is made of, and made again when somebody removed or changed it.
///
/// A folder holds `venv/` and, written last, `environment.json`: without that it is unfinished. It is made in its place,
/// because the programs of an environment know where they lie. Whoever makes or removes one holds its lock; whoever runs
/// in it shares another.
struct PythonEnvironments {
  let site: Site

  private static let rootName = "environments"
  private static let markName = "environment.json"
  private static let format = "nightshift-environment 2"
  private static let usedName = "used"
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

  /// The environment, made if there is none that is as it was made. Throws with pip's last words where it cannot be made.
  ///
  /// It blocks: somebody else may be making it.
  func environment(_ wish: Wish, _ supervisor: Supervisor = Supervisor()) throws -> PythonEnvironment {
    let path = wish.sandbox.map { Sandbox.path(Executable.path, $1) } ?? Executable.path
    let program = try CommandStep.executable(Self.python, in: FilePath("/"), path: path)
    let home = try home(wish.requirements, program)
    try site.disk.makeDirectory(home.removingLastComponent())
    let lock = try lock(lockPath(home), .exclusive, wish, supervisor)
    defer { lock.keep() }
    if let found = try environment(in: home), try isIntact(found) {
      try touch(home)
      return found
    }
    try remake(home, program, wish, supervisor)
    guard let made = try environment(in: home) else {
      throw PipelineError.stepFailed("the environment of the requirements was made and is not there")
    }
    try touch(home)
    return made
  }

  private func remake(_ home: FilePath, _ program: String, _ wish: Wish, _ supervisor: Supervisor) throws {
    // Who still runs in the one that was changed is not to lose its files.
    let use = try lock(usePath(home), .exclusive, wish, supervisor)
    defer { use.keep() }
    try site.disk.removeTree(home)
    try site.disk.makeDirectory(home)
    do {
      try make(home, program, wish, supervisor)
    } catch {
      try site.disk.removeTree(home)
      throw error
    }
  }

  /// What is installed in the environment of some requirements, as a step's key has it; nil where there is none yet, or
  /// where wheels that it was made of are others by now.
  ///
  /// - Parameter path: the folders of programs, as the command sees them.
  func contents(of requirements: [UInt8], path: String) throws -> Digest? {
    let program = try CommandStep.executable(Self.python, in: FilePath("/"), path: path)
    return try mark(in: try home(requirements, program))?.contents
  }

  /// Puts off its sweeping, as whoever runs in it does.
  func keep(_ requirements: [UInt8], path: String) throws {
    let home = try home(requirements, try CommandStep.executable(Self.python, in: FilePath("/"), path: path))
    if site.disk.exists(home) { try touch(home) }
  }

  /// Why what ran in the environment was not what its list says; nil when all is as it was made. It is made again for the
  /// next one then.
  func change(in environment: PythonEnvironment) throws -> String? {
    guard try !isIntact(environment) else { return nil }
    let mark = environment.home.appending(Self.markName)
    let made = try site.disk.statusIfPresent(of: mark)?.modified ?? .max
    let written = try EnvironmentTree(environment.folder, site.disk).written(after: made)
    try site.disk.remove(mark)
    return "something changed the environment of its requirements while it ran ("
      + (written.isEmpty ? "files went" : written.joined(separator: ", "))
      + "): name what it installs in `requirements`, or keep such files below TMPDIR"
  }

  private func isIntact(_ environment: PythonEnvironment) throws -> Bool {
    guard site.disk.exists(environment.folder) else { return false }
    return try EnvironmentTree(environment.folder, site.disk).fingerprint == environment.mark.fingerprint
  }

  private static let waitMicroseconds: UInt32 = 50_000

  private func lockPath(_ home: FilePath) -> FilePath {
    site.store.root.appending("locks").appending("environment-" + (home.lastComponent?.string ?? ""))
  }

  /// Shared by those who run in it.
  private func usePath(_ home: FilePath) -> FilePath { FilePath(lockPath(home).string + "-use") }

  /// Waits for whoever makes the same environment, or runs in it, no longer than the step may take or its runner wants.
  private func lock(
    _ path: FilePath, _ mode: FileLock.Mode, _ wish: Wish, _ supervisor: Supervisor
  ) throws -> FileLock {
    while true {
      if let lock = try site.disk.lockIfFree(path, mode) { return lock }
      if supervisor.isCancelled { throw CancellationError() }
      if let left = wish.limits.timeoutSeconds, ContinuousClock.now - wish.start > .seconds(left) {
        throw PipelineError.stepFailed(
          "it waited \(left) s for another step that makes the environment of the same requirements: raise `timeout`")
      }
      usleep(Self.waitMicroseconds)
    }
  }

  /// It is not removed while the value lives.
  private func environment(in home: FilePath) throws -> PythonEnvironment? {
    guard let mark = try mark(in: home) else { return nil }
    let use = PythonEnvironment.Use(try site.disk.lock(usePath(home), .shared))
    return PythonEnvironment(home: home, mark: mark, use: use)
  }

  /// Nil for one that is unfinished, or whose wheels are others by now.
  private func mark(in home: FilePath) throws -> PythonEnvironment.Mark? {
    let file = home.appending(Self.markName)
    guard let bytes = try site.disk.readIfPresent(file, limitBytes: 4 << 20),
      let mark = try? CanonicalJSON.decode(PythonEnvironment.Mark.self, from: bytes), mark.format == Self.format,
      let made = try site.disk.statusIfPresent(of: file)
    else { return nil }
    for wheel in mark.wheels {
      guard let wheels, let status = try site.disk.statusIfPresent(of: wheels.appending(wheel.name)),
        status.changed > made.modified
      else { continue }
      guard try digest(of: wheels.appending(wheel.name)) == wheel.digest else { return nil }
    }
    return mark
  }

  private func touch(_ home: FilePath) throws {
    try site.disk.replace(home.appending(Self.usedName), with: [], durability: .cached)
  }

  /// By what it is made of: the requirements, the interpreter, and where packages come from.
  private func home(_ requirements: [UInt8], _ program: String) throws -> FilePath {
    let real = FilePath(Executable.resolved(program))
    let interpreter = ProgramDigests().digest(of: real, site.disk)?.description ?? real.string
    let parts = [Self.format, Digest(of: requirements).description, interpreter, wheels?.string ?? Self.indices]
    let name = Digest(of: Array(parts.joined(separator: "\n").utf8)).hex
    return site.store.root.appending(Self.rootName).appending(String(name.prefix(32)))
  }

  /// Where pip looks, without names and passwords, which change more often than the place.
  private static var indices: String {
    ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"].map { name in
      (StepEnvironment.value(of: name) ?? "").replacing(/\/\/[^\/@ ]*@/, with: "//")
    }.joined(separator: "\n")
  }

  private var wheels: FilePath? { site.settings.wheels.map { site.path($0) } }

  // MARK: Making it

  private func make(_ home: FilePath, _ program: String, _ wish: Wish, _ supervisor: Supervisor) throws {
    let folder = home.appending(PythonEnvironment.folderName)
    let file = home.appending("requirements.txt")
    try site.disk.replace(file, with: wish.requirements, durability: .cached)
    if let (_, grants) = wish.sandbox, !grants.hasNetwork, wheels == nil {
      throw PipelineError.stepFailed(
        "its requirements cannot be installed: its sandbox has no network; say `network: true`, or name a folder of wheels in `wheels` of nightshift.yaml"
      )
    }
    let interpreter = folder.string + "/bin/python"
    var install = ["-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--quiet", "-r", file.string]
    if let wheels { install += ["--no-index", "--find-links", wheels.string] }
    try run(program, ["-m", "venv", folder.string], home, wish, supervisor)
    try run(interpreter, install, home, wish, supervisor)
    let list = home.appending("list")
    try run(interpreter, ["-c", Self.listing, list.string], home, wish, supervisor)
    let lines = String(decoding: try site.disk.read(list, limitBytes: 4 << 20), as: UTF8.self)
      .split(separator: "\n").map(String.init)
    let tree = try EnvironmentTree(folder, site.disk)
    let mark = PythonEnvironment.Mark(
      format: Self.format, python: lines.first ?? "", packages: Array(lines.dropFirst()),
      contents: try tree.contents(), fingerprint: tree.fingerprint, wheels: try wheels(of: lines.dropFirst()))
    // What a power cut leaves must not look finished: all of it is on the disk before the mark is.
    try site.disk.syncFileSystem(of: home)
    try site.disk.replace(home.appending(Self.markName), with: try CanonicalJSON.encodeForPeople(mark))
  }

  /// Writes the interpreter's version and what is installed, a line each.
  private static let listing = """
    import sys, importlib.metadata as m
    names = sorted({(d.metadata["Name"], d.version) for d in m.distributions() if d.metadata["Name"]}, key=lambda d: d[0].lower())
    text = "%d.%d.%d\\n" % sys.version_info[:3] + "".join("%s==%s\\n" % d for d in names if d[0] not in ("pip", "setuptools"))
    open(sys.argv[1], "w").write(text)
    """

  /// The files of the folder of wheels that bear the name and version of a package.
  private func wheels(of packages: some Sequence<String>) throws -> [PythonEnvironment.Mark.Wheel] {
    guard let wheels else { return [] }
    let stems = packages.map { Self.normalized($0.replacing("==", with: "-")) }
    return try site.disk.listIfPresent(wheels).compactMap { entry in
      let name = Self.normalized(entry.name)
      guard stems.contains(where: { name.hasPrefix($0 + "-") || name.hasPrefix($0 + ".") }) else { return nil }
      return PythonEnvironment.Mark.Wheel(name: entry.name, digest: try digest(of: wheels.appending(entry.name)))
    }
  }

  /// As PEP 503 compares names of packages, applied to the whole.
  private static func normalized(_ text: String) -> String { text.lowercased().replacing("_", with: "-") }

  private func digest(of path: FilePath) throws -> Digest {
    let file = try site.disk.open(path)
    return try EnvironmentTree.digest(file, sizeBytes: try file.status().sizeBytes)
  }

  /// Variables of pip that say where packages come from, and which certificates are trusted.
  private static let variables =
    ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_CERT", "PIP_DEFAULT_TIMEOUT", "PIP_TRUSTED_HOST"]
    + ["SSL_CERT_FILE", "SSL_CERT_DIR", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"]

  private func run(
    _ program: String, _ arguments: [String], _ home: FilePath, _ wish: Wish, _ supervisor: Supervisor
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
      grants.binds.append(Sandbox.Bind(source: home.string, target: home.string, isWritable: true))
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
    let root = site.store.root.appending(Self.rootName)
    for entry in try site.disk.listIfPresent(root) where entry.status.kind == .directory {
      let home = root.appending(entry.name)
      let used = try site.disk.statusIfPresent(of: home.appending(Self.usedName)) ?? entry.status
      guard now - Int(used.modified / 1_000_000_000) > Self.idleSeconds else { continue }
      guard let lock = try site.disk.lockIfFree(lockPath(home)) else { continue }
      if let use = try site.disk.lockIfFree(usePath(home)) {
        try site.disk.removeTree(home)
        use.keep()
      }
      lock.keep()
    }
  }
}
