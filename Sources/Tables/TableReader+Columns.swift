extension TableReader {
  /// Copies all rows, as CSV with the columns of the first file, and adds the given columns behind them. Pieces of
  /// about a megabyte are given to `write`.
  ///
  /// - Parameter columns: as many values as there are rows.
  package func copy(adding columns: [Column], _ write: ([UInt8]) throws -> Void) throws {
    var adder = ColumnAdder(columns: columns)
    var buffer = CSVWriter.header(try header() + columns.map(\.name))
    let names = try header()
    var places: [Int] = []
    try forEachRecord { source, record in
      if record.row == 0 {
        let own = record.fields.map { record.text($0) ?? "" }
        places = names.compactMap { own.firstIndex(of: $0) }
        return
      }
      for (index, place) in places.enumerated() {
        if index > 0 { buffer.append(UInt8(ascii: ",")) }
        Self.append(record, record.fields[place], source.separator, to: &buffer)
      }
      try adder.append(to: &buffer)
      guard buffer.count >= 1 << 20 else { return }
      try write(buffer)
      buffer.removeAll(keepingCapacity: true)
    }
    if !buffer.isEmpty { try write(buffer) }
  }

  /// The value as it was written, in quotes where it was, or where a comma had no meaning before.
  private static func append(_ record: CSVRecord, _ field: CSVField, _ separator: UInt8, to buffer: inout [UInt8]) {
    let bytes = UnsafeBufferPointer(rebasing: record.bytes[field.start..<field.end])
    let isQuoted = field.isQuoted || separator != UInt8(ascii: ",") && bytes.contains(UInt8(ascii: ","))
    if isQuoted { buffer.append(UInt8(ascii: "\"")) }
    buffer.append(contentsOf: bytes)
    if isQuoted { buffer.append(UInt8(ascii: "\"")) }
  }
}

/// Writes the values of columns row by row, their texts made for some thousand rows at a time.
private struct ColumnAdder {
  let columns: [Column]
  private var row = 0
  private var texts: [[String?]] = []
  private static let batch = 8192

  init(columns: [Column]) { self.columns = columns }

  mutating func append(to buffer: inout [UInt8]) throws(TablesError) {
    if row % Self.batch == 0 {
      let rowCount = columns.first?.count ?? .max
      guard row < rowCount else { throw .noRows("there are more rows than the \(rowCount) that were read before") }
      let rows = Array(row..<min(rowCount, row + Self.batch))
      texts = columns.map { $0.gather(rows).texts }
    }
    for (index, column) in columns.enumerated() {
      buffer.append(UInt8(ascii: ","))
      guard row % Self.batch < texts[index].count, let text = texts[index][row % Self.batch] else { continue }
      CSVWriter.append(text, isText: column.type == .string, to: &buffer)
    }
    buffer.append(UInt8(ascii: "\n"))
    row += 1
  }
}
