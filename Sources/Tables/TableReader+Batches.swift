extension TableReader {
  /// Whose codes the text columns of a batch have.
  package enum BatchDictionaries: Sendable {
    /// One for the whole table: codes go on from batch to batch. Memory grows with the distinct texts.
    case growing
    /// One for each batch, of its own texts: memory is bounded.
    case perBatch
  }

  /// Pieces of a table with many columns are shorter, so that a few of them always find room.
  private static let limitCells = 1 << 24

  /// The table in pieces of `rowCount` rows, the last one shorter, in bounded memory: a few pieces and blocks are under
  /// way at a time. Columns without a type in `types` or the options are text.
  ///
  /// - Parameter texts: columns to give as their text after the others, whatever they are read as there.
  @discardableResult
  package func forEachBatch(
    of rowCount: Int, columns: [String], types: [String: ColumnType] = [:], texts: [String] = [],
    dictionaries: BatchDictionaries = .growing, _ body: (Table) throws -> Void
  ) throws -> ReadReport {
    let plan = try plan(types)
    let wanted = try plan.selected(columns).map { name in
      ReadPass.Column(name: name, type: column(name, types).type ?? .string, isFixed: true)
    }
    let others = try plan.selected(texts).map { ReadPass.Column(name: $0, type: .string, isFixed: true) }
    let pass = batches(of: rowCount, plan, wanted + others)
    try deliver(pass, dictionaries, body)
    return try report(plan, pass)
  }

  /// As ``forEachBatch(of:columns:types:dictionaries:_:)``, with the types that all rows have. They are guessed from the
  /// first rows; where a later value shows that a guess was wrong, all begins again, once, with a new state, so that the
  /// state that is given back has seen every row once, as what it is.
  ///
  /// - Parameters:
  ///   - columns: nil for all.
  ///   - begin: makes a state for the batches of a schema; called once or twice.
  package func forEachInferredBatch<State>(
    of rowCount: Int, columns: [String]? = nil, dictionaries: BatchDictionaries = .perBatch,
    begin: (Schema) throws -> State, _ body: (inout State, Table) throws -> Void
  ) throws -> (state: State, schema: Schema, report: ReadReport) {
    let plan = try plan()
    let names = try plan.selected(columns)
    var wanted = names.map { column($0, [:]) }
    while true {
      let pass = batches(of: rowCount, plan, wanted, stopsWhenOvertaken: true)
      var state: State?
      try deliver(pass, dictionaries) { table in
        var current = try state ?? begin(table.schema)
        state = nil
        try body(&current, table)
        state = current
      }
      let schema = Schema(columns: zip(names, pass.types).map { Schema.Column(name: $0, type: $1) })
      let wasRight =
        !pass.findings.overtaken.contains(true)
        && zip(pass.columns, pass.types).allSatisfy { $0.type == nil || $0.type == $1 }
      if wasRight { return (try state ?? begin(schema), schema, try report(plan, pass)) }
      // A pass that a value stopped has not seen them all.
      wanted =
        pass.findings.overtaken.contains(true)
        ? try inferred(plan, wanted)
        : schema.columns.map { ReadPass.Column(name: $0.name, type: $0.type, isFixed: true) }
    }
  }

  private func inferred(_ plan: ReadPlan, _ columns: [ReadPass.Column]) throws -> [ReadPass.Column] {
    let pass = ReadPass(plan.places(of: columns), columns, .facts, options: options)
    try run(pass)
    return zip(pass.columns, pass.types).map { ReadPass.Column(name: $0.name, type: $1, isFixed: true) }
  }

  private func batches(
    of rowCount: Int, _ plan: ReadPlan, _ columns: [ReadPass.Column], stopsWhenOvertaken: Bool = false
  ) -> ReadPass {
    let rows = max(1, min(rowCount, Self.limitCells / max(1, columns.count)))
    return ReadPass(
      plan.places(of: columns), columns, .batches(rows), options: options, stopsWhenOvertaken: stopsWhenOvertaken)
  }

  private func deliver(
    _ pass: ReadPass, _ dictionaries: BatchDictionaries, _ body: (Table) throws -> Void
  ) throws {
    let growing = dictionaries == .growing ? pass.columns.map { _ in TextDictionary() } : []
    try run(pass) { segment in try body(segment.table(pass.columns, growing)) }
  }

  /// The names and types of all columns with what is missing in them: every row is looked at, nothing is kept.
  package func inspect(types: [String: ColumnType] = [:]) throws -> TableInspection {
    let plan = try plan(types)
    let columns = plan.names.map { column($0, types) }
    let pass = ReadPass(plan.places(of: columns), columns, .facts, options: options)
    try run(pass)
    let found = pass.findings
    let missing = pass.types.enumerated().map { index, type in
      found.missing[index] + (type == .string ? 0 : found.blanks[index])
    }
    return TableInspection(
      schema: Schema(columns: zip(plan.names, pass.types).map { Schema.Column(name: $0, type: $1) }),
      missingCounts: missing, rowCount: found.rowCount, report: try report(plan, pass))
  }
}

/// What a look at all rows of a table tells.
package struct TableInspection: Hashable, Sendable {
  package var schema: Schema
  /// One a column.
  package var missingCounts: [Int]
  package var rowCount: Int
  package var report: ReadReport
}
