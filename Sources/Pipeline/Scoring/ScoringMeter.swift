internal import Foundation

/// Measures what scoring takes.
struct ScoringMeter {
  /// Whose memory is measured: a command's is its own, and nobody here can see its peak.
  enum Memory { case thisProcess, nothing }

  private let memory: Memory
  private var seconds = 0.0
  private var rowCount = 0
  private var measures: [String: Double] = [:]

  init(_ memory: Memory) { self.memory = memory }

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
    if memory == .thisProcess, let kibibytes = Self.peakKibibytes { measures["peak_mib"] = Double(kibibytes) / 1024 }
  }

  /// Resident at most since the process's program began; nil where the system does not say. What `getrusage` says would
  /// hold the runner's peak, too, whose process this was before.
  private static var peakKibibytes: Int? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
    else { return nil }
    return Int(line.filter(\.isNumber))
  }

  /// By name as in ``CostDocument``.
  var result: [String: Double] {
    var result = measures
    if rowCount > 0 { result["ms_per_1000"] = seconds * 1_000_000 / Double(rowCount) }
    return result
  }
}
