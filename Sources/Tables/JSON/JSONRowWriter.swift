/// Writes the cells of a JSON object as a record of CSV.
enum JSONRowWriter {
  static func append(_ row: JSONRow, of bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
    for (index, cell) in row.cells.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      guard cell.row == row.number else {
        // An empty line would be no record.
        if row.cells.count == 1 { output += ReadRules.mark.utf8 }
        continue
      }
      let raw = UnsafeBufferPointer(rebasing: bytes[cell.start..<cell.end])
      switch cell.kind {
      case .null: if row.cells.count == 1 { output += ReadRules.mark.utf8 }
      case .plain: output.append(contentsOf: raw)
      case .text:
        output.append(34)
        output.append(contentsOf: raw)
        output.append(34)
      case .escapedText: appendUnescaped(raw, to: &output)
      case .array: appendQuoted(raw, to: &output)
      }
    }
    output.append(10)
  }

  /// In quotes, those in it doubled.
  static func appendQuoted(_ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
    output.append(34)
    for byte in bytes {
      if byte == 34 { output.append(34) }
      output.append(byte)
    }
    output.append(34)
  }

  private static func appendUnescaped(_ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
    var plain: [UInt8] = []
    JSONEscapes.append(bytes, to: &plain)
    plain.withUnsafeBufferPointer { appendQuoted($0, to: &output) }
  }
}

/// The inside of a JSON string that was found to be right.
enum JSONEscapes {
  /// Appends what it stands for, as UTF-8.
  static func append(_ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
    var index = 0
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "\\") else {
        output.append(bytes[index])
        index += 1
        continue
      }
      let letter = bytes[index + 1]
      index += 2
      switch letter {
      case UInt8(ascii: "b"): output.append(8)
      case UInt8(ascii: "f"): output.append(12)
      case UInt8(ascii: "n"): output.append(10)
      case UInt8(ascii: "r"): output.append(13)
      case UInt8(ascii: "t"): output.append(9)
      case UInt8(ascii: "u"):
        var code = unit(bytes, index)
        index += 4
        if code >> 10 == 0x36 {
          code = 0x10000 + (code & 0x3FF) << 10 + (unit(bytes, index + 2) & 0x3FF)
          index += 6
        }
        if let scalar = Unicode.Scalar(code) { output += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter }
      default: output.append(letter)
      }
    }
  }

  /// The four hex digits at `index`.
  static func unit(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 << 4 | UInt32(digit(bytes[index + $1]) ?? 0) }
  }

  static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
  }
}
