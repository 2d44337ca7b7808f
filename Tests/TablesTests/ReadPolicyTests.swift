import Disk
import Synchronization
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

  @Test("missing words that look like values are missing in columns of every type, unless in quotes")
  func missingValues() throws {
    let options = ReadOptions(missingWords: ["-999", "-999.0", "9999-12-31", "TRUE"])
    let text = "i,f,t,b,s\n-999,-999.0,9999-12-31,TRUE,-999\n\"-999\",0.5,2013-01-01,false,x\n"
    let reader = TableReader([source(text, name: "1.csv")], options: options)
    let expected: [[String?]] = [
      [nil, "-999"], [nil, "0.5"], [nil, "2013-01-01T00:00:00Z"], [nil, "false"], [nil, "x"],
    ]
    let types: [ColumnType] = [.integer, .float, .timestamp, .boolean, .string]
    let table = try reader.readTable()
    #expect(table.columns.map(\.type) == types)
    #expect(table.columns.map(\.texts) == expected)
    let given = Dictionary(uniqueKeysWithValues: zip(["i", "f", "t", "b", "s"], types))
    #expect(try reader.readTable(types: given).columns.map(\.texts) == expected)
    #expect(try reader.inspect().missingCounts == [1, 1, 1, 1, 1])
  }

  private struct BrokenStream: ByteStream {
    var blocks: [[UInt8]]
    mutating func next() throws -> [UInt8]? {
      guard !blocks.isEmpty else { throw TablesError.unreadableFile("2.csv", reason: "it ends too soon") }
      return blocks.removeFirst()
    }
  }

  @Test("a file that cannot be unpacked, or does not fit the caller's types, is left out with its columns")
  func rejectMore() throws {
    let broken = TableSource(name: "2.csv") { BrokenStream(blocks: [Array("a,c\n1,2\n".utf8)]) }
    let files = [
      source("a,b\n1,x\n", name: "1.csv"), broken, source("a,b\nbad,y\n", name: "1.csv"),
      source("a\n3\n", name: "4.csv"),
    ]
    let reader = TableReader(files, options: ReadOptions(onError: .rejectFile, columns: .union))
    let (table, report) = try reader.read(types: ["a": .integer])
    #expect(table.columns.map(\.name) == ["a", "b"])
    #expect(table.columns.map(\.texts) == [["1", "3"], ["x", nil]])
    #expect(report.files == ["1.csv", "4.csv"])
    #expect(report.rejected.map(\.file) == ["2.csv", "1.csv"])
    #expect(report.filled == [.init(file: "4.csv", columns: ["b"])])
  }

  @Test(
    "one missing value alone in a row stays missing in copies, whatever the words",
    arguments: [[], ["?", ","], ["NA"]])
  func oneColumn(words: [String]) throws {
    let options = ReadOptions(missingWords: Set(words))
    let lines = source("{\"a\":7}\n{\"a\":null}\n{}\n{\"a\":8}\n", name: "1.jsonl")
    let reader = TableReader([lines], options: options)
    let table = try reader.readTable()
    #expect(table.columns[0].texts == ["7", nil, nil, "8"])
    var copy: [UInt8] = []
    try reader.copy(adding: []) { copy += $0 }
    for text in [copy, CSVWriter.header(["a"]) + CSVWriter.rows(table, for: options)] {
      let again = TableReader([source(String(decoding: text, as: UTF8.self), name: "2.csv")], options: options)
      #expect(try again.readTable() == table)
    }
    let texts = Table(
      columns: [Column(name: "a", storage: .strings(.init(codes: [0, 1], values: ["?", "NA"])))], rowCount: 2)
    let written = CSVWriter.header(["a"]) + CSVWriter.rows(texts, for: options)
    let again = TableReader([source(String(decoding: written, as: UTF8.self), name: "2.csv")], options: options)
    #expect(try again.readTable() == texts)
  }

  @Test("a wrong guess costs one look at all rows, or none where all were seen", arguments: [("x", 4), ("7", 3)])
  func openings(last: String, count: Int) throws {
    let opened = Mutex(0)
    let text = "a,b\n" + String(repeating: "\(last == "x" ? "1" : ""),0\n", count: 50) + "\(last),0\n"
    var options = ReadOptions()
    (options.blockBytes, options.threads) = (8, 1)
    let counted = TableSource(name: "1.csv") {
      opened.withLock { $0 += 1 }
      return MemoryStream(Array(text.utf8))
    }
    let found = try TableReader([counted], options: options).forEachInferredBatch(of: 10, begin: { _ in 0 }) {
      $0 += $1.rowCount
    }
    #expect(found.state == 51)
    #expect(found.schema.columns[0].type == (last == "x" ? .string : .integer))
    #expect(opened.withLock { $0 } == count)
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
