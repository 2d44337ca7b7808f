/// Reads files as one table, columns matched by name, with several threads.
package struct TableReader: Sendable {
  let sources: [TableSource]
  package let options: ReadOptions

  package init(_ sources: [TableSource], options: ReadOptions = ReadOptions()) {
    self.sources = sources
    self.options = options
  }

  /// The same files, with another answer to values that do not fit.
  package func reading(misfits policy: ReadOptions.ErrorPolicy) -> TableReader {
    var options = options
    options.onError = policy
    return TableReader(sources, options: options)
  }

  /// The column names, in the order of the first file.
  package func header() throws -> [String] { try plan().names }

  /// The whole table. All rows are looked at to find a column's type, unless `types` or the options give it.
  ///
  /// - Parameter columns: the names to read, in that order; nil reads all.
  package func readTable(columns: [String]? = nil, types: [String: ColumnType] = [:]) throws -> Table {
    try read(columns: columns, types: types).table
  }

  /// The same with what was done to read it.
  package func read(
    columns: [String]? = nil, types: [String: ColumnType] = [:]
  ) throws -> (table: Table, report: ReadReport) {
    let plan = try plan(types)
    let wanted = try plan.selected(columns).map { column($0, types) }
    let pass = ReadPass(plan.places(of: wanted), wanted, .table, options: options)
    try run(pass)
    // What the guess from the first block did not foresee is read again, as what it is now known to be.
    var again: [ReadPass.Column] = []
    var places: [Int: Int] = [:]
    for (index, type) in pass.types.enumerated() where pass.columns[index].type != type && pass.findings.rowCount > 0 {
      places[index] = again.count
      again.append(ReadPass.Column(name: wanted[index].name, type: type, isFixed: true))
    }
    let second = ReadPass(plan.places(of: again), again, .table, options: options)
    if !again.isEmpty { try run(second) }
    let table = TableAssembly(rowCount: pass.findings.rowCount).table(wanted.map(\.name)) { index in
      places[index].map { (second, $0) } ?? (pass, index)
    }
    return (table, try report(plan, pass))
  }

  /// The names and types of all columns, as ``readTable(columns:types:)`` finds them: every row is looked at, nothing is
  /// kept.
  package func inferredSchema(types: [String: ColumnType] = [:]) throws -> Schema { try inspect(types: types).schema }

  /// How many data rows there are.
  package func countRows() throws -> Int {
    let pass = ReadPass(try plan().places(of: []), [], .facts, options: options)
    try run(pass)
    return pass.findings.rowCount
  }

  /// The files that are to be read: of those that may be left out, only the sound ones.
  func plan(_ types: [String: ColumnType] = [:]) throws -> ReadPlan {
    var plan = try ReadPlan(sources, options)
    guard options.onError == .rejectFile else { return plan }
    let columns = plan.names.map { column($0, types) }
    try plan.reject { file in
      let pass = ReadPass([ReadPlan.places(of: columns, in: file)], columns, .facts, options: options)
      do { try run(pass) } catch let error as TablesError { return error }
      return nil
    }
    return plan
  }

  func column(_ name: String, _ types: [String: ColumnType]) -> ReadPass.Column {
    let type = types[name] ?? options.types[name]
    return ReadPass.Column(name: name, type: type, isFixed: type != nil)
  }

  /// Runs a pass; what it cannot read is told with its place.
  func run(_ pass: ReadPass, _ deliver: (Segment) throws -> Void = { _ in }) throws {
    do { try pass.run(deliver) } catch is IrregularFile { throw try fault(pass) }
  }

  private func fault(_ pass: ReadPass) throws -> TablesError {
    for file in pass.files {
      let check = RecordCheck(file: file, columns: pass.columns, options: options)
      if let first = try check.faults(limit: 1, isWanted: { options.onError != .null || !$0.isCurable }).first {
        return first
      }
    }
    return .noRows("\(pass.files.map(\.source.name).joined(separator: ", ")) cannot be read as a table")
  }

  /// What the plan and the pass did, with the places of the first few values and rows that did not fit.
  func report(_ plan: ReadPlan, _ pass: ReadPass) throws -> ReadReport {
    var report = plan.report
    report.raggedRowCount = pass.findings.raggedCount
    for (index, count) in pass.findings.misfits.enumerated() where count > 0 {
      report.nulled[pass.columns[index].name] = count
    }
    guard report.raggedRowCount > 0 || !report.nulled.isEmpty else { return report }
    for file in pass.files where report.places.count < 5 {
      let check = RecordCheck(file: file, columns: pass.columns, options: options)
      report.places += try check.faults(limit: 5 - report.places.count).map(\.description)
    }
    return report
  }
}

extension TablesError {
  /// Whether ``ReadOptions/ErrorPolicy/null`` reads on past it.
  fileprivate var isCurable: Bool {
    switch self {
    case .unfitting, .ragged: true
    default: false
    }
  }
}
