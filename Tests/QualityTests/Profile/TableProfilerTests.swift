@testable import Quality
import Records
import Statistics
import Tables
import Testing

@Suite struct TableProfilerTests {
  @Test("the same rows give the same bytes for any batches, files and threads", arguments: [997, 17_000])
  func deterministic(batch: Int) throws {
    let (header, rows) = Self.table(rows: 17_000)
    let whole = Array((header + rows.joined()).utf8)
    let first = Array((header + rows[..<7001].joined()).utf8)
    let second = Array((header + rows[7001...].joined()).utf8)
    let expected = try CanonicalJSON.encode(try ProfileFixture.document(of: whole, target: "late", threads: 1))
    let found = try CanonicalJSON.encode(
      try ProfileFixture.document(of: first, second, target: "late", batch: batch, threads: 2))
    #expect(expected == found)
  }

  @Test("keys are columns, else pairs, that tell all rows apart")
  func keys() throws {
    let single = try ProfileFixture.document(of: "id,a\n3,x\n1,x\n2,y\n")
    #expect(single.keys == [.init(columns: ["id"], checkedShare: 1)])
    let pair = try ProfileFixture.document(of: "day,place,a\n1,x,q\n1,y,q\n2,x,q\n2,y,q\n")
    #expect(pair.keys == [.init(columns: ["day", "place"], checkedShare: 1)])
    let none = try ProfileFixture.document(of: "day,place\n1,x\n1,x\n2,x\n")
    #expect(none.keys.isEmpty && none.repeatedRows == .init(1))
  }

  @Test("a column with a value that comes again after many rows is no key", arguments: [10, 66_000])
  func lateRepetition(distance: Int) throws {
    let ids = (0..<Int64(distance)).map { $0 }
    #expect(try keys(ids) == [["id"]])
    #expect(try keys(ids + [0]).isEmpty)
  }

  private func keys(_ ids: [Int64]) throws -> [[String]] {
    let table = Table(columns: [Column(name: "id", storage: .integers(ids))], rowCount: ids.count)
    var profiler = try TableProfiler(schema: table.schema)
    try profiler.add(table)
    return profiler.document().keys.map(\.columns)
  }

  @Test("constant and equal columns are named")
  func constantAndEqual() throws {
    let document = try ProfileFixture.document(of: "a,b,c,d\n1,x,1,k\n2,y,2,k\n3,x,3,k\n")
    #expect(document.constantColumns == ["d"])
    #expect(document.equalColumns == [["a", "c"]])
    #expect(document.alerts.map(\.kind).contains("equal-columns"))
  }

  @Test("suspects of leakage are named with their measure")
  func leaks() throws {
    var text = "score,copy,when,noise,group,out\n"
    for row in 0..<200 {
      let late = row % 3 == 0
      let noise = Mixing.mixed(UInt64(row)) % 97
      text += "\(late ? 500 + row : row),\(late ? 20 : 3),\(late ? "7" : ""),\(noise),\(noise % 2),\(late ? 30 : 5)\n"
    }
    let document = try ProfileFixture.document(of: text, target: "out > 15")
    let found = document.leaks.map { "\($0.column) \($0.measure)" }
    #expect(found == ["copy auc", "score auc", "when missingness"])
    #expect(document.leaks.allSatisfy { $0.value == 1 })
    #expect(document.alerts.prefix(3).allSatisfy { $0.kind == "leakage" })
  }

  @Test("a text of its own in each row is no leak beside a continuous target")
  func uniqueTexts() throws {
    let rows = (0..<200).map { "a\($0)x,\(Double($0) * 1.5),\(Mixing.mixed(UInt64($0)) % 7)\n" }
    #expect(try ProfileFixture.document(of: "id,y,k\n" + rows.joined(), target: "y").leaks.isEmpty)
  }

  @Test("the target under other names is said to determine it")
  func renamedTarget() throws {
    let rows = (0..<100).map { "\($0 % 3 == 0 ? "yes" : "no"),\($0 % 3 == 0 ? 1 : 0)\n" }
    let document = try ProfileFixture.document(of: "label,y\n" + rows.joined(), target: "y")
    #expect(document.leaks == [.init(column: "label", measure: "determines", value: 1)])
  }

