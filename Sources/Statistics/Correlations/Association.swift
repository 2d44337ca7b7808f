/// How much columns of categories say about each other and about numbers. Categories count from 0, -1 is missing.
package enum Association {
  /// Cramér's V without its bias, 0...1 (W. Bergsma, “A bias-correction for Cramér's V and Tschuprow's T”, 2013). Nil where
  /// one has fewer than two categories among the rows in which both are there.
  package static func cramersV(_ a: [Int32], _ b: [Int32]) -> Double? {
    let width = Int(b.max() ?? -1) + 1
    var cells = [Int](repeating: 0, count: (Int(a.max() ?? -1) + 1) * width)
    for (x, y) in zip(a, b) where x >= 0 && y >= 0 { cells[Int(x) * width + Int(y)] += 1 }
    let total = cells.reduce(0, +)
    guard total > 1, width > 0 else { return nil }
    let rows = stride(from: 0, to: cells.count, by: width).map { cells[$0..<($0 + width)].reduce(0, +) }
    let columns = (0..<width).map { column in
      stride(from: column, to: cells.count, by: width).reduce(0) { $0 + cells[$1] }
    }
    var square = 0.0
    let n = Double(total)
    for (index, count) in cells.enumerated() where count > 0 {
      square += Double(count) * Double(count) / (Double(rows[index / width]) * Double(columns[index % width]))
    }
    return corrected((square - 1), Double(rows.count { $0 > 0 }), Double(columns.count { $0 > 0 }), n)
  }

  /// Bergsma's V~ from phi squared.
  private static func corrected(_ phi: Double, _ r: Double, _ c: Double, _ n: Double) -> Double? {
    guard r > 1, c > 1 else { return nil }
    let phi = max(0, phi - (r - 1) * (c - 1) / (n - 1))
    let (r, c) = (r - (r - 1) * (r - 1) / (n - 1), c - (c - 1) * (c - 1) / (n - 1))
    let least = min(r - 1, c - 1)
    return least > 0 ? min(1, (phi / least).squareRoot()) : nil
  }

  /// The correlation ratio eta, 0...1: the share of the deviation of the numbers that lies between the categories (K.
  /// Pearson, 1905). Nil where nothing deviates or fewer than two categories have numbers.
  package static func correlationRatio(_ categories: [Int32], _ values: [Double]) -> Double? {
    let groups = groups(categories, values)
    guard groups.count(where: { $0.count > 0 }) > 1 else { return nil }
    var all = Moments()
    for group in groups { all.merge(group) }
    guard let mean = all.mean, let deviation = all.standardDeviation, deviation > 0, all.count > groups.count else {
      return nil
    }
    let between = groups.reduce(0) { sum, group in
      let distance = (group.mean ?? mean) - mean
      return sum + distance * distance * Double(group.count)
    }
    let ratio = between / (deviation * deviation * Double(all.count - 1))
    return ratio.isFinite ? min(1, ratio.squareRoot()) : nil
  }

  /// The moments of the numbers in each category.
  package static func groups(_ categories: [Int32], _ values: [Double]) -> [Moments] {
    var members = [[Double]](repeating: [], count: Int(categories.max() ?? -1) + 1)
    for (category, value) in zip(categories, values) where category >= 0 && value.isFinite {
      members[Int(category)].append(value)
    }
    return members.map { Moments($0[...]) }
  }
}
