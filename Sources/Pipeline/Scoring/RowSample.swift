internal import Statistics
internal import Tables

/// Rows of a table that comes in batches, each with the same chance, in their order: those with the smallest of random
/// numbers, which depend on the seed and the row alone.
struct RowSample {
  private struct Slice {
    var rows: Table
    var numbers: [Int]
    var keys: [UInt64]
  }

  private let size: Int
  private var generator: SeededGenerator
  private var slices: [Slice] = []
  /// Rows with larger keys are none of the smallest any more.
  private var limit = UInt64.max
  private var keptCount = 0
  /// Rows that came by.
  private(set) var rowCount = 0

  init(size: Int, seed: UInt64) {
    self.size = size
    generator = SeededGenerator(seed: seed)
  }

  mutating func add(_ batch: Table) {
    let keys = (0..<batch.rowCount).map { _ in generator.next() }
    let kept = keys.indices.filter { keys[$0] <= limit }
    if !kept.isEmpty {
      slices.append(Slice(rows: batch.gather(kept), numbers: kept.map { rowCount + $0 }, keys: kept.map { keys[$0] }))
      keptCount += kept.count
    }
    rowCount += batch.rowCount
    if keptCount > 2 * size { shrink() }
  }

  private mutating func shrink() {
    let keys = slices.flatMap(\.keys).sorted()
    guard keys.count > size else { return }
    limit = keys[size - 1]
    slices = slices.compactMap { slice in
      let kept = slice.keys.indices.filter { slice.keys[$0] <= limit }
      guard !kept.isEmpty else { return nil }
      return Slice(
        rows: slice.rows.gather(kept), numbers: kept.map { slice.numbers[$0] }, keys: kept.map { slice.keys[$0] })
    }
    keptCount = slices.reduce(0) { $0 + $1.keys.count }
  }

  /// The rows, and the number of each in the data, from 0.
  mutating func finish() -> (rows: Table, numbers: [Int]) {
    shrink()
    return (Table(joining: slices.map(\.rows)), slices.flatMap(\.numbers))
  }
}
