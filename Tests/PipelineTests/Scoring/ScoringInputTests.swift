import Disk
import Jobs
import Learning
@testable import Pipeline
import Records
import Tables
import Testing

/// Each row of the table in Jobs/README.md of data that is not as the training data was.
@Suite struct ScoringInputTests {
  private static let header = "number,carrier,flag,gap,late\n"
  private let schema: ModelSchema

  init() throws {
    var text = Self.header
    for row in 0..<60 {
      text +=
        "\(row),\(["UA", "AA", "Île"][row % 3]),\(row % 2 == 0),\(row % 5 == 0 ? "" : "\(row).5"),\(row % 4 == 0)\n"
    }
    let table = try Self.reader(text).readTable()
    schema = try Trainer(TrainingOptions(trainer: .baseline, rounds: 1, seed: 1, threads: 1)).train(
      table, validation: nil, target: try TargetRule("late")
    ).schema
  }

  private static func reader(_ text: String) -> TableReader {
    TableReader([TableSource(name: "new.csv") { MemoryStream(Array(text.utf8)) }])
  }

  private func input(_ text: String, _ options: FitOptions = FitOptions()) throws -> ScoringInput {
    try ScoringInput(Self.reader(text), schema, options, others: ["late"])
  }

  /// What is noted of rows below the usual header.
  private func notes(_ rows: String, _ options: FitOptions = FitOptions()) throws -> [String] {
    var input = try input(Self.header + rows, options)
    _ = try input.table()
    return try input.fit.report().notes
  }

  private func failure(_ rows: String, _ options: FitOptions = FitOptions()) -> String {
    do {
      _ = try notes(rows, options)
      return ""
    } catch { return "\(error)" }
  }

