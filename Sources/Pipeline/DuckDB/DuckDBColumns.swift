/// DuckDB's types in our CSV: text in quotes and nothing else, times as RFC 3339 in UTC, missing as nothing.
struct DuckDBColumns {
  private let columns: [DuckDBQuery.Column]
  private let source: String

  /// - Parameter source: whose columns they are, for messages.
  init(_ columns: [DuckDBQuery.Column], of source: String) {
    self.columns = columns
    self.source = source
  }

  /// How a column is written.
  private enum Form {
    /// As DuckDB prints it: digits, `true`, a date.
    case plain
    /// A number or date: NaN is missing, and so is what is infinite: no column here can hold it.
    case float
    case time
    case text
    /// A list, struct, map or JSON value, as JSON text.
    case json
    case unknown
  }

  /// The columns of a SELECT that gives what is to be written. Throws for what no CSV can hold.
  func selection() throws(PipelineError) -> String {
    var parts: [String] = []
    for column in columns {
      let name = SQLText.identifier(column.name)
      let value: String
      switch Self.form(column.type) {
      case .plain: value = name
      case .float: value = "CASE WHEN isfinite(\(name)) THEN \(name) END"
      case .time: value = Self.time("\(name)::TIMESTAMP")
      case .text: value = "\(name)::VARCHAR"
      case .json: value = "to_json(\(name))::VARCHAR"
      case .unknown:
        throw .stepFailed(
          "\(source): the column “\(column.name)” is of type \(column.type.prefix(80)), which no table here can hold: cast it, or leave it out"
        )
      }
      parts.append("\(value) AS \(name)")
    }
    return parts.joined(separator: ", ")
  }

  var csvOptions: String {
    // As literals: names such as "user" would be called as functions here.
    let texts = columns.filter { [.text, .json].contains(Self.form($0.type)) }.map { SQLText.literal($0.name) }
    let quotes = texts.isEmpty ? "" : ", FORCE_QUOTE (\(texts.joined(separator: ", ")))"
    // A line of one missing value would be empty, which is no record. A file of typed rows knows this mark for one.
    return
      "FORMAT csv, HEADER true, DELIMITER ',', QUOTE '\"', ESCAPE '\"', NULLSTR '\(columns.count == 1 ? "null" : "")'"
      + quotes
  }

  /// RFC 3339, with a fraction of a second where there is one. A time that is infinite is missing.
  private static func time(_ value: String) -> String {
    """
    CASE WHEN isfinite(\(value)) THEN strftime(\(value), '%Y-%m-%dT%H:%M:%S') || \
    CASE WHEN epoch_us(\(value)) % 1000000 = 0 THEN '' ELSE rtrim(strftime(\(value), '.%f'), '0') END || 'Z' END
    """
  }

  private static func form(_ type: String) -> Form {
    if type.hasSuffix("]") || type.hasPrefix("STRUCT(") || type.hasPrefix("MAP(") || type.hasPrefix("UNION(") {
      return .json
    }
    if type.hasPrefix("DECIMAL(") { return .plain }
    if type.hasPrefix("ENUM(") { return .text }
    switch type {
    case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
      "UHUGEINT", "BOOLEAN", "NULL", "\"NULL\"", "BIGNUM":
      return .plain
    case "FLOAT", "DOUBLE", "DATE": return .float
    case "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS": return .time
    case "VARCHAR", "UUID", "TIME", "TIME WITH TIME ZONE", "TIME_NS", "INTERVAL", "BIT": return .text
    case "JSON": return .text
    default: return .unknown
    }
  }
}
