/// The values of one column, one a row. Every storage has its own mark for a missing value.
package struct Column: Hashable, Sendable {
  /// Missing values are ``missingInteger`` in integers and timestamps, NaN in floats, -1 in booleans and codes.
  package enum Storage: Hashable, Sendable {
    case integers([Int64])
    case floats([Double])
    /// 1, 0, or -1 where missing.
    case booleans([Int8])
    /// ``ticksPerSecond`` a second, since 1970.
    case timestamps([Int64])
    case strings(DictionaryColumn)
  }

  /// Text as codes into a dictionary of distinct values, in the order of their first row.
  package struct DictionaryColumn: Hashable, Sendable {
    /// One a row: an index into `values`, or -1 where missing.
    package var codes: [Int32]
    package var values: [String]

    package init(codes: [Int32], values: [String]) {
      self.codes = codes
      self.values = values
    }
  }

  /// What a timestamp counts: microseconds.
  package static let ticksPerSecond: Int64 = 1_000_000

  /// The integer that stands for a missing value; a file that holds it as a number is read as text.
  package static let missingInteger = Int64.min

  package var name: String
  package var storage: Storage

  package init(name: String, storage: Storage) {
    self.name = name
    self.storage = storage
  }

  package var type: ColumnType {
    switch storage {
    case .integers: .integer
    case .floats: .float
    case .booleans: .boolean
    case .timestamps: .timestamp
    case .strings: .string
    }
  }

  package var count: Int {
    switch storage {
    case .integers(let values), .timestamps(let values): values.count
    case .floats(let values): values.count
    case .booleans(let values): values.count
    case .strings(let column): column.codes.count
    }
  }
}