  @Test(
    "what fits is not spoken of: other order, integers and floats, quotes, 0 and 1, decomposed letters",
    arguments: [
      "1,UA,true,1.5,true\n", "1.0,UA,0,2,true\n1,AA,1,,false\n", "\"7\",\"UA\",\"true\",\"8\",true\n",
      "1,I\u{302}le,FALSE,3,true\n",
    ])
  func fitting(rows: String) throws { #expect(try notes(rows).isEmpty) }

  @Test("columns go by name; those that are not read are noted once")
  func columns() throws {
    var input = try input("extra,flag,gap,number,late,carrier,more\n9,true,2,2,true,UA,x\n")
    let table = try input.table()
    #expect(Array(table.columns.map(\.name).prefix(4)) == ["number", "carrier", "flag", "gap"])
    #expect(try input.fit.report().notes == ["ignored, as the model does not read them: extra, more"])
  }

  @Test(
    "what differs is noted with counts, shares and examples",
    arguments: [
      (
        "1,ZZ,true,2,true\n2,ZZ,true,2,true\n3,QQ,true,2,true\n4,UA,true,2,true\n",
        "“carrier” has a value that training never saw in 3 rows (75 %), which counts as missing: “ZZ” (2), “QQ” (1)"
      ),
      ("1,UA,,2,true\n2,UA,true,,true\n", "“flag” is missing in 1 row (50 %), and never was in training"),
      (
        "-3,UA,true,2,true\n99,UA,true,2,true\n60,UA,true,2,true\n",
        "“number” is outside what training saw (0 to 59) in 3 rows (100 %): 1 below, 2 above"
      ),
    ])
  func noted(rows: String, note: String) throws { #expect(try notes(rows) == [note]) }

  @Test(
    "categories that differ in case, blanks or compatibility forms alone are suspects", arguments: ["ua", " UA ", "ＵＡ"])
  func suspects(spelling: String) throws {
    let found = try notes("1,\(spelling),true,2,true\n")
    #expect(found.count == 2)
    #expect(found.last == "“carrier” has values that look like known ones spelt otherwise: “\(spelling)” (“UA”?)")
  }

  @Test(
    "a value of another type fails with its row and value, and is missing with `convert`",
    arguments: [
      (
        "1,UA,true,2,true\nten,UA,true,2,true\n",
        "new.csv: row 2 (line 3), column “number”: “ten” is not a number: mend the data, or set `on-type: convert`",
        "“number” cannot be read as the model learnt it in 1 row (50 %), which count as missing: “ten” (1)"
      ),
      (
        "2013-01-01T10:00:00Z,UA,true,2,true\n",
        "new.csv: row 1 (line 2), column “number”: “2013-01-01T10:00:00Z” is not a number: mend the data, or set `on-type: convert`",
        "“number” cannot be read as the model learnt it in 1 row (100 %), which count as missing: “2013-01-01T10:00:00Z” (1)"
      ),
      (
        "1,UA,true,2,true\n1,UA,2,2,true\n",
        "the column “flag” cannot be used: row 2 holds “2”, but the model learnt it as boolean; mend the data, or set `on-type: convert`",
        "“flag” cannot be read as the model learnt it in 1 row (50 %), which count as missing: “2” (1)"
      ),
    ])
  func types(rows: String, message: String, note: String) throws {
    #expect(failure(rows) == message)
    #expect(try notes(rows, FitOptions(onType: .convert)).contains(note))
  }

  @Test("with `convert` true and false are numbers where numbers were learnt")
  func booleanAsNumber() throws {
    var input = try input(Self.header + "true,UA,true,2,true\n7,UA,true,2,true\n", FitOptions(onType: .convert))
    #expect(try input.table().columns[0].storage == .floats([1, 7]))
    #expect(failure("true,UA,true,2,true\n").contains("“true” is not a number"))
  }

  @Test("a category that training never saw fails with `on-unseen: fail`")
  func unseenFails() {
    #expect(
      failure("1,ZZ,true,2,true\n", FitOptions(onUnseen: .fail))
        == "the column “carrier” cannot be used: 1 of 1 rows have a value that training never saw (“ZZ”): train on newer data, or set `on-unseen: note`"
    )
  }

  @Test("a column that is gone is told with the one that holds such values, or the nearest name")
  func absent() {
    func message(_ header: String) -> String {
      var text = header + "\n"
      for row in 0..<60 { text += "\(row),\(["UA", "AA"][row % 2]),true,\(row).5\n" }
      do {
        _ = try input(text)
        return ""
      } catch { return "\(error)" }
    }
    #expect(
      message("index,airline,flag,gap")
        == "the data lacks 2 columns that the model reads: “number” (is it called “index” now? its values look like it), “carrier” (is it called “airline” now? its values look like it)"
    )
    #expect(
      message("number,carrier,flags,gap")
        == "the data lacks a column that the model reads: “flag” (did you mean “flags”?)")
  }

  @Test("pieces are counted as the whole", arguments: [1, 7, 100])
  func batches(size: Int) throws {
    let rows = (0..<50).map { "\($0 * 2),\($0 % 7 == 0 ? "ZZ" : "UA"),\($0 % 2),\($0 % 11 == 0 ? "" : "2"),true\n" }
      .joined()
    var (whole, parts) = (try input(Self.header + rows), try input(Self.header + rows))
    let table = try whole.table()
    var numbers: [Double] = []
    try parts.forEachBatch(of: size) { numbers += $0.columns[0].doubles ?? [] }
    #expect(numbers == table.columns[0].doubles)
    #expect(try parts.fit.report() == whole.fit.report())
    #expect(try whole.fit.report().columns.first { $0.name == "carrier" }?.unseenCount == 8)
  }

  @Test("in pieces, columns for something else are the text of the data, also those that the model reads")
  func othersAsText() throws {
    let rows = "007,UA,1,2,true\n12345678901234567,AA,TRUE,2,false\n"
    let reader = TableReader(
      [TableSource(name: "new.csv") { MemoryStream(Array((Self.header + rows).utf8)) }],
      options: ReadOptions(types: ["number": .integer, "late": .boolean]))
    for options in [FitOptions(), FitOptions(onType: .convert)] {
      var input = try ScoringInput(reader, schema, options, others: ["late", "number", "flag"])
      try input.forEachBatch(of: 10) { batch in
        #expect(batch.columns.prefix(4).map(\.name) == schema.features.map(\.name))
        #expect(batch.columns[0].doubles == [7, Double(12_345_678_901_234_567 as Int)])
        #expect(
          batch.columns.suffix(3).map(\.texts) == [["true", "false"], ["007", "12345678901234567"], ["1", "TRUE"]])
      }
    }
  }

  @Test("batches have dictionaries of their own, so that memory does not grow with the texts")
  func dictionaries() throws {
    let rows = (0..<500).map { "1,c\($0),true,2,true\n" }.joined()
    var input = try input(Self.header + rows)
    var sizes: Set<Int> = []
    try input.forEachBatch(of: 100) { batch in
      guard case .strings(let texts) = batch.columns[1].storage else { return }
      sizes.insert(texts.values.count)
    }
    #expect(sizes == [100])
    #expect(try input.fit.report().columns.first { $0.name == "carrier" }?.unseenCount == 500)
  }

  @Test("a package without ranges is used without them")
  func oldPackage() throws {
    var old = schema
    for index in old.features.indices { old.features[index].seen = nil }
    var input = try ScoringInput(Self.reader(Self.header + "-900,ZZ,,2,true\n"), old, FitOptions(), others: ["late"])
    _ = try input.table()
    #expect(try input.fit.report().columns.map(\.name) == ["carrier"])
  }
}
