/// Fewer points than there are, chosen so that the picture stays the same: of each stretch the first, the last, the lowest
/// and the highest (Jugel et al., M4, VLDB 2014).
enum Thinning {
  /// Places of at most about `limit` values, ascending: all where there are no more. Places without a value that stand
  /// between two with one are left out: ``isBroken`` finds them.
  static func kept(_ values: [Double?], limit: Int) -> [Int] {
    guard values.count > limit else { return values.indices.filter { values[$0] != nil } }
    let stretches = max(1, limit / 4)
    var kept: [Int] = []
    for stretch in 0..<stretches {
      let range = values.count * stretch / stretches..<values.count * (stretch + 1) / stretches
      let known = range.filter { values[$0] != nil }
      guard let first = known.first, let last = known.last,
        let lowest = known.min(by: { at(values, $0) < at(values, $1) }),
        let highest = known.max(by: { at(values, $0) < at(values, $1) })
      else { continue }
      for place in [first, lowest, highest, last].sorted() where place != kept.last { kept.append(place) }
    }
    return kept
  }

  /// Whether a value is missing between two places.
  static func isBroken(_ values: [Double?], from: Int, to: Int) -> Bool { values[from..<to].contains { $0 == nil } }

  private static func at(_ values: [Double?], _ place: Int) -> Double { values[place] ?? 0 }
}
