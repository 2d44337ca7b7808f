import Disk
import Foundation
@testable import Pipeline
import Store
import SystemPackage
import Tables
import Testing

@Suite(.enabled(if: DuckDBFixture.isThere, "there is no duckdb: run Scripts/setup")) struct ParquetFileTests {
  let fixture: DuckDBFixture

  init() throws { fixture = try DuckDBFixture() }

  /// A version with these files; Parquet ones are made by a query.
  private func manifest(_ files: [(String, String)]) throws -> Manifest {
    let writer = try StoreWriter(fixture.store)
    var stored: [Manifest.File] = []
    for (name, content) in files {
      if name.hasSuffix(".parquet"), content.hasPrefix("SELECT") {
        let query = try DuckDBQuery(content, name: "q", order: .columns([]), in: try fixture.session())
        var rows = try query.parquet()
        stored.append(try writer.addFile(try RelativePath(name), &rows))
      } else {
        stored.append(try writer.addFile(try RelativePath(name), Array(content.utf8)))
      }
    }
    try writer.finish()
    return try Manifest(stored)
  }

  private func reader(_ files: [(String, String)]) throws -> TableReader {
    TableReader(TableFiles.sources(try manifest(files), fixture.store))
  }

  @Test("its rows are CSV in which quoted values are text")
  func rows() throws {
    let manifest = try manifest([
      (
        "a.parquet",
        "SELECT i AS id, i / 2 AS half, 'n' || i AS name, TIMESTAMP '2013-01-01' + to_microseconds(i) AS at, [i] AS l FROM range(2) r(i)"
      )
    ])
    let sources = TableFiles.sources(manifest, fixture.store)
    #expect(sources.map(\.quotesMeanText) == [true])
    var stream = try sources[0].open()
    #expect(
      String(decoding: try stream.readAll(), as: UTF8.self) == """
        id,half,"name",at,"l"
        0,0.0,"n0",2013-01-01T00:00:00Z,"[0]"
        1,0.5,"n1",2013-01-01T00:00:00.000001Z,"[1]"\n
        """)
  }

  @Test("Parquet, CSV and JSON lines are one table")
  func mixed() throws {
    let table = try reader([
      ("a.parquet", "SELECT 1 AS id, 'x' AS name"), ("b.csv", "name,id\ny,2\n"),
      ("c.jsonl", "{\"id\":3,\"name\":\"z\"}\n"),
    ]).readTable()
    #expect(table["id"]?.storage == .integers([1, 2, 3]))
    #expect(table["name"]?.texts == ["x", "y", "z"])
  }

  @Test(
    "a column alone has its missing values whatever the words for them are",
    arguments: [("NULL::INTEGER", ColumnType.integer), ("NULL::TIMESTAMP", .timestamp), ("'null'", .string)])
  func oneColumn(value: String, type: ColumnType) throws {
    let other = ["integer": "1", "timestamp": "TIMESTAMP '2013-01-01'", "string": "NULL"][type.rawValue] ?? ""
    let manifest = try manifest([("a.parquet", "SELECT unnest([\(value), \(other), \(other)]) AS a")])
    let words = ReadOptions(missingWords: ["-"])
    let table = try TableReader(TableFiles.sources(manifest, fixture.store), options: words).readTable()
    #expect(table["a"]?.type == type)
    #expect(table["a"]?.texts.count { $0 == nil } == (type == .string ? 2 : 1))
  }

  @Test("what is no Parquet, and what no table can hold, is told with the file's name")
  func faults() throws {
    let damaged = #expect(throws: TablesError.self) { try reader([("d.parquet", "a,b\n1,2\n")]).header() }
    #expect("\(String(describing: damaged))".contains("d.parquet"))
    let bytes = #expect(throws: PipelineError.self) { try reader([("e.parquet", "SELECT 'x'::BLOB AS raw")]).header() }
    #expect(
      bytes
        == .stepFailed(
          "e.parquet: the column “raw” is of type BLOB, which no table here can hold: cast it, or leave it out"))
  }

  /// `pyarrow.parquet.write_table` of {"a": [1], "A": [2]} as int32: DuckDB writes no such file.
  private static let twoCases = """
    UEFSMRUAFRQVFCwVAhUAFQYVBhwAAAACAAAAAgEBAAAAFQAVFBUULBUCFQAVBhUGHAAAAAIAAAACAQIAAAAVBBk8NQAYBnNjaGVtYRUEABUCJQ
    IYAWEAFQIlAhgBQQAWAhkcGSwmABwVAhklBgAZGAFhFQAWAhY6FjomCEkcFQAVABUCADwpBhkmAAIAAAAmABwVAhklBgAZGAFBFQAWAhY6Fjom
    QkkcFQAVABUCADwpBhkmAAIAAAAWdBYCJggWdAAoIHBhcnF1ZXQtY3BwLWFycm93IHZlcnNpb24gMjYuMC4xGSwcAAAcAAAArwAAAFBBUjE=
    """

  @Test("columns whose names are one in SQL are refused, though those in a column are not looked at")
  func names() throws {
    let bytes = Array(try #require(Data(base64Encoded: Self.twoCases, options: .ignoreUnknownCharacters)))
    let writer = try StoreWriter(fixture.store)
    let file = try writer.addFile(try RelativePath("c.parquet"), bytes)
    try writer.finish()
    let failure = #expect(throws: PipelineError.self) { try ParquetFile(file, fixture.store, duckdb: nil).rows() }
    #expect(
      failure
        == .stepFailed("c.parquet has columns called “a” and “A”, which are one name in SQL: rename one"))
    let nested = try reader([("n.parquet", "SELECT {'b': {'c': [1]}, 'a': 2} AS a, map {'k': 1} AS m, 3 AS b")])
    #expect(try nested.header() == ["a", "m", "b"])
  }

  @Test("files of a table have the same columns")
  func differentColumns() throws {
    let files = try manifest([("a.parquet", "SELECT 1 AS id"), ("b.parquet", "SELECT 1 AS ID")]).files
    let failure = #expect(throws: TablesError.self) {
      try fixture.session().attach("x", parquet: files, in: fixture.store)
    }
    #expect(
      failure == .differentColumns(file: "b.parquet", first: "a.parquet", missing: ["id"], extra: ["ID"]))
  }

  @Test("nothing of it stays when it was read")
  func leftOvers() throws {
    #expect(try reader([("a.parquet", "SELECT 1 AS id")]).countRows() == 1)
    #expect(try Disk().list(fixture.root.appending("Store/tmp")).map(\.name).filter { $0.hasPrefix("work-") } == [])
  }
}
