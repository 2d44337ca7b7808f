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
    /// Plain CSV or TSV, or the bytes of the Parquet file.
    var open: () throws -> any ByteStream
    /// The names of its columns; not for Parquet.
    var header: () throws -> [String]

    /// - Parameter file: one that is a table by its name.
    init(_ file: Manifest.File, _ store: Store) {
      self.init(TableSource(name: file.path.text) { store.stream(of: file) })
      isParquet = TableFileFormat(name)?.kind == .parquet
      if isParquet { open = { store.stream(of: file) } }
    }

    /// A file of delimited values.
    init(_ source: TableSource) {
      name = source.name
      isParquet = false
      separator = source.separator
      open = source.open
      header = { try TableReader([source]).header() }
    }
  }

  /// Delimited files that have the same columns in the same order.
  struct Group {
    var header: [String]
    var separator: UInt8
    var paths: [String]

    func isLike(_ other: Group) -> Bool { header == other.header && separator == other.separator }

    /// Unquoted words for a missing value, as ``TableReader`` has them.
    private static let missingWords = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None"]

    func sql(_ types: [String: ColumnType]) -> String {
      let columns = header.map { "\(SQLText.literal($0)): '\((types[$0] ?? .string).duckdbInput)'" }
      let values = header.map { name in
        // A time without a zone is UTC, one with a zone is brought there.
        types[name] == .timestamp
          ? "\(SQLText.identifier(name))::TIMESTAMP AS \(SQLText.identifier(name))" : SQLText.identifier(name)
      }
      return """
        SELECT \(values.joined(separator: ", ")) FROM read_csv(\(SQLText.list(paths)), auto_detect=false, header=true, \
        columns={\(columns.joined(separator: ", "))}, delim=\(SQLText.literal(String(UnicodeScalar(separator)))), \
        quote='"', escape='"', strict_mode=true, nullstr=\(SQLText.list(Self.missingWords)), allow_quoted_nulls=false)
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
