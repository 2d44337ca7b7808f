package import Records

/// When something is to happen, again and again: cron syntax or a calendar expression of `systemd`, in a time zone.
package struct Schedule: Hashable, Sendable {
  private enum Rule: Hashable, Sendable {
    case cron(CronExpression)
    case calendar(CalendarExpression)
  }

  /// As it was written.
  package let text: String
  private let rule: Rule
  /// Where its times are read on the clock.
  package let zone: Zone

  /// Reads either of the two: five fields, or a word that begins with `@`, are cron's.
  ///
  /// - Parameters:
  ///   - zone: of expressions that name none themselves.
  ///   - named: finds a zone that the expression names.
  package init(
    _ text: String, zone: Zone, named: (String) throws(ScheduleError) -> Zone
  ) throws(ScheduleError) {
    self.text = text
    let words = text.split { $0 == " " || $0 == "\t" }.map(String.init)
    if Self.isCron(words) {
      rule = .cron(try CronExpression(words))
      self.zone = zone
    } else {
      let (expression, zoneName) = try CalendarExpression.parse(words.joined(separator: " "))
      rule = .calendar(expression)
      self.zone = try zoneName.map { name throws(ScheduleError) in try named(name) } ?? zone
    }
  }

  /// Three or more words of digits, stars and marks alone are no calendar expression either: what is said of them is
  /// how cron syntax reads.
  private static func isCron(_ words: [String]) -> Bool {
    if let first = words.first, first.hasPrefix("@"), !(first.dropFirst().first?.isNumber ?? false) { return true }
    let isPlain = words.allSatisfy { word in
      word.allSatisfy { $0.isNumber || "*,-/".contains($0) } && !word.contains("*-")
    }
    return words.count == 5 || words.count > 2 && isPlain
  }

  /// The first time after `instant`; nil when there is none up to the year 2199.
  ///
  /// A calendar expression goes by the clock on the wall as `systemd` does: what falls into a skipped hour is left out,
  /// and whatever came in the first pass of a repeated hour does not come in its second. Cron syntax goes by Debian's
  /// cron: with a `*` at the head of minutes or hours it follows the clock, both passes and no skipped hour; fixed times
  /// come once, those of a skipped hour right after it.
  package func next(after instant: Timestamp) -> Timestamp? {
    // Before 1970 and beyond the calendar nothing happens, and no clock stands there.
    let instant = min(max(instant.seconds, -1), 7_500_000_000)
    let found =
      switch rule {
      case .cron(let expression): expression.next(after: instant, zone)
      case .calendar(let expression): expression.next(after: instant, zone)
      }
    return found.map { Timestamp(seconds: $0) }
  }

  /// The last time after `start` up to `end`, it included, however many there are between.
  package func last(after start: Timestamp, upTo end: Timestamp) -> Timestamp? {
    func comes(after seconds: Int) -> Timestamp? {
      next(after: Timestamp(seconds: seconds)).flatMap { $0 <= end ? $0 : nil }
    }
    guard var best = comes(after: start.seconds) else { return nil }
    var (low, high) = (best.seconds, end.seconds)
    while low < high {
      let middle = low + (high - low) / 2
      if let later = comes(after: middle) { (best, low) = (later, later.seconds) } else { high = middle }
    }
    return best
  }
}
