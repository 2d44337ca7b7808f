import Disk
@testable import Tables
import Testing

@Suite struct TypeInferenceTests {
  private func column(_ values: [String]) throws -> Column {
    try reader("k,v\n" + values.map { "0,\($0)\n" }.joined()).readTable().columns[1]
  }

  @Test(
    "a type does not depend on the order of rows",
    arguments: [
      (["1", "\"2.5\""], ColumnType.float), (["\"1\"", "2.5"], .float), (["\"1\"", "\"2\""], .integer),
      (["1", "2.5", "x"], .string), (["true", "2013-01-01"], .string), (["1", "true", "NA"], .string),
      (["9223372036854775807", "-9223372036854775807"], .integer), (["1234567890123456789", "1"], .integer),
      (["-9223372036854775808", "1"], .string), (["12345678901234567890", "1"], .string),
      (["9007199254740993", "0.5"], .string), (["9007199254740992", "0.5"], .float), (["007", "1"], .string),
      (["-01", "1"], .string), (["0", "-0", "+5", "0.5"], .float), (["00.5", "1"], .string), (["1e999", "1"], .string),
      (["\"\"", "1"], .integer), (["\"NA\"", "1"], .string), (["2013-01-01T10:00:00Z", "2013-01-01"], .timestamp),
      (["2013-01-01T10:00:00.123456000Z", "2013-01-01"], .timestamp),
      (["2013-01-01T10:00:00.123456001Z", "2013-01-01"], .string),
    ])
  func order(values: [String], type: ColumnType) throws {
    #expect(try column(values).type == type)
    #expect(try column(values.reversed()).type == type)
  }

  @Test(
    "a quoted empty value is an empty text in a text column, whichever row it is in",
    arguments: [["\"\"", "x", "NA"], ["NA", "\"\"", "x"], ["x", "\"\"", "NA"], ["\"\"", "1", "x", "NA"]])
  func quotedEmpty(values: [String]) throws {
    let expected = values.map { $0 == "NA" ? nil : $0 == "\"\"" ? "" : $0 }
    #expect(try column(values).texts == expected)
  }

  @Test("a given type takes what a found one would not: leading zeros, quotes that mean text")
  func given() throws {
    #expect(try reader("a\n007\n\"8\"\n").readTable(types: ["a": .integer]).columns[0].texts == ["7", "8"])
    let time = try reader("a\n2013-01-01T10:00:00.1234569Z\n").readTable(types: ["a": .timestamp])
    #expect(time.columns[0].texts == ["2013-01-01T10:00:00.123456Z"])
    let text = "a,b,c\n\"1\",\"2013-01-01\",\"\"\n\"2\",\"2013-01-02\",\"\"\n"
    let quoted = TableSource(typedRowsOf: "q.parquet") { MemoryStream(Array(text.utf8)) }
    #expect(try TableReader([quoted]).readTable().columns.map(\.type) == [.string, .timestamp, .string])
  }

  @Test("a type that the first rows do not show is found, whole and in batches", arguments: [1, 7, 1 << 20])
  func late(blockBytes: Int) throws {
    let rows = (0..<200).map { "\($0),\($0),,\($0 < 150 ? "" : "x")\n" }.joined() + "1.5,x,2,x\n,,,\n"
    let reader = reader("a,b,c,d\n" + rows, blockBytes: blockBytes)
    let expected: [ColumnType] = [.float, .string, .integer, .string]
    let table = try reader.readTable()
    #expect(table.columns.map(\.type) == expected)
    let (batches, schema, _) = try reader.forEachInferredBatch(of: 50, begin: { _ in [Table]() }) { $0.append($1) }
    #expect(schema.columns.map(\.type) == expected)
    #expect(batches.map(\.rowCount) == [50, 50, 50, 50, 2])
    for index in 0..<4 { #expect(batches.flatMap { $0.columns[index].texts } == table.columns[index].texts) }
    #expect(try reader.inspect().missingCounts == [1, 1, 201, 151])
  }

  @Test("19-digit integers keep every digit")
  func longIntegers() throws {
    #expect(
      try column(["1234567890123456789", "9223372036854775807"]).texts == [
        "1234567890123456789", "9223372036854775807",
      ])
  }

  @Test(
    "what is nearly a time is no time",
    arguments: [
      "2013-01-01T10:00:00.", "2013-01-01T10:00:00+25:00", "2013-01-01T10:00:00+02:61", "2013-02-29", "2013-13-01",
      "2013-01-01T24:00:00Z", "2013-01-01T10", "2013-01-01Z", "13-01-01",
    ])
  func nearlyTimes(text: String) throws { #expect(try column([text]).type == .string) }

  @Test(
    "times are microseconds in UTC",
    arguments: [
      ("2013-01-01T10:00:00Z", 1_357_034_400_000_000 as Int64), ("2013-01-01 10:00:00+02:00", 1_357_027_200_000_000),
      ("2013-01-01", 1_356_998_400_000_000), ("1969-12-31T23:59:59.5Z", -500_000),
      ("2000-02-29T00:00", 951_782_400_000_000), ("2013-01-01t10:00:00.1234560z", 1_357_034_400_123_456),
    ])
  func times(text: String, ticks: Int64) throws { #expect(try column([text]).storage == .timestamps([ticks])) }
}
