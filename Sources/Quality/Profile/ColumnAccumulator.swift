internal import Records
internal import Statistics
internal import Tables

/// All that is kept of one column while its rows pass by: a pure function of the values in their order, however they were
/// cut into batches.
struct ColumnAccumulator: Sendable {
  /// What it is for.
  enum Detail: Sendable {
    /// Counts, moments, extremes and frequent values.
    case summary
    /// Quantiles, looks, keys and blocks, too.
    case profile
  }

  /// Stands for a missing value among keys.
  static let missingKey: UInt64 = 0x7FF8_0000_DEAD_BEEF

  let name: String
  let type: ColumnType
  private let detail: Detail
  private let limits: ProfileLimits
  private(set) var count = 0
  private(set) var missingCount = 0
  private(set) var table: FrequencyTable
  private var distinct = DistinctSketch()
  private(set) var numbers = NumberTracker()
  private(set) var texts = TextTracker()
  private var times = TimeTracker()
  private var integerRange: (low: Int64, high: Int64)?
  /// Nil while the table knows all.
  private var sketch: QuantileSketch?
  /// Nil once a value came twice.
  private(set) var uniqueness: HashSample?
  /// Of all values in their order.
  private(set) var content: UInt64 = 0

  // The block that is being filled.
  private(set) var blockKeys: [UInt64] = []
  private(set) var blockNumbers: [Double] = []
  private(set) var centred: CentredBlock?
  /// The keys of the texts of the batch, by code.
  private var batchKeys: [UInt64] = []

  // The sampled rows.
  private(set) var sampleKeys: [UInt64] = []
  private(set) var sampleNumbers: [Double] = []

  init(name: String, type: ColumnType, _ detail: Detail, _ limits: ProfileLimits) {
    self.name = name
    self.type = type
    self.detail = detail
    self.limits = limits
    table = FrequencyTable(limit: limits.entryLimit, hasLabels: type == .string)
    uniqueness = detail == .profile && type != .float ? HashSample() : nil
  }

  var isNumeric: Bool { type == .integer || type == .float || type == .boolean }

  // MARK: Rows

  /// Looks at the texts of a batch, each different one once. To be called before its rows are taken.
  mutating func begin(_ column: Column) {
    guard case .strings(let dictionary) = column.storage else { return }
    var counts = [Int](repeating: 0, count: dictionary.values.count)
    for code in dictionary.codes where code >= 0 { counts[Int(code)] += 1 }
    batchKeys = [UInt64](repeating: 0, count: counts.count)
    for (code, count) in counts.enumerated() where count > 0 {
      let text = dictionary.values[code]
      batchKeys[code] = Mixing.hash(of: text)
      texts.add(text, count: count, isDetailed: detail == .profile)
    }
  }

  /// Takes some rows of the batch.
  mutating func take(_ column: Column, _ rows: Range<Int>) {
    switch column.storage {
    case .integers(let values):
      for row in rows { values[row] == Column.missingInteger ? takeMissing() : takeInteger(values[row]) }
    case .timestamps(let values):
      for row in rows { values[row] == Column.missingInteger ? takeMissing() : takeTime(values[row]) }
    case .floats(let values):
      for row in rows { values[row].isNaN ? takeMissing() : takeFloat(values[row]) }
    case .booleans(let values):
      for row in rows { values[row] < 0 ? takeMissing() : takeInteger(Int64(values[row])) }
    case .strings(let dictionary):
      for row in rows {
        let code = Int(dictionary.codes[row])
        if code < 0 { takeMissing() } else { takeText(batchKeys[code], dictionary.values, code) }
      }
    }
  }

  @inline(__always)
  private mutating func takeMissing() {
    missingCount &+= 1
    guard detail == .profile else { return }
    blockKeys.append(Self.missingKey)
    if type != .string { blockNumbers.append(.nan) }
  }

  @inline(__always)
  private mutating func takeInteger(_ value: Int64) {
    widen(to: value)
    numbers.add(Double(value))
    takeNumber(UInt64(bitPattern: value), Double(value))
  }

  @inline(__always)
  private mutating func takeTime(_ tick: Int64) {
    widen(to: tick)
    if detail == .profile { times.add(tick) }
    takeNumber(UInt64(bitPattern: tick), Double(tick))
  }

  @inline(__always)
  private mutating func takeFloat(_ value: Double) {
    // Minus nothing is nothing.
    let value = value == 0 ? 0 : value
    numbers.add(value)
    takeNumber(value.bitPattern, value)
  }

  @inline(__always)
  private mutating func widen(to value: Int64) {
    guard let range = integerRange else {
      integerRange = (value, value)
      return
    }
    if value < range.low || value > range.high { integerRange = (min(range.low, value), max(range.high, value)) }
  }

  @inline(__always)
  private mutating func takeNumber(_ key: UInt64, _ value: Double) {
    if detail == .profile {
      if sketch == nil, table.isFull { beginSketch() }
      if sketch != nil { sketch?.insert(value) }
      blockNumbers.append(value)
    }
    takeKey(key, label: "")
  }

  @inline(__always)
  private mutating func takeText(_ key: UInt64, _ values: [String], _ code: Int) {
    takeKey(key, label: ValueText.clipped(values[code]))
  }

