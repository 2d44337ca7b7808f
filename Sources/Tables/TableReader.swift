/// Reads files as one table, columns matched by name.
package struct TableReader: Sendable {
  private let sources: [TableSource]

  package init(_ sources: [TableSource]) { self.sources = sources }

  /// The column names, in the order of the first file.
  package func header() throws -> [String] {
    guard let first = sources.first else { throw TablesError.noRows("the data has no file that is a table") }
    var names: [String] = []
    try CSVScanner(first).forEachRecord { record in
      names = try Self.names(record, of: first)
      return false
    }
    guard !names.isEmpty else { throw TablesError.noRows("\(first.name) is empty: it has not even a header") }
    return names
  }

  /// The whole table. All rows are looked at to find a column's type, unless `types` gives it.
  ///
  /// - Parameter columns: the names to read, in that order; nil reads all.
  package func readTable(columns: [String]? = nil, types: [String: ColumnType] = [:]) throws -> Table {
    let names = try self.names(columns)
    var builders = names.map { ColumnBuilder(name: $0, type: types[$0]) }
    try fill(&builders)
    if builders.contains(where: \.isOvertaken) {
      builders = builders.map { ColumnBuilder(name: $0.name, type: $0.type) }
      try fill(&builders)
    }
    return try table(builders)
  }

  /// The names and types of all columns, as ``readTable(columns:types:)`` finds them: every row is looked at.
  package func inferredSchema(types: [String: ColumnType] = [:]) throws -> Schema { try readTable(types: types).schema }

  /// The table in pieces of at most `rowCount` rows, in bounded memory. Columns without a type in `types` are text.
  /// Codes of a text column go on from piece to piece.
  package func forEachBatch(
    of rowCount: Int, columns: [String], types: [String: ColumnType], _ body: (Table) throws -> Void
  ) throws {
    let names = try self.names(columns)
    var builders = names.map { ColumnBuilder(name: $0, type: types[$0] ?? .string) }
    var rows = 0
    try fill(&builders) { builders in
      rows += 1
      guard rows == rowCount else { return }
      rows = 0
      try body(table(builders))
      for index in builders.indices { builders[index].removeRows() }
    }
    if rows > 0 { try body(table(builders)) }
  }

  /// How many data rows there are.
  package func countRows() throws -> Int {
    var count = 0
    try forEachRow { _, _ in count += 1 }
    return count
  }

  /// Each data row of each file as a record, the header of its file before it as row 0.
  func forEachRecord(_ body: (TableSource, CSVRecord) throws -> Void) throws {
    for source in sources {
      var width = 0
      try CSVScanner(source).forEachRecord { record in
        if record.row == 0 { width = try Self.names(record, of: source).count }
        try Self.check(record, width, source)
        try body(source, record)
        return true
      }
    }
  }

  private func forEachRow(_ body: (TableSource, CSVRecord) throws -> Void) throws {
    try forEachRecord { source, record in if record.row > 0 { try body(source, record) } }
  }

  private func fill(
    _ builders: inout [ColumnBuilder], afterRow: (inout [ColumnBuilder]) throws -> Void = { _ in }
  ) throws {
    let first = try header()
    for source in sources {
      var places: [Int] = []
      var width = 0
      try CSVScanner(source).forEachRecord { record in
        if record.row == 0 {
          let names = try Self.names(record, of: source)
          try checkNames(names, first, of: source)
          width = names.count
          places = builders.compactMap { builder in names.firstIndex(of: builder.name) }
          return true
        }
        try Self.check(record, width, source)
        for (index, place) in places.enumerated() where !builders[index].append(record, record.fields[place]) {
          throw TablesError.unfitting(
            file: source.name, row: record.row, line: record.line, column: builders[index].name,
            value: String((record.text(record.fields[place]) ?? "?").prefix(80)), type: builders[index].type ?? .string)
        }
        try afterRow(&builders)
        return true
      }
    }
  }

  private func names(_ columns: [String]?) throws -> [String] {
    let known = try header()
    guard let columns else { return known }
    for column in columns where !known.contains(column) {
      throw TablesError.unknownColumn(
        file: sources.first?.name ?? "", column: column, nearest: nearestWord(to: column, among: known), known: known)
    }
    return columns
  }

  private func checkNames(_ names: [String], _ first: [String], of source: TableSource) throws(TablesError) {
    let missing = first.filter { !names.contains($0) }
    let extra = names.filter { !first.contains($0) }
    guard missing.isEmpty, extra.isEmpty else {
      throw .differentColumns(file: source.name, first: sources[0].name, missing: missing, extra: extra)
    }
  }

  private func table(_ builders: [ColumnBuilder]) throws(TablesError) -> Table {
    var columns: [Column] = []
    for builder in builders {
      guard let column = builder.column() else {
        throw .malformed(
          file: sources[0].name, row: 0, line: 1, reason: "the column “\(builder.name)” holds text that is not UTF-8")
      }
      columns.append(column)
    }
    return Table(columns: columns, rowCount: columns.first?.count ?? 0)
  }

  private static func check(_ record: CSVRecord, _ width: Int, _ source: TableSource) throws(TablesError) {
    guard record.fields.count == width else {
      throw .malformed(
        file: source.name, row: record.row, line: record.line,
        reason: "it has \(record.fields.count) values, the header has \(width)")
    }
  }

  private static func names(_ record: CSVRecord, of source: TableSource) throws(TablesError) -> [String] {
    var names: [String] = []
    for field in record.fields {
      guard let name = record.text(field), !name.isEmpty else {
        throw .malformed(file: source.name, row: 0, line: record.line, reason: "column \(names.count + 1) has no name")
      }
      guard !names.contains(name) else {
        throw .malformed(file: source.name, row: 0, line: record.line, reason: "two columns are called “\(name)”")
      }
      names.append(name)
    }
    return names
  }
}
