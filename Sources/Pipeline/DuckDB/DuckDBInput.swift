internal import Disk
internal import Store
internal import Tables

/// Files as DuckDB is to read them.
enum DuckDBInput {
  /// A file of a table.
  struct File {
    var name: String
    var isParquet: Bool
    var separator: UInt8
    /// The names of its columns; not for Parquet.
    var header: () throws -> [String]
    /// Gives its bytes, plain CSV or TSV or those of the Parquet file, piece by piece.
    var write: (_ append: ([UInt8]) throws -> Void) throws -> Void

    /// - Parameter file: one that is a table by its name.
    init(_ file: Manifest.File, _ store: Store) {
      self.init(TableSource(name: file.path.text) { store.stream(of: file) })
      isParquet = TableFileFormat(name)?.kind == .parquet
      if isParquet { write = Self.copy { store.stream(of: file) } }
    }

    /// A file of delimited values.
    init(_ source: TableSource) {
      name = source.name
      isParquet = false
      separator = source.separator
      header = { try TableReader([source]).header() }
      write = Self.copy(source.open)
    }

    /// The rows of a table as they are read here, with all their columns' types known.
    init(name: String, rows reader: TableReader, types: [String: ColumnType]) {
      self.name = name
      isParquet = false
      separator = UInt8(ascii: ",")
      header = reader.header
      write = { append in
        let columns = try reader.header()
        try append(CSVWriter.header(columns))
        try reader.forEachBatch(of: 65_536, columns: columns, types: types, dictionaries: .perBatch) { batch in
          try append(CSVWriter.rows(batch))
        }
      }
    }

    private static func copy(
      _ open: @escaping () throws -> any ByteStream
    ) -> (_ append: ([UInt8]) throws -> Void) throws -> Void {
      { append in
        var stream = try open()
        while let block = try stream.next() { try append(block) }
      }
    }
  }

  /// Delimited files that have the same columns in the same order.
  struct Group {
    var header: [String]
    var separator: UInt8
    var paths: [String]

    func isLike(_ other: Group) -> Bool { header == other.header && separator == other.separator }

    func sql(_ reading: ReadOptions) -> String {
      let types = reading.types
      let columns = header.map { "\(SQLText.literal($0)): '\((types[$0] ?? .string).duckdbInput)'" }
      let values = header.map { name in
        // A time without a zone is UTC, one with a zone is brought there.
        types[name] == .timestamp
          ? "\(SQLText.identifier(name))::TIMESTAMP AS \(SQLText.identifier(name))" : SQLText.identifier(name)
      }
      return """
        SELECT \(values.joined(separator: ", ")) FROM read_csv(\(SQLText.list(paths)), auto_detect=false, header=true, \
        columns={\(columns.joined(separator: ", "))}, delim=\(SQLText.literal(String(UnicodeScalar(separator)))), \
        quote='"', escape='"', strict_mode=true, nullstr=\(SQLText.list([""] + reading.missingWords.sorted())), allow_quoted_nulls=false)
        """
    }
  }
}

extension ColumnType {
  /// What DuckDB reads a column of this type as.
  fileprivate var duckdbInput: String {
    switch self {
    case .integer: "BIGINT"
    case .float: "DOUBLE"
    case .boolean: "BOOLEAN"
    case .timestamp: "TIMESTAMPTZ"
    case .string: "VARCHAR"
    }
  }
}
