import Disk
import Foundation
@testable import Pipeline
import Store
import SystemPackage
import Tables
import Testing

/// A store in a folder of a test's own, and the DuckDB of this machine.
final class DuckDBFixture: Sendable {
  let root: FilePath
  let store: Store

  /// Tests that need DuckDB are passed over where there is none; `Scripts/setup` installs it.
  static var isThere: Bool { (try? DuckDB.locate(nil)) != nil }

  init() throws {
    root = FilePath(FileManager.default.temporaryDirectory.path).appending("nightshift-duckdb-\(UUID().uuidString)")
    try Disk().makeDirectory(root)
    try Store.create(at: root.appending("Store"), disk: Disk())
    store = try Store(at: root.appending("Store"), disk: Disk())
  }

  deinit { try? Disk().removeTree(root) }

  func session() throws -> DuckDBSession {
    try DuckDBSession(
      try DuckDB.locate(nil), in: store, limits: DuckDBSession.Limits(memoryBytes: 512 << 20))
  }

  /// Files given by name and text.
  func files(_ files: [(String, String)]) -> TableReader {
    TableReader(files.map { name, text in TableSource(name: name) { MemoryStream(Array(text.utf8)) } })
  }

  /// What a query over the table `x` gives as CSV.
  func answer(
    _ query: String, _ order: DuckDBQuery.Order = .columns([]), x: [(String, String)] = [],
    types: [String: ColumnType] = [:]
  ) throws -> String {
    let session = try session()
    if !x.isEmpty { try session.attach("x", rows: files(x), types: types) }
    var rows = try DuckDBQuery(query, name: "q.sql", order: order, in: session).csv()
    return String(decoding: try rows.readAll(), as: UTF8.self)
  }

  /// The sentence that a query fails with.
  func failure(_ query: String, _ order: DuckDBQuery.Order = .columns([]), x: [(String, String)] = []) -> String {
    do { return "no failure: " + (try answer(query, order, x: x)) } catch { return "\(error)" }
  }
}
