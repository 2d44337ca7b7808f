internal import Disk
internal import Store
internal import Synchronization
internal import Tables

/// A Parquet file of the store as rows of CSV, with the types of its columns told by how values are written.
///
/// Text is in quotes; times are RFC 3339 in UTC, to the microsecond; lists, structs and maps are JSON text; NaN and what
/// is infinite is missing; decimals and integers of any width keep their digits; bytes are refused.
final class ParquetFile: Sendable {
  private let file: Manifest.File
  private let store: Store
  private let duckdb: String?
  /// The file is taken out of the store once, for all who read it.
  private let opened = Mutex<Opened?>(nil)

  private struct Opened: Sendable {
    var session: DuckDBSession
    var columns: [DuckDBQuery.Column]
  }

  private static let limits = DuckDBSession.Limits(memoryBytes: 1 << 30)

  /// - Parameter duckdb: where the site says the program is.
  init(_ file: Manifest.File, _ store: Store, duckdb: String?) {
    self.file = file
    self.store = store
    self.duckdb = duckdb
  }

  func rows() throws -> any ByteStream {
    let opened = try self.opened.withLock { opened in
      if let opened { return opened }
      let new = try open()
      opened = new
      return new
    }
    let shape = DuckDBColumns(opened.columns, of: file.path.text)
    return DuckDBRows(
      try opened.session.run(
        "COPY (SELECT \(try shape.selection()) FROM data) TO '/dev/stdout' (\(shape.csvOptions));", threads: 2),
      name: file.path.text)
  }

  private func open() throws -> Opened {
    let session = try DuckDBSession(try DuckDB.locate(duckdb), in: store, limits: Self.limits)
    try session.attach("data", parquet: [file], in: store)
    do {
      return Opened(session: session, columns: try DuckDBQuery.columns(try session.describe("SELECT * FROM data")))
    } catch let failure as DuckDBFailure {
      throw TablesError.unreadableFile(file.path.text, reason: "it cannot be read as Parquet: \(failure.text)")
    }
  }
}
