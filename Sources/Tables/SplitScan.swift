/// Reads what a split looks at, a batch at a time: of a key column no more stays than a number a row.
package struct SplitScan {
  private let reader: TableReader

  package init(_ reader: TableReader) { self.reader = reader }

  /// ``SplitHash`` of the columns' values, for each row.
  package func hashes(of columns: [String]) throws -> [UInt64] { try keys(of: columns).hashes }

  /// ``SplitHash`` of the columns' values, for each row, and the rows where one of them is missing.
  package func keys(of columns: [String]) throws -> (hashes: [UInt64], keyless: [Int]) {
    var (hashes, keyless): ([UInt64], [Int]) = ([], [])
    try forEachBatch(columns) { batch in
      hashes += batch.hashes()
      keyless += batch.keyless()
    }
    return (hashes, keyless)
  }

  /// The column's values as numbers from 0, in the order of their first rows; a missing value is one of them.
  package func classes(of column: String) throws -> [Int32] {
    var numbers: [String?: Int32] = [:]
    var all: [Int32] = []
    try forEachBatch([column]) { batch in
      for text in batch.columns[0].texts() {
        let number = numbers[text] ?? Int32(numbers.count)
        numbers[text] = number
        all.append(number)
      }
    }
    guard numbers.count * 2 <= all.count || numbers.count < 3 else {
      throw TablesError.invalidSplit(
        "the column “\(column)” has \(numbers.count) values in \(all.count) rows: there is nothing to stratify by")
    }
    return all
  }

  /// The rows as text, with the row before the first.
  func forEachBatch(_ columns: [String], _ body: (SplitBatch) throws -> Void) throws {
    var row = 0
    let types = Dictionary(columns.map { ($0, ColumnType.string) }, uniquingKeysWith: { first, _ in first })
    var memory = columns.map { _ in TextHashes() }
    try reader.forEachBatch(of: 65_536, columns: columns, types: types, dictionaries: .perBatch) {
      table in
      for (index, column) in table.columns.enumerated() {
        if case .strings(let texts) = column.storage { memory[index].update(texts) }
      }
      try body(SplitBatch(firstRow: row, rowCount: table.rowCount, columns: memory))
      row += table.rowCount
    }
  }
}

/// Some rows of text columns.
struct SplitBatch {
  var firstRow: Int
  var rowCount: Int
  var columns: [TextHashes]

  /// Of the columns together, for each row.
  func hashes() -> [UInt64] {
    guard let first = columns.first else { return [] }
    var hashes = first.rows()
    for column in columns.dropFirst() {
      for (row, hash) in column.rows().enumerated() { hashes[row] = SplitHash.join(hashes[row], hash) }
    }
    return hashes
  }

  /// The rows of the table where a column is missing.
  func keyless() -> [Int] {
    (0..<rowCount).filter { row in columns.contains { $0.isMissing(row) } }.map { firstRow + $0 }
  }

  /// The values of a row, for messages.
  func text(_ row: Int) -> String { columns.map { $0.text(row) ?? "" }.joined(separator: ", ") }
}

/// A batch of a text column, each of its values hashed once.
struct TextHashes {
  private var column = Column.DictionaryColumn(codes: [], values: [])
  private var hashes: [UInt64] = []
  private static let missing = SplitHash.hash(nil)

  mutating func update(_ next: Column.DictionaryColumn) {
    hashes = next.values.map { SplitHash.hash($0) }
    column = next
  }

  func isMissing(_ row: Int) -> Bool { column.codes[row] < 0 }
  func rows() -> [UInt64] { column.codes.map { $0 < 0 ? Self.missing : hashes[Int($0)] } }
  func texts() -> [String?] { column.codes.map { $0 < 0 ? nil : column.values[Int($0)] } }
  func text(_ row: Int) -> String? { column.codes[row] < 0 ? nil : column.values[Int(column.codes[row])] }
}
