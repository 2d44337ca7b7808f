internal import CXGBoost
internal import Tables

extension FeatureMatrix {
  /// How a table is binned.
  struct Binning {
    /// The most bins a feature has; the booster must be told the same.
    var limitBins = defaultBins
    var threads: Int
    /// Rows that are encoded at a time.
    var blockRows = 65_536

    /// The library's own.
    static let defaultBins = 256
  }

  /// The rows as the numbers of bins, a byte or two each, which is all that trees need: the table is encoded block by
  /// block, as often as the library asks, and is never there as floats as a whole. The model is the same, to the last
  /// byte, as from ``init(_:features:_:threads:)``.
  ///
  /// - Parameter facts: one label a row, without groups.
  convenience init(
    binning table: Table, features: [ModelSchema.Feature], _ facts: RowFacts, _ binning: Binning
  ) throws(LearningError) {
    let library = try XGBoostLibrary.shared()
    var proxy: DMatrixHandle?
    try library.check(library.functions.XGProxyDMatrixCreate(&proxy))
    let feed = BlockFeed(
      try FeatureMatrix(proxy, library), FeatureEncoder(features: features), table, facts, blockRows: binning.blockRows)
    try feed.prepare()
    var handle: DMatrixHandle?
    let code = withExtendedLifetime(feed) {
      library.functions.XGQuantileDMatrixCreateFromCallback(
        Unmanaged.passUnretained(feed).toOpaque(), feed.proxy.handle, nil,
        { pointer in pointer.map { Unmanaged<BlockFeed>.fromOpaque($0).takeUnretainedValue().reset() } },
        { pointer in pointer.map { Unmanaged<BlockFeed>.fromOpaque($0).takeUnretainedValue().next() } ?? 0 },
        "{\"missing\": NaN, \"nthread\": \(binning.threads), \"max_bin\": \(binning.limitBins)}", &handle)
    }
    // What stopped the feed says more than what the library made of it.
    if let fault = feed.fault { throw fault }
    try library.check(code)
    try self.init(handle, library)
    try set("feature_name", features.map(\.name))
    try set("feature_type", features.map(\.kind.libraryType))
  }
}

extension TrainingOptions {
  /// The most bins a feature has; the library's own number where `max_bin` is none that it takes, which is told elsewhere.
  var binCount: Int {
    guard let count = parameters["max_bin"].flatMap({ Int($0) }), (2...65_536).contains(count) else {
      return FeatureMatrix.Binning.defaultBins
    }
    return count
  }
}

/// Gives the library one block of rows after the other. It is asked from one thread, and reads a block before it asks for
/// the next.
private final class BlockFeed {
  let proxy: FeatureMatrix
  /// Why there are no more blocks.
  private(set) var fault: LearningError?
  private let encoder: FeatureEncoder
  private let table: Table
  private let facts: FeatureMatrix.RowFacts
  private let blockRows: Int
  private var columns: [Column] = []
  private var nextRow = 0
  /// What the library reads from at the moment.
  private var block: UnsafeMutableBufferPointer<Float>?

  init(
    _ proxy: FeatureMatrix, _ encoder: FeatureEncoder, _ table: Table, _ facts: FeatureMatrix.RowFacts, blockRows: Int
  ) {
    self.proxy = proxy
    self.encoder = encoder
    self.table = table
    self.facts = facts
    self.blockRows = blockRows
  }

  deinit { block?.deallocate() }

  /// Throws for columns that cannot be encoded.
  func prepare() throws(LearningError) { columns = try encoder.columns(of: table) }

  func reset() { nextRow = 0 }

  /// 1 when there is another block, 0 when there is none.
  func next() -> Int32 {
    guard nextRow < table.rowCount, fault == nil else { return 0 }
    let range = nextRow..<min(table.rowCount, nextRow + blockRows)
    do throws(LearningError) { try give(range) } catch {
      fault = error
      return 0
    }
    nextRow = range.upperBound
    return 1
  }

  private func give(_ range: Range<Int>) throws(LearningError) {
    let rows = try encoder.encode(range, of: columns)
    block?.deallocate()
    let block = UnsafeMutableBufferPointer<Float>.allocate(capacity: rows.values.count)
    _ = block.initialize(from: rows.values)
    self.block = block
    let interface = ArrayInterface(
      UnsafeBufferPointer(block), rows: range.count, columns: columns.count, order: .byColumn)
    try proxy.library.check(proxy.library.functions.XGProxyDMatrixSetDataDense(proxy.handle, interface.text))
    try proxy.set("feature_type", encoder.features.map(\.kind.libraryType))
    try proxy.set(
      FeatureMatrix.RowFacts(
        labels: Array(facts.labels[range]), weights: facts.weights.map { Array($0[range]) }))
  }
}
