internal import Jobs
internal import Learning
internal import Records
internal import Tables

/// What a look at training data tells of the features that a command's model reads: their kinds and categories, what
/// was seen of each, and a few rows. Memory does not grow with the rows.
struct TrainingSurvey {
  private let reader: TableReader

  /// Rows that are kept, spread over the table: quantiles are read off these.
  private static let keptRows = 20_000
  private static let batchRows = 16_384
  /// More categories are no categories but names.
  private static let limitCategories = 10_000

  init(_ reader: TableReader) { self.reader = reader }

  /// The columns with each value that is in them once; of numbers and times the type alone.
  func values(of names: [String]) throws -> [String: Column] {
    guard !names.isEmpty else { return [:] }
    let (state, schema, _) = try reader.forEachInferredBatch(
      of: Self.batchRows, columns: names, begin: { _ in [String: Set<String>]() }
    ) { found, batch in
      for column in batch.columns where (found[column.name]?.count ?? 0) <= Self.limitCategories {
        found[column.name, default: []].formUnion(column.texts.lazy.compactMap { $0 })
      }
    }
    var columns: [String: Column] = [:]
    for column in schema.columns {
      let texts = (state[column.name] ?? []).sorted()
      columns[column.name] = Column(name: column.name, storage: Self.storage(column.type, texts))
    }
    return columns
  }

  private static func storage(_ type: ColumnType, _ texts: [String]) -> Column.Storage {
    switch type {
    case .integer: .integers(texts.compactMap { Int64($0) })
    case .float: .floats(texts.compactMap { Double($0) })
    case .boolean: .booleans(texts.map { $0 == "true" ? 1 : 0 })
    case .timestamp: .timestamps([])
    case .string: .strings(.init(codes: texts.indices.map { Int32($0) }, values: texts))
    }
  }

  /// Rows spread evenly over the table, as the model reads them, with what all rows hold in the schema.
  func rows(_ schema: ModelSchema) throws -> (rows: Table, rowCount: Int, schema: ModelSchema) {
    let stride = max(1, try reader.countRows() / Self.keptRows)
    var input = try ScoringInput(reader, schema, FitOptions())
    var pieces: [Table] = []
    var extremes = schema.features.map { _ in Extremes() }
    var rowCount = 0
    try input.forEachBatch(of: Self.batchRows) { batch in
      for (place, column) in batch.columns.prefix(extremes.count).enumerated() { extremes[place].add(column) }
      let first = (stride - rowCount % stride) % stride
      pieces.append(batch.gather(Array(Swift.stride(from: first, to: batch.rowCount, by: stride))))
      rowCount += batch.rowCount
    }
    let rows = Table(joining: pieces)
    var seeing = schema.seeing(rows)
    for place in extremes.indices { extremes[place].amend(&seeing.features[place].seen) }
    return (rows, rowCount, seeing)
  }

  /// What only all rows tell.
  private struct Extremes {
    private var missingCount = 0
    private var low = Double.infinity
    private var high = -Double.infinity

    mutating func add(_ column: Column) {
      missingCount += column.missingCount
      guard case .floats(let values) = column.storage else { return }
      for value in values where value.isFinite { (low, high) = (min(low, value), max(high, value)) }
    }

    func amend(_ seen: inout SeenValues?) {
      guard var all = seen else { return }
      all.missingCount = missingCount
      if low <= high, let inner = all.quantiles?.dropFirst().dropLast() {
        (all.minimum, all.maximum) = (low, high)
        all.quantiles = [low] + inner + [high]
      }
      seen = all
    }
  }
}

extension Table {
  /// One table of several with the same columns.
  fileprivate init(joining tables: [Table]) {
    let names = tables.first?.columns.map(\.name) ?? []
    let columns = names.indices.map { place -> Column in
      let parts = tables.map { $0.columns[place] }
      guard case .strings = parts[0].storage else {
        let isBoolean = if case .booleans = parts[0].storage { true } else { false }
        let numbers = parts.flatMap { $0.doubles ?? [] }
        return Column(
          name: names[place],
          storage: isBoolean ? .booleans(numbers.map { $0.isNaN ? -1 : Int8($0) }) : .floats(numbers))
      }
      let texts = parts.flatMap(\.texts)
      var codes: [String: Int32] = [:]
      var values: [String] = []
      let coded = texts.map { text -> Int32 in
        guard let text else { return -1 }
        if let code = codes[text] { return code }
        codes[text] = Int32(values.count)
        values.append(text)
        return Int32(values.count - 1)
      }
      return Column(name: names[place], storage: .strings(.init(codes: coded, values: values)))
    }
    self.init(columns: columns, rowCount: tables.reduce(0) { $0 + $1.rowCount })
  }
}
