/// Columns of equal length. Row `i` is the i-th value of each.
package struct Table: Hashable, Sendable {
  package var columns: [Column]
  package var rowCount: Int

  /// Every column must have `rowCount` values.
  package init(columns: [Column], rowCount: Int) {
    precondition(columns.allSatisfy { $0.count == rowCount }, "columns of a table have as many values as it has rows")
    self.columns = columns
    self.rowCount = rowCount
  }

  package var schema: Schema { Schema(columns: columns.map { Schema.Column(name: $0.name, type: $0.type) }) }

  /// The column called `name`; nil where there is none.
  package subscript(name: String) -> Column? { columns.first { $0.name == name } }
}
