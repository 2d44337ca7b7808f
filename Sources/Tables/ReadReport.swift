/// What reading did that the table does not show.
package struct ReadReport: Codable, Hashable, Sendable {
  /// A file that was left out, and why.
  package struct Rejection: Codable, Hashable, Sendable {
    package var file: String
    package var reason: String
  }

  /// A file without some columns of the table.
  package struct Filling: Codable, Hashable, Sendable {
    package var file: String
    package var columns: [String]
  }

  /// The files that were read, in order.
  package var files: [String] = []
  package var rejected: [Rejection] = []
  package var filled: [Filling] = []
  /// How many values of a column did not fit its type and became missing.
  package var nulled: [String: Int] = [:]
  /// Rows with too few or too many values.
  package var raggedRowCount = 0
  /// The first few of both, each in a sentence with its place.
  package var places: [String] = []

  package init() {}

  /// The same in sentences, one a matter; empty where nothing is to be said.
  package var notes: [String] {
    var notes = rejected.map { "left out: \($0.reason)" }
    notes += filled.map { "\($0.file) has no \($0.columns.joined(separator: ", ")): missing there" }
    for (column, count) in nulled.sorted(by: { $0.key < $1.key }) {
      notes.append("column “\(column)”: \(count) value\(count == 1 ? "" : "s") did not fit and became missing")
    }
    if raggedRowCount > 0 {
      notes.append("\(raggedRowCount) row\(raggedRowCount == 1 ? "" : "s") had too few or too many values")
    }
    return notes + places
  }
}
