internal import Tables

/// A table as it is written for DuckDB: CSV in one form, whatever the files looked like that it was read from.
///
/// It has no header and a line feed after each record. Text is in quotes and nothing else is; times are microseconds
/// since 1970; what is missing is a mark without quotes.
struct DuckDBTable {
  private let schema: Schema
  /// In bytes. DuckDB must be told before it reads a longer one than it expects.
  private var longestRecord = 0

  private static let missing = Array(#"\N"#.utf8)
  /// What DuckDB expects where it is told nothing.
  private static let usualRecordBytes = 2_000_000
  /// Pieces of this size are written.
  private static let pieceBytes = 1 << 20

  init(_ schema: Schema) { self.schema = schema }

  /// Writes a batch of its rows.
  mutating func append(_ table: Table, to write: ([UInt8]) throws -> Void) throws {
    let columns = table.columns.map { Cells($0.storage) }
    var bytes: [UInt8] = []
    for row in 0..<table.rowCount {
      let start = bytes.count
      for (index, column) in columns.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        if !column.append(row, to: &bytes) { bytes += Self.missing }
      }
      bytes.append(UInt8(ascii: "\n"))
      longestRecord = max(longestRecord, bytes.count - start)
      if bytes.count >= Self.pieceBytes {
        try write(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
    }
    try write(bytes)
  }

  /// A SELECT of its rows out of the file with what was written.
  func select(from path: String) -> String {
    let types = schema.columns.enumerated().map { "'c\($0)': '\($1.type.inDuckDB)'" }
    let values = schema.columns.enumerated().map { index, column in
      (column.type == .timestamp ? "make_timestamp(c\(index))" : "c\(index)")
        + " AS \(SQLText.identifier(column.name))"
    }
    // Its buffers are sixteen times the longest record, unless it is told.
    let room =
      longestRecord > Self.usualRecordBytes
      ? ", max_line_size=\(longestRecord + 1), buffer_size=\(max(32_000_000, longestRecord + 1))" : ""
    return """
      SELECT \(values.joined(separator: ", ")) FROM read_csv(\(SQLText.literal(path)), auto_detect=false, header=false, \
      columns={\(types.joined(separator: ", "))}, delim=',', quote='"', escape='"', strict_mode=true, new_line='\\n', \
      nullstr='\\N', allow_quoted_nulls=false\(room))
      """
  }

  /// A batch's values of a column, texts in the quotes that they are written in.
  private enum Cells {
    case integers([Int64])
    case floats([Double])
    case booleans([Int8])
    case texts(codes: [Int32], values: [[UInt8]])

    init(_ storage: Column.Storage) {
      switch storage {
      case .integers(let values), .timestamps(let values): self = .integers(values)
      case .floats(let values): self = .floats(values)
      case .booleans(let values): self = .booleans(values)
      case .strings(let column): self = .texts(codes: column.codes, values: column.values.map(Self.quoted))
      }
    }

    /// False where the value is missing.
    func append(_ row: Int, to bytes: inout [UInt8]) -> Bool {
      switch self {
      case .integers(let values):
        guard values[row] != Column.missingInteger else { return false }
        bytes += String(values[row]).utf8
      case .floats(let values):
        guard !values[row].isNaN else { return false }
        bytes += CSVWriter.text(values[row]).utf8
      case .booleans(let values):
        guard values[row] >= 0 else { return false }
        bytes += (values[row] == 1 ? "true" : "false").utf8
      case .texts(let codes, let values):
        guard codes[row] >= 0 else { return false }
        bytes += values[Int(codes[row])]
      }
      return true
    }

    private static func quoted(_ text: String) -> [UInt8] {
      var bytes: [UInt8] = [34]
      for byte in text.utf8 {
        if byte == 34 { bytes.append(34) }
        bytes.append(byte)
      }
      return bytes + [34]
    }
  }
}

extension ColumnType {
  /// What DuckDB reads a column of this type as.
  fileprivate var inDuckDB: String {
    switch self {
    case .integer, .timestamp: "BIGINT"
    case .float: "DOUBLE"
    case .boolean: "BOOLEAN"
    case .string: "VARCHAR"
    }
  }
}
