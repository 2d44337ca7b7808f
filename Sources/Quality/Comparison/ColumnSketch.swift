internal import Statistics
internal import Tables

/// One column of one table, seen once and in bounded memory: what comparisons are made of.
struct ColumnSketch: Sendable {
  let name: String
  let type: ColumnType
  private(set) var rowCount = 0
  private(set) var missingCount = 0
  /// Of all values: exact.
  private(set) var mean = 0.0
  private var squares = 0.0
  private(set) var minimum = Double.infinity
  private(set) var maximum = -Double.infinity
  /// Numbers in ascending order after ``finish()``: all up to ``limitSample``, then as many drawn at random with a fixed
  /// seed (algorithm R: J. S. Vitter, “Random sampling with a reservoir”, 1985).
  private(set) var sample: [Double] = []
  /// How often each text is there; nil when there are more than ``limitCategories``.
  private(set) var categories: [String: Int]? = [:]
  private var lengthSum = 0
  private(set) var distinct = SmallestHashes()
  private var uniqueness = UniquenessProbe()
  /// The sum of the hashes of all values: the same for the same values in any order.
  private(set) var sum: UInt64 = 0
  /// What the first rows hold, in their order, at some counts of rows.
  private(set) var heads: [Head] = []
  private var running = UInt64(0)
  private var changeCount = 0
  private var lastHash = UInt64(0)
  private var random = UInt64(0x5EED)

  /// A run of rows from the first on.
  struct Head: Hashable, Sendable {
    var rowCount: Int
    var hash: UInt64
    /// How often a value follows another one: a column that hardly changes proves nothing.
    var changeCount: Int
  }

  static let limitSample = 100_000
  static let limitCategories = 20_000
  private static let headCounts: Set<Int> = [32, 128, 512, 2048, 8192, 32_768]
  private static let lastHead = 32_768

  init(name: String, type: ColumnType) {
    self.name = name
    self.type = type
  }

  var valueCount: Int { rowCount - missingCount }
  var isNumeric: Bool { type != .string }
  var standardDeviation: Double? {
    valueCount > 1 ? (squares / Double(valueCount - 1)).squareRoot() : nil
  }
  /// An estimate beyond ``SmallestHashes/limit``, but never more than there are values.
  var distinctCount: Int { isUnique == true ? valueCount : min(distinct.count, valueCount) }
  /// Floats are no keys: nobody wants to know. Nil also where there were too many values to say.
  var isUnique: Bool? { type == .float || type == .boolean || valueCount == 0 ? nil : uniqueness.isUnique }
  var isConstant: Bool { valueCount > 0 && distinctCount == 1 }
  /// Whether its values number or date the rows, so that other rows have other values and that says nothing.
  var isNaming: Bool { type == .timestamp || type == .integer && isUnique == true && valueCount > 2 }
  var meanLength: Double? {
    type == .string && valueCount > 0 ? Double(lengthSum) / Double(valueCount) : nil
  }

  /// Adds the rows of a batch, which may have a dictionary of its own.
  mutating func add(_ column: Column) {
    switch column.storage {
    case .integers(let values):
      for value in values { value == Column.missingInteger ? addMissing() : add(Double(value)) }
    case .floats(let values):
      for value in values { value.isNaN ? addMissing() : add(value) }
    case .booleans(let values):
      for value in values { value < 0 ? addMissing() : add(Double(value)) }
    case .timestamps(let values):
      for value in values {
        value == Column.missingInteger ? addMissing() : add(Double(value) / Double(Column.ticksPerSecond))
      }
    case .strings(let texts): add(texts)
    }
  }

  /// Settles what is kept unordered while rows come.
  mutating func finish() {
    sample.sort()
    distinct.settle()
    if rowCount <= Self.lastHead, heads.last?.rowCount != rowCount {
      heads.append(Head(rowCount: rowCount, hash: running, changeCount: changeCount))
    }
  }

  @inline(__always)
  private mutating func addMissing() {
    rowCount += 1
    missingCount += 1
    note(ValueHash.missing)
  }

