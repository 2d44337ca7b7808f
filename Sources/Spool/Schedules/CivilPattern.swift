internal import Tables

/// Which moments of a clock on the wall a schedule means: what cron syntax and calendar expressions have in common.
struct CivilPattern: Hashable, Sendable {
  /// `START`, `START..STOP` or `START/STEP`, as `systemd` keeps them.
  struct Component: Hashable, Sendable {
    var start: Int
    /// Nil: as far as the unit goes.
    var stop: Int?
    /// 0: `start` alone.
    var step = 0
  }

  /// Values of one unit; without components, every one.
  struct Values: Hashable, Sendable {
    var components: [Component] = []

    static func only(_ values: Int...) -> Values { Values(components: values.map { Component(start: $0) }) }

    /// The first value from `value` on; it may be beyond what the unit has.
    func next(from value: Int) -> Int? {
      guard !components.isEmpty else { return value }
      var best: Int?
      for component in components {
        var candidate = component.start
        if candidate < value {
          guard component.step > 0 else { continue }
          candidate += (value - candidate + component.step - 1) / component.step * component.step
          if let stop = component.stop, candidate > stop { continue }
        }
        best = min(best ?? candidate, candidate)
      }
      return best
    }
  }

  /// How days of the month and of the week go together.
  enum DayRule: Hashable, Sendable {
    /// A day must be both.
    case both
    /// A day must be one of them: cron, where neither field begins with `*`.
    case either
  }

  var years = Values()
  var months = Values()
  var days = Values()
  /// Days count from the end of the month: 1 is its last.
  var countsDaysFromEnd = false
  /// Bit 0 is Monday.
  var weekdays: UInt8 = 0x7F
  var dayRule = DayRule.both
  var hours = Values()
  var minutes = Values()
  var seconds = Values.only(0)

  /// The calendar ends here, as that of `systemd` does: what has not come by then never comes.
  static let lastYear = 2199

  /// The first moment from `start` on; nil when none comes.
  func next(from start: CivilTime) -> CivilTime? {
    var time = start
    while true {
      guard let year = years.next(from: time.year), year <= Self.lastYear else { return nil }
      if year > time.year { time = CivilTime(year: year) }
      guard let month = months.next(from: time.month), month <= 12 else {
        time = CivilTime(year: time.year + 1)
        continue
      }
      if month > time.month { time = CivilTime(year: time.year, month: month) }
      if let found = nextInMonth(from: time) { return found }
      time = time.nextMonth
    }
  }

  private func nextInMonth(from start: CivilTime) -> CivilTime? {
    var time = start
    let days = daySet(year: time.year, month: time.month)
    while time.day < 32 {
      if days & (1 << UInt64(time.day)) != 0, let second = nextSecond(from: time.secondOfDay) {
        time.secondOfDay = second
        return time
      }
      time.day += 1
      time.secondOfDay = 0
    }
    return nil
  }

  /// The days of a month, as bits 1 to 31.
  private func daySet(year: Int, month: Int) -> UInt64 {
    let count = CivilDate.dayCount(ofMonth: month, year: year)
    let all = (UInt64(1) << UInt64(count + 1)) - 2
    // 1970-01-01 was a Thursday.
    let first = ((CivilDate.days(year: year, month: month, day: 1) + 3) % 7 + 7) % 7
    var byWeek: UInt64 = 0
    for day in 1...count where weekdays & (1 << UInt8((first + day - 1) % 7)) != 0 { byWeek |= 1 << UInt64(day) }
    let byMonth = days.components.isEmpty ? all : daysOfMonth(count) & all
    return dayRule == .both ? byMonth & byWeek : byMonth | byWeek
  }

  /// Counted from the end, a range or step whose far end lies before the month goes on to the month's last day: so does
  /// `systemd`.
  private func daysOfMonth(_ count: Int) -> UInt64 {
    func fromEnd(_ day: Int) -> Int { day > count ? -1 : count + 1 - day }
    var set: UInt64 = 0
    for component in days.components {
      var start = countsDaysFromEnd ? fromEnd(component.start) : component.start
      var stop = component.stop.map { countsDaysFromEnd ? fromEnd($0) : $0 }
      if countsDaysFromEnd, let end = stop, end > 0 { (start, stop) = (end, start) }
      if let end = stop, end < 0 { stop = nil }
      var day = start
      repeat {
        if day > 0 { set |= 1 << UInt64(day) }
        day += component.step
      } while component.step > 0 && day <= min(stop ?? count, count)
    }
    return set
  }

  private func nextSecond(from start: Int) -> Int? {
    var (hour, minute, second) = (start / 3600, start / 60 % 60, start % 60)
    while hour < 24 {
      guard let nextHour = hours.next(from: hour), nextHour < 24 else { return nil }
      if nextHour > hour { (hour, minute, second) = (nextHour, 0, 0) }
      if let next = minutes.next(from: minute), next < 60 {
        if next > minute { (minute, second) = (next, 0) }
        if let next = seconds.next(from: second), next < 60 { return hour * 3600 + minute * 60 + next }
        (minute, second) = (minute + 1, 0)
        if minute < 60 { continue }
      }
      (hour, minute, second) = (hour + 1, 0, 0)
    }
    return nil
  }
}
