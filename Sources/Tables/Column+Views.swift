extension Column {
  /// The values as numbers, NaN where missing: true is 1, times are seconds since 1970. Nil for text.
  package var doubles: [Double]? {
    switch storage {
    case .integers(let values): values.map { $0 == Self.missingInteger ? .nan : Double($0) }
    case .timestamps(let values):
      values.map { $0 == Self.missingInteger ? .nan : Double($0) / Double(Self.ticksPerSecond) }
    case .floats(let values): values
    case .booleans(let values): values.map { $0 < 0 ? .nan : Double($0) }
    case .strings: nil
    }
  }

  /// The values as text, nil where missing.
  package var texts: [String?] {
    switch storage {
    case .integers(let values): values.map { $0 == Self.missingInteger ? nil : String($0) }
    case .floats(let values): values.map { $0.isNaN ? nil : CSVWriter.text($0) }
    case .booleans(let values): values.map { $0 < 0 ? nil : $0 == 1 ? "true" : "false" }
    case .timestamps(let values): values.map { $0 == Self.missingInteger ? nil : CSVWriter.timestampText($0) }
    case .strings(let column): column.codes.map { $0 < 0 ? nil : column.values[Int($0)] }
    }
  }

  /// The value of a row as text, nil where missing.
  package func text(ofRow row: Int) -> String? {
    switch storage {
    case .integers(let values): values[row] == Self.missingInteger ? nil : String(values[row])
    case .floats(let values): values[row].isNaN ? nil : CSVWriter.text(values[row])
    case .booleans(let values): values[row] < 0 ? nil : values[row] == 1 ? "true" : "false"
    case .timestamps(let values): values[row] == Self.missingInteger ? nil : CSVWriter.timestampText(values[row])
    case .strings(let column): column.codes[row] < 0 ? nil : column.values[Int(column.codes[row])]
    }
  }

  /// Whether the value of a row is missing.
  package func isMissing(_ row: Int) -> Bool {
    switch storage {
    case .integers(let values), .timestamps(let values): values[row] == Self.missingInteger
    case .floats(let values): values[row].isNaN
    case .booleans(let values): values[row] < 0
    case .strings(let column): column.codes[row] < 0
    }
  }

  package var missingCount: Int {
    switch storage {
    case .integers(let values), .timestamps(let values): values.count { $0 == Self.missingInteger }
    case .floats(let values): values.count { $0.isNaN }
    case .booleans(let values): values.count { $0 < 0 }
    case .strings(let column): column.codes.count { $0 < 0 }
    }
  }

  /// The values of the given rows, in that order.
  package func gather(_ rows: [Int]) -> Column {
    let gathered: Storage =
      switch storage {
      case .integers(let values): .integers(rows.map { values[$0] })
      case .floats(let values): .floats(rows.map { values[$0] })
      case .booleans(let values): .booleans(rows.map { values[$0] })
      case .timestamps(let values): .timestamps(rows.map { values[$0] })
      case .strings(let column): .strings(DictionaryColumn(codes: rows.map { column.codes[$0] }, values: column.values))
      }
    return Column(name: name, storage: gathered)
  }
}

extension Table {
  /// The given rows, in that order.
  package func gather(_ rows: [Int]) -> Table {
    Table(columns: columns.map { $0.gather(rows) }, rowCount: rows.count)
  }
}
