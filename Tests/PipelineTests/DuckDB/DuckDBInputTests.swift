import Disk
@testable import Pipeline
import Store
import SystemPackage
import Tables
import Testing

@Suite(.enabled(if: DuckDBFixture.isThere, "there is no duckdb: run Scripts/setup")) struct DuckDBInputTests {
  let fixture: DuckDBFixture

  init() throws { fixture = try DuckDBFixture() }

  @Test(
    "a time in any of its forms is that time",
    arguments: [
      ("2013-04-01T02:00Z", "02:00:00Z"), ("2013-04-01 02:00Z", "02:00:00Z"), ("2013-04-01T02:00+02:00", "00:00:00Z"),
      ("2013-04-01T02:00:00z", "02:00:00Z"), ("2013-04-01t02:00:00", "02:00:00Z"),
      ("2013-04-01t02:00:00.25z", "02:00:00.25Z"), ("2013-04-01", "00:00:00Z"),
    ])
  func times(text: String, time: String) throws {
    let answer = try fixture.answer(
      "SELECT t, count(*) OVER () AS n FROM x WHERE t >= TIMESTAMP '2013-04-01'", x: [("a.csv", "t\n\(text)\n")],
      types: ["t": .timestamp])
    #expect(answer == "t,n\n2013-04-01T\(time),1\n")
  }

  @Test("the first and last times stay")
  func farTimes() throws {
    let text = "at\n0001-01-01T00:00:00Z\n9999-12-31T23:59:59.999999Z\n"
    #expect(try fixture.answer("FROM x", x: [("a.csv", text)], types: ["at": .timestamp]) == text)
  }

  @Test(
    "files that DuckDB would not read as we do are read as we do",
    arguments: [
      // All in quotes, blanks among numbers.
      ("\"a\",\"b\"\n\"1\",\"\"\n\"\",\"x\"\n", "a,\"b\"\n1,\"\"\n,\"x\"\n"),
      // Empty lines, before the header too.
      ("\n\na,b\n1,x\n\n\n2,y\n\n", "a,\"b\"\n1,\"x\"\n2,\"y\"\n"),
      // Line ends of three kinds.
      ("a,b\r\n1,x\n2,y\r\n", "a,\"b\"\n1,\"x\"\n2,\"y\"\n"),
      ("a,b\n1,\"x\r\ny\"\n2,NA\n3,\"NA\"\n4,\\N\n", "a,\"b\"\n1,\"x\r\ny\"\n2,\n3,\"NA\"\n4,\"\\N\"\n"),
      // A mark at the beginning, no line end at the end, no rows.
      ("\u{FEFF}a,b\n1,x", "a,\"b\"\n1,\"x\"\n"), ("a,b\n", "a,\"b\"\n"),
    ])
  func odd(text: String, answer: String) throws {
    #expect(try fixture.answer("SELECT a, b FROM x", x: [("a.csv", text)], types: ["a": .integer]) == answer)
  }

  @Test("a column alone has its missing values and no others")
  func oneColumn() throws {
    let text = "a\n\nx\n\nNA\n\"\"\n"
    #expect(try fixture.answer("SELECT count(*) AS n, count(a) AS m FROM x", x: [("a.csv", text)]) == "n,m\n3,2\n")
  }

  @Test("a record may have as many bytes as one that we read")
  func longRecord() throws {
    let text = String(repeating: "\"\",\n", count: 1_200_000)
    let answer = try fixture.answer(
      "SELECT a, length(b) AS n FROM x", x: [("a.csv", "a,b\n1,\"\(text)\"\n2,y\n")], types: ["a": .integer])
    #expect(answer == "a,n\n1,3600000\n2,1\n")
  }

  @Test("numbers keep their last digit")
  func numbers() throws {
    let text =
      "f,i\n0.1,9223372036854775807\n5e-324,-9223372036854775807\n1.7976931348623157e+308,0\n-0.30000000000000004,1\n"
    let answer = try fixture.answer("SELECT i, f FROM x", x: [("a.csv", text)], types: ["f": .float, "i": .integer])
    #expect(
      answer
        == "i,f\n-9223372036854775807,5e-324\n0,1.7976931348623157e+308\n1,-0.30000000000000004\n9223372036854775807,0.1\n"
    )
  }

  @Test("columns whose names are one in SQL are refused, and those that are not stay apart")
  func names() throws {
    #expect(
      fixture.failure("FROM x", x: [("a.csv", "a,A\n1,2\n")])
        == "the input “x” has columns called “a” and “A”, which are one name in SQL: rename one")
    #expect(
      try fixture.answer("FROM x", x: [("a.csv", "ü,Ü,\"q\"\"'{,\"\n1,2,3\n")])
        == "\"ü\",\"Ü\",\"q\"\"'{,\"\n\"1\",\"2\",\"3\"\n")
  }
}
