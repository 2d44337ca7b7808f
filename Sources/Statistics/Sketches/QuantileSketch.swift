/// Estimates quantiles of any number of values in bounded memory, with a bound on the error that is kept and not guessed:
/// levels of sorted buffers, of which a full one hands every second value, with double weight, to the level above (G.
/// Manku, S. Rajagopalan, B. Lindsay, “Approximate medians and other quantiles in one pass and with limited memory”,
/// SIGMOD 1998). Which of the two is kept alternates: nothing is random.
package struct QuantileSketch: Sendable {
  private let width: Int
  /// Values of weight 2^level, sorted but for the lowest level.
  private var levels: [[Double]] = [[]]
  private var keepsOdd: [Bool] = [false]
  package private(set) var count = 0
  /// By how many rows the rank of an estimate may be wrong.
  private var errorRows = 0

  /// - Parameter width: values a level holds; even. The rank error is below log2(count / width) / width.
  package init(width: Int = 4096) { self.width = width }

  /// The largest error of a rank, as a share of the values.
  package var rankError: Double { count == 0 ? 0 : Double(errorRows) / Double(count) }

  @inline(__always)
  package mutating func insert(_ value: Double) {
    levels[0].append(value)
    count &+= 1
    if levels[0].count == width { compact(0) }
  }

  /// The same value many times.
  package mutating func insert(_ value: Double, count weight: Int) {
    for level in 0..<(Int.bitWidth - weight.leadingZeroBitCount) where weight >> level & 1 == 1 {
      while levels.count <= level { addLevel() }
      // Values mostly come in order here: nothing has to move.
      if level == 0 || levels[level].last.map({ $0 <= value }) ?? true {
        levels[level].append(value)
      } else {
        merge([value], into: level)
      }
      count += 1 << level
      if levels[level].count >= width { compact(level) }
    }
  }

  private mutating func addLevel() {
    levels.append([])
    keepsOdd.append(false)
  }

  private mutating func compact(_ level: Int) {
    if level == 0 { levels[0].sort() }
    if levels.count == level + 1 { addLevel() }
    let values = levels[level]
    // An odd one stays, so that no weight is lost.
    let pairs = values.count / 2
    let kept = (0..<pairs).map { values[2 * $0 + (keepsOdd[level] ? 1 : 0)] }
    levels[level] = values.count % 2 == 1 ? [values[values.count - 1]] : []
    if level == 0 { levels[0].reserveCapacity(width) }
    keepsOdd[level].toggle()
    errorRows += 1 << level
    merge(kept, into: level + 1)
    if levels[level + 1].count >= width { compact(level + 1) }
  }

  private mutating func merge(_ sorted: [Double], into level: Int) {
    let other = levels[level]
    guard !other.isEmpty else {
      levels[level] = sorted
      return
    }
    var merged: [Double] = []
    merged.reserveCapacity(sorted.count + other.count)
    var (i, j) = (0, 0)
    while i < sorted.count, j < other.count {
      if sorted[i] <= other[j] {
        merged.append(sorted[i])
        i += 1
      } else {
        merged.append(other[j])
        j += 1
      }
    }
    merged += sorted[i...]
    merged += other[j...]
    levels[level] = merged
  }

  /// The distribution as values with weights.
  package var distribution: WeightedValues {
    WeightedValues(
      levels.enumerated().flatMap { level, values in values.map { (value: $0, weight: 1 << level) } })
  }
}
