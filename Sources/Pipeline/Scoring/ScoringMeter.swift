internal import Glibc

/// Measures what scoring takes.
struct ScoringMeter {
  private var seconds = 0.0
  private var rowCount = 0
  private var measures: [String: Double] = [:]

  /// Scores some rows, timed.
  mutating func time<Value>(rows: Int, _ body: () throws -> Value) rethrows -> Value {
    let start = ContinuousClock.now
    let value = try body()
    seconds += (ContinuousClock.now - start) / .seconds(1)
    rowCount += rows
    return value
  }

  /// The same rows by themselves, at the very first: their time and the memory that the process had at most until then.
  mutating func timeFirst(rows: Int, _ body: () throws -> Void) rethrows {
    guard measures.isEmpty, rows > 0 else { return }
    let start = ContinuousClock.now
    try body()
    measures["ms_first_1000"] = (ContinuousClock.now - start) / .milliseconds(1) * 1000 / Double(rows)
    let kibibytes = Self.peak(RUSAGE_SELF) + Self.peak(RUSAGE_CHILDREN)
    measures["peak_mib"] = Double(kibibytes) / 1024
  }

  /// KiB resident at most; of children the largest that has ended.
  private static func peak(_ who: __rusage_who) -> Int {
    var usage = rusage()
    return getrusage(__rusage_who_t(who.rawValue), &usage) == 0 ? usage.ru_maxrss : 0
  }

  /// By name as in ``CostDocument``.
  var result: [String: Double] {
    var result = measures
    if rowCount > 0 { result["ms_per_1000"] = seconds * 1_000_000 / Double(rowCount) }
    return result
  }
}
