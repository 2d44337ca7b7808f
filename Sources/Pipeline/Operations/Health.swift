package import Records

/// Whether the nights come and go well: a pure function of the last heartbeat and the queue.
package struct Health: Codable, Hashable, Sendable {
  package var format = "nightshift-health 1"
  package var isHealthy: Bool
  /// One sentence each; empty where all is well.
  package var problems: [String]
  package var now: Timestamp
  /// How old the last run, or a waiting job, may be.
  package var maxAgeSeconds: Int
  package var ageSeconds: Int?
  package var heartbeat: Heartbeat?
  package var queue: QueueState

  /// The age that a run may have where nobody says: a night, and some time for it to take.
  package static let usualSeconds = 26 * 3600

  /// The age that follows from how often a run is expected: a twelfth more, as a run takes its time, and no less than
  /// five minutes.
  package static func maxAge(expecting seconds: Double?) -> Int {
    seconds.map { Int($0 + max(300, $0 / 12)) } ?? usualSeconds
  }

  package init(_ heartbeat: Heartbeat?, queue: QueueState, now: Timestamp, maxAgeSeconds: Int) {
    self.heartbeat = heartbeat
    self.queue = queue
    self.now = now
    self.maxAgeSeconds = maxAgeSeconds
    ageSeconds = heartbeat.map { now.seconds - $0.ended.seconds }
    problems = Self.missing(heartbeat, now: now, maxAgeSeconds)
    if let heartbeat { problems += Self.failures(heartbeat, now: now, maxAgeSeconds) }
    if let oldest = queue.oldestSeconds, oldest > maxAgeSeconds {
      problems.append("a job has waited in the inbox for \(Self.text(oldest)): see `nightshift status`")
    }
    isHealthy = problems.isEmpty
  }

  private static func missing(_ heartbeat: Heartbeat?, now: Timestamp, _ maxAge: Int) -> [String] {
    guard let heartbeat else {
      return ["no run has ever ended here: start `nightshift run`, see `nightshift install-units`"]
    }
    let age = now.seconds - heartbeat.ended.seconds
    if age < -300 {
      return ["the last run ended at \(heartbeat.ended.text), which is to come: the clock of one of the two is wrong"]
    }
    guard age > maxAge else { return [] }
    return [
      "no run since \(heartbeat.ended.text), \(text(age)) ago, expected every \(text(maxAge)): see that cron or the timer is on"
    ]
  }

  private static func failures(_ heartbeat: Heartbeat, now: Timestamp, _ maxAge: Int) -> [String] {
    var problems: [String] = []
    if let error = heartbeat.error { problems.append("the last run could not go on: \(error)") }
    if heartbeat.rejected > 0 {
      let specs = heartbeat.rejected == 1 ? "1 spec" : "\(heartbeat.rejected) specs"
      problems.append("the last run rejected \(specs): see Jobs/rejected")
    }
    for failure in heartbeat.failing where now.seconds - failure.at.seconds <= maxAge {
      problems.append("job \(failure.project)/\(failure.job) failed: \(failure.reason ?? "see run \(failure.run)")")
    }
    return problems
  }

  /// `3 days`, `26 h`, `12 min`, `40 s`.
  package static func text(_ seconds: Int) -> String {
    switch seconds {
    case ..<120: "\(seconds) s"
    case ..<7200: "\(seconds / 60) min"
    case ..<259_200: "\(seconds / 3600) h"
    default: "\(seconds / 86_400) days"
    }
  }
}
