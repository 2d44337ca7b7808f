internal import Records
internal import Statistics
internal import Tables

/// Looks for columns, alone or two together, that tell all rows apart, and for rows that repeat others.
struct KeyTracker: Sendable {
  /// Two columns that told all rows of the first block apart, and no two rows since.
  struct Pair: Sendable {
    let first: Int
    let second: Int
    var sample = HashSample()
    var isAlive = true
  }

  private var pairs: [Pair]?
  private var rowHashes = HashSample()
  private let limits: ProfileLimits
  private static let columnLimit = 24
  private static let pairLimit = 8

  init(_ limits: ProfileLimits) { self.limits = limits }

  /// Takes in the block that the columns hold.
  mutating func closeBlock(_ columns: [ColumnAccumulator], threads: Int) {
    if pairs == nil { pairs = candidates(columns) }
    hashRows(columns)
    var live = (pairs ?? []).filter(\.isAlive)
    ParallelPieces.forEach(&live, threads: threads) { pair, _ in
      let (first, second) = (columns[pair.first].blockKeys, columns[pair.second].blockKeys)
      for row in first.indices { pair.sample.insert(Self.hash(first[row], second[row])) }
      if columns[pair.first].missingCount + columns[pair.second].missingCount > 0 || pair.sample.isSeenToRepeat() {
        pair.isAlive = false
      }
    }
    pairs = live.filter(\.isAlive)
  }

  private static func hash(_ first: UInt64, _ second: UInt64) -> UInt64 {
    Mixing.mixed(Mixing.mixed(first) &+ second)
  }

  private mutating func hashRows(_ columns: [ColumnAccumulator]) {
    guard let rows = columns.first?.blockKeys.count else { return }
    var hashes = [UInt64](repeating: 0, count: rows)
    for (index, column) in columns.enumerated() {
      let seed = Mixing.mixed(UInt64(index))
      for row in 0..<rows { hashes[row] &+= Mixing.mixed(column.blockKeys[row] ^ seed) }
    }
    for hash in hashes { rowHashes.insert(hash) }
    while rowHashes.storedCount > limits.hashLimit / 2 { rowHashes.shrink() }
  }

  /// Measurements tell rows apart by chance: no key is made of them.
  private static func isIdentifier(_ column: ColumnAccumulator) -> Bool {
    column.missingCount == 0 && column.type != .float
  }

  /// Pairs of the columns with the most different values that tell the rows of the block apart.
  private func candidates(_ columns: [ColumnAccumulator]) -> [Pair] {
    let counted = columns.indices.filter { Self.isIdentifier(columns[$0]) && columns[$0].uniqueness == nil }
      .map { (count: Set(columns[$0].blockKeys).count, index: $0) }
    let chosen = counted.sorted { ($1.count, $0.index) < ($0.count, $1.index) }.prefix(Self.columnLimit)
    var found: [Pair] = []
    for (place, first) in chosen.enumerated() {
      for second in chosen.dropFirst(place + 1) where found.count < Self.pairLimit {
        let (a, b) = (columns[first.index].blockKeys, columns[second.index].blockKeys)
        guard a.count > 1, first.count.multipliedReportingOverflow(by: second.count).partialValue >= a.count else {
          continue
        }
        if Set(zip(a, b).map { Self.hash($0, $1) }).count == a.count {
          found.append(Pair(first: min(first.index, second.index), second: max(first.index, second.index)))
        }
      }
    }
    return found
  }

  /// Keeps the hashes of columns and pairs within their bounds: pairs give way first, then the column that holds most.
  mutating func bound(_ columns: inout [ColumnAccumulator]) {
    func stored(_ column: ColumnAccumulator) -> Int { column.uniqueness?.storedCount ?? 0 }
    let bound = limits.hashLimit / 2
    while columns.reduce(0, { $0 + stored($1) }) + (pairs ?? []).reduce(0, { $0 + $1.sample.storedCount }) > bound {
      if let most = (pairs ?? []).indices.max(by: {
        pairs?[$0].sample.storedCount ?? 0 < pairs?[$1].sample.storedCount ?? 0
      }),
        pairs?[most].sample.storedCount ?? 0 > bound / 8 || columns.allSatisfy({ stored($0) == 0 })
      {
        pairs?[most].sample.shrink()
      } else if let most = columns.indices.max(by: { stored(columns[$0]) < stored(columns[$1]) }) {
        columns[most].shrinkUniqueness()
      }
    }
  }

  mutating func repeatedRows(of rowCount: Int) -> ProfileDocument.Count {
    guard rowHashes.share < 1 else { return .init(rowHashes.countRepeated()) }
    let distinct = rowHashes.distinctCount()
    var (estimate, error) = (Double(rowCount) - distinct.value, distinct.standardError)
    let few = rowHashes.repeatedCount()
    // A few repeats among many rows are lost in the difference.
    if estimate < 3 * error, few.standardError < error { (estimate, error) = few }
    let count = max(0, min(rowCount, Int(estimate.rounded())))
    return .init(count, standardError: count > 0 ? error / Double(count) : 1)
  }

  /// Single columns, or, where there are none, pairs.
  mutating func keys(_ columns: inout [ColumnAccumulator]) -> [ProfileDocument.Key] {
    var keys: [ProfileDocument.Key] = []
    for index in columns.indices where columns[index].isUnique() {
      keys.append(.init(columns: [columns[index].name], checkedShare: columns[index].uniqueness?.share ?? 1))
    }
    guard keys.isEmpty else { return keys }
    for var pair in pairs ?? [] where pair.sample.countRepeated() == 0 {
      keys.append(
        .init(columns: [columns[pair.first].name, columns[pair.second].name], checkedShare: pair.sample.share))
    }
    return keys
  }
}
