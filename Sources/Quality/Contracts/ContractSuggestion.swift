package import Disk
package import SystemPackage
package import Tables

/// Proposes a contract from versions that were good: each of them keeps it.
package struct ContractSuggestion {
  /// A version that the contract is made from.
  package struct Source {
    package var name: String
    package var reader: TableReader

    package init(name: String, reader: TableReader) {
      self.name = name
      self.reader = reader
    }
  }

  private let sources: [Source]
  private let disk: Disk
  private let folder: FilePath

  package init(_ sources: [Source], disk: Disk, folder: FilePath) {
    self.sources = sources
    self.disk = disk
    self.folder = folder
  }

  /// Columns that are looked at for keys: each may need a file for them.
  private static let limitKeyColumns = 64

  /// The contract as YAML with comments: the same sources give the same text.
  ///
  /// - Parameter isReadable: whether a text is a contract; of one that is not the lists of values are left out.
  package func text(_ isReadable: (String) -> Bool = { _ in true }) throws -> String {
    let schemas = try sources.map { try $0.reader.inferredSchema() }
    guard let first = schemas.first else { throw TablesError.noRows("there is nothing to make a contract from") }
    let share = min(Self.limitKeyColumns, first.columns.count)
    var rest = share
    let columns = first.columns.compactMap { column -> ColumnEvidence? in
      let types = schemas.compactMap { schema in schema.columns.first { $0.name == column.name }?.type }
      let type = Self.common(types)
      let mayBeKey = rest > 0 && (type == .string || type == .integer)
      if mayBeKey { rest -= 1 }
      return ColumnEvidence(
        name: column.name, type: type, isEverywhere: types.count == schemas.count, disk: disk,
        folder: folder, share: mayBeKey ? share : 0)
    }
    var evidence = columns
    var rowCounts: [Int] = []
    for (source, schema) in zip(sources, schemas) {
      let known = evidence.filter { column in schema.index(of: column.name) != nil }.map(\.name)
      let types = Dictionary(evidence.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
      var rows = 0
      for index in evidence.indices { evidence[index].begin() }
      try source.reader.forEachBatch(of: RuleFactory.rowsInBatch, columns: known, types: types, dictionaries: .perBatch)
      { table in
        for (name, column) in zip(known, table.columns) {
          guard let index = evidence.firstIndex(where: { $0.name == name }) else { continue }
          try evidence[index].take(ColumnView(column), firstRow: rows)
        }
        rows += table.rowCount
      }
      for index in evidence.indices { try evidence[index].end(rowCount: rows) }
      rowCounts.append(rows)
    }
    let text = document(evidence, rowCounts, schemas, namesValues: true)
    return isReadable(text) ? text : document(evidence, rowCounts, schemas, namesValues: false)
  }

  /// A type that all versions can be read as.
  private static func common(_ types: [ColumnType]) -> ColumnType {
    let kinds = Set(types)
    if kinds.count == 1, let only = kinds.first { return only }
    return kinds == [.integer, .float] ? .float : .string
  }

  private func document(
    _ columns: [ColumnEvidence], _ rowCounts: [Int], _ schemas: [Schema], namesValues: Bool
  ) -> String {
    let (fewest, most) = (rowCounts.min() ?? 0, rowCounts.max() ?? 0)
    let names = Set(schemas.flatMap { $0.columns.map(\.name) })
    let isOrdered = schemas.allSatisfy { $0.columns.map(\.name) == schemas[0].columns.map(\.name) }
    var lines = [
      "# Made from \(comment(sources.map(\.name).joined(separator: ", "))).",
      "# A beginning: look at each line, and loosen or tighten it.", "version: 1", "columns:",
    ]
    for column in columns { lines += column.lines(namesValues: namesValues) }
    lines.append("extra-columns: \(names.count == columns.count ? "error" : "allow")")
    if isOrdered { lines.append("# order: strict               # the columns come in this order") }
    lines.append(
      "rows: {min: \(fewest / 2), max: \(max(1, most * 2))}   # seen: \(fewest)\(most > fewest ? " to \(most)" : "")")
    lines.append("# rows: {against: {last: 5, within: 50%}}   # against the versions before")
    return lines.joined(separator: "\n") + "\n"
  }

  private func comment(_ text: String) -> String {
    String(text.prefix(500).map { $0.isNewline || $0.asciiValue.map { $0 < 32 } == true ? " " : $0 })
  }
}
