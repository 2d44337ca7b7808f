internal import Disk
internal import Store
internal import Synchronization
internal import SystemPackage

/// The packages that a Python of the machine finds by itself, outside of any environment of ours.
struct PythonPackages {
  let disk: Disk

  /// Whether a program is a Python, by its name: `python3`, `/usr/bin/python3.11`.
  static func isPython(_ program: String) -> Bool {
    let name = program.split(separator: "/").last ?? ""
    return name.hasPrefix("python") && name.dropFirst(6).allSatisfy { $0.isNumber || $0 == "." }
  }

  private static let suffixes = [".dist-info", ".egg-info", ".egg-link", ".pth"]

  /// The digest of their names and versions. It starts the interpreter once, which takes some 15 ms; nil where that fails:
  /// then no command would get far with it either.
  ///
  /// - Parameter python: absolute path, links kept: a virtual environment is known by its own.
  func digest(of python: String) throws -> Digest? {
    guard let folders = try folders(python) else { return nil }
    var names: Set<String> = []
    for folder in folders.map({ FilePath($0) }) where try disk.statusIfPresent(of: folder)?.kind == .directory {
      names.formUnion(try disk.namesIfPresent(in: folder).filter { Self.suffixes.contains(where: $0.hasSuffix) })
    }
    return Digest(of: Array(names.sorted().joined(separator: "\n").utf8))
  }

  private static let known = Mutex<[String: [String]]>([:])

  /// Where it looks for modules; the folder that it is started in is none of the machine's. Asked once a process, and again
  /// when its file changed.
  private func folders(_ python: String) throws -> [String]? {
    let status = try disk.status(of: FilePath(Executable.resolved(python)))
    let key = "\(python) \(status.sizeBytes) \(status.changed) \(status.inode)"
    if let known = Self.known.withLock({ $0[key] }) { return known }
    let process = try PipedProcess(
      python, ["-c", "import sys; print('\\n'.join(sys.path))"], environment: StepEnvironment.variables([]),
      folder: FilePath("/"))
    var said: [UInt8] = []
    while said.count < 1 << 20, let block = try process.next() { said += block }
    guard process.ending() == .exited(0) else { return nil }
    let folders = String(decoding: said, as: UTF8.self).split(separator: "\n").map(String.init)
      .filter { $0.hasPrefix("/") }
    Self.known.withLock { $0[key] = folders }
    return folders
  }
}
