internal import Statistics

/// Chooses rows by their number alone: each with the same chance, and the same rows however the data was cut.
struct RowSample: Sendable {
  private(set) var rows: [Int] = []
  private let limit: Int
  private var mask: UInt64 = 0

  /// All rows up to `limit`; more than half as many of longer data.
  init(limit: Int) { self.limit = limit }

  private func isTaken(_ row: Int) -> Bool { Mixing.mixed(UInt64(row)) & mask == 0 }

  /// Takes rows of a block that begins at `base`, and gives their places in it.
  mutating func choose(base: Int, count: Int) -> [Int] {
    let places = (0..<count).filter { isTaken(base + $0) }
    rows += places.map { base + $0 }
    return places
  }

  /// The places of the rows that stay, where there are too many; else nil.
  mutating func thin() -> [Int]? {
    guard rows.count > limit else { return nil }
    var places = Array(rows.indices)
    while places.count > limit {
      mask = mask << 1 | 1
      places = places.filter { isTaken(rows[$0]) }
    }
    rows = places.map { rows[$0] }
    return places
  }
}
