internal import Disk
internal import Foundation
internal import Jobs
internal import Records
internal import Store
internal import Tables

/// Rules in SQL: DuckDB sees the data as the table `data`, and the rows that a query gives are counted.
final class ContractQueries {
  private let data: Artifact
  private let site: Site
  private let reader: TableReader
  private var session: DuckDBSession?
  /// What DuckDB may keep in memory: a check is no place for more.
  private static let memoryBytes = 1 << 30

  /// - Parameter reader: of the data, as its description says.
  init(_ data: Artifact, _ site: Site, reader: TableReader) {
    self.data = data
    self.site = site
    self.reader = reader
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
      limits: DuckDBSession.Limits(memoryBytes: Self.memoryBytes))
    try opened.attach("data", data, in: site.store, reader: reader)
    session = opened
    return opened
  }
}