  @Test("many categories and few positives are no leak by chance")
  func chanceCategories() throws {
    let rows = (0..<5000).map { row in
      "c\(Mixing.mixed(UInt64(row)) % 700),\(Double(Mixing.mixed(UInt64(row + 9000)) % 97)),\(row % 400 == 7 ? 1 : 0)\n"
    }
    let document = try ProfileFixture.document(of: "group,noise,y\n" + rows.joined(), target: "y")
    #expect(document.leaks.isEmpty)
    let one = try ProfileFixture.document(
      of: "x,y\n" + (0..<200).map { "\($0),\($0 == 199 ? 1 : 0)\n" }.joined(), target: "y")
    #expect(one.leaks.isEmpty)
  }

  @Test("categories that go with the target in rows they were not counted on are a leak")
  func determiningCategories() throws {
    let rows = (0..<2000).map { row in
      let group = Mixing.mixed(UInt64(row + 50_000)) % 20
      return "g\(group),\(group < 4 ? 1 : 0)\n"
    }
    let document = try ProfileFixture.document(of: "group,y\n" + rows.joined(), target: "y")
    #expect(document.leaks == [.init(column: "group", measure: "auc", value: 1)])
  }

  @Test("very many columns of one kind leave the matrices of others")
  func wideCategories() throws {
    let names = (0..<61).map { "c\($0)" }
    let rows = (0..<60).map { row in
      (names.indices.map { "t\(Mixing.mixed(UInt64(row * 61 + $0)) % 3)" } + ["\(row)", "\(row % 7)"])
        .joined(separator: ",") + "\n"
    }
    let text = (names + ["x", "y"]).joined(separator: ",") + "\n" + rows.joined()
    let found = try ProfileFixture.document(of: text).correlations
    #expect(found.pearson?.columns == ["x", "y"] && found.pearson?.rowCount == 60)
    #expect(found.spearman != nil && found.cramersV == nil && found.correlationRatio == nil)
    #expect(found.strongest.contains { $0.measure == "pearson" && $0.rowCount == 60 })
  }

  @Test("pairs of very many columns are looked at on rows from everywhere")
  func wideNumbers() throws {
    let count = 4000
    let noise = (0..<61).map { column in
      (0..<count).map { Double(Mixing.mixed(UInt64(column * count + $0)) % 1000) }
    }
    // Equal in the first half of the rows, opposite in the second.
    let late = noise[0].enumerated().map { row, value in row < count / 2 ? value : -value }
    let columns = (noise + [late]).enumerated().map { Column(name: "c\($0)", storage: .floats($1)) }
    let table = Table(columns: columns, rowCount: count)
    var profiler = try TableProfiler(schema: table.schema, threads: 2)
    try profiler.add(table)
    let found = profiler.document().correlations
    #expect(found.pearson == nil)
    let pair = found.strongest.first { $0.first == "c0" && $0.second == "c61" }
    #expect(abs(pair?.value ?? 0) < 0.9)
    #expect(found.strongest.allSatisfy { $0.rowCount == 2000 })
  }

  @Test("repeated rows are estimated with their error, however often one comes", arguments: [1, 20, 5000])
  func repeatedRows(copies: Int) {
    var limits = ProfileLimits(columnCount: 1)
    limits.hashLimit = 2000
    let repeated = 10_000 / copies
    let ids = (0..<12_000).map(Int64.init) + (0..<copies).flatMap { _ in (0..<repeated).map(Int64.init) }
    let column = Column(name: "id", storage: .integers(ids))
    var accumulator = ColumnAccumulator(name: "id", type: .integer, .profile, limits)
    accumulator.begin(column)
    accumulator.take(column, 0..<ids.count)
    accumulator.closeBlock(isCentred: false)
    var keys = KeyTracker(limits)
    keys.closeBlock([accumulator], threads: 1)
    let count = keys.repeatedRows(of: ids.count)
    let error = (count.standardError ?? 0) * Double(count.value)
    #expect(error > 0 && error < 1000)
    #expect(abs(Double(count.value - 10_000)) < 4 * error)
  }

