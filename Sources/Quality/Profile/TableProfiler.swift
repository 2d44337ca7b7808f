package import Records
internal import Statistics
package import Tables

/// Profiles a table of any length that passes by batch by batch, in memory that does not grow with it.
///
/// Rows are worked on in blocks of a fixed number, whatever the batches are, so that the same rows in the same order give the
/// same document for any batches, files and threads.
package struct TableProfiler {
  private let target: TargetRule?
  private let threads: Int
  private let limits: ProfileLimits
  private var columns: [ColumnAccumulator]
  /// The target as a column of its own, where it is a comparison.
  private var targetColumn: ColumnAccumulator?
  private var keys: KeyTracker
  private var sample: RowSample
  /// The columns of numbers, and products of each with those after it.
  private let numeric: [Int]
  private var products: [CoMomentRow] = []
  private var rowCount = 0
  private var blockRowCount = 0

  /// - Parameters:
  ///   - schema: of the table that will pass by.
  ///   - target: what leakage is looked for against.
  ///   - threads: how many to work with.
  package init(schema: Schema, target: TargetRule? = nil, threads: Int = 1) throws(TablesError) {
    if let target, schema.index(of: target.column) == nil {
      let known = schema.columns.map(\.name)
      throw .unknownColumn(
        file: "the data", column: target.column, nearest: nearestWord(to: target.column, among: known), known: known)
    }
    let limits = ProfileLimits(columnCount: schema.columns.count)
    self.limits = limits
    self.target = target
    self.threads = threads
    columns = schema.columns.map { ColumnAccumulator(name: $0.name, type: $0.type, .profile, limits) }
    if let target, target.isComparison {
      targetColumn = ColumnAccumulator(name: target.text, type: .boolean, .profile, limits)
    }
    keys = KeyTracker(limits)
    sample = RowSample(limit: limits.sampleRows)
    let numeric = columns.indices.filter { [.integer, .float, .boolean].contains(schema.columns[$0].type) }
    self.numeric = numeric
    guard numeric.count <= ProfileLimits.matrixColumns else { return }
    products = numeric.indices.map {
      CoMomentRow(moments: .init(repeating: CoMoments(), count: numeric.count - $0 - 1))
    }
  }

  /// Takes in the next rows. The columns must be those of the schema, in its order.
  package mutating func add(_ batch: Table) throws(TablesError) {
    var batchTarget: Column?
    if let target, target.isComparison, let column = batch[target.column] {
      batchTarget = try target.apply(to: column)
    }
    ParallelPieces.forEach(&columns, threads: threads) { column, index in column.begin(batch.columns[index]) }
    var row = 0
    while row < batch.rowCount {
      let end = min(batch.rowCount, row + limits.blockRows - blockRowCount)
      let rows = row..<end
      ParallelPieces.forEach(&columns, threads: threads) { $0.take(batch.columns[$1], rows) }
      if let batchTarget { targetColumn?.take(batchTarget, rows) }
      blockRowCount += rows.count
      row = end
      if blockRowCount == limits.blockRows { closeBlock() }
    }
  }

  private mutating func closeBlock() {
    guard blockRowCount > 0 else { return }
    let centres = !products.isEmpty
    ParallelPieces.forEach(&columns, threads: threads) { column, _ in
      column.closeBlock(isCentred: centres && column.isNumeric)
    }
    keys.closeBlock(columns, threads: threads)
    let centred = numeric.compactMap { columns[$0].centred }
    if centres {
      ParallelPieces.forEach(&products, threads: threads) { row, index in
        for other in row.moments.indices { row.moments[other].add(centred[index], centred[index + 1 + other]) }
      }
    }
    let chosen = sample.choose(base: rowCount, count: blockRowCount)
    ParallelPieces.forEach(&columns, threads: threads) { column, _ in column.openBlock(sampling: chosen) }
    targetColumn?.openBlock(sampling: chosen)
    if let places = sample.thin() {
      ParallelPieces.forEach(&columns, threads: threads) { column, _ in column.thinSample(to: places) }
      targetColumn?.thinSample(to: places)
    }
    keys.bound(&columns)
    rowCount += blockRowCount
    blockRowCount = 0
  }

  /// The profile of all rows so far. No more can be added after it.
  package consuming func document() -> ProfileDocument {
    closeBlock()
    var (columns, keys) = (self.columns, self.keys)
    let sampled = columns.map { SampledColumn($0) }
    let repeated = keys.repeatedRows(of: rowCount)
    let found = keys.keys(&columns)
    let finder = CorrelationFinder(columns: columns, sample: sampled, rowCount: rowCount, threads: threads)
    var profiles = columns.map { _ in ProfileDocument.Column?.none }
    let finished = columns
    ParallelPieces.forEach(&profiles, threads: threads) { profile, index in profile = finished[index].profile }
    var document = ProfileDocument(
      target: target?.text, rowCount: rowCount, repeatedRows: repeated, sampleRowCount: sample.rows.count,
      columns: profiles.compactMap { $0 }, constantColumns: columns.filter(Self.isConstant).map(\.name),
      equalColumns: equalColumns, keys: found,
      correlations: finder.correlations(numeric: numeric, products: products), leaks: leaks(sampled))
    document.alerts = AlertWriter(document: document, columns: columns).alerts
    return document
  }

  private static func isConstant(_ column: ColumnAccumulator) -> Bool {
    column.table.isExact && column.table.entryCount == 1
  }

  private var equalColumns: [[String]] {
    guard rowCount > 1 else { return [] }
    var groups: [UInt64: [Int]] = [:]
    for index in columns.indices where columns[index].count > 0 && !Self.isConstant(columns[index]) {
      groups[Mixing.mixed(columns[index].content) ^ Mixing.hash(of: columns[index].type.rawValue), default: []].append(
        index)
    }
    let equal = groups.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
    return equal.map { group in group.map { columns[$0].name } }
  }

  private func leaks(_ sampled: [SampledColumn]) -> [ProfileDocument.Leak] {
    guard let target, let own = sampled.first(where: { $0.name == target.column }) else { return [] }
    let features = sampled.filter { $0.name != target.column }
    return LeakFinder(target: targetColumn.map { SampledColumn($0) } ?? own, columns: features).leaks
  }
}
