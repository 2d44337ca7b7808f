internal import Disk
internal import Foundation
internal import Jobs
internal import Store
internal import Tables

/// A SELECT statement of a user's: checked to be one, and no more than that, before DuckDB computes it.
struct DuckDBQuery {
  /// Its rows' order, on which the bytes of the answer depend.
  enum Order: Equatable {
    /// By its own ORDER BY, which it must have; rows that are equal by it, by all columns from the first to the last.
    case own
    /// By these columns, then by all others from the first to the last.
    case columns([String])
  }

  /// A column of the answer, with DuckDB's type.
  struct Column: Equatable {
    var name: String
    var type: String
  }

  let session: DuckDBSession
  /// What messages call it: `features.sql`, `the query`.
  let name: String
  let columns: [Column]
  /// SQL that gives the rows in their order.
  let ordered: String

  /// Longer texts are no query of a person's.
  static let limitBytes = 100_000

  /// Throws, with the place in the query, what DuckDB says against it.
  init(_ text: String, name: String, order: Order, in session: DuckDBSession) throws {
    self.session = session
    self.name = name
    guard text.utf8.count <= Self.limitBytes, !text.utf8.contains(0) else {
      throw PipelineError.stepFailed("\(name) is longer than \(Self.limitBytes) bytes, or holds a NUL: it is no query")
    }
    let (tree, mentions, volatile) = try Self.tree(text, name, session)
    do {
      columns = try Self.columns(session.describe(text))
    } catch let failure as DuckDBFailure { throw Self.told(failure, text, name) }
    try Self.check(columns, name)
    if let failure = mentions.variance(volatile: volatile, inputs: session.tables) {
      throw Self.told(failure, text, name)
    }
    switch order {
    case .own:
      guard let sorted = DuckDBOrder.completed(tree, columnCount: columns.count) else {
        throw PipelineError.stepFailed(
          "\(name) says no order of its rows: end it with ORDER BY, or give the step `order`: a list of columns, or `any`"
        )
      }
      let sql = try Self.answer("SELECT json_deserialize_sql(\(SQLText.literal(sorted))) AS answer;", session).answer
      ordered = "SELECT * FROM query(\(SQLText.literal(sql)))"
    case .columns(let first):
      for wanted in first where !columns.contains(where: { $0.name == wanted }) {
        let names = columns.map(\.name)
        throw PipelineError.stepFailed(
          "`order` names the column “\(wanted)”, which \(name) does not give: "
            + (nearestWord(to: wanted, among: names).map { "did you mean “\($0)”?" }
              ?? "it gives \(names.prefix(30).joined(separator: ", "))"))
      }
      let rest = columns.map(\.name).filter { !first.contains($0) }
      ordered =
        "SELECT * FROM query(\(SQLText.literal(text))) ORDER BY "
        + (first + rest).map(SQLText.identifier).joined(separator: ", ")
    }
  }

  /// The rows as CSV, typed: text is in quotes, and nothing else is.
  func csv() throws -> DuckDBRows {
    let shape = DuckDBColumns(columns, of: name)
    return DuckDBRows(
      try session.run(
        "COPY (SELECT \(try shape.selection()) FROM (\(ordered))) TO '/dev/stdout' (\(shape.csvOptions));"),
      name: name)
  }

  /// The rows as a Parquet file, written the same with any number of threads.
  func parquet() throws -> DuckDBRows {
    DuckDBRows(
      try session.run(
        "COPY (\(ordered)) TO '/dev/stdout' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880, PARQUET_VERSION v1);"
      ),
      name: name)
  }

  // MARK: Checks

  /// What DuckDB has against a text.
  private struct Refusal: Decodable {
    var error_type: String?
    var error_message: String?
    var position: String?
  }

  /// The one statement as DuckDB's JSON, what it names, and the functions that DuckDB calls volatile.
  private static func tree(
    _ text: String, _ name: String, _ session: DuckDBSession
  ) throws -> (tree: String, mentions: SQLMentions, volatile: Set<String>) {
    let row = try answer(
      """
      SELECT json_serialize_sql(\(SQLText.literal(text)))::VARCHAR AS answer, (SELECT string_agg(DISTINCT \
      function_name, ' ') FROM duckdb_functions() WHERE stability IN ('VOLATILE', 'CONSISTENT_WITHIN_QUERY')) AS volatile;
      """, session)
    if row.answer.hasPrefix("{\"error\":true") {
      let refusal = try JSONDecoder().decode(Refusal.self, from: Data(row.answer.utf8))
      guard refusal.error_type == "parser" else {
        throw PipelineError.stepFailed("\(name) must be one SELECT statement: others change something, and are refused")
      }
      throw told(
        DuckDBFailure(
          text: refusal.error_message ?? "it is no SQL", position: refusal.position.flatMap { Int($0) }), text, name)
    }
    let mentions = SQLMentions(tree: row.answer)
    guard mentions.statementCount == 1 else {
      throw PipelineError.stepFailed(
        mentions.statementCount > 1
          ? "\(name) has \(mentions.statementCount) statements: write one SELECT"
          : "\(name) is empty: write a SELECT")
    }
    return (row.answer, mentions, Set((row.volatile ?? "").split(separator: " ").map(String.init)))
  }

  /// The one row of a statement of ours.
  private struct Answer: Decodable {
    var answer: String
    var volatile: String?
  }

  private static func answer(_ statement: String, _ session: DuckDBSession) throws -> Answer {
    var output = try session.run(statement)
    guard let row = try JSONDecoder().decode([Answer].self, from: Data(try output.readAll())).first else {
      throw DuckDBFailure(text: "DuckDB gave no answer")
    }
    return row
  }

  /// What `DESCRIBE` gives.
  static func columns(_ output: DuckDBOutput) throws -> [Column] {
    struct Row: Decodable {
      var column_name: String
      var column_type: String
    }
    var output = output
    return try JSONDecoder().decode([Row].self, from: Data(try output.readAll())).map {
      Column(name: $0.column_name, type: $0.column_type)
    }
  }

  private static func check(_ columns: [Column], _ name: String) throws(PipelineError) {
    guard columns.allSatisfy({ !$0.name.isEmpty }) else {
      throw .stepFailed("\(name) gives a column without a name: name it by AS")
    }
    try DuckDBSession.check(columns.map(\.name), of: name)
  }

  /// The failure with its place: `features.sql:3:5: …`.
  private static func told(_ failure: DuckDBFailure, _ text: String, _ name: String) -> PipelineError {
    guard let position = failure.position, position <= text.utf8.count else {
      return .stepFailed("\(name): \(failure.text)")
    }
    let before = Array(text.utf8.prefix(position))
    let line = before.count { $0 == 10 } + 1
    let column = String(decoding: before[((before.lastIndex(of: 10) ?? -1) + 1)...], as: UTF8.self).count + 1
    return .stepFailed("\(name):\(line):\(column): \(failure.text)")
  }
}

/// The bytes of an answer; its failure names the query.
struct DuckDBRows: ByteStream {
  private let output: DuckDBOutput
  private let name: String

  init(_ output: DuckDBOutput, name: String) {
    self.output = output
    self.name = name
  }

  func next() throws -> [UInt8]? {
    do { return try output.next() } catch let failure as DuckDBFailure {
      throw PipelineError.stepFailed("\(name): \(failure.text)")
    }
  }
}
