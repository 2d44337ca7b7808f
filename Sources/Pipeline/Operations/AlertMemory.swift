internal import Jobs
internal import Records

/// What was told, and when: kept beside the alerts, so that nobody is told the same each five minutes.
struct AlertMemory: Codable, Equatable {
  struct Entry: Codable, Equatable {
    var kind: NotifyRules.Kind
    var project: String?
    var job: String?
    var toldAt: Timestamp
    var suppressed = 0
  }

  private(set) var entries: [String: Entry] = [:]

  /// Nothing is remembered longer, but what the site's own `repeat` needs.
  private static let keptSeconds = 90 * 86_400.0

  func isFailing(_ project: String, _ job: String) -> Bool {
    entries.values.contains { $0.kind == .failed && $0.project == project && $0.job == job }
  }

  /// Takes note of a notice. Gives how many like it were held back before, where it is to be told now; nil where it is to
  /// be held back.
  mutating func take(_ notice: Notice, now: Timestamp, repeatSeconds: Double) -> Int? {
    if notice.kind == .recovered {
      entries = entries.filter { _, entry in
        entry.kind != .failed || entry.project != notice.project || entry.job != notice.job
      }
      return 0
    }
    let earlier = entries[notice.key]
    // A clock that was set back must not silence alerts for long: the distance counts, in either direction.
    if let earlier, Double(abs(now.seconds - earlier.toldAt.seconds)) < repeatSeconds {
      // What is held stays so, and is seen by each pass: only what happens again is counted.
      if notice.kind != .held { entries[notice.key]?.suppressed += 1 }
      return nil
    }
    entries[notice.key] = Entry(kind: notice.kind, project: notice.project, job: notice.job, toldAt: now)
    return earlier?.suppressed ?? 0
  }

  /// Forgets what is long past, and what is held no more.
  mutating func tidy(now: Timestamp, repeatSeconds: Double, held: [String]) {
    entries = entries.filter { _, entry in
      if entry.kind == .held, !held.contains(entry.job ?? "") { return false }
      return Double(abs(now.seconds - entry.toldAt.seconds)) < max(Self.keptSeconds, repeatSeconds)
    }
  }
}
