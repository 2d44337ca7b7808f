package import Tables

/// How the files of a dataset version are read as a table, kept with the version so that every step sees the same.
package struct ReadingOptions: Codable, Hashable, Sendable {
  package var types: [String: ColumnType]
  /// Nil for the usual words.
  package var missing: [String]?
  package var onError: ReadOptions.ErrorPolicy
  package var columns: ReadOptions.ColumnsMode

  package init(
    types: [String: ColumnType] = [:], missing: [String]? = nil, onError: ReadOptions.ErrorPolicy = .fail,
    columns: ReadOptions.ColumnsMode = .same
  ) {
    self.types = types
    self.missing = missing
    self.onError = onError
    self.columns = columns
  }

  /// Whether nothing differs from what is done where nothing is said.
  package var isUsual: Bool { self == ReadingOptions() }

  /// The options of the reader. `found` are the types of columns that nothing is said of.
  package func options(found: [String: ColumnType] = [:]) -> ReadOptions {
    ReadOptions(
      types: types.merging(found) { given, _ in given },
      missingWords: missing.map { Set($0) } ?? ReadOptions.usualMissingWords, onError: onError, columns: columns)
  }
}
