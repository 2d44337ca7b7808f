extension TableReader {
  /// Copies all rows, as CSV with the columns of the first file, and adds the given columns behind them. Pieces of
  /// about a megabyte are given to `write`.
  ///
  /// - Parameter columns: as many values as there are rows.
  package func copy(adding columns: [Column], _ write: ([UInt8]) throws -> Void) throws {
    var adder = ColumnAdder(columns: columns, words: options.missingWords)
    var buffer = CSVWriter.header(try header() + columns.map(\.name))
    try forEachLine { isHeader, bytes in
      guard !isHeader else { return }
      let breakBytes = bytes.count > 1 && bytes[bytes.count - 2] == 13 ? 2 : 1
      buffer.append(contentsOf: bytes.dropLast(breakBytes))
      try adder.append(to: &buffer)
      guard buffer.count >= 1 << 20 else { return }
      try write(buffer)
      buffer.removeAll(keepingCapacity: true)
    }
    if !buffer.isEmpty { try write(buffer) }
  }
}

/// Writes the values of columns row by row, their texts made for some thousand rows at a time.
private struct ColumnAdder {
  let columns: [Column]
  let words: Set<String>
  private var row = 0
  private var texts: [[String?]] = []
  private static let batch = 8192

  init(columns: [Column], words: Set<String>) {
    self.columns = columns
    self.words = words
  }

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
      CSVWriter.append(text, isText: column.type == .string, words: words, to: &buffer)
    }
    buffer.append(UInt8(ascii: "\n"))
    row += 1
  }
}
