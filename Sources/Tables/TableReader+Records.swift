extension TableReader {
  /// The header once, then each data row of each file, as CSV with a line break, in the columns of the header: byte for
  /// byte where it is so in the file.
  func forEachLine(_ body: (_ isHeader: Bool, _ bytes: UnsafeBufferPointer<UInt8>) throws -> Void) throws {
    let plan = try plan()
    let columns = plan.names.map { ReadPass.Column(name: $0, type: nil, isFixed: false) }
    var hasHeader = false
    for file in plan.places(of: columns) {
      let isAlike = file.source.separator == UInt8(ascii: ",") && file.places == Array(0..<columns.count)
      // A missing value alone is written in a way of the source's own.
      let isOwn = isAlike && (columns.count > 1 || !file.source.quotesMeanText)
      try CSVScanner(file.source).forEachRecord { record in
        guard record.fields.count == file.width || options.onError == .null else {
          throw TablesError.ragged(
            file: file.source.name, row: record.row, line: record.line, count: record.fields.count, width: file.width)
        }
        let isHeader = record.row == 0
        guard !isHeader || !hasHeader else { return true }
        hasHeader = true
        let isWhole = isOwn && record.fields.count == file.width && record.bytes[record.range.upperBound - 1] == 10
        if isWhole {
          try body(isHeader, UnsafeBufferPointer(rebasing: record.bytes[record.range]))
        } else {
          let bytes = isHeader ? CSVWriter.header(plan.names) : record.csv(file.places, file.source, options)
          try bytes.withUnsafeBufferPointer { try body(isHeader, $0) }
        }
        return true
      }
    }
  }
}

extension CSVRecord {
  /// The values at the places as a line of CSV; nothing where the record has none.
  fileprivate func csv(_ places: [Int?], _ source: TableSource, _ options: ReadOptions) -> [UInt8] {
    var line: [UInt8] = []
    for (index, place) in places.enumerated() {
      if index > 0 { line.append(UInt8(ascii: ",")) }
      guard let place, place < fields.count else { continue }
      let field = fields[place]
      let isMark = !field.isQuoted && bytes[field.start..<field.end].elementsEqual(ReadRules.mark.utf8)
      if isMark, source.quotesMeanText { continue }
      // Tabs part the values of the file, so that a value without quotes may hold a comma.
      let isQuoted = field.isQuoted || bytes[field.start..<field.end].contains(UInt8(ascii: ","))
      if isQuoted { line.append(UInt8(ascii: "\"")) }
      line += bytes[field.start..<field.end]
      if isQuoted { line.append(UInt8(ascii: "\"")) }
    }
    if line.isEmpty { line += options.missingMark.utf8 }
    return line + [10]
  }
}
