internal import Records
internal import Statistics
package import Tables

/// Each column of a table in a few numbers, batch by batch, in memory that does not grow with the rows.
package struct TableSummary {
  /// One column. Numbers that do not apply to its type are nil.
  package struct Column: Sendable {
    package var name: String
    package var type: ColumnType
    package var missingCount: Int
    /// Nil when there are more than are told apart.
    package var distinctCount: Int?
    /// Nil also where the sums are beyond what a double can hold.
    package var mean: Double?
    /// With n - 1 below the sum of squares.
    package var standardDeviation: Double?
    /// As text, at most 80 letters.
    package var minimum: String?
    package var maximum: String?
    /// The most frequent texts, at most 12, most frequent first, equal counts by text.
    package var topValues: [(text: String, count: Int)]
  }

  private var accumulators: [ColumnAccumulator]
  private let threads: Int
  package private(set) var rowCount = 0

  package init(schema: Schema, threads: Int = 1) {
    let limits = ProfileLimits(columnCount: schema.columns.count)
    accumulators = schema.columns.map { ColumnAccumulator(name: $0.name, type: $0.type, .summary, limits) }
    self.threads = threads
  }

  /// Takes in the next rows. The columns must be those of the schema, in its order.
  package mutating func add(_ batch: Table) {
    ParallelPieces.forEach(&accumulators, threads: threads) { accumulator, index in
      accumulator.begin(batch.columns[index])
      accumulator.take(batch.columns[index], 0..<batch.rowCount)
    }
    rowCount += batch.rowCount
  }

  package var columns: [Column] {
    accumulators.map { column in
      let distinct = column.distinctCount
      let hasMoments = column.isNumeric && column.count > 0
      return Column(
        name: column.name, type: column.type, missingCount: column.missingCount,
        distinctCount: distinct.standardError == nil ? distinct.value : nil,
        mean: hasMoments ? column.numbers.finalMoments.mean : nil,
        standardDeviation: hasMoments ? column.numbers.finalMoments.standardDeviation : nil,
        minimum: column.extremes?.minimum, maximum: column.extremes?.maximum,
        topValues: column.type == .string ? column.topValues(12).map { ($0.text, $0.count) } : [])
    }
  }
}
