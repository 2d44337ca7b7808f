internal import Disk

/// How files become one table.
package struct ReadOptions: Hashable, Sendable {
  /// What a value that does not fit its column's type does, and a row with too few or too many values.
  package enum ErrorPolicy: String, Codable, Hashable, Sendable, CaseIterable {
    /// Nothing is read.
    case fail
    /// The value is missing; of a row that is too short, the last ones; surplus values are passed over.
    case null
    /// The file is left out, whole.
    case rejectFile = "reject-file"
  }

  /// What a file does whose columns are not those of the first.
  package enum ColumnsMode: String, Codable, Hashable, Sendable, CaseIterable {
    /// It is an error; of ``ErrorPolicy/rejectFile``, the file is left out.
    case same
    /// The table has the columns of all files; what a file lacks is missing in its rows.
    case union
  }

  /// Types that are known. Where none is, all rows are looked at.
  package var types: [String: ColumnType]
  /// Unquoted words for a missing value. An empty value is missing whatever they are.
  package var missingWords: Set<String>
  package var onError: ErrorPolicy
  package var columns: ColumnsMode
  /// Bytes that a stream's bytes are dealt out in. The result is the same whatever it is.
  package var blockBytes = 1 << 19
  package var threads = Processors.count

  package static let usualMissingWords: Set<String> = ["NA", "N/A", "NaN", "nan", "null", "NULL", "None"]

  /// What stands for a missing value where an empty one would make an empty line. With no word for it, quotes with
  /// nothing in them, which are missing in all columns but those of text.
  var missingMark: String {
    if missingWords.contains("NA") { return "NA" }
    let isPlain = { (word: String) in !word.isEmpty && !word.utf8.contains { [9, 10, 13, 34, 44].contains($0) } }
    return missingWords.filter(isPlain).min() ?? "\"\""
  }

  package init(
    types: [String: ColumnType] = [:], missingWords: Set<String> = ReadOptions.usualMissingWords,
    onError: ErrorPolicy = .fail, columns: ColumnsMode = .same
  ) {
    self.types = types
    self.missingWords = missingWords
    self.onError = onError
    self.columns = columns
  }
}
