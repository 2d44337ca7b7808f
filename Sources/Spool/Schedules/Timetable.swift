package import Records

/// All the schedules of one job: it is due whenever one of them is.
package struct Timetable: Hashable, Sendable {
  /// What becomes of the times that passed while nobody looked.
  package enum CatchUp: String, Codable, Hashable, Sendable, CaseIterable {
    /// One run, for the newest of them.
    case latest
    /// A run for each, the oldest first.
    case every
    /// None, but for the newest when it is not later than ``Timetable/graceSeconds``.
    case skip
  }

  /// How late a slot may be taken up under ``CatchUp/skip``.
  package static let graceSeconds = 3600
  /// Most runs that are queued at once under ``CatchUp/every``.
  package static let limit = 1000

  package var schedules: [Schedule]
  package var catchUp: CatchUp
  /// Each slot comes up to this much later than its time.
  package var randomDelaySeconds: Int

  package init(schedules: [Schedule], catchUp: CatchUp = .latest, randomDelaySeconds: Int = 0) {
    self.schedules = schedules
    self.catchUp = catchUp
    self.randomDelaySeconds = randomDelaySeconds
  }

  /// How the clock that the schedules go by shows an instant: `2024-01-02 04:00:00 Europe/Berlin`.
  package func clock(at instant: Timestamp) -> String {
    let zone = schedules.first?.zone ?? .utc
    let local = Timestamp(seconds: zone.civil(at: instant.seconds).seconds)
    return "\(local.text.dropLast().split(separator: "T").joined(separator: " ")) \(zone.name)"
  }

  /// The first slot after `instant`.
  package func next(after instant: Timestamp) -> Timestamp? {
    schedules.compactMap { $0.next(after: instant) }.min()
  }

  /// The slots after `last` that are to be queued at `now`, by their nominal times, the oldest first; of more than
  /// ``limit`` the newest.
  ///
  /// - Parameter delay: seconds that a slot comes later than its time, at most ``randomDelaySeconds``; always the same.
  package func due(after last: Timestamp, at now: Timestamp, delay: (Timestamp) -> Int) -> [Timestamp] {
    guard last < now else { return [] }
    func isDue(_ slot: Timestamp) -> Bool { slot.seconds + delay(slot) <= now.seconds }
    if catchUp == .every {
      // One that is not due yet holds up those after it: their order is kept.
      return Array(newest(Self.limit, after: last, upTo: now).prefix(while: isDue))
    }
    // Before this all are due; those after it are looked at one by one.
    let sure = max(last, Timestamp(seconds: now.seconds - randomDelaySeconds))
    let newest =
      newest(Self.limit, after: sure, upTo: now).last(where: isDue)
      ?? schedules.compactMap { $0.last(after: last, upTo: sure) }.max()
    guard let newest else { return [] }
    let lateSeconds = now.seconds - newest.seconds - delay(newest)
    return catchUp == .skip && lateSeconds > Self.graceSeconds ? [] : [newest]
  }

  /// Whether more slots than ``limit`` passed, so that the oldest are left out.
  package func isOverfull(after last: Timestamp, at now: Timestamp) -> Bool {
    catchUp == .every && occurrences(after: last, upTo: now, limit: Self.limit + 1).count > Self.limit
  }

  /// The slots after `start` up to `end`, it included; at most `limit`, the earliest.
  package func occurrences(after start: Timestamp, upTo end: Timestamp, limit: Int) -> [Timestamp] {
    var found: [Timestamp] = []
    var last = start
    while found.count < limit, let next = next(after: last), next <= end {
      found.append(next)
      last = next
    }
    return found
  }

  /// The same, the latest: found by halving, so that years of seconds cost no more than hours.
  private func newest(_ limit: Int, after start: Timestamp, upTo end: Timestamp) -> [Timestamp] {
    var found = occurrences(after: start, upTo: end, limit: limit + 1)
    guard found.count > limit else { return found }
    var (low, high) = (start.seconds, end.seconds)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      let later = occurrences(after: Timestamp(seconds: middle), upTo: end, limit: limit + 1)
      if later.count > limit { low = middle } else { (high, found) = (middle, later) }
    }
    return found
  }
}
