internal import Disk
internal import Store
internal import Tables

/// Rules in SQL: DuckDB sees the data as the table `data`, and the rows that a query gives are counted.
final class ContractQueries {
  private let manifest: Manifest
  private let store: Store
  private let schema: Schema?
  private let reader: TableReader
  private let threads: Int
  private var session: DuckDBSession?
  /// What DuckDB may keep in memory: a check is no place for more.
  private static let memoryBytes = 1 << 30

  /// - Parameter schema: the types of the data where they are known; else all rows are looked at.
  init(_ manifest: Manifest, _ store: Store, schema: Schema?, reader: TableReader, threads: Int) {
    self.manifest = manifest
    self.store = store
    self.schema = schema
    self.reader = reader
    self.threads = threads
  }

  /// What DuckDB calls itself; nothing where there is none, which rules then say.
  static func version(_ disk: Disk) -> String { (try? DuckDB.locate(nil).version(disk)) ?? "" }

  func rowCount(of query: String) throws -> Int {
    let checked = try DuckDBQuery(query, name: "the query", order: .columns([]), in: try opened())
    return try TableReader([TableSource(name: "rows.csv") { try checked.csv() }]).countRows()
  }

  private func opened() throws -> DuckDBSession {
    if let session { return session }
    let opened = try DuckDBSession(
      try DuckDB.locate(nil), in: store,
      limits: DuckDBSession.Limits(threads: threads, memoryBytes: Self.memoryBytes))
    var types: [String: ColumnType] = [:]
    for column in try (schema ?? reader.inferredSchema()).columns { types[column.name] = column.type }
    let names = Set(TableFiles.sources(manifest, store).map(\.name))
    let files = manifest.files.filter { names.contains($0.path.text) }
    try opened.attach("data", files.map { DuckDBInput.File($0, store) }, types: types)
    session = opened
    return opened
  }
}
