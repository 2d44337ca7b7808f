/// The parts of rows in an order drawn from the seed: as many as asked for, to the row.
struct RandomSplit {
  let split: Split

  func parts(_ keys: SplitKeys) -> [Split.Part] {
    var state = split.seed
    let draws = (0..<keys.rowCount).map { _ in SplitHash.next(&state) }
    let order = draws.indices.sorted { (draws[$0], $0) < (draws[$1], $1) }
    var rows = [[Int]](repeating: [], count: Int(keys.classes.max() ?? 0) + 1)
    for row in order { rows[keys.classes.isEmpty ? 0 : Int(keys.classes[row])].append(row) }
    let sizes = rows.map(\.count)
    let wanted = split.counts(of: keys.rowCount)
    let test = Self.apportion(sizes, split.test, total: wanted.test, of: sizes)
    let validation = Self.apportion(
      sizes, split.validation, total: wanted.validation, of: zip(sizes, test).map { $0 - $1 })
    var parts = [Split.Part](repeating: .train, count: keys.rowCount)
    var dealt = 0
    for (index, members) in rows.enumerated() {
      for (place, row) in members.enumerated() {
        if place < test[index] {
          parts[row] = .test
        } else if place < test[index] + validation[index] {
          parts[row] = .validation
        } else if split.folds > 0 {
          // On from where the class before ended: folds differ by a row at most, in all and in each class.
          parts[row] = .fold(1 + dealt % split.folds)
          dealt += 1
        }
      }
    }
    return parts
  }

  /// Rows for each class: its share, rounded so that they are `total` in sum (the method of the largest remainder, by
  /// A. Hamilton). None is off by a row or more, unless fewer are there.
  static func apportion(_ sizes: [Int], _ share: Double, total: Int, of available: [Int]) -> [Int] {
    let exact = sizes.map { Double($0) * share }
    var counts = zip(exact, available).map { min(Int($0.0.rounded(.down)), $0.1) }
    var rest = total - counts.reduce(0, +)
    let order = sizes.indices.sorted {
      (exact[$1] - exact[$1].rounded(.down), $0) < (exact[$0] - exact[$0].rounded(.down), $1)
    }
    while rest > 0 {
      let before = rest
      for index in order where rest > 0 && counts[index] < available[index] {
        counts[index] += 1
        rest -= 1
      }
      if rest == before { break }
    }
    return counts
  }
}
