/// A calendar expression as systemd.time(7) has them: `Mon..Fri *-*-* 02:00:00`.
struct CalendarExpression: Hashable, Sendable {
  var pattern = CivilPattern()

  /// The first time after `instant`, in seconds since 1970: the way `systemd` 252 goes, on the clock of the wall.
  func next(after instant: Int, _ zone: Zone) -> Int? {
    var time = zone.civil(at: instant + 1)
    while let found = pattern.next(from: time) {
      if let moment = zone.instants(of: found).first(where: { $0 > instant }) { return moment }
      if let gap = zone.gap(at: found) {
        time = CivilTime(seconds: gap.at + gap.after)
      } else {
        time = CivilTime(seconds: found.seconds + 1)
      }
    }
    return nil
  }

  /// The expression and the name of the zone that it may end with. Words are parted by one blank each.
  static func parse(_ text: String) throws(ScheduleError) -> (CalendarExpression, zone: String?) {
    var words = text.split(separator: " ").map(String.init)
    var zone: String?
    if words.count > 1, let last = words.last, isZoneName(last) {
      zone = last
      words.removeLast()
    }
    guard let first = words.first else {
      throw ScheduleError(
        "the schedule is empty: write cron syntax as `0 2 * * *`, or a calendar expression as `*-*-* 02:00`")
    }
    if words.count == 1, let shorthand = shorthand(first) { return (CalendarExpression(pattern: shorthand), zone) }
    if words.count == 1, first.hasPrefix("@") { return (try moment(first), "UTC") }
    var parser = CalendarParser(words.joined(separator: " "))
    return (CalendarExpression(pattern: try parser.pattern()), zone)
  }

  /// A last word that is no day, date, time or shorthand; whether there is such a zone, its reader says.
  private static func isZoneName(_ word: String) -> Bool {
    guard let first = word.first, first.isLetter else { return false }
    return !CalendarParser.isWeekdays(word)
  }

  private static func shorthand(_ word: String) -> CivilPattern? {
    var pattern = CivilPattern()
    pattern.hours = .only(0)
    pattern.minutes = .only(0)
    switch word.lowercased() {
    case "minutely":
      pattern.hours = CivilPattern.Values()
      pattern.minutes = CivilPattern.Values()
    case "hourly": pattern.hours = CivilPattern.Values()
    case "daily": break
    case "weekly": pattern.weekdays = 1
    case "monthly": pattern.days = .only(1)
    case "quarterly": (pattern.months, pattern.days) = (.only(1, 4, 7, 10), .only(1))
    case "biannually", "bi-annually", "semiannually", "semi-annually":
      (pattern.months, pattern.days) = (.only(1, 7), .only(1))
    case "annually", "yearly", "anually": (pattern.months, pattern.days) = (.only(1), .only(1))
    default: return nil
    }
    return pattern
  }

  /// `@SECONDS`: one moment, as seconds since 1970.
  private static func moment(_ word: String) throws(ScheduleError) -> CalendarExpression {
    guard let seconds = Int(word.dropFirst()), (0..<7_258_118_400).contains(seconds) else {
      throw ScheduleError("“\(word.prefix(40))” is no moment: write `@` and seconds since 1970, up to the year 2199")
    }
    let time = CivilTime(seconds: seconds)
    var pattern = CivilPattern()
    (pattern.years, pattern.months, pattern.days) = (.only(time.year), .only(time.month), .only(time.day))
    pattern.hours = .only(time.secondOfDay / 3600)
    pattern.minutes = .only(time.secondOfDay / 60 % 60)
    pattern.seconds = .only(time.secondOfDay % 60)
    return CalendarExpression(pattern: pattern)
  }
}
