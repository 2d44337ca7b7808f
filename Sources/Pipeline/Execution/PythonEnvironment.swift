internal import Disk
internal import Store
internal import SystemPackage

/// A virtual environment that is there, and stays as long as somebody has this value.
struct PythonEnvironment: Sendable {
  /// What was written when all of it was on the disk.
  struct Mark: Codable, Equatable, Sendable {
    /// A file of the folder of wheels that a package came from, or may have.
    struct Wheel: Codable, Equatable, Sendable {
      var name: String
      var digest: Digest
    }

    var format: String
    /// `3.11.2`.
    var python: String
    /// What is installed, as `NAME==VERSION`, sorted.
    var packages: [String]
    /// As ``EnvironmentTree/contents()``: what a step's key says of it.
    var contents: Digest
    /// As ``EnvironmentTree/fingerprint``.
    var fingerprint: Digest
    var wheels: [Wheel]
  }

  /// Keeps others from removing it.
  final class Use: Sendable {
    private let lock: FileLock
    init(_ lock: consuming FileLock) { self.lock = lock }
  }

  /// Holds the environment itself and its mark.
  let home: FilePath
  let mark: Mark
  let use: Use

  static let folderName = "venv"

  var folder: FilePath { home.appending(Self.folderName) }
  var python: String { mark.python }
  var packages: [String] { mark.packages }

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
