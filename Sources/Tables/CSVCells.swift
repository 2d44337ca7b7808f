internal import CTables
internal import Dispatch

/// A column on its way into a CSV file, one value a row.
package enum CSVCells: Sendable {
  case texts(Column.DictionaryColumn)
  /// Missing where NaN.
  case numbers([Float])
  case strings([String?])
}

extension CSVWriter {
  /// Rows that one thread writes at a time.
  private static let pieceRows = 8192

  /// Rows in pieces that follow each other; the same bytes for any number of threads. Numbers are written as short as a
  /// 32-bit float needs to read back the same. There must be at least two columns, or none with missing values, as a
  /// line with nothing is no row.
  package static func pieces(_ columns: [CSVCells], rowCount: Int, threads: Int) -> [[UInt8]] {
    let encoded = columns.map(EncodedCells.init)
    let count = (rowCount + pieceRows - 1) / pieceRows
    var pieces = [[UInt8]](repeating: [], count: count)
    pieces.withUnsafeMutableBufferPointer { buffer in
      // Each place is written by the one thread that has its number, and none is left when this returns.
      nonisolated(unsafe) let buffer = buffer
      let write: @Sendable (Int) -> Void = { index in
        buffer[index] = rows(index * pieceRows..<min(rowCount, (index + 1) * pieceRows), encoded)
      }
      guard threads > 1, count > 1 else { return (0..<count).forEach(write) }
      let strides = min(threads, count)
      DispatchQueue.concurrentPerform(iterations: strides) { first in
        for index in stride(from: first, to: count, by: strides) { write(index) }
      }
    }
    return pieces
  }

  private static func rows(_ range: Range<Int>, _ columns: [EncodedCells]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count * columns.count * 12)
    for row in range {
      for (index, column) in columns.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        column.append(row, to: &bytes)
      }
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }
}

/// A column whose texts are in quotes where they need them.
private enum EncodedCells: Sendable {
  /// Codes, and where the bytes of each code end.
  case texts(codes: [Int32], bytes: [UInt8], ends: [Int])
  case numbers([Float])
  case strings([String?])

  init(_ cells: CSVCells) {
    switch cells {
    case .numbers(let values): self = .numbers(values)
    case .strings(let values): self = .strings(values)
    case .texts(let column):
      var bytes: [UInt8] = []
      var ends: [Int] = []
      for value in column.values {
        CSVWriter.append(value, to: &bytes)
        ends.append(bytes.count)
      }
      self = .texts(codes: column.codes, bytes: bytes, ends: ends)
    }
  }

  func append(_ row: Int, to output: inout [UInt8]) {
    switch self {
    case .texts(let codes, let bytes, let ends):
      let code = Int(codes[row])
      guard code >= 0 else { return }
      output.append(contentsOf: bytes[(code == 0 ? 0 : ends[code - 1])..<ends[code]])
    case .numbers(let values):
      guard values[row].isFinite else { return }
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(TABLES_NUMBER_BYTES)) { buffer in
        guard let start = buffer.baseAddress else { return }
        output.append(contentsOf: buffer.prefix(tables_float_text(values[row], start)))
      }
    case .strings(let values):
      if let text = values[row] { CSVWriter.append(text, to: &output) }
    }
  }
}
