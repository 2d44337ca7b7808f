internal import CTables

/// Finds where a file is not what it should be, record by record: slower than the pass that found that it is not.
struct RecordCheck {
  let file: ReadPass.File
  let columns: [ReadPass.Column]
  let options: ReadOptions

  /// The first faults, at most `limit`, in the order of rows. A file that cannot be read on ends the search.
  func faults(limit: Int, isWanted: (TablesError) -> Bool = { _ in true }) throws -> [TablesError] {
    let rules = ReadRules(options)
    var faults: [TablesError] = []
    do {
      try CSVScanner(file.source).forEachRecord { record in
        faults += self.faults(record, rules).filter(isWanted)
        return faults.count < limit
      }
    } catch let error as TablesError {
      faults.append(error)
    }
    return Array(faults.prefix(limit))
  }

  private func faults(_ record: CSVRecord, _ rules: ReadRules) -> [TablesError] {
    let name = file.source.name
    var faults: [TablesError] = []
    if record.bytes[record.range].contains(0) {
      faults.append(
        .malformed(file: name, row: record.row, line: record.line, reason: "it holds a NUL byte: is it a table?"))
    }
    for (place, field) in record.fields.enumerated() where record.text(field) == nil {
      let column = columns.indices.first { file.places[$0] == place }.map { columns[$0].name } ?? "\(place + 1)"
      faults.append(.notText(file: name, row: record.row, line: record.line, column: column))
    }
    guard record.row > 0 else { return faults }
    if record.fields.count != file.width {
      faults.append(
        .ragged(file: name, row: record.row, line: record.line, count: record.fields.count, width: file.width))
      if options.onError != .null { return faults }
    }
    for (column, place) in file.places.enumerated() {
      guard let place, place < record.fields.count, let type = columns[column].type, columns[column].isFixed,
        !fits(record, record.fields[place], type, rules)
      else { continue }
      faults.append(
        .unfitting(
          file: name, row: record.row, line: record.line, column: columns[column].name,
          value: String((record.text(record.fields[place]) ?? "?").prefix(80)), type: type))
    }
    return faults
  }

  private func fits(_ record: CSVRecord, _ field: CSVField, _ type: ColumnType, _ rules: ReadRules) -> Bool {
    let quotes = field.isQuoted ? 1 : 0
    let bytes = record.bytes[(field.start - quotes)..<(field.end + quotes)]
    return SingleValue(bytes, as: type, rules, quotesMeanText: file.source.quotesMeanText).outcome.misfits == 0
  }
}

extension ColumnType {
  /// Parses a column of a block to `target`. Texts need a dictionary and are left out.
  func parse(
    _ fields: UnsafePointer<tables_fields>, _ rules: UnsafePointer<tables_rules>, isStrict: Bool,
    _ target: UnsafeMutableRawPointer, _ outcome: inout tables_outcome
  ) {
    let strict: Int32 = isStrict ? 1 : 0
    switch self {
    case .integer: tables_integers(fields, rules, strict, target.assumingMemoryBound(to: Int64.self), &outcome)
    case .float: tables_floats(fields, rules, strict, target.assumingMemoryBound(to: Double.self), &outcome)
    case .boolean: tables_booleans(fields, rules, target.assumingMemoryBound(to: Int8.self), &outcome)
    case .timestamp: tables_times(fields, rules, strict, target.assumingMemoryBound(to: Int64.self), &outcome)
    case .string: break
    }
  }
}