  @inline(__always)
  private mutating func add(_ value: Double) {
    rowCount += 1
    let hash = Mixing.mixed(ValueHash.word(value))
    // Welford's update: Knuth, The Art of Computer Programming 2, 4.2.2, equations 15 and 16.
    let delta = value - mean
    mean += delta / Double(valueCount)
    squares += delta * (value - mean)
    minimum = min(minimum, value)
    maximum = max(maximum, value)
    if sample.count < Self.limitSample {
      sample.append(value)
    } else {
      random &+= 1
      // The high half of a 128-bit product: a place below the count (D. Lemire, “Fast random integer generation”, 2019).
      let place = Int(Mixing.mixed(random).multipliedFullWidth(by: UInt64(valueCount)).high)
      if place < Self.limitSample { sample[place] = value }
    }
    distinct.add(hash)
    if type == .integer || type == .timestamp { uniqueness.add(hash) }
    sum &+= hash
    note(hash)
  }

  private mutating func add(_ texts: Column.DictionaryColumn) {
    var counts = [Int](repeating: 0, count: texts.values.count)
    for code in texts.codes where code >= 0 { counts[Int(code)] += 1 }
    var hashes = [UInt64](repeating: 0, count: texts.values.count)
    for (code, count) in counts.enumerated() where count > 0 {
      let text = texts.values[code]
      let hash = ValueHash.text(text)
      hashes[code] = hash
      distinct.add(hash)
      sum &+= hash &* UInt64(count)
      lengthSum += text.unicodeScalars.count * count
      uniqueness.add(hash)
      if count > 1 { uniqueness.add(hash) }
      categories?[text, default: 0] += count
      if let known = categories?.count, known > Self.limitCategories { categories = nil }
    }
    for code in texts.codes {
      rowCount += 1
      if code < 0 { missingCount += 1 }
      note(code < 0 ? ValueHash.missing : hashes[Int(code)])
    }
  }

  @inline(__always)
  private mutating func note(_ hash: UInt64) {
    guard rowCount <= Self.lastHead else { return }
    running = Mixing.mixed(running ^ hash)
    if hash != lastHash { changeCount += 1 }
    lastHash = hash
    if Self.headCounts.contains(rowCount) {
      heads.append(Head(rowCount: rowCount, hash: running, changeCount: changeCount))
    }
  }
}

extension ColumnSketch {
  /// The value below which a share of the sample lies, between neighbours in a straight line (R. Hyndman and Y. Fan,
  /// “Sample quantiles in statistical packages”, 1996: type 7, as pandas). After ``finish()``.
  func quantile(_ share: Double) -> Double? {
    guard let last = sample.indices.last else { return nil }
    let place = share * Double(last)
    let low = Int(place)
    guard low < last else { return sample[last] }
    return sample[low] + (place - Double(low)) * (sample[low + 1] - sample[low])
  }

  /// The largest distance of the two empirical distributions, 0...1.
  func distance(_ other: ColumnSketch) -> Double {
    guard isNumeric, other.isNumeric else { return categoricalDistance(other) }
    let (left, right) = (thinned, other.thinned)
    guard !left.isEmpty, !right.isEmpty else { return 1 }
    var (i, j, largest) = (0, 0, 0.0)
    while i < left.count, j < right.count {
      let value = min(left[i], right[j])
      while i < left.count, left[i] == value { i += 1 }
      while j < right.count, right[j] == value { j += 1 }
      largest = max(largest, abs(Double(i) / Double(left.count) - Double(j) / Double(right.count)))
    }
    return largest
  }

  /// The total variation distance of the texts' shares, 0...1. Where there are too many texts, their overlap stands in.
  private func categoricalDistance(_ other: ColumnSketch) -> Double {
    guard valueCount > 0, other.valueCount > 0, isNumeric == other.isNumeric else { return 1 }
    guard let mine = categories, let others = other.categories else { return 1 - distinct.overlap(other.distinct) }
    let names = Set(mine.keys).union(others.keys).sorted()
    return names.reduce(0) { sum, name in
      sum
        + abs(Double(mine[name] ?? 0) / Double(valueCount) - Double(others[name] ?? 0) / Double(other.valueCount)) / 2
    }
  }

  /// At most 2,048 numbers, evenly out of the sorted sample.
  private var thinned: [Double] {
    sample.count <= 2048 ? sample : (0..<2048).map { sample[$0 * sample.count / 2048] }
  }
}
