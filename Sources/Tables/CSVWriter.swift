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
  ///
  /// - Parameter options: how the rows will be read again.
  package static func rows(_ table: Table, for options: ReadOptions = ReadOptions()) -> [UInt8] {
    let columns = table.columns.map(\.texts)
    var bytes: [UInt8] = []
    for row in 0..<table.rowCount {
      for (index, column) in columns.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        // One missing value alone would be an empty line, which readers pass over.
        if columns.count == 1, column[row] == nil { bytes += options.missingMark.utf8 }
        if let text = column[row] {
          // A text that reads as a missing value is told apart by its quotes.
          append(text, isText: table.columns[index].type == .string, words: options.missingWords, to: &bytes)
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

  /// RFC 3339 in UTC, of ``Column/ticksPerSecond``; a fraction of a second only where there is one.
  package static func timestampText(_ ticks: Int64) -> String {
    let (wholeSeconds, fraction) = Self.floorDivide(ticks, Column.ticksPerSecond)
    let (days, rest) = Self.floorDivide(wholeSeconds, 86_400)
    let (year, month, day) = CivilDate.date(ofDay: Int(days))
    let second = Int(rest)
    func padded(_ value: Int, _ width: Int = 2) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    var time = "\(padded(second / 3600)):\(padded(second / 60 % 60)):\(padded(second % 60))"
    if fraction > 0 {
      var digits = padded(Int(fraction), 6)
      while digits.hasSuffix("0") { digits.removeLast() }
      time += ".\(digits)"
    }
    return "\(padded(year, 4))-\(padded(month))-\(padded(day))T\(time)Z"
  }

  private static func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  static func append(
    _ text: String, isText: Bool = true, words: Set<String> = ReadOptions.usualMissingWords, to bytes: inout [UInt8]
  ) {
    let utf8 = Array(text.utf8)
    let isWord = isText && (utf8.isEmpty || words.contains(text))
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
