internal import Tables

/// The rule for the future at the end of a compiled time zone, as the variable TZ has it: `CET-1CEST,M3.5.0,M10.5.0/3`.
struct ZoneRule {
  /// A day of the year and a time by the clock that holds until then.
  struct Change {
    enum Day {
      /// Month, week (5: the last) and day of the week (0: Sunday).
      case week(month: Int, week: Int, weekday: Int)
      /// 1...365, 29 February never counted.
      case julian(Int)
      /// 0...365, 29 February counted.
      case ordinal(Int)
    }

    var day: Day
    var secondOfDay: Int

    /// Seconds since 1970 by that clock.
    func seconds(inYear year: Int) -> Int {
      let january = CivilDate.days(year: year, month: 1, day: 1)
      let days: Int
      switch day {
      case .ordinal(let number): days = january + number
      case .julian(let number):
        let isLeap = CivilDate.dayCount(ofMonth: 2, year: year) == 29
        days = january + number - 1 + (isLeap && number > 59 ? 1 : 0)
      case .week(let month, let week, let weekday):
        let first = CivilDate.days(year: year, month: month, day: 1)
        // 1970-01-01 was a Thursday.
        let shift = ((weekday - (first + 4)) % 7 + 7) % 7
        let count = CivilDate.dayCount(ofMonth: month, year: year)
        var day = shift + 7 * (week - 1)
        while day >= count { day -= 7 }
        days = first + day
      }
      return days * 86_400 + secondOfDay
    }
  }

  struct Daylight {
    var offset: Int
    var start: Change
    var end: Change
  }

  /// Seconds east of Greenwich in standard time.
  var offset: Int
  /// Nil where the clocks no longer change.
  var daylight: Daylight?

  init?(_ text: String) {
    var rest = text[...]
    guard Self.skipName(&rest), let west = Self.time(&rest), abs(west) <= 86_400 else { return nil }
    offset = -west
    guard !rest.isEmpty else { return }
    guard Self.skipName(&rest) else { return nil }
    let daylightOffset = rest.first == "," ? offset + 3600 : Self.time(&rest).map { -$0 }
    guard let daylightOffset, abs(daylightOffset) <= 90_000, let start = Self.change(&rest),
      let end = Self.change(&rest), rest.isEmpty
    else {
      return nil
    }
    daylight = Daylight(offset: daylightOffset, start: start, end: end)
  }

  /// `CET` or `<+03>`.
  private static func skipName(_ rest: inout Substring) -> Bool {
    if rest.first == "<" {
      guard let end = rest.firstIndex(of: ">") else { return false }
      rest = rest[rest.index(after: end)...]
      return true
    }
    let name = rest.prefix { $0.isLetter }
    rest = rest.dropFirst(name.count)
    return name.count >= 3
  }

  /// `[±]h[:mm[:ss]]`, in seconds.
  private static func time(_ rest: inout Substring) -> Int? {
    var sign = 1
    if let mark = rest.first, "+-".contains(mark) {
      sign = mark == "-" ? -1 : 1
      rest = rest.dropFirst()
    }
    guard var seconds = number(&rest).map({ $0 * 3600 }) else { return nil }
    for unit in [60, 1] where rest.first == ":" {
      rest = rest.dropFirst()
      guard let value = number(&rest) else { return nil }
      seconds += value * unit
    }
    return sign * seconds
  }

  /// `,M3.5.0/3`, `,J60`, `,59`.
  private static func change(_ rest: inout Substring) -> Change? {
    guard rest.first == "," else { return nil }
    rest = rest.dropFirst()
    guard let day = day(&rest) else { return nil }
    guard rest.first == "/" else { return Change(day: day, secondOfDay: 7200) }
    rest = rest.dropFirst()
    return time(&rest).map { Change(day: day, secondOfDay: $0) }
  }

  private static func day(_ rest: inout Substring) -> Change.Day? {
    switch rest.first {
    case "M":
      rest = rest.dropFirst()
      var values: [Int] = []
      for index in 0..<3 {
        if index > 0 {
          guard rest.first == "." else { return nil }
          rest = rest.dropFirst()
        }
        guard let value = number(&rest) else { return nil }
        values.append(value)
      }
      guard (1...12).contains(values[0]), (1...5).contains(values[1]), values[2] < 7 else { return nil }
      return .week(month: values[0], week: values[1], weekday: values[2])
    case "J":
      rest = rest.dropFirst()
      return number(&rest).map { .julian($0) }
    default: return number(&rest).map { .ordinal($0) }
    }
  }

  private static func number(_ rest: inout Substring) -> Int? {
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard digits.count <= 3, let value = Int(digits) else { return nil }
    rest = rest.dropFirst(digits.count)
    return value
  }
}
