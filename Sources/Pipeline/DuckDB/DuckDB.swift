internal import Disk
internal import Glibc
internal import Store
internal import Synchronization
internal import SystemPackage

/// The `duckdb` executable, which reads Parquet and computes queries.
struct DuckDB: Sendable {
  /// Absolute path.
  let executable: String

  /// The oldest version that has all that we ask of it.
  static let minimum = (major: 1, minor: 4)
  /// Names the executable before all others.
  static let variable = "NIGHTSHIFT_DUCKDB"
  /// Where `Scripts/setup` puts it, below the home folder.
  static let setupPath = ".local/share/nightshift/bin/duckdb"

  /// - Parameter setting: what `duckdb:` in the site's settings says: the path of the program.
  ///
  /// Looks there, then where NIGHTSHIFT_DUCKDB says, on PATH, and where `Scripts/setup` puts it.
  static func locate(
    _ setting: String?, variable: (String) -> String? = { StepEnvironment.value(of: $0) }
  ) throws(PipelineError) -> DuckDB {
    for (named, word) in [(setting, "`duckdb` in nightshift.yaml"), (variable(Self.variable), Self.variable)] {
      guard let named, !named.isEmpty else { continue }
      guard named.hasPrefix("/"), access(named, X_OK) == 0 else {
        throw .stepFailed("\(word) names \(named), which is no program: give the absolute path of duckdb")
      }
      return DuckDB(executable: named)
    }
    if let found = Executable.find("duckdb", path: variable("PATH") ?? Executable.path) {
      return DuckDB(executable: found)
    }
    if let home = variable("HOME"), home.hasPrefix("/"), access("\(home)/\(setupPath)", X_OK) == 0 {
      return DuckDB(executable: "\(home)/\(setupPath)")
    }
    throw .stepFailed(
      "Parquet and the step `sql` need DuckDB, and there is no `duckdb` on PATH: run Scripts/setup or `pip install duckdb-cli`, or name the program by `duckdb` in nightshift.yaml"
    )
  }

  private static let versions = Mutex<[String: String]>([:])

  /// What it says of itself: `v1.5.6 (Variegata) 069cc9f9b5`. Asked once a process, and again when its file changed.
  ///
  /// Throws for one that is too old, or no DuckDB.
  func version(_ disk: Disk) throws -> String {
    let file = FilePath(Executable.resolved(executable))
    let status = try disk.status(of: file)
    let key = "\(file) \(status.sizeBytes) \(status.changed) \(status.inode)"
    if let known = Self.versions.withLock({ $0[key] }) { return known }
    let process = try PipedProcess(
      executable, ["--version"], environment: StepEnvironment.variables([]), folder: FilePath("/"))
    var said: [UInt8] = []
    while said.count < 4096, let block = try process.next() { said += block }
    let line = String(decoding: said.prefix { $0 != 10 }.prefix(200), as: UTF8.self)
    guard process.ending() == .exited(0), let number = Self.number(line) else {
      throw PipelineError.stepFailed("\(executable) is no DuckDB: `\(executable) --version` says “\(line)”")
    }
    guard number >= Self.minimum else {
      throw PipelineError.stepFailed(
        "\(executable) is DuckDB \(number.0).\(number.1), and \(Self.minimum.major).\(Self.minimum.minor) is needed: run Scripts/setup, or `pip install --upgrade duckdb-cli`"
      )
    }
    Self.versions.withLock { $0[key] = line }
    return line
  }

  /// The two first numbers of `v1.5.6 …`.
  private static func number(_ line: String) -> (Int, Int)? {
    let numbers = line.drop { $0 == "v" }.prefix { $0.isNumber || $0 == "." }.split(separator: ".").compactMap {
      Int($0)
    }
    return numbers.count >= 2 ? (numbers[0], numbers[1]) : nil
  }
}

/// Parts of SQL text.
enum SQLText {
  /// A string literal that stands for these very characters.
  static func literal(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }

  /// A name, whatever is in it.
  static func identifier(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }

  static func list(_ texts: [String]) -> String { "[" + texts.map(literal).joined(separator: ",") + "]" }
}
