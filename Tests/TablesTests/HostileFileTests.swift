import Disk
@testable import Tables
import Testing

@Suite struct HostileFileTests {
  private func reader(_ bytes: [UInt8], blockBytes: Int = 1 << 20) -> TableReader {
    var options = ReadOptions()
    options.blockBytes = blockBytes
    return TableReader([TableSource(name: "data.csv") { MemoryStream(bytes) }], options: options)
  }

  @Test("bytes that are not UTF-8 are told with row, line and column")
  func invalidUTF8() throws {
    let bytes = Array("a,b\n1,x\n2,\"y\n".utf8) + [0xFF] + Array("\"\n".utf8)
    let error = #expect(throws: TablesError.self) { try reader(bytes).readTable() }
    #expect(
      error?.description
        == "data.csv: row 2 (line 3), column “b”: the text is not UTF-8: save the file in that encoding")
    let header = #expect(throws: TablesError.self) { try reader([0x61, 0x2C, 0xC3, 10, 49, 44, 49]).readTable() }
    #expect(header?.description == "data.csv: header (line 1): the name of column 2 is not UTF-8")
  }

  @Test("a message is one line without control characters, however long the value")
  func message() throws {
    let value = "\u{1B}[31m\n" + String(repeating: "y", count: 500)
    let error = #expect(throws: TablesError.self) {
      try reader(Array("a,b\n1,\"\(value)\"\n".utf8)).readTable(types: ["b": .float])
    }
    let text = try #require(error?.description)
    #expect(!text.unicodeScalars.contains { $0.value < 32 })
    #expect(text.count < 200)
  }

  @Test("a record longer than 16 MiB is refused, whatever the blocks", arguments: [1 << 18, 1 << 20])
  func longRecord(blockBytes: Int) {
    let bytes = Array("a,b\n1,\"".utf8) + [UInt8](repeating: 0x78, count: (16 << 20) + 1) + Array("\"\n".utf8)
    let error = #expect(throws: TablesError.self) { try reader(bytes, blockBytes: blockBytes).countRows() }
    #expect(error?.description.contains("longer than 16 MiB") == true)
  }

  @Test("a header of very many columns takes no quadratic time", .timeLimit(.minutes(5)))
  func wideHeader() throws {
    let names = (0..<20_000).map { "c\($0)" }.joined(separator: ",")
    let table = try reader(Array("\(names)\n".utf8)).readTable()
    #expect(table.columns.count == 20_000)
    #expect(throws: TablesError.self) { try reader(Array("\(names),c7\n".utf8)).readTable() }
  }

  @Test("short rows under a wide header are not filled up without bound")
  func sparse() throws {
    let header = (0..<50_000).map { "c\($0)" }.joined(separator: ",")
    var options = ReadOptions(onError: .null)
    for (rowCount, isFine) in [(20, true), (1_000, false)] {
      let bytes = Array((header + "\n" + String(repeating: "1\n", count: rowCount)).utf8)
      options.blockBytes = 1 << 20
      let reader = TableReader([TableSource(name: "data.csv") { MemoryStream(bytes) }], options: options)
      guard !isFine else {
        #expect(try reader.countRows() == rowCount)
        continue
      }
      let error = #expect(throws: TablesError.self) { try reader.countRows() }
      #expect(error?.description.contains("far fewer values than the 50000 of the header") == true)
    }
  }

  @Test("a NUL byte is told with its row")
  func nul() {
    let error = #expect(throws: TablesError.self) { try reader(Array("a,b\n1,2\n3,\0\n".utf8)).readTable() }
    #expect(error?.description == "data.csv: row 2 (line 3): it holds a NUL byte: is it a table?")
  }

  @Test("more columns than any table has are refused")
  func columns() {
    let bytes = Array(String(repeating: "a,", count: 100_001).utf8)
    let error = #expect(throws: TablesError.self) { try reader(bytes).readTable() }
    #expect(error?.description.contains("has 100002 columns") == true)
  }

  @Test("an empty file among others is an error that names it")
  func emptySecondFile() {
    let error = #expect(throws: TablesError.self) {
      try TableReader([source("a\n1\n", name: "1.csv"), source("", name: "2.csv")]).readTable()
    }
    #expect(error?.description == "2.csv is empty: it has not even a header")
  }

  @Test("a column of missing values alone keeps its rows through the writer")
  func oneColumn() throws {
    let table = Table(columns: [Column(name: "a", storage: .floats([1, .nan, 3]))], rowCount: 3)
    let again = try reader(CSVWriter.header(["a"]) + CSVWriter.rows(table)).readTable(types: ["a": .float])
    #expect(again.columns[0].texts == ["1", nil, "3"])
  }

  @Test("batches hold only their own texts, so that memory is bounded")
  func batchDictionary() throws {
    let bytes = Array(("a\n" + (0..<100).map { "key\($0)\n" }.joined()).utf8)
    try reader(bytes).forEachBatch(of: 10, columns: ["a"], types: [:], dictionaries: .perBatch) { batch in
      guard case .strings(let texts) = batch.columns[0].storage else { return }
      #expect(texts.values.count == 10)
    }
  }
}
