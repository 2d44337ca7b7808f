/// Makes columns of what passes filled.
struct TableAssembly {
  let rowCount: Int

  /// - Parameter pass: which pass has the column, and as which of its own.
  func table(_ names: [String], _ pass: (Int) -> (ReadPass, Int)) -> Table {
    Table(
      columns: names.enumerated().map { index, name in
        let (pass, own) = pass(index)
        return column(name, own, pass)
      }, rowCount: rowCount)
  }

  private func column(_ name: String, _ index: Int, _ pass: ReadPass) -> Column {
    let segments = pass.segments
    guard let first = segments.first else {
      return ColumnMemory(pass.columns[index].type ?? .float, capacity: 0).column(name, 0, [])
    }
    let parts = segments.flatMap { $0.parts(of: index) }
    let texts = first.columns[index].type == .string ? DictionaryMerge.values(parts, into: nil) : []
    let pieces = segments.map { $0.columns[index].column(name, $0.rowCount, texts) }
    return pieces.count == 1 ? pieces[0] : Column(name: name, storage: joined(pieces.map(\.storage)))
  }

  /// The storages one after another; all are of one type, and texts of one dictionary.
  private func joined(_ storages: [Column.Storage]) -> Column.Storage {
    var all = storages[0]
    for next in storages.dropFirst() {
      switch (all, next) {
      case (.integers(let values), .integers(let more)): all = .integers(values + more)
      case (.timestamps(let values), .timestamps(let more)): all = .timestamps(values + more)
      case (.floats(let values), .floats(let more)): all = .floats(values + more)
      case (.booleans(let values), .booleans(let more)): all = .booleans(values + more)
      case (.strings(let texts), .strings(let more)):
        all = .strings(.init(codes: texts.codes + more.codes, values: texts.values))
      default: preconditionFailure("the segments of a table have columns of the same types")
      }
    }
    return all
  }
}

extension Segment {
  /// The rows as a table.
  ///
  /// - Parameter dictionaries: one a column, which go on from piece to piece; none for dictionaries of its own.
  func table(_ columns: [ReadPass.Column], _ dictionaries: [TextDictionary]) -> Table {
    let rowCount = rowCount
    return Table(
      columns: columns.enumerated().map { index, column in
        guard self.columns[index].type == .string else { return self.columns[index].column(column.name, rowCount, []) }
        let known = dictionaries.isEmpty ? nil : dictionaries[index]
        let texts = DictionaryMerge.values(parts(of: index), into: known)
        return self.columns[index].column(column.name, rowCount, texts)
      }, rowCount: rowCount)
  }
}

extension ReadPass {
  /// The types that all values have, of those that were not given.
  var types: [ColumnType] {
    columns.enumerated().map { index, column in
      column.isFixed ? column.type ?? .string : findings.facts[index].type ?? .float
    }
  }
}
