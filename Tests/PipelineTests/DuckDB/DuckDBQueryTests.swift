import Disk
@testable import Pipeline
import Tables
import Testing

@Suite(.enabled(if: DuckDBFixture.isThere, "there is no duckdb: run Scripts/setup")) struct DuckDBQueryTests {
  let fixture: DuckDBFixture

  init() throws { fixture = try DuckDBFixture() }

  private static let flights = [
    (
      "a.csv",
      "id,delay,at,carrier,late\n1,2.5,2013-01-10T10:10:00Z,\"NA\",true\n2,NA,2013-01-10T10:10:00.5+02:00,NA,FALSE\n"
    ),
    ("b.csv", "delay,id,at,carrier,late\r\n1e5,+3,2013-01-10,\"x,\"\"y\"\"\r\nz\",\r\n"),
  ]
  private static let types: [String: ColumnType] = [
    "id": .integer, "delay": .float, "at": .timestamp, "carrier": .string, "late": .boolean,
  ]

  @Test("files become one table by the names of their columns, with our types and missing words")
  func types() throws {
    let answer = try fixture.answer("SELECT * FROM x", x: Self.flights, types: Self.types)
    #expect(
      answer == """
        id,delay,at,"carrier",late
        1,2.5,2013-01-10T10:10:00Z,"NA",true
        2,,2013-01-10T08:10:00.5Z,,false
        3,100000.0,2013-01-10T00:00:00Z,"x,""y""\r
        z",\n
        """)
  }

  @Test(
    "every type that a query gives has one form",
    arguments: [
      ("0.1::DOUBLE + 0.2", "0.30000000000000004"), ("1e300 * 1e300", ""), ("'nan'::DOUBLE", ""),
      ("sum(2::BIGINT)", "2"), ("1.50::DECIMAL(5,2)", "1.50"), ("DATE '2013-02-03'", "2013-02-03"), ("1 = 1", "true"),
      ("'infinity'::DATE", ""), ("'infinity'::TIMESTAMP", ""),
      ("TIMESTAMPTZ '2013-01-01 01:00:00+02'", "2012-12-31T23:00:00Z"),
      ("TIMESTAMP_NS '2013-01-01 01:00:00.123456789'", "2013-01-01T01:00:00.123456Z"),
      ("''", "\"\""), ("'a\"b'", "\"a\"\"b\""), ("[1, NULL]", "\"[1,null]\""), ("{'a': 1}", "\"{\"\"a\"\":1}\""),
      ("NULL", ""), ("TIME '01:02:03'", "\"01:02:03\""),
    ])
  func forms(expression: String, text: String) throws {
    let answer = try fixture.answer("SELECT 1 AS one, \(expression) AS v")
    #expect(answer.split(separator: "\n").last == "1,\(text)")
  }

  @Test("no rows, one column and odd names come out whole")
  func shapes() throws {
    #expect(try fixture.answer("SELECT 1 AS a WHERE false") == "a\n")
    #expect(try fixture.answer("SELECT NULL::INTEGER AS a") == "a\nnull\n")
    #expect(try fixture.answer("SELECT 1 AS \"he,\"\"llo\", 2 AS \"ü 夜\"") == "\"he,\"\"llo\",ü 夜\n1,2\n")
  }

  @Test(
    "what is no single SELECT, or reaches outside, is refused",
    arguments: [
      ("SELECT 1; SELECT 2", "2 statements"), ("", "q.sql is empty"), ("-- nothing", "q.sql is empty"),
      ("ATTACH '/tmp/x.db'", "one SELECT"), ("COPY x TO '/tmp/x.csv'", "one SELECT"), ("INSTALL httpfs", "one SELECT"),
      ("SET threads = 9", "one SELECT"), ("PRAGMA database_list", "one SELECT"),
      ("CREATE TABLE y AS SELECT 1", "one SELECT"),
      ("DROP VIEW x", "one SELECT"), (".shell touch /tmp/nightshift-escaped", "q.sql:1:1: syntax error"),
      ("SELECT 1 AS a;\n.shell ls", "q.sql:2:1: syntax error"),
      ("SELECT * FROM read_csv('/etc/passwd')", "disabled by configuration"),
      ("SELECT * FROM read_text('/etc/passwd')", "disabled by configuration"),
      ("SELECT * FROM read_text('/dev/stdout')", "disabled by configuration"),
      (
        "SELECT * FROM read_csv('/dev/stdout', columns = {'a': 'VARCHAR'}, auto_detect = false)",
        "disabled by configuration"
      ),
      ("SELECT * FROM glob('/etc/*')", "disabled by configuration"), ("SELECT getenv('HOME') AS a", "getenv"),
      ("SELECT * FROM '/etc/passwd'", "does not exist"),
      ("SELECT * FROM query('COPY x TO ''/tmp/x.csv''')", "single SELECT"),
    ])
  func refused(query: String, reason: String) {
    let failure = fixture.failure(query, x: [("a.csv", "id\n1\n")])
    #expect(failure.contains(reason), "\(failure)")
    #expect(!failure.contains("no failure") && !failure.contains("\n"))
  }

  @Test("a comment or string that looks like a command of the shell is none")
  func dots() throws {
    #expect(try fixture.answer("SELECT 1 AS a -- c\n;\n/*\n.shell exit 1\n*/") == "a\n1\n")
    #expect(try fixture.answer("SELECT '\n.quit\n' AS a") == "\"a\"\n\"\n.quit\n\"\n")
  }

  @Test(
    "mistakes are told at their line and column",
    arguments: [
      ("SELECT id\nFROM x\nORDER BX id", "q.sql:3:7: syntax error at or near \"BX\""),
      (
        "SELECT id,\n  zz\nFROM x",
        "q.sql:2:3: Referenced column \"zz\" not found in FROM clause!; Candidate bindings: \"id\""
      ),
      ("SELECT 1 AS a, 2 AS a", "q.sql gives two columns called “a”: rename one"),
      (
        "SELECT 1 AS a, 2 AS \"A\"",
        "q.sql has columns called “a” and “A”, which are one name in SQL: rename one"
      ),
      (
        "SELECT 'x'::BLOB AS b",
        "q.sql: the column “b” is of type BLOB, which no table here can hold: cast it, or leave it out"
      ),
      ("SELECT CAST('x' || id AS INTEGER) AS n FROM x", "q.sql: Could not convert string 'x1' to INT32"),
    ])
  func mistakes(query: String, text: String) {
    let failure = fixture.failure(query, x: [("a.csv", "id\n1\n")])
    #expect(failure.hasPrefix(text), "\(failure)")
  }

  @Test("a broken input names the file and the line")
  func brokenInput() {
    let failure = fixture.failure("SELECT * FROM x", x: [("landing/a.csv", "a,b\n1,2\n1,2,3\n")])
    #expect(failure.contains("landing/a.csv: row 2 (line 3): it has 3 values"), "\(failure)")
  }

  @Test("order is the query's own, made total, or the one that was declared")
  func order() throws {
    let rows = [("a.csv", "a,b\n2,x\n1,z\n1,y\n")]
    #expect(
      try fixture.answer("SELECT a, b FROM x ORDER BY a", .own, x: rows)
        == "\"a\",\"b\"\n\"1\",\"y\"\n\"1\",\"z\"\n\"2\",\"x\"\n")
    #expect(try fixture.answer("SELECT b FROM x ORDER BY a DESC LIMIT 2", .own, x: rows) == "\"b\"\n\"x\"\n\"y\"\n")
    #expect(
      try fixture.answer("SELECT b, a FROM x", .columns(["a"]), x: rows).hasPrefix(
        "\"b\",\"a\"\n\"y\",\"1\"\n\"z\",\"1\"\n"))
    #expect(
      fixture.failure("WITH c AS (SELECT * FROM x ORDER BY a) SELECT * FROM c", .own, x: rows).contains("says no order")
    )
    #expect(fixture.failure("SELECT a FROM x", .columns(["aa"]), x: rows).contains("did you mean “a”?"))
  }

  @Test("sums of floats are the same each time")
  func sums() throws {
    let query =
      "WITH t AS MATERIALIZED (FROM range(400000) r(i)) SELECT sum(1 / (i + 1)) AS s, avg(sqrt(i)) AS a FROM t"
    #expect(Set(try (0..<4).map { _ in try fixture.answer(query) }).count == 1)
  }

  @Test(
    "what could be another answer with the same inputs is refused, at its place",
    arguments: [
      ("SELECT a,\n  Random() AS r FROM x", "q.sql:2:3: random gives something else"),
      ("SELECT main.now() AS a", "q.sql:1:8: now gives something else"),
      ("SELECT current_date AS a", "q.sql:1:8: current_date is another time each night"),
      ("SELECT list_transform([1], lambda y: uuid()) AS a", "uuid gives"),
      ("SELECT a FROM x ORDER BY random()", "random gives"),
      ("SELECT a FROM (SELECT a FROM x WHERE a > ago(INTERVAL 1 DAY)::VARCHAR)", "ago gives"),
      ("SELECT age(TIMESTAMP '2013-01-01') AS a", "age gives"),
      ("SELECT current_setting('memory_limit') AS a", "current_setting gives"),
      ("SELECT * FROM query('SELECT random() AS a')", "query is refused"),
      ("SELECT name FROM duckdb_settings()", "duckdb_settings is refused"),
      ("SELECT table_name FROM information_schema.tables", "“information_schema.tables” is no input"),
      (
        "WITH duckdb_tables AS (SELECT 1) SELECT * FROM system.main.duckdb_tables", "“system.duckdb_tables” is no input"
      ),
      ("SELECT view_name FROM duckdb_views", "“duckdb_views” is no input"),
      ("FROM (SHOW TABLES)", "SHOW and DESCRIBE are refused"),
      ("SELECT a FROM x USING SAMPLE 1 ROWS", "a sample without a seed"),
      ("SELECT a FROM x TABLESAMPLE 10%", "a sample without a seed"),
    ])
  func variance(query: String, text: String) {
    let failure = fixture.failure(query, x: [("a.csv", "a\n1\n")])
    #expect(failure.contains(text), "\(failure)")
  }

  @Test(
    "what only looks like it is not",
    arguments: [
      ("SELECT x.\"now\", x.current_date FROM x", "\"now\",\"current_date\"\n\"1\",\"2\"\n"),
      ("SELECT 'random()' AS \"uuid()\"", "\"uuid()\"\n\"random()\"\n"),
      ("WITH random AS (SELECT 1 AS a) SELECT a FROM Random, X, generate_series(1, 1)", "a\n1\n"),
      ("SELECT age(TIMESTAMP '2013-01-02', TIMESTAMP '2013-01-01')::VARCHAR AS a", "\"a\"\n\"1 day\"\n"),
      ("SELECT a.now FROM memory.main.x AS a", "\"now\"\n\"1\"\n"),
      (
        """
        WITH RECURSIVE t(a, b) USING KEY (a) AS (SELECT 1, 1 UNION ALL SELECT t.a, t.b + 1 FROM t, recurring.t AS r
        WHERE t.b < 3) SELECT b FROM t
        """, "b\n3\n"
      ),
      ("SELECT coalesce(1, error('none')) AS a", "a\n1\n"),
      ("SELECT count(*) AS n FROM range(9) USING SAMPLE 4 ROWS (reservoir, 42)", "n\n4\n"),
      ("SELECT length(" + [String](repeating: "'a'", count: 400).joined(separator: "||") + ") AS n", "n\n400\n"),
    ])
  func looks(query: String, answer: String) throws {
    #expect(try fixture.answer(query, x: [("a.csv", "now,current_date\n1,2\n")]) == answer)
  }

  @Test("variables stand for values")
  func variables() throws {
    let session = try fixture.session()
    session.set("cut", to: SQLText.literal("o'clock"))
    var rows = try DuckDBQuery("SELECT getvariable('cut') AS v", name: "q", order: .columns([]), in: session).csv()
    #expect(String(decoding: try rows.readAll(), as: UTF8.self) == "\"v\"\n\"o'clock\"\n")
  }
}

@Suite struct DuckDBLocationTests {
  @Test("without DuckDB the sentence names the remedy")
  func missing() {
    let failure = #expect(throws: PipelineError.self) {
      try DuckDB.locate(nil, variable: { $0 == "PATH" ? "/nowhere" : nil })
    }
    #expect("\(String(describing: failure))".contains("run Scripts/setup or `pip install duckdb-cli`"))
  }

  @Test("what is named but is no program is said to be none")
  func wrong() {
    #expect(
      throws: PipelineError.stepFailed(
        "`duckdb` in nightshift.yaml names /etc/passwd, which is no program: give the absolute path of duckdb")
    ) {
      try DuckDB.locate("/etc/passwd")
    }
  }
}
