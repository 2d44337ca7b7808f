/// The rows of a table, entity by entity, and within each by some order.
struct EntityOrder {
  /// Row numbers.
  private(set) var rows: [Int]
  /// Where each entity begins in `rows`; one more than entities, so that the last has an end.
  private(set) var starts: [Int]

  /// - Parameters:
  ///   - entities: one a row; rows below 0 are left out.
  ///   - precedes: a strict order of rows. Rows that it does not part stay in the order of the table.
  init(entities: [Int], entityCount: Int, _ precedes: (Int, Int) -> Bool) {
    starts = [Int](repeating: 0, count: entityCount + 1)
    for entity in entities where entity >= 0 { starts[entity + 1] += 1 }
    for entity in 0..<entityCount { starts[entity + 1] += starts[entity] }
    rows = [Int](repeating: 0, count: starts[entityCount])
    var places = starts
    for (row, entity) in entities.enumerated() where entity >= 0 {
      rows[places[entity]] = row
      places[entity] += 1
    }
    for entity in 0..<entityCount { sort(self[entity], precedes) }
  }

  /// The places of an entity in `rows`.
  subscript(entity: Int) -> Range<Int> { starts[entity]..<starts[entity + 1] }

  /// Data mostly comes in order already.
  private mutating func sort(_ range: Range<Int>, _ precedes: (Int, Int) -> Bool) {
    let isSorted = range.dropFirst().allSatisfy { !precedes(rows[$0], rows[$0 - 1]) }
    if !isSorted { rows[range].sort { precedes($0, $1) || !precedes($1, $0) && $0 < $1 } }
  }
}
