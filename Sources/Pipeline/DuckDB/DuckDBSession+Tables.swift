internal import Disk
internal import Foundation
internal import Records
internal import Store
internal import SystemPackage
internal import Tables

extension DuckDBSession {
  private static let batchRows = 65_536

  /// Makes a version a table: Parquet as it is where nothing was said of how to read it, all else as `reader` reads it.
  ///
  /// - Parameter reader: of the artifact's files; where it does not know the types, all rows are looked at.
  func attach(_ table: String, _ artifact: Artifact, in store: Store, reader: TableReader) throws {
    let files = try store.manifest(artifact.digest).files.filter { TableFileFormat($0.path.text) != nil }
    let isUsual = try StoredReading.said(of: artifact, in: store)?.isUsual ?? true
    if isUsual, files.allSatisfy({ TableFileFormat($0.path.text)?.kind == .parquet }) {
      return try attach(table, parquet: files, in: store)
    }
    var types = reader.options.types
    if try reader.header().contains(where: { types[$0] == nil }) {
      for column in try reader.inferredSchema().columns { types[column.name] = column.type }
    }
    try attach(table, rows: reader, types: types)
  }

  /// Makes rows a table. They are written out first, as they are read here.
  ///
  /// - Parameter types: columns that neither it nor the reader knows the type of are text.
  func attach(_ table: String, rows reader: TableReader, types: [String: ColumnType]) throws {
    let names = try reader.header()
    try Self.check(names, of: "the input “\(table)”")
    let schema = Schema(
      columns: names.map {
        Schema.Column(name: $0, type: types[$0] ?? reader.options.types[$0] ?? .string)
      })
    let path = newInput(".csv", name: "the input “\(table)”")
    let target = try disk.create(path)
    var written = DuckDBTable(schema)
    try reader.forEachBatch(of: Self.batchRows, columns: names, types: types, dictionaries: .perBatch) { batch in
      try written.append(batch) { try target.write($0) }
    }
    add(table, [written.select(from: path.string)])
  }

  /// Makes Parquet files that have the same columns a table, with the types that DuckDB finds in them.
  func attach(_ table: String, parquet files: [Manifest.File], in store: Store) throws {
    let paths = try files.map { file in
      let path = newInput(".parquet", name: file.path.text)
      let target = try disk.create(path)
      var stream = store.stream(of: file)
      while let block = try stream.next() { try target.write(block) }
      return path.string
    }
    let columns = try parquetColumns(paths, names: files.map(\.path.text))
    for (file, names) in zip(files, columns) {
      try Self.check(names, of: file.path.text)
      let (missing, extra) = (columns[0].filter { !names.contains($0) }, names.filter { !columns[0].contains($0) })
      guard missing.isEmpty, extra.isEmpty else {
        throw TablesError.differentColumns(
          file: file.path.text, first: files[0].path.text, missing: missing, extra: extra)
      }
    }
    add(table, paths.map { "SELECT * FROM read_parquet(\(SQLText.literal($0)))" })
  }

  /// Refuses names of which DuckDB would give one the values of another, or a name that nobody wrote.
  static func check(_ names: [String], of source: String) throws(PipelineError) {
    var seen: [String: String] = [:]
    for name in names {
      guard let other = seen.updateValue(name, forKey: folded(name)) else { continue }
      throw .stepFailed(
        other == name
          ? "\(source) gives two columns called “\(name)”: rename one"
          : "\(source) has columns called “\(other)” and “\(name)”, which are one name in SQL: rename one")
    }
  }

  /// As DuckDB compares names: letters of ASCII are the same in either case, and no others.
  static func folded(_ name: String) -> String {
    String(decoding: name.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }, as: UTF8.self)
  }

  /// The names of the outermost columns of each file, as they are in it.
  private func parquetColumns(_ paths: [String], names: [String]) throws -> [[String]] {
    struct Node: Decodable {
      var file: String
      var name: String
      var children: Int
    }
    var nodes: [String: [Node]] = [:]
    do {
      var output = try run(
        "SELECT file_name AS file, name, coalesce(num_children, 0)::BIGINT AS children FROM parquet_schema(\(SQLText.list(paths)));"
      )
      nodes = Dictionary(grouping: try JSONDecoder().decode([Node].self, from: Data(try output.readAll())), by: \.file)
    } catch let failure as DuckDBFailure {
      throw TablesError.unreadableFile(
        names.prefix(5).joined(separator: ", "), reason: "it cannot be read as Parquet: \(failure.text)")
    }
    return paths.map { path in
      // The root, then each column with what is in it behind it.
      var (columns, depth) = ([String](), 0)
      for node in (nodes[path] ?? []).dropFirst() {
        if depth == 0 { columns.append(node.name) } else { depth -= 1 }
        depth += node.children
      }
      return columns
    }
  }
}