  @inline(__always)
  private mutating func takeKey(_ key: UInt64, label: @autoclosure () -> String) {
    count &+= 1
    if table.insert(key, label: label()) {
      uniqueness = nil
    } else {
      distinct.insert(Mixing.mixed(key))
    }
    guard detail == .profile else { return }
    blockKeys.append(key)
    if uniqueness != nil { uniqueness?.insert(Mixing.mixed(key)) }
  }

  private mutating func beginSketch() {
    var begun = QuantileSketch(width: limits.sketchWidth)
    for entry in sortedEntries { begun.insert(ValueText.number(of: entry.key, type), count: entry.count) }
    sketch = begun
  }

  private var sortedEntries: [FrequencyTable.Entry] {
    let keyed = table.entries.map { (value: ValueText.number(of: $0.key, type), entry: $0) }
    return keyed.sorted { ($0.value, $0.entry.key) < ($1.value, $1.entry.key) }.map(\.entry)
  }

  // MARK: Blocks

  /// Closes the block: its values become part of the column's content.
  mutating func closeBlock(isCentred: Bool) {
    for key in blockKeys { content = (content << 29 | content >> 35) &* 0x9E37_79B9_7F4A_7C15 ^ key }
    centred = isCentred ? CentredBlock(blockNumbers) : nil
  }

  /// Puts rows of the block into the sample, and forgets the block.
  mutating func openBlock(sampling rows: [Int]) {
    if type == .string {
      for row in rows { sampleKeys.append(blockKeys[row]) }
    } else {
      for row in rows { sampleNumbers.append(blockNumbers[row]) }
    }
    blockKeys.removeAll(keepingCapacity: true)
    blockNumbers.removeAll(keepingCapacity: true)
  }

  /// Keeps these rows of the sample alone.
  mutating func thinSample(to places: [Int]) {
    if type == .string {
      sampleKeys = places.map { sampleKeys[$0] }
    } else {
      sampleNumbers = places.map { sampleNumbers[$0] }
    }
  }

  mutating func shrinkUniqueness() { uniqueness?.shrink() }

  /// Whether no value came twice among those that were looked at: to be asked once, at the end.
  mutating func isUnique() -> Bool { count > 1 && missingCount == 0 && uniqueness?.countRepeated() == 0 }

  // MARK: Results

  var distinctCount: ProfileDocument.Count {
    guard !table.isExact else { return .init(table.entryCount) }
    let estimate = Int(distinct.estimate.rounded())
    return .init(min(count, max(table.entryCount, estimate)), standardError: DistinctSketch.standardError)
  }

  /// As text; nil without values.
  var extremes: (minimum: String, maximum: String)? {
    switch type {
    case .string: texts.minimum.flatMap { low in texts.maximum.map { (low, $0) } }
    case .float:
      count == 0 ? nil : (CSVWriter.text(numbers.minimum), CSVWriter.text(numbers.maximum))
    case .integer, .timestamp, .boolean:
      integerRange.map {
        (ValueText.text(of: UInt64(bitPattern: $0.low), type), ValueText.text(of: UInt64(bitPattern: $0.high), type))
      }
    }
  }

  /// The most frequent values; equal counts by text.
  func topValues(_ limit: Int) -> [ProfileDocument.TopValue] {
    // Of values that each came about once, none is frequent.
    let entries = table.entries.filter { table.isExact || $0.count > table.error }
    let bar = entries.map(\.count).sorted(by: >).prefix(limit).last ?? 0
    let candidates = entries.filter { $0.count >= bar }.map { entry in
      ProfileDocument.TopValue(
        text: type == .string ? entry.label : ValueText.text(of: entry.key, type), count: entry.count,
        countError: table.error)
    }
    return Array(candidates.sorted { ($1.count, $0.text) < ($0.count, $1.text) }.prefix(limit))
  }

  /// The distribution of the numbers or ticks, and the error of its ranks.
  private var distribution: (values: WeightedValues, rankError: Double) {
    if let sketch { return (sketch.distribution, sketch.rankError) }
    return (WeightedValues(table.entries.map { (ValueText.number(of: $0.key, type), $0.count) }), 0)
  }

  private var numberRange: (least: Double, most: Double) {
    integerRange.map { (Double($0.low), Double($0.high)) } ?? (numbers.minimum, numbers.maximum)
  }

  static let shares = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]

  var profile: ProfileDocument.Column {
    var column = ProfileDocument.Column(
      name: name, type: type.rawValue, count: count, missingCount: missingCount, distinct: distinctCount,
      minimum: extremes?.minimum, maximum: extremes?.maximum, topValues: topValues(12))
    guard count > 0 else { return column }
    guard type != .string else {
      column.texts = texts.texts(shares: Self.shares)
      return column
    }
    let (values, error) = distribution
    if isNumeric { column.numbers = numbers.numbers(values, rankError: error, shares: Self.shares) }
    if type == .timestamp {
      let sorted = times.isOrdered || !table.isExact ? nil : sortedEntries.map { Int64(bitPattern: $0.key) }
      column.times = times.times(sorted: sorted)
    }
    if type != .boolean {
      column.histogram = HistogramMaker(type, values, extremes: numberRange, error: error).histogram
    }
    return column
  }
}
