package import Tables

/// One side of a comparison: a table that can be read as often as needed.
package struct ComparedTable: Sendable {
  /// For people: `flights@v1`, or a path.
  package var name: String
  package var digest: String?
  package var reader: TableReader
  /// Types that are known already, by column; the others are found by looking at all rows.
  package var types: [String: ColumnType]

  package init(name: String, digest: String? = nil, reader: TableReader, types: [String: ColumnType] = [:]) {
    self.name = name
    self.digest = digest
    self.reader = reader
    self.types = types
  }
}

/// A whole table in bounded memory.
struct TableSketch: Sendable {
  var schema: Schema
  var rowCount = 0
  var columns: [ColumnSketch]

  static let batchRows = 65_536

  init(_ table: ComparedTable) throws {
    let names = try table.reader.header()
    schema =
      names.allSatisfy { table.types[$0] != nil }
      ? Schema(columns: names.map { Schema.Column(name: $0, type: table.types[$0] ?? .string) })
      : try table.reader.inferredSchema(types: table.types)
    columns = schema.columns.map { ColumnSketch(name: $0.name, type: $0.type) }
    try table.reader.forEachBatch(of: Self.batchRows, columns: names, types: schema.typesByName) { batch in
      rowCount += batch.rowCount
      for index in columns.indices { columns[index].add(batch.columns[index]) }
    }
    for index in columns.indices { columns[index].finish() }
  }

  subscript(name: String) -> ColumnSketch? { columns.first { $0.name == name } }
}

extension Schema {
  var typesByName: [String: ColumnType] {
    Dictionary(columns.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
  }
}
