internal import Jobs
internal import Learning
internal import Records
internal import Tables

/// Data on its way to a model: read under the model's types and held against its training data.
struct ScoringInput {
  private let reader: TableReader
  private let features: [String]
  private let others: [String]
  private(set) var fit: SchemaFit

  private static let sampleRows = 10_000

  /// - Parameters:
  ///   - others: columns to read for something else; the model may read them, too.
  ///   - apart: columns that are read by ``column(_:)``.
  init(
    _ reader: TableReader, _ schema: ModelSchema, _ options: FitOptions, others: [String] = [], apart: [String] = []
  ) throws {
    self.reader = reader
    self.others = others
    features = schema.features.map(\.name)
    fit = try SchemaFit(schema, options, header: try reader.header(), used: others + apart) { names in
      try Self.sample(reader, names)
    }
  }

  /// The whole table: the model's columns, then the others that are not among them, as what they hold.
  mutating func table() throws -> Table {
    var columns = features
    for name in others where !columns.contains(name) { columns.append(name) }
    return try fit.fitted(try Self.hinting { try reader.readTable(columns: columns, types: fit.columnTypes) })
  }

  /// One column of all rows, as what it holds, in the order of the batches.
  func column(_ name: String) throws -> Column {
    guard try reader.header().contains(name),
      let column = try reader.readTable(columns: [name], types: fit.columnTypes)[name]
    else { throw PipelineError.stepFailed("the data has no column “\(name)”") }
    return column
  }

  /// The table in pieces: the model's columns, then all the others as the text that stands in the data, those again
  /// that the model reads as numbers.
  ///
  /// - Parameter passed: the rows of a batch that are taken at all, before they are held against the training data.
  mutating func forEachBatch(
    of rowCount: Int, passed: (Table) -> Table = { $0 }, _ body: (Table) throws -> Void
  ) throws {
    var fit = fit
    _ = try Self.hinting {
      try reader.forEachBatch(
        of: rowCount, columns: features, types: fit.columnTypes, texts: others, dictionaries: .perBatch
      ) { batch in try body(try fit.fitted(passed(batch))) }
    }
    self.fit = fit
  }

  /// Says what can be done about a value of another type.
  private static func hinting<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as TablesError {
      guard case .unfitting = error else { throw error }
      throw PipelineError.stepFailed("\(error): mend the data, or set `on-type: convert`")
    }
  }

  /// The first rows, each column of the type that fits them.
  private static func sample(_ reader: TableReader, _ names: [String]) throws -> Table {
    var rows = Table(columns: [], rowCount: 0)
    do {
      try reader.forEachBatch(of: sampleRows, columns: names, dictionaries: .perBatch) { batch in
        rows = batch
        throw Enough()
      }
    } catch is Enough {
      rows.columns = rows.columns.map { column in
        let texts = column.texts
        let numbers = texts.map { $0.map { Double($0) } ?? .nan }
        guard !numbers.contains(where: { $0 == nil }) else { return column }
        return Column(name: column.name, storage: .floats(numbers.map { $0 ?? .nan }))
      }
    }
    return rows
  }

  /// Ends the reading.
  private struct Enough: Error {}
}
