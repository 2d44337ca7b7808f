import Disk
@testable import Tables
import Testing

/// A table of one file in memory, read in blocks of `blockBytes`.
func reader(_ text: String, name: String = "data.csv", blockBytes: Int = 1 << 20) -> TableReader {
  var options = ReadOptions()
  options.blockBytes = blockBytes
  return TableReader([source(text, name: name)], options: options)
}

func source(_ text: String, name: String) -> TableSource {
  TableSource(name: name) { MemoryStream(Array(text.utf8)) }
}

@Suite struct TableReaderTests {
  private static let nasty =
    "\u{FEFF}a,\"b \"\"q\"\"\",c\r\n1,\"x,\ny\",2013-01-01T10:00:00Z\r\n\r\n,\"\",NA\n-3,NA,2013-01-02"

  @Test(
    "quotes, line breaks inside them, CRLF, a byte order mark and a missing last line break are read, wherever blocks end",
    arguments: Array(1...40) + [1 << 20])
  func nastyFile(blockBytes: Int) throws {
    let table = try reader(Self.nasty, blockBytes: blockBytes).readTable()
    #expect(table.columns.map(\.name) == ["a", "b \"q\"", "c"])
    #expect(table.columns.map(\.type) == [.integer, .string, .timestamp])
    #expect(table.columns[0].texts == ["1", nil, "-3"])
    #expect(table.columns[1].texts == ["x,\ny", "", nil])
    #expect(table.columns[2].texts == ["2013-01-01T10:00:00Z", nil, "2013-01-02T00:00:00Z"])
  }

  @Test(
    "a column has the narrowest type that fits all its rows",
    arguments: [
      (["1", "2"], ColumnType.integer), (["1", "2.5"], .float), (["1", "x"], .string), (["2.5", "x"], .string),
      (["true", "FALSE"], .boolean), (["true", "1"], .string),
      (["2013-01-01", "2013-01-01 10:00:00+02:00"], .timestamp),
      (["NA", ""], .float), (["NA", "7"], .integer), (["9223372036854775808"], .string), (["007", "x"], .string),
    ])
  func types(values: [String], type: ColumnType) throws {
    let table = try reader("k,v\n" + values.map { "0,\($0)\n" }.joined()).readTable()
    #expect(table.columns[1].type == type)
    if type == .string { #expect(table.columns[1].texts == values.map { $0 }) }
  }

  @Test(
    "a mistake is told with file, row and line",
    arguments: [
      ("a,b\n1,2\n3\n", "data.csv: row 2 (line 3): it has 1 values, the header has 2"),
      ("a,b\n\"x\ny\",2\n3,4,5\n", "data.csv: row 2 (line 4): it has 3 values, the header has 2"),
      ("a,b\n1,\"2\n", "data.csv: row 1 (line 2): a quoted value is never closed"),
      ("a,a\n1,2\n", "data.csv: header (line 1): two columns are called “a”"),
      ("a,\n1,2\n", "data.csv: header (line 1): column 2 has no name"),
      ("a\n\"x\"y\n", "data.csv: row 1 (line 2): a value goes on after its closing quote"),
      ("", "data.csv is empty: it has not even a header"),
    ])
  func mistakes(text: String, message: String) throws {
    let error = #expect(throws: TablesError.self) { try reader(text).readTable() }
    #expect(error?.description == message)
  }

  @Test("a value that does not fit a given type is told with its column")
  func unfitting() throws {
    let error = #expect(throws: TablesError.self) { try reader("a,b\n1,2\n1,abc\n").readTable(types: ["b": .float]) }
    #expect(error?.description == "data.csv: row 2 (line 3), column “b”: “abc” is not a number")
  }

  @Test("an unknown column names the nearest")
  func unknownColumn() throws {
    let error = #expect(throws: TablesError.self) {
      try reader("carrier,origin\nUA,EWR\n").readTable(columns: ["carier"])
    }
    #expect(error?.description == "data.csv has no column “carier”: did you mean “carrier”?")
  }

  @Test("files are one table by the names of their columns")
  func severalFiles() throws {
    let table = try TableReader([source("a,b\n1,x\n", name: "1.csv"), source("b,a\ny,2\n", name: "2.csv")]).readTable()
    #expect(table.columns.map(\.texts) == [["1", "2"], ["x", "y"]])
    let error = #expect(throws: TablesError.self) {
      try TableReader([source("a,b\n1,x\n", name: "1.csv"), source("a,c\n2,y\n", name: "2.csv")]).readTable()
    }
    #expect(error?.description == "2.csv does not have the columns of 1.csv: it lacks b: it adds c")
  }

  @Test("batches joined are the table", arguments: [1, 2, 3, 100])
  func batches(rowCount: Int) throws {
    let text = "a,b\n" + (0..<7).map { "\($0),t\($0 % 3)\n" }.joined()
    var rows: [[String?]] = [[], []]
    try reader(text).forEachBatch(of: rowCount, columns: ["a", "b"], types: ["a": .float]) { batch in
      #expect(batch.rowCount <= rowCount)
      for index in 0..<2 { rows[index] += batch.columns[index].texts }
    }
    #expect(rows == (try reader(text).readTable()).columns.map(\.texts))
  }

  @Test(
    "numbers are read as the nearest double",
    arguments: [
      "0.1", "1e22", "1e23", "123456789012345678", "2.2250738585072014e-308", "-0.3", "3.", ".5", "17.000000000000004",
      "10.357019999999999",
    ])
  func floats(text: String) throws {
    let table = try reader("a\n\(text)\n").readTable(types: ["a": .float])
    #expect(
      table.columns[0].storage
        == .floats([try #require(Double(text.hasPrefix(".") ? "0" + text : text.hasSuffix(".") ? text + "0" : text))]))
  }

  @Test("what the writer writes is read back", arguments: ["plain", "a,b", "q\"q", "line\nbreak", "NA", "", " blank "])
  func writer(text: String) throws {
    let table = Table(
      columns: [
        Column(name: "t,x", storage: .strings(.init(codes: [0, -1], values: [text]))),
        Column(name: "f", storage: .floats([0.1, .nan])),
        Column(name: "s", storage: .timestamps([-1, 1_364_781_600_000_000])),
      ], rowCount: 2)
    let bytes = CSVWriter.header(table.columns.map(\.name)) + CSVWriter.rows(table)
    let again = try reader(String(decoding: bytes, as: UTF8.self)).readTable(types: ["t,x": .string])
    #expect(again.columns.map(\.texts) == table.columns.map(\.texts))
  }
}
