internal import Pipeline
internal import Records

/// What the lower lines of a terminal show of a runner at work, as text: no escape sequence, no line wider than asked.
struct LiveFrame: Sendable {
  private struct Job {
    var expected: [String: Double]
    var began: Double
    /// Steps at work and when they began.
    var steps: [(id: String, kind: String, began: Double)] = []
  }

  private var jobs: [String: Job] = [:]
  private var order: [String] = []
  private var waiting = 0
  private var ended: [RunRecord.Outcome: Int] = [:]
  private var endedSeconds = 0.0
  private var rejected = 0
  private var deferred: Set<String> = []
  private let began: Double

  /// - Parameter now: seconds on any clock; later ones count from the same instant.
  init(now: Double) { began = now }

  mutating func hear(_ event: Runner.Event, now: Double) {
    switch event {
    case .waiting(let count): waiting = count
    case .started(let run, let steps):
      let expected = steps.compactMap { step in step.expectedSeconds.map { (step.id, $0) } }
      if jobs[run] == nil { order.append(run) }
      deferred.remove(run)
      jobs[run] = Job(expected: Dictionary(expected, uniquingKeysWith: { $1 }), began: now)
    case .stepStarted(let run, let step, let kind): jobs[run]?.steps.append((step, kind, now))
    case .stepEnded(let run, let record), .stepComesAgain(let run, let record, _):
      jobs[run]?.steps.removeAll { $0.id == record.id }
    case .deferred(let run, _, _):
      deferred.insert(run)
      drop(run)
    case .ended(let record):
      ended[record.outcome, default: 0] += 1
      endedSeconds += jobs[record.id].map { now - $0.began } ?? 0
      drop(record.id)
    case .rejected: rejected += 1
    case .tookOver, .skipped, .noted: break
    }
  }

  private mutating func drop(_ run: String) {
    jobs[run] = nil
    order.removeAll { $0 == run }
  }

  // MARK: Text

  /// - Parameter height: most lines.
  func lines(now: Double, width: Int, height: Int) -> [String] {
    let steps = order.flatMap { run in (jobs[run]?.steps ?? []).map { (run, $0) } }
    var lines = [head(now, width)]
    let room = max(1, height - 1)
    for (run, step) in steps.prefix(steps.count > room ? room - 1 : room) {
      lines.append(self.line(run, step, now, width))
    }
    if steps.count > room { lines.append("  and \(steps.count - room + 1) more") }
    return lines.map { $0.fitting(columns: width) }
  }

  private func head(_ now: Double, _ width: Int) -> String {
    var parts = ["\(Clock.digits(now - began))", "\(jobs.count) at work", "\(waiting) waiting"]
    for (outcome, word) in [(RunRecord.Outcome.done, "done"), (.failed, "failed"), (.cancelled, "cancelled")] {
      if let count = ended[outcome] { parts.append("\(count) \(word)") }
    }
    if rejected > 0 { parts.append("\(rejected) rejected") }
    if !deferred.isEmpty { parts.append("\(deferred.count) deferred") }
    let count = ended.values.reduce(0, +)
    if count > 1, now - began > 1 { parts.append("\(Self.rate(Double(count) / (now - began))) jobs a minute") }
    if let left = secondsLeft(now) { parts.append("about \(Clock.wholeText(left)) left") }
    while parts.count > 1, Self.joined(parts).columnCount > width { parts.removeLast() }
    return Self.joined(parts)
  }

  /// The line that stands below the log of a runner that has ended.
  func closing(_ summary: Runner.Summary, now: Double) -> String {
    let counts = [
      (summary.done, "done"), (summary.failed, "failed"), (summary.cancelled, "cancelled"),
      (summary.rejected, "rejected"), (summary.deferred, "deferred"),
    ]
    let parts = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    return Self.joined([Clock.digits(now - began)] + (parts.isEmpty ? ["nothing to do"] : parts))
  }

  private static func joined(_ parts: [String]) -> String { parts.joined(separator: " · ") }

  private static func rate(_ aSecond: Double) -> String {
    let aMinute = aSecond * 60
    return aMinute < 10 ? "\((aMinute * 10).rounded() / 10)" : "\(Int(aMinute.rounded()))"
  }

  /// From what the same steps took last time; jobs that wait are taken for the mean of those that ended. Nil where
  /// nothing is known.
  private func secondsLeft(_ now: Double) -> Double? {
    let count = ended.values.reduce(0, +)
    let mean = count > 0 ? endedSeconds / Double(count) : nil
    if waiting > 0, mean == nil { return nil }
    var longest = 0.0
    for job in jobs.values {
      guard !job.expected.isEmpty else { return nil }
      longest = max(longest, job.expected.values.reduce(0, +) - (now - job.began))
    }
    let queued = Double(waiting) * (mean ?? 0) / Double(max(1, jobs.count))
    return jobs.isEmpty && waiting == 0 ? nil : longest + queued
  }

  private func line(_ run: String, _ step: (id: String, kind: String, began: Double), _ now: Double, _ width: Int)
    -> String
  {
    let spent = now - step.began
    let name = "  \(run)  \(step.id) (\(step.kind))"
    guard let expected = jobs[run]?.expected[step.id], expected > 0 else { return "\(name)  \(Clock.digits(spent))" }
    let times = "\(Clock.digits(spent)) of about \(Clock.digits(expected))"
    let bar = Self.bar(spent / expected, 10)
    return "\(name)  \(times)  \(bar)".columnCount <= width
      ? "\(name)  \(times)  \(bar)" : "\(name)  \(Clock.digits(spent))"
  }

  private static func bar(_ share: Double, _ width: Int) -> String {
    let full = min(width, max(0, Int(share * Double(width))))
    return String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
  }
}
