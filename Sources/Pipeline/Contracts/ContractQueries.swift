internal import Disk
internal import Foundation
internal import Jobs
internal import Store
internal import Tables

/// Rules in SQL: DuckDB sees the data as the table `data`, and the rows that a query gives are counted.
final class ContractQueries {
  private let manifest: Manifest
  private let site: Site
  private let schema: Schema?
  private let reader: TableReader
  private let threads: Int
  private var session: DuckDBSession?
  /// What DuckDB may keep in memory: a check is no place for more.
  private static let memoryBytes = 1 << 30

  /// - Parameter schema: the types of the data where they are known; else all rows are looked at.
  init(_ manifest: Manifest, _ site: Site, schema: Schema?, reader: TableReader, threads: Int) {
    self.manifest = manifest
    self.site = site
    self.schema = schema
    self.reader = reader
    self.threads = threads
  }

  /// What DuckDB calls itself; nothing where there is none, which rules then say.
  static func version(_ site: Site) -> String {
    (try? DuckDB.locate(site.settings.duckdb).version(site.disk)) ?? ""
  }

  /// Throws what DuckDB says against the query, or against it being one SELECT.
  func rowCount(of query: String) throws -> Int {
    struct Row: Decodable { var count: Int }
    let session = try opened()
    _ = try DuckDBQuery(query, name: "the query", order: .columns([]), in: session)
    do {
      var answer = try session.run("SELECT count(*) AS count FROM query(\(SQLText.literal(query)));")
      return try JSONDecoder().decode([Row].self, from: Data(try answer.readAll())).first?.count ?? 0
    } catch let failure as DuckDBFailure { throw PipelineError.stepFailed("the query: \(failure.text)") }
  }

  private func opened() throws -> DuckDBSession {
    if let session { return session }
    let opened = try DuckDBSession(
      try DuckDB.locate(site.settings.duckdb), in: site.store,
      limits: DuckDBSession.Limits(threads: threads, memoryBytes: Self.memoryBytes))
    var types: [String: ColumnType] = [:]
    for column in try (schema ?? reader.inferredSchema()).columns { types[column.name] = column.type }
    let files = manifest.files.filter { TableFileFormat($0.path.text) != nil }
    try opened.attach("data", files.map { DuckDBInput.File($0, site.store) }, types: types)
    session = opened
    return opened
  }
}
