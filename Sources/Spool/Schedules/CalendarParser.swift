/// Reads the days, the date and the time of a calendar expression, by the grammar of `systemd` 252.
struct CalendarParser {
  private let text: String
  private var rest: Substring

  init(_ text: String) {
    self.text = text
    rest = text[...]
  }

  private static let weekdays = [
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
  ]

  /// The day that `word` begins with, and how long its name is.
  private static func weekday(_ word: Substring) -> (day: Int, length: Int)? {
    let word = word.lowercased()
    for (day, name) in weekdays.enumerated() {
      for length in [name.count, 3] where word.hasPrefix(name.prefix(length)) { return (day, length) }
    }
    return nil
  }

  /// Whether a word begins as days of the week do.
  static func isWeekdays(_ word: String) -> Bool {
    guard let (_, length) = weekday(word[...]) else { return false }
    return word.dropFirst(length).first.map { "-.,".contains($0) } ?? true
  }

  mutating func pattern() throws(ScheduleError) -> CivilPattern {
    var pattern = CivilPattern()
    if let days = try days() { pattern.weekdays = days }
    try date(&pattern)
    try time(&pattern)
    guard rest.isEmpty else { throw mistake("“\(rest.prefix(40))” is left over at its end") }
    return pattern
  }

  // MARK: Days of the week

  /// `Mon`, `Mon,Wed..Fri`; nil where there are none.
  private mutating func days() throws(ScheduleError) -> UInt8? {
    guard Self.weekday(rest) != nil else { return nil }
    var set: UInt8 = 0
    var rangeStart: Int?
    while true {
      guard let (day, length) = Self.weekday(rest) else {
        throw mistake("“\(rest.prefix(40))” is no day of the week: write Mon, Tue, Wed, Thu, Fri, Sat or Sun")
      }
      rest = rest.dropFirst(length)
      if let start = rangeStart, start > day { throw mistake("its days run backwards: a week begins with Monday") }
      for day in (rangeStart ?? day)...day { set |= 1 << UInt8(day) }
      let isOpen = rangeStart != nil
      rangeStart = nil
      switch rest.first {
      case nil: return set
      case " ": break
      case ",": rest = rest.dropFirst()
      case "-" where !isOpen, "." where !isOpen && rest.hasPrefix(".."):
        rest = rest.dropFirst(rest.first == "-" ? 1 : 2)
        rangeStart = day
      default: throw mistake("“\(rest.prefix(40))” cannot follow a day of the week")
      }
      if rest.isEmpty || rest.first == " " {
        guard rangeStart == nil else { throw mistake("a range of days has no end") }
        rest = rest.drop { $0 == " " }
        return set
      }
    }
  }

  // MARK: Date

  private mutating func date(_ pattern: inout CivilPattern) throws(ScheduleError) {
    guard !rest.isEmpty else { return }
    let start = rest
    let first = try chain()
    if rest.isEmpty || rest.first == ":" {
      rest = start
      return
    }
    pattern.countsDaysFromEnd = try dateMark()
    let second = try chain()
    guard let mark = rest.first, mark != " " else {
      return try setDate(&pattern, years: CivilPattern.Values(), months: first, days: second)
    }
    guard !pattern.countsDaysFromEnd else { throw mistake("`~` stands before the day, as in `*-02~01`") }
    pattern.countsDaysFromEnd = try dateMark()
    try setDate(&pattern, years: first, months: second, days: try chain())
  }

  /// `-`, or `~` before days that count from the month's end.
  private mutating func dateMark() throws(ScheduleError) -> Bool {
    guard let mark = rest.first, mark == "-" || mark == "~" else {
      throw mistake("a date reads YEAR-MONTH-DAY or MONTH-DAY, with `*` for each one, and a time HOUR:MINUTE")
    }
    rest = rest.dropFirst()
    return mark == "~"
  }

  private mutating func setDate(
    _ pattern: inout CivilPattern, years: CivilPattern.Values, months: CivilPattern.Values, days: CivilPattern.Values
  ) throws(ScheduleError) {
    guard rest.isEmpty || rest.first == " " else { throw mistake("“\(rest.prefix(40))” cannot follow a date") }
    rest = rest.drop { $0 == " " }
    let isFromEnd = pattern.countsDaysFromEnd
    pattern.years = try checked(Self.centuries(years), 1970...CivilPattern.lastYear, "year")
    pattern.months = try checked(months, 1...12, "month")
    pattern.days = try checked(days, 1...(isFromEnd ? 28 : 31), "day", isFromEnd: isFromEnd)
    if days.components.isEmpty { pattern.countsDaysFromEnd = false }
  }

