internal import Disk
internal import Glibc
internal import SystemPackage

/// A command in a name space of its own, made by bubblewrap: a read-only system, its work folder, nothing else.
///
/// It sees no other processes, no home folders, no network unless it asked; it has no capabilities. What it starts ends
/// with it, and all of it with the runner.
struct Sandbox: Sendable {
  /// Where the work folder is inside.
  static let workFolder = FilePath("/work")

  /// Absolute path of bubblewrap.
  let program: String

  /// What a step may see and do beside its own files.
  struct Grants: Sendable {
    var hasNetwork = false
    var binds: [Bind] = []
  }

  /// A folder or device of the machine that can be seen inside; devices are below `/dev`.
  struct Bind: Sendable, Equatable {
    /// Behind all links.
    var source: String
    var target: String
    var isWritable = false
  }

  /// A work folder as a command sees it.
  struct View: Sendable {
    var files: FilePath
    /// Names in it that the command cannot change.
    var readOnly = ["inputs", "params.json"]
    /// The folder below it that the command starts in; empty: itself.
    var start = ""
    /// Bubblewrap tells by descriptor 3 how it went.
    var tellsStatus = true
  }

  /// Bubblewrap's arguments that run a command in a work folder.
  func arguments(_ executable: String, _ arguments: [String], in view: View, _ grants: Grants) -> [String] {
    let (work, files) = (Self.workFolder.string, view.files)
    var all = view.tellsStatus ? ["--json-status-fd", "3"] : []
    all += ["--die-with-parent", "--unshare-all", "--cap-drop", "ALL"] + Self.system
    all +=
      ["--proc", "/proc"] + Self.switches + [
        "--dev", "/dev", "--bind", files.appending(CommandStep.temporaryName).string, "/tmp",
      ]
    if grants.hasNetwork {
      all.append("--share-net")
      for name in ["resolv.conf", "hosts", "nsswitch.conf", "ssl", "pki", "ca-certificates", "pip.conf"] {
        all += ["--ro-bind-try", "/etc/\(name)", "/etc/\(name)"]
      }
    }
    for bind in grants.binds {
      let kind = bind.isWritable ? "--bind" : bind.source.hasPrefix("/dev/") ? "--dev-bind" : "--ro-bind"
      all += [kind, bind.source, bind.target]
    }
    all += ["--bind", files.string, work]
    for name in view.readOnly {
      all += ["--ro-bind-try", files.appending(name).string, "\(work)/\(name)"]
    }
    let start = view.start.isEmpty ? work : "\(work)/\(view.start)"
    return all + ["--remount-ro", "/", "--chdir", start, "--", executable] + arguments
  }

  /// The folders of `path` that can be seen inside.
  static func path(_ path: String, _ grants: Grants) -> String {
    path.split(separator: ":").filter { shows("\($0)/", grants) }.joined(separator: ":")
  }

  /// A command's variables inside: what would name folders of the machine names those of the sandbox.
  static func variables(_ own: [String], path: String) -> [String] {
    let names = Set(own.map { $0.prefix { $0 != "=" } })
    let inside = ["PATH=\(path)", "HOME=/tmp", "USER=nightshift", "LOGNAME=nightshift"].filter { variable in
      !names.contains(variable.prefix { $0 != "=" })
    }
    return inside + own.map { $0.hasPrefix("TMPDIR=\(workFolder)/") ? "TMPDIR=/tmp" : $0 }
  }

  /// Whether a program can be seen inside.
  static func shows(_ executable: String, _ grants: Grants) -> Bool {
    let folders = ["/usr", "/bin", "/sbin", "/lib", workFolder.string] + grants.binds.map(\.target)
    return folders.contains { executable.hasPrefix($0 + "/") }
  }

  /// How the command ended, of how bubblewrap did: it gives 128 and the signal.
  static func ending(_ ending: ChildProcess.Outcome.Ending) -> ChildProcess.Outcome.Ending {
    guard case .exited(let status) = ending, (129...192).contains(status) else { return ending }
    return .signalled(status - 128)
  }

  /// Whether bubblewrap's status file says that the command began. What it prints before is its own complaint.
  static func hasBegun(_ status: [UInt8]) -> Bool {
    String(decoding: status, as: UTF8.self).contains("\"exit-code\"")
  }

  /// Where root may change the machine by writing a number, without any capability.
  private static let switches = ["sys", "fs", "sysrq-trigger", "acpi", "scsi", "mtrr"].flatMap { name in
    ["--ro-bind-try", "/proc/\(name)", "/proc/\(name)"]
  }

  /// The parts of the system that programs need, as this machine has them.
  private static let system: [String] = {
    var arguments = ["--ro-bind", "/usr", "/usr"]
    for folder in ["bin", "sbin", "lib", "lib32", "lib64", "libx32"] {
      var target = [CChar](repeating: 0, count: 4096)
      let count = readlink("/\(folder)", &target, target.count - 1)
      if count > 0 {
        let path = String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        arguments += ["--symlink", path, "/\(folder)"]
      } else {
        arguments += ["--ro-bind-try", "/\(folder)", "/\(folder)"]
      }
    }
    for name in ["ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "localtime"] {
      arguments += ["--ro-bind-try", "/etc/\(name)", "/etc/\(name)"]
    }
    return arguments
  }()

  // MARK: Whether it works here

  /// What this machine can do: asked once, because the answer takes milliseconds and does not change.
  static let here: Result<Sandbox, Obstacle> = {
    guard let program = Executable.find("bwrap") else {
      return .failure(Obstacle(reason: "bubblewrap is not installed (`apt-get install bubblewrap`)"))
    }
    do {
      let sandbox = Sandbox(program: program)
      try sandbox.probe()
      return .success(sandbox)
    } catch let error as Obstacle {
      return .failure(error)
    } catch {
      return .failure(Obstacle(reason: "bubblewrap does not run: \(error)"))
    }
  }()

  /// Why there is no sandbox on this machine.
  struct Obstacle: Error, Equatable {
    var reason: String
  }

  private func probe() throws {
    let disk = Disk()
    let folder = FilePath(StepEnvironment.value(of: "TMPDIR") ?? "/tmp").appending(
      "nightshift-probe-" + Disk.temporaryName())
    try disk.makeDirectory(folder.appending(CommandStep.temporaryName), mode: 0o700)
    let log = folder.appending("log")
    let request = ChildProcess.Request(
      executable: program, arguments: arguments("/usr/bin/env", ["true"], in: View(files: folder), Grants()),
      environment: [],
      workingDirectory: folder, log: log, status: folder.appending("status"),
      limits: ChildProcess.Limits(timeoutSeconds: 30, graceSeconds: 1))
    let outcome = try Supervision(request, disk).run { _ in }
    let complaint = String(decoding: try disk.read(log, limitBytes: 1 << 20), as: UTF8.self)
    try disk.removeTree(folder)
    guard outcome.ending != .exited(0) else { return }
    let line = complaint.split(separator: "\n").first.map(String.init) ?? "it ended as \(outcome.ending)"
    throw Obstacle(
      reason: "bubblewrap cannot make name spaces here (\(line)): allow user name spaces, or run inside no container")
  }
}
