internal import Records
internal import Statistics
internal import Tables

/// Lays bins over a distribution.
struct HistogramMaker {
  private static let binLimit = 30
  private static let integerLimit = 40.0

  let histogram: ProfileDocument.Histogram?

  /// - Parameters:
  ///   - values: ticks where the type is a time.
  ///   - extremes: of all values; the distribution may have lost them.
  ///   - error: of the ranks.
  init(_ type: ColumnType, _ values: WeightedValues, extremes: (least: Double, most: Double), error: Double) {
    let (least, most) = extremes
    guard let low = values.quantile(0.01),
      let high = values.quantile(0.99), (most - least).isFinite
    else {
      histogram = nil
      return
    }
    var edges: [Double]
    if type == .integer, most - least < Self.integerLimit {
      edges = (0...Int(most - least) + 1).map { least + Double($0) }
    } else {
      // What lies further out than the middle is wide would leave all the rest in one bin.
      let (from, to) = (max(least, low - (high - low)), min(most, high + (high - low)))
      edges = (0...Self.binLimit).map { from + (to - from) * (Double($0) / Double(Self.binLimit)) }
      edges[0] = least
      edges[Self.binLimit] = most
      if to <= from { edges = [least, most] }
    }
    var below = edges.map { values.rows(below: $0) }
    below[0] = 0
    below[below.count - 1] = values.count
    let scale = type == .timestamp ? Double(Column.ticksPerSecond) : 1
    // Two estimates meet in the difference that a bin is.
    histogram = ProfileDocument.Histogram(
      edges: edges.map { $0 / scale }, counts: zip(below.dropFirst(), below).map { $0 - $1 }, error: min(1, 2 * error))
  }
}