  @Test("the ends of a histogram are the extremes, however many values there are")
  func histogramEnds() throws {
    let ids = (0..<Int64(80_000)).map { $0 * 3 }
    let table = Table(columns: [Column(name: "id", storage: .integers(ids))], rowCount: ids.count)
    var profiler = try TableProfiler(schema: table.schema)
    try profiler.add(table)
    let histogram = try #require(profiler.document().columns[0].histogram)
    #expect(histogram.error > 0)
    #expect(histogram.edges.first == 0 && histogram.edges.last == 239_997)
    #expect(histogram.counts.reduce(0, +) == 80_000)
  }

  @Test("long texts that begin alike are no spellings of one value")
  func longTexts() throws {
    let start = String(repeating: "a", count: 100)
    let document = try ProfileFixture.document(of: "s\n\(start)b\n\(start)c\n\(start)d\n")
    #expect(!document.alerts.contains { $0.kind == "spelling" })
  }

  @Test("times: order, gaps where they are, the usual step")
  func times() throws {
    let text =
      "at,v\n2013-01-01T00:00:00Z,1\n2013-01-01T01:00:00Z,2\n2013-01-01T02:00:00Z,3\n2013-01-05T00:00:00Z,4\n2013-01-05T01:00:00Z,5\n"
    let times = try #require(try ProfileFixture.document(of: text).columns[0].times)
    #expect(times.order == "increasing")
    #expect(times.stepSeconds == 3600 && times.stepShare == 0.75)
    #expect(times.largestGaps?.first?.from == "2013-01-01T02:00:00Z")
    #expect(times.largestGaps?.first?.seconds == 338_400.0)
  }

  @Test("texts: lengths, blanks, looks and spellings")
  func texts() throws {
    let text = "s\nNY\nny\n \" x \"\n\"   \"\nä€\nhttps://example.org/a\na.b@example.org\n"
      .replacing(" \" x \"", with: "\" x \"")
    let document = try ProfileFixture.document(of: text)
    let texts = try #require(document.columns[0].texts)
    #expect(texts.minimumLength == 2 && texts.maximumLength == 21)
    #expect(texts.blankCount == 1 && texts.paddedCount == 1)
    #expect(texts.looksLike == ["url": 1.0 / 7, "email": 1.0 / 7])
    #expect(document.alerts.contains { $0.text.contains("“NY” beside “ny”") })
  }

  @Test("infinite values and huge numbers leave moments out, never break them")
  func huge() throws {
    let document = try ProfileFixture.document(of: "x\n1e308\n-1e308\n1e308\n1.5\n")
    let numbers = try #require(document.columns[0].numbers)
    #expect(numbers.standardDeviation == nil)
    #expect(numbers.negativeCount == 1)
    #expect(try !CanonicalJSON.encode(document).isEmpty)
  }

  @Test("a table without rows or values has a profile")
  func empty() throws {
    let none = try ProfileFixture.document(of: "a,b\n")
    #expect(none.rowCount == 0 && none.columns.map(\.count) == [0, 0])
    let missing = try ProfileFixture.document(of: "a,b\n,1\n,2\n")
    #expect(missing.columns[0].missingCount == 2 && missing.alerts.contains { $0.kind == "missing" })
  }

  @Test("a target that is no column is refused with the nearest name")
  func unknownTarget() {
    #expect(throws: TablesError.unknownColumn(file: "the data", column: "lat", nearest: "late", known: ["id", "late"]))
    {
      try ProfileFixture.document(of: "id,late\n1,2\n", target: "lat")
    }
  }

  /// A seeded table of all types with missing values.
  static func table(rows: Int) -> (header: String, rows: [String]) {
    let lines = (0..<rows).map { row -> String in
      let word = Mixing.mixed(UInt64(row))
      let number = word % 50 == 0 ? "" : "\(Double(word % 100_000) / 7)"
      let note = word % 3 == 0 ? "note \(word)" : "same"
      return
        "\(row),\(number),\(word % 11),\(word % 2 == 0),\(note),2013-01-\(10 + word % 20)T0\(word % 10):00:00Z,\(word % 5 == 0 ? 1 : 0)\n"
    }
    return ("id,x,k,flag,note,at,late\n", lines)
  }
}
