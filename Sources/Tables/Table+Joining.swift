extension Table {
  /// The rows of tables with the same columns, one table after the other; texts get one dictionary, in the order of
  /// their first row.
  package init(joining tables: [Table]) {
    guard let first = tables.first else {
      self.init(columns: [], rowCount: 0)
      return
    }
    let columns = first.columns.indices.map { index in
      Column(name: first.columns[index].name, storage: Self.joined(tables.map { $0.columns[index].storage }))
    }
    self.init(columns: columns, rowCount: tables.reduce(0) { $0 + $1.rowCount })
  }

  /// Columns of the same name have the same storage in all tables.
  private static func joined(_ storages: [Column.Storage]) -> Column.Storage {
    switch storages[0] {
    case .strings: return .strings(joinedTexts(storages))
    case .floats:
      var joined: [Double] = []
      for case .floats(let values) in storages { joined += values }
      return .floats(joined)
    case .booleans:
      var joined: [Int8] = []
      for case .booleans(let values) in storages { joined += values }
      return .booleans(joined)
    case .integers:
      var joined: [Int64] = []
      for case .integers(let values) in storages { joined += values }
      return .integers(joined)
    case .timestamps:
      var joined: [Int64] = []
      for case .timestamps(let values) in storages { joined += values }
      return .timestamps(joined)
    }
  }

  private static func joinedTexts(_ storages: [Column.Storage]) -> Column.DictionaryColumn {
    var joined = Column.DictionaryColumn(codes: [], values: [])
    var places: [String: Int32] = [:]
    for case .strings(let texts) in storages {
      var translated = [Int32](repeating: -1, count: texts.values.count)
      for code in texts.codes {
        guard code >= 0 else {
          joined.codes.append(-1)
          continue
        }
        if translated[Int(code)] < 0 {
          let text = texts.values[Int(code)]
          if places[text] == nil {
            places[text] = Int32(joined.values.count)
            joined.values.append(text)
          }
          translated[Int(code)] = places[text] ?? -1
        }
        joined.codes.append(translated[Int(code)])
      }
    }
    return joined
  }
}
