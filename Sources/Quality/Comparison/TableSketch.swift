package import Tables

/// One side of a comparison: a table that can be read as often as needed.
package struct ComparedTable: Sendable {
  /// For people: `flights@v1`, or a path.
  package var name: String
  package var digest: String?
  package var reader: TableReader

  package init(name: String, digest: String? = nil, reader: TableReader) {
    self.name = name
    self.digest = digest
    self.reader = reader
  }
}

/// A whole table in bounded memory.
struct TableSketch: Sendable {
  var schema: Schema
  var rowCount: Int
  var columns: [ColumnSketch]

  static let batchRows = 65_536

  init(_ table: ComparedTable) throws {
    let found = try table.reader.forEachInferredBatch(of: Self.batchRows) { schema in
      (rowCount: 0, columns: schema.columns.map { ColumnSketch(name: $0.name, type: $0.type) })
    } _: { state, batch in
      state.rowCount += batch.rowCount
      for index in state.columns.indices { state.columns[index].add(batch.columns[index]) }
    }
    (schema, rowCount, columns) = (found.schema, found.state.rowCount, found.state.columns)
    for index in columns.indices { columns[index].finish() }
  }

  subscript(name: String) -> ColumnSketch? { columns.first { $0.name == name } }
}
