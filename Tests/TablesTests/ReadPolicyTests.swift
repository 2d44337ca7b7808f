@testable import Tables
import Testing

@Suite struct ReadPolicyTests {
  private let files = [
    source("a,b\n1,x\n2,y\n", name: "1.csv"), source("a,b\nbad,x\n4\n5,y,z\n", name: "2.csv"),
    source("b,a\nw,6\n", name: "3.csv"),
  ]

  private func options(_ policy: ReadOptions.ErrorPolicy, blockBytes: Int = 1 << 19) -> ReadOptions {
    var options = ReadOptions(types: ["a": .integer], onError: policy)
    options.blockBytes = blockBytes
    return options
  }

  @Test("the first value that does not fit is told with file, row, line and column", arguments: [1, 5, 1 << 19])
  func fail(blockBytes: Int) {
    let reader = TableReader(files, options: options(.fail, blockBytes: blockBytes))
    let error = #expect(throws: TablesError.self) { try reader.readTable() }
    #expect(error?.description == "2.csv: row 1 (line 2), column “a”: “bad” is not a whole number")
  }

  @Test("values that do not fit become missing, and are counted", arguments: [1, 5, 1 << 19])
  func null(blockBytes: Int) throws {
    let (table, report) = try TableReader(files, options: options(.null, blockBytes: blockBytes)).read()
    #expect(table.columns.map(\.texts) == [["1", "2", nil, "4", "5", "6"], ["x", "y", "x", nil, "y", "w"]])
    #expect(report.nulled == ["a": 1])
    #expect(report.raggedRowCount == 2)
    #expect(
      report.places == [
        "2.csv: row 1 (line 2), column “a”: “bad” is not a whole number",
        "2.csv: row 2 (line 3): it has 1 values, the header has 2",
        "2.csv: row 3 (line 4): it has 3 values, the header has 2",
      ])
  }

  @Test("a bad file is left out, in every way of reading")
  func rejectFile() throws {
    let reader = TableReader(files, options: options(.rejectFile))
    let (table, report) = try reader.read()
    #expect(table.columns.map(\.texts) == [["1", "2", "6"], ["x", "y", "w"]])
    #expect(report.files == ["1.csv", "3.csv"])
    #expect(report.rejected.map(\.file) == ["2.csv"])
    #expect(report.notes == ["left out: 2.csv: row 1 (line 2), column “a”: “bad” is not a whole number"])
    #expect(try reader.countRows() == 3)
    var rows = 0
    try reader.forEachBatch(of: 2, columns: ["b"]) { rows += $0.rowCount }
    #expect(rows == 3)
    let error = #expect(throws: TablesError.self) {
      try TableReader([files[1]], options: options(.rejectFile)).readTable()
    }
    #expect(error?.description.hasPrefix("no file could be read: 2.csv: row 1") == true)
  }

  @Test("what cannot be read on is an error under every policy", arguments: [ReadOptions.ErrorPolicy.fail, .null])
  func broken(policy: ReadOptions.ErrorPolicy) {
    let files = [source("a,b\n1,2\n3\n", name: "1.csv"), source("a,b\n1,\"2\n", name: "2.csv")]
    let error = #expect(throws: TablesError.self) {
      try TableReader(policy == .null ? files : [files[1]], options: options(policy)).readTable()
    }
    #expect(error?.description == "2.csv: row 1 (line 2): a quoted value is never closed")
  }

  @Test("files of different columns are one table of all, and what they lack is missing and told")
  func union() throws {
    let files = [source("a,b\n1,x\n", name: "1.csv"), source("c,a\n0.5,2\n", name: "2.csv")]
    let (table, report) = try TableReader(files, options: ReadOptions(columns: .union)).read()
    #expect(table.columns.map(\.name) == ["a", "b", "c"])
    #expect(table.columns.map(\.texts) == [["1", "2"], ["x", nil], [nil, "0.5"]])
    #expect(report.notes == ["1.csv has no c: missing there", "2.csv has no b: missing there"])
  }

  @Test("missing words are those that were given")
  func missingWords() throws {
    let options = ReadOptions(missingWords: ["?", "-", "a word that is longer than thirty-one bytes"])
    let text = "a,b\n?,NA\n-,\"?\"\n1,\na word that is longer than thirty-one bytes,x\n"
    let table = try TableReader([source(text, name: "1.csv")], options: options).readTable()
    #expect(table.columns.map(\.texts) == [[nil, nil, "1", nil], ["NA", "?", nil, "x"]])
  }

  @Test("one thread reads as several do, codes and all")
  func threads() throws {
    let rows = (0..<5_000).map { "\($0),k\($0 % 97),\"t\($0 * 7919 % 4_001), \"\"q\"\"\"\n" }.joined()
    var tables: [Table] = []
    var batches: [[Table]] = []
    for (threads, blockBytes) in [(1, 1 << 20), (2, 1_000), (5, 333)] {
      var options = ReadOptions()
      options.threads = threads
      options.blockBytes = blockBytes
      let reader = TableReader([source("a,b,c\n" + rows, name: "1.csv")], options: options)
      tables.append(try reader.readTable())
      var pieces: [Table] = []
      try reader.forEachBatch(of: 700, columns: ["c", "a"], types: ["a": .float]) { pieces.append($0) }
      batches.append(pieces)
    }
    #expect(tables[0] == tables[1] && tables[1] == tables[2])
    #expect(batches[0] == batches[1] && batches[1] == batches[2])
  }
}
