internal import Records
internal import Tables

/// The sampled rows of a contract's result as CSV: which rule, which file, which row, and what it holds.
enum FailingRowsFile {
  static func bytes(_ document: ContractDocument) -> [UInt8] {
    let own = ["_rule", "_file", "_row"].map { name -> String in
      var name = name
      while document.sampleColumns.contains(name) { name = "_" + name }
      return name
    }
    let names = own + document.sampleColumns
    let rows = document.samples.map { [$0.rule, $0.place.file, String($0.place.row)] + $0.cells }
    let columns = names.indices.map { place in
      // Each value is an entry of its own: there are at most a hundred.
      let cells = rows.map { place < $0.count ? $0[place] : nil }
      return Column(
        name: names[place],
        storage: .strings(
          .init(
            codes: cells.indices.map { cells[$0] == nil ? -1 : Int32($0) }, values: cells.map { $0 ?? "" })))
    }
    return CSVWriter.header(names) + CSVWriter.rows(Table(columns: columns, rowCount: rows.count))
  }
}
