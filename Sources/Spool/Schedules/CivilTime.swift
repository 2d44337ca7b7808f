internal import Tables

/// A moment as a clock on the wall shows it, without a zone.
struct CivilTime: Hashable, Sendable {
  var year: Int
  var month = 1
  var day = 1
  /// Seconds since midnight by the clock.
  var secondOfDay = 0

  init(year: Int, month: Int = 1, day: Int = 1, secondOfDay: Int = 0) {
    self.year = year
    self.month = month
    self.day = day
    self.secondOfDay = secondOfDay
  }

  /// - Parameter seconds: since 1970-01-01T00:00:00 by that clock.
  init(seconds: Int) {
    let days = Int((Double(seconds) / 86_400).rounded(.down))
    (year, month, day) = CivilDate.date(ofDay: days)
    secondOfDay = seconds - days * 86_400
  }

  /// Since 1970-01-01T00:00:00 by that clock.
  var seconds: Int { CivilDate.days(year: year, month: month, day: day) * 86_400 + secondOfDay }

  /// The first moment of the next month.
  var nextMonth: CivilTime {
    month == 12 ? CivilTime(year: year + 1) : CivilTime(year: year, month: month + 1)
  }
}

extension CivilTime: Comparable {
  static func < (left: CivilTime, right: CivilTime) -> Bool {
    (left.year, left.month, left.day, left.secondOfDay) < (right.year, right.month, right.day, right.secondOfDay)
  }
}
