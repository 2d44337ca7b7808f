internal import Records
internal import Statistics
internal import Tables

/// Order, gaps and steps of times, for as long as they come in order.
struct TimeTracker: Sendable {
  private var last: Int64?
  private(set) var isOrdered = true
  private var isStrict = true
  private var gaps: [(from: Int64, to: Int64)] = []
  private var steps = FrequencyTable(limit: 1024)
  private var stepCount = 0
  private static let gapLimit = 5

  @inline(__always)
  mutating func add(_ tick: Int64) {
    guard isOrdered else { return }
    defer { last = tick }
    guard let last else { return }
    if tick < last {
      isOrdered = false
    } else if tick == last {
      isStrict = false
    } else {
      step(from: last, to: tick)
    }
  }

  private mutating func step(from: Int64, to: Int64) {
    let (distance, overflows) = to.subtractingReportingOverflow(from)
    guard !overflows else { return }
    stepCount += 1
    _ = steps.insert(UInt64(distance))
    guard gaps.count < Self.gapLimit || distance > gaps[gaps.count - 1].to - gaps[gaps.count - 1].from else { return }
    let place = gaps.firstIndex { distance > $0.to - $0.from } ?? gaps.count
    gaps.insert((from, to), at: place)
    if gaps.count > Self.gapLimit { gaps.removeLast() }
  }

  /// What it found.
  ///
  /// - Parameter sorted: all different times in order, where they are known: for those that came in none.
  func times(sorted: [Int64]?) -> ProfileDocument.Times {
    let order = !isOrdered ? "none" : isStrict ? "increasing" : "not decreasing"
    guard isOrdered else {
      guard let sorted else {
        return ProfileDocument.Times(order: order, largestGaps: nil, stepSeconds: nil, stepShare: nil)
      }
      var other = TimeTracker()
      for tick in sorted { other.add(tick) }
      var times = other.times(sorted: nil)
      times.order = order
      return times
    }
    let usual = steps.entries.min { ($1.count, $0.key) < ($0.count, $1.key) }
    return ProfileDocument.Times(
      order: order,
      largestGaps: gaps.map { gap in
        ProfileDocument.Times.Gap(
          from: CSVWriter.timestampText(gap.from), to: CSVWriter.timestampText(gap.to),
          seconds: Double(gap.to - gap.from) / Double(Column.ticksPerSecond))
      },
      stepSeconds: usual.map { Double($0.key) / Double(Column.ticksPerSecond) },
      stepShare: usual.map { Double($0.count) / Double(stepCount) })
  }
}
