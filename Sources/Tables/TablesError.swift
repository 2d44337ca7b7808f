/// What can be wrong with a table, in one sentence with its place.
package enum TablesError: Error, Equatable, Sendable {
  /// Bytes that are no CSV. `row` counts data rows from 1 (the header is row 0), `line` physical lines.
  case malformed(file: String, row: Int, line: Int, reason: String)
  /// A value that does not fit its column's type.
  case unfitting(file: String, row: Int, line: Int, column: String, value: String, type: ColumnType)
  /// A row with too few or too many values.
  case ragged(file: String, row: Int, line: Int, count: Int, width: Int)
  /// A value that is not text in UTF-8.
  case notText(file: String, row: Int, line: Int, column: String)
  /// A file that was written to while it was read.
  case changed(String)
  /// `nearest` is what was probably meant.
  case unknownColumn(file: String, column: String, nearest: String?, known: [String])
  case differentColumns(file: String, first: String, missing: [String], extra: [String])
  case noRows(String)
  /// Bytes that are not what the file's name says.
  case unreadableFile(String, reason: String)
  case invalidSplit(String)
  case invalidTarget(String)
}

extension TablesError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .malformed(let file, let row, let line, let reason): "\(file): \(place(row, line)): \(reason)"
    case .ragged(let file, let row, let line, let count, let width):
      "\(file): \(place(row, line)): it has \(count) values, the header has \(width)"
    case .unfitting(let file, let row, let line, let column, let value, let type):
      "\(file): \(place(row, line)), column “\(column)”: “\(Self.shown(value))” is not \(type.article)"
    case .notText(let file, let row, let line, let column):
      "\(file): \(place(row, line)), column “\(column)”: the text is not UTF-8: save the file in that encoding"
    case .changed(let file): "\(file) was changed while it was read: read it again when it is complete"
    case .unknownColumn(let file, let column, let nearest, let known):
      "\(file) has no column “\(column)”: "
        + (nearest.map { "did you mean “\($0)”?" } ?? "it has \(known.prefix(30).joined(separator: ", "))")
    case .differentColumns(let file, let first, let missing, let extra):
      "\(file) does not have the columns of \(first)"
        + (missing.isEmpty ? "" : ": it lacks \(missing.joined(separator: ", "))")
        + (extra.isEmpty ? "" : ": it adds \(extra.joined(separator: ", "))")
    case .unreadableFile(let file, let reason): "\(file): \(reason)"
    case .noRows(let what), .invalidSplit(let what), .invalidTarget(let what): what
    }
  }
}

extension TablesError {
  /// A value's beginning, without control characters.
  private static func shown(_ value: String) -> String {
    String(value.prefix(80).map { $0.unicodeScalars.contains { $0.value < 32 || $0.value == 127 } ? "·" : $0 })
  }
}

private func place(_ row: Int, _ line: Int) -> String {
  row == 0 ? "header (line \(line))" : "row \(row) (line \(line))"
}

extension ColumnType {
  fileprivate var article: String {
    switch self {
    case .integer: "a whole number"
    case .float: "a number"
    case .boolean: "true or false"
    case .timestamp: "a time such as 2013-04-01T02:00:00Z"
    case .string: "a text"
    }
  }
}
