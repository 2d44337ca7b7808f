import Records
@testable import Spool

extension Schedule {
  /// The times after `start` up to `end`, it included; at most `limit`, the earliest.
  func occurrences(after start: Timestamp, upTo end: Timestamp, limit: Int) -> [Timestamp] {
    Timetable(schedules: [self]).occurrences(after: start, upTo: end, limit: limit)
  }
}
