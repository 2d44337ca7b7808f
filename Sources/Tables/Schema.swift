/// What a column holds.
package enum ColumnType: String, Codable, Hashable, Sendable, CaseIterable {
  /// 64-bit signed integers, but for the least of them.
  case integer
  /// IEEE 754 doubles.
  case float
  /// `true`/`false`.
  case boolean
  /// Instants, in microseconds since 1970-01-01T00:00:00Z.
  case timestamp
  /// Text, dictionary-encoded.
  case string
}

/// The names and types of a table's columns, in order. Names are unique and never empty.
package struct Schema: Codable, Hashable, Sendable {
  /// One column of a schema.
  package struct Column: Codable, Hashable, Sendable {
    package var name: String
    package var type: ColumnType

    package init(name: String, type: ColumnType) {
      self.name = name
      self.type = type
    }
  }

  package var columns: [Column]

  package init(columns: [Column]) { self.columns = columns }

  /// The position of the column called `name`; nil where there is none.
  package func index(of name: String) -> Int? { columns.firstIndex { $0.name == name } }
}
