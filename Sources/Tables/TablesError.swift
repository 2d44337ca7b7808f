/// What can be wrong with a table, in one sentence with its place.
package enum TablesError: Error, Equatable, Sendable {
  /// Bytes that are no CSV. `row` counts data rows from 1 (the header is row 0), `line` physical lines.
  case malformed(file: String, row: Int, line: Int, reason: String)
  /// A value that does not fit its column's type.
  case unfitting(file: String, row: Int, line: Int, column: String, value: String, type: ColumnType)
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
    case .unfitting(let file, let row, let line, let column, let value, let type):
      "\(file): \(place(row, line)), column “\(column)”: “\(value)” is not \(type.article)"
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
