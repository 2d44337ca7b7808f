/// Writes tables as CSV: quotes only where needed, numbers as short as they read back the same, missing as nothing.
package enum CSVWriter {
  /// A record of its own: the header line.
  package static func header(_ names: [String]) -> [UInt8] {
    var bytes: [UInt8] = []
    for (index, name) in names.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append(name, to: &bytes)
    }
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  /// The rows of a table, without a header.
  package static func rows(_ table: Table) -> [UInt8] {
    let columns = table.columns.map(\.texts)
    var bytes: [UInt8] = []
    for row in 0..<table.rowCount {
      for (index, column) in columns.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        if let text = column[row] {
          // A text that reads as a missing value is told apart by its quotes.
          append(text, isText: table.columns[index].type == .string, to: &bytes)
        }
      }
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }

  /// The shortest decimal that reads back as the same number.
  package static func text(_ value: Double) -> String {
    if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
    return "\(value)"
  }

  /// RFC 3339 in UTC.
  package static func timestampText(_ seconds: Int64) -> String {
    let days = Int((Double(seconds) / 86_400).rounded(.down))
    let second = Int(seconds) - days * 86_400
    let (year, month, day) = CivilDate.date(ofDay: days)
    func padded(_ value: Int, _ width: Int = 2) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    return
      "\(padded(year, 4))-\(padded(month))-\(padded(day))T\(padded(second / 3600)):\(padded(second / 60 % 60)):\(padded(second % 60))Z"
  }

  static func append(_ text: String, isText: Bool = true, to bytes: inout [UInt8]) {
    let utf8 = Array(text.utf8)
    let isWord = isText && utf8.withUnsafeBufferPointer { utf8.isEmpty || ValueParser.isMissing($0, 0, utf8.count) }
    guard isWord || utf8.contains(where: { [34, 44, 10, 13].contains($0) }) else {
      bytes += utf8
      return
    }
    bytes.append(34)
    for byte in utf8 {
      if byte == 34 { bytes.append(34) }
      bytes.append(byte)
    }
    bytes.append(34)
  }
}
