/// Bins whose edges come from a reference sample.
package struct Binning: Equatable, Sendable {
  /// Ascending inner edges: bin i is below `edges[i]` and not below the one before; the last bin is open upwards.
  package let edges: [Double]

  /// Edges at the reference's quantiles, so that each bin holds about the same number of its rows; equal quantiles
  /// make one edge. NaN is left out.
  package init(quantilesOf reference: [Double], bins count: Int) {
    let sorted = reference.filter { !$0.isNaN }.sorted()
    var edges: [Double] = []
    for index in 1..<max(2, count) where !sorted.isEmpty {
      let value = sorted[min(sorted.count - 1, index * sorted.count / count)]
      if value > sorted[0], value > edges.last ?? -.infinity { edges.append(value) }
    }
    self.edges = edges
  }

  /// The same of a distribution.
  package init(quantilesOf reference: EmpiricalDistribution, bins count: Int) {
    var edges: [Double] = []
    for index in 1..<max(2, count) where reference.rowCount > 0 {
      let value = reference.value(atRow: min(reference.rowCount - 1, index * reference.rowCount / count))
      if value > reference.values[0], value > edges.last ?? -.infinity { edges.append(value) }
    }
    self.edges = edges
  }

  package var count: Int { edges.count + 1 }

  /// Rows in each bin.
  package func counts(_ distribution: EmpiricalDistribution) -> [Int] {
    let below = edges.map { distribution.rows(below: $0) }
    return zip(below + [distribution.rowCount], [0] + below).map { $0 - $1 }
  }

  /// Rows in each bin; NaN in none.
  package func counts(_ values: [Double]) -> [Int] {
    var counts = [Int](repeating: 0, count: count)
    for value in values where !value.isNaN { counts[bin(of: value)] += 1 }
    return counts
  }

  /// The place of a number's bin; NaN is in none and must not be asked for.
  package func bin(of value: Double) -> Int {
    var (low, high) = (0, edges.count)
    while low < high {
      let middle = (low + high) / 2
      if value < edges[middle] { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// `[10, 20)`, `< 10`, `>= 20`.
  package func label(of bin: Int) -> String {
    func text(_ edge: Double) -> String { edge == edge.rounded() && abs(edge) < 1e15 ? "\(Int(edge))" : "\(edge)" }
    if edges.isEmpty { return "all" }
    if bin == 0 { return "< \(text(edges[0]))" }
    return bin == edges.count ? ">= \(text(edges[bin - 1]))" : "[\(text(edges[bin - 1])), \(text(edges[bin])))"
  }
}
