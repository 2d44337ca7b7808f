internal import Disk
internal import Store
internal import Synchronization
internal import SystemPackage

/// Tables and settings for queries of one purpose: a private folder, which goes with it.
///
/// A query sees the tables that were attached and nothing else: no file, no network, no extension, no setting.
final class DuckDBSession: Sendable {
  struct Limits: Sendable {
    /// What DuckDB may keep in memory before it spills into the session's folder.
    var memoryBytes: Int
  }

  let duckdb: DuckDB
  let disk: Disk
  /// What it works in: the inputs, what does not fit into memory.
  let folder: FilePath
  /// Nil for a folder in somebody else's.
  private let work: WorkFolder?
  private let limits: Limits
  private let state = Mutex(State())

  private struct State {
    /// What makes the tables and variables.
    var statements: [String] = []
    /// The files of the tables, and what each is to people.
    var files: [(path: String, name: String)] = []
    var tables: Set<String> = []
    var scriptCount = 0
  }

  /// Least that DuckDB is given.
  private static let leastMemoryBytes = 256 << 20

  /// - Parameter parent: a private folder, which whoever made it removes; nil: one of its own is made in the store.
  init(_ duckdb: DuckDB, in store: Store, parent: FilePath? = nil, limits: Limits) throws {
    self.duckdb = duckdb
    self.limits = limits
    disk = store.disk.with(modes: nil)
    if let parent {
      work = nil
      folder = parent.appending("duckdb" + Disk.temporaryName())
    } else {
      let own = try WorkFolder("duckdb", in: store)
      work = own
      folder = own.files
    }
    try disk.makeDirectory(folder.appending("tmp"), mode: 0o700)
  }

  deinit {
    // What stays is removed by whoever watches over the step, or swept by the next runner.
    if let work { try? work.remove() } else { try? disk.removeTree(folder) }
  }

  /// A path for a file of the tables, and what it is to people.
  func newInput(_ ending: String, name: String) -> FilePath {
    state.withLock { state in
      let path = folder.appending("\(state.files.count)\(ending)")
      state.files.append((path.string, name))
      return path
    }
  }

  /// Makes a table of what the SELECTs give, columns matched by name.
  func add(_ table: String, _ selects: [String]) {
    let view = "CREATE VIEW \(SQLText.identifier(table)) AS \(selects.joined(separator: "\nUNION ALL BY NAME "));"
    state.withLock { state in
      state.statements.append(view)
      state.tables.insert(Self.folded(table))
    }
  }

  /// The names of the tables, as ``folded(_:)`` gives them.
  var tables: Set<String> { state.withLock(\.tables) }

  /// Makes `getvariable('NAME')` stand for a value.
  ///
  /// - Parameter value: an SQL expression of ours, or a literal.
  func set(_ name: String, to value: String) {
    state.withLock { $0.statements.append("SET VARIABLE \(SQLText.identifier(name)) = \(value);") }
  }

  // MARK: Running

  /// Runs statements of ours; what they print or copy to `/dev/stdout` is the stream, which ends in the query's failure
  /// where there was one.
  ///
  /// - Parameter threads: more than one only for what has the same bytes then: sums of floats do not.
  func run(_ script: String, threads: Int = 1) throws -> DuckDBOutput {
    let path = try write(script: setup(writing: ["/dev/stdout"], threads: threads) + Self.lock + "\n" + script)
    return try start(["-init", "/dev/null", "-batch", "-bail", "-json", "-f", path.string])
  }

  /// Describes the one SELECT statement `query`, which is known to be one: errors tell their place in it.
  func describe(_ query: String) throws -> DuckDBOutput {
    // Not even its own output: what a query says it reads is looked for here.
    let path = try write(script: setup(writing: [], threads: 1))
    let head = Self.lock + " DESCRIBE\n"
    return try start(
      ["-init", path.string, "-batch", "-bail", "-json", "-c", head + query], queryOffset: head.utf8.count)
  }

  private func start(_ arguments: [String], queryOffset: Int? = nil) throws -> DuckDBOutput {
    let errors = newFile("errors")
    let mark = StepEnvironment.value(of: Remnants.variable).map { ["\(Remnants.variable)=\($0)"] } ?? []
    // A home of its own: neither settings nor extensions of whoever runs this count.
    let process = try PipedProcess(
      duckdb.executable, arguments, environment: StepEnvironment.variables(mark + ["HOME=\(folder)"]), folder: folder,
      streams: PipedProcess.Streams(errors: try disk.create(errors)))
    return DuckDBOutput(process: process, session: self, errors: errors, queryOffset: queryOffset)
  }

  private func write(script: String) throws -> FilePath {
    let path = newFile("script")
    try disk.create(path).write(Array(script.utf8))
    return path
  }

  /// A name that no other has: several answers may be read at once.
  private func newFile(_ kind: String) -> FilePath {
    let number = state.withLock { state in
      state.scriptCount += 1
      return state.scriptCount
    }
    return folder.appending("\(kind)-\(number)")
  }

  private static let lock = "SET lock_configuration=true;"

  /// - Parameter outputs: where statements may write.
  private func setup(writing outputs: [String], threads: Int) -> String {
    let settings = """
      SET threads=\(threads);
      SET memory_limit='\(max(Self.leastMemoryBytes, limits.memoryBytes) >> 20)MiB';
      SET temp_directory=\(SQLText.literal(folder.appending("tmp").string));
      SET preserve_insertion_order=true;
      SET autoinstall_known_extensions=false;
      SET autoload_known_extensions=false;
      SET allow_community_extensions=false;
      SET TimeZone='UTC';
      SET errors_as_json=true;

      """
    let state = state.withLock { $0 }
    return settings + state.statements.joined(separator: "\n") + """

      SET allowed_paths=\(SQLText.list(state.files.map(\.path) + outputs));
      SET enable_external_access=false;

      """
  }

  /// A message with the names that people know.
  func told(_ message: String) -> String {
    state.withLock(\.files).reversed().reduce(message) { $0.replacing($1.path, with: $1.name) }
  }
}