  /// Two digits mean 1970 to 2069.
  private static func centuries(_ years: CivilPattern.Values) -> CivilPattern.Values {
    func year(_ value: Int) -> Int { value < 70 ? value + 2000 : value < 100 ? value + 1900 : value }
    var years = years
    for index in years.components.indices {
      years.components[index].start = year(years.components[index].start)
      years.components[index].stop = years.components[index].stop.map(year)
    }
    return years
  }

  // MARK: Time

  private mutating func time(_ pattern: inout CivilPattern) throws(ScheduleError) {
    pattern.hours = .only(0)
    pattern.minutes = .only(0)
    guard !rest.isEmpty else { return }
    let hours = try chain()
    guard rest.first == ":" else { throw mistake("a time reads HOUR:MINUTE or HOUR:MINUTE:SECOND") }
    rest = rest.dropFirst()
    let minutes = try chain()
    pattern.hours = try checked(hours, 0...23, "hour")
    pattern.minutes = try checked(minutes, 0...59, "minute")
    guard rest.first == ":" else { return }
    rest = rest.dropFirst()
    let seconds = try chain()
    guard rest.first != "." else { throw mistake("a schedule counts whole seconds") }
    pattern.seconds = try checked(seconds, 0...59, "second")
  }

  // MARK: Numbers

  /// `*`, `5`, `1..5`, `2/3`, `8..18/2`, and lists of the latter.
  private mutating func chain() throws(ScheduleError) -> CivilPattern.Values {
    if rest.first == "*" {
      rest = rest.dropFirst()
      guard rest.first != "/" else { throw mistake("`*` takes no step: write `0/…`, or `1/…` for days and months") }
      return CivilPattern.Values()
    }
    var components: [CivilPattern.Component] = []
    repeat {
      if !components.isEmpty { rest = rest.dropFirst() }
      components.append(try component())
      guard components.count <= 240 else { throw mistake("it lists more than 240 values") }
    } while rest.first == ","
    return CivilPattern.Values(components: components)
  }

  private mutating func component() throws(ScheduleError) -> CivilPattern.Component {
    var component = CivilPattern.Component(start: try number())
    if rest.hasPrefix("..") {
      rest = rest.dropFirst(2)
      component.stop = try number()
      component.step = 1
    }
    if rest.first == "/" {
      rest = rest.dropFirst()
      component.step = try number()
      guard component.step > 0 else { throw mistake("a step is at least 1") }
    }
    guard let stop = component.stop, stop >= component.start else { return component }
    // A range ends where its last step does; one without a single step is its start.
    let last = stop - (stop - component.start) % component.step
    guard last > component.start else { return CivilPattern.Component(start: component.start) }
    component.stop = last
    return component
  }

  private mutating func number() throws(ScheduleError) -> Int {
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard digits.count <= 9, let value = Int(digits) else {
      throw mistake(rest.isEmpty ? "it ends where a number should be" : "“\(rest.prefix(40))” is no number")
    }
    rest = rest.dropFirst(digits.count)
    return value
  }

  /// Every value is one of the unit's, and a range or step reaches at least one more.
  private func checked(
    _ values: CivilPattern.Values, _ range: ClosedRange<Int>, _ unit: String, isFromEnd: Bool = false
  ) throws(ScheduleError) -> CivilPattern.Values {
    let span = range.upperBound - range.lowerBound
    for component in values.components {
      for value in [component.start, component.stop].compactMap({ $0 }) where !range.contains(value) {
        throw mistake(
          "\(unit == "hour" ? "an" : "a") \(unit) is from \(range.lowerBound) to \(range.upperBound), not \(value)")
      }
      let reached = component.start + (isFromEnd && component.stop == nil ? -component.step : component.step)
      let bounds = range.lowerBound...(component.stop ?? range.upperBound)
      guard component.step <= span, bounds.contains(reached) || component.step == 0 else {
        throw mistake(
          "the \(unit)s from \(component.start) on have no second one: turn the range about, or make its step smaller")
      }
    }
    return values
  }

  private func mistake(_ reason: String) -> ScheduleError {
    ScheduleError("“\(text.prefix(80))” is no calendar expression: \(reason)")
  }
}
