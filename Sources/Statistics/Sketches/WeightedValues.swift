/// Values in ascending order, each with the number of rows that it stands for.
package struct WeightedValues: Sendable {
  private let values: [Double]
  /// Rows up to and with each value.
  private let cumulative: [Int]

  package init(_ pairs: [(value: Double, weight: Int)]) {
    let sorted = pairs.sorted { $0.value < $1.value }
    values = sorted.map(\.value)
    var total = 0
    cumulative = sorted.map { pair in
      total += pair.weight
      return total
    }
  }

  package var count: Int { cumulative.last ?? 0 }

  /// Each value with the rows that it stands for.
  package var pairs: [(value: Double, weight: Int)] {
    zip(values, zip(cumulative, [0] + cumulative)).map { (value: $0, weight: $1.0 - $1.1) }
  }

  /// The value below which this share of the rows lies, between two rows by linear interpolation (definition 7 of R.
  /// Hyndman, Y. Fan, “Sample quantiles in statistical packages”, 1996: the default of NumPy and pandas). Nil without values.
  package func quantile(_ share: Double) -> Double? {
    guard count > 0 else { return nil }
    let rank = share * Double(count - 1)
    let below = Int(rank.rounded(.down))
    let (low, high) = (value(atRow: below), value(atRow: min(below + 1, count - 1)))
    guard low != high else { return low }
    let part = rank - Double(below)
    // Not low + part * (high - low): the difference may be beyond what a double can hold.
    return low * (1 - part) + high * part
  }

  private func value(atRow row: Int) -> Double {
    var (low, high) = (0, cumulative.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle] > row { high = middle } else { low = middle + 1 }
    }
    return values[low]
  }

  /// Rows below an edge.
  package func rows(below edge: Double) -> Int {
    var (low, high) = (0, values.count)
    while low < high {
      let middle = (low + high) / 2
      if values[middle] < edge { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? 0 : cumulative[low - 1]
  }
}
