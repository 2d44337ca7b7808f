/// Failing rows: how many there are and which come first.
struct RowTally: Sendable {
  private(set) var count = 0
  /// The lowest row numbers, ascending.
  private(set) var first: [Int] = []
  static let limitFirst = 20

  @inline(__always)
  mutating func add(_ row: Int) {
    count += 1
    if first.count < Self.limitFirst || row < first[Self.limitFirst - 1] { keep(row) }
  }

  mutating func merge(_ other: RowTally) {
    count += other.count
    for row in other.first { keep(row) }
  }

  private mutating func keep(_ row: Int) {
    let place = first.firstIndex { row < $0 } ?? first.count
    first.insert(row, at: place)
    if first.count > Self.limitFirst { first.removeLast() }
  }
}
