/// Takes the numbers of a column in, in bounded memory: every value with its count while there are at most
/// ``exactLimit`` different ones, else quantiles with a bound on their error. What it holds depends on the order of the
/// values, and not on the batches that they came in.
package struct DistributionSketch: Sendable {
  package static let exactLimit = 4096
  private static let sketchWidth = 8192
  private static let partCount = 4096

  /// Nil once there were too many different values.
  private var table: FrequencyTable? = FrequencyTable(limit: exactLimit)
  private var sketch = QuantileSketch(width: sketchWidth)
  private var partialMoments = Moments()
  /// Values that wait to be a part of the moments: parts of the same length whatever the batches were.
  private var pending: [Double] = []
  /// Rows without a value.
  package private(set) var missingCount = 0
  /// Rows with one.
  package private(set) var count = 0

  package init() { pending.reserveCapacity(Self.partCount) }

  /// Takes values in; NaN is missing.
  package mutating func add(_ values: [Double]) {
    var start = 0
    if table != nil { start = addToTable(values) }
    for value in values[start...] {
      if value.isNaN {
        missingCount &+= 1
      } else {
        sketch.insert(Self.plain(value))
        noteMoments(value)
      }
    }
  }

  /// Where the table ended: the place of the first value that it did not take.
  private mutating func addToTable(_ values: [Double]) -> Int {
    guard var counts = table else { return 0 }
    // Taken out for as long as it is changed, so that it is not copied.
    table = nil
    for (place, value) in values.enumerated() {
      if value.isNaN {
        missingCount &+= 1
        continue
      }
      guard !counts.isFull else {
        for entry in Self.pairs(counts) { sketch.insert(entry.value, count: entry.weight) }
        return place
      }
      _ = counts.insert(Self.plain(value).bitPattern)
      noteMoments(value)
    }
    table = counts
    return values.count
  }

  /// -0 is 0, and what is infinite is as large as a document can say.
  @inline(__always)
  private static func plain(_ value: Double) -> Double {
    guard value.isFinite else { return value < 0 ? -.greatestFiniteMagnitude : .greatestFiniteMagnitude }
    return value == 0 ? 0 : value
  }

  @inline(__always)
  private mutating func noteMoments(_ value: Double) {
    count &+= 1
    guard value.isFinite else { return }
    pending.append(value)
    if pending.count == Self.partCount {
      partialMoments.merge(Moments(pending[...]))
      pending.removeAll(keepingCapacity: true)
    }
  }

  private static func pairs(_ table: FrequencyTable) -> [(value: Double, weight: Int)] {
    table.entries.map { (value: Double(bitPattern: $0.key), weight: $0.count) }.sorted { $0.value < $1.value }
  }

  /// Of the finite values.
  package var moments: Moments {
    var all = partialMoments
    all.merge(Moments(pending[...]))
    return all
  }

  package var distribution: EmpiricalDistribution {
    guard let table else {
      return EmpiricalDistribution(sketch.distribution.pairs, rankError: sketch.rankError)
    }
    return EmpiricalDistribution(Self.pairs(table), rankError: 0)
  }
}
