/// Five fields of cron: minute, hour, day of the month, month, day of the week.
struct CronExpression: Hashable, Sendable {
  private var pattern = CivilPattern()
  /// Minutes or hours begin with `*`: it follows the clock wherever the clock goes.
  private var followsClock = false

  private static let shorthands = [
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
  ]

  init(_ words: [String]) throws(ScheduleError) {
    var fields = words
    if let word = words.first, word.hasPrefix("@") {
      guard words.count == 1, let long = Self.shorthands[word.lowercased()] else {
        let known = Self.shorthands.keys.sorted().joined(separator: ", ")
        throw ScheduleError("“\(words.joined(separator: " ").prefix(80))” is no shorthand of cron: there are \(known)")
      }
      fields = long.split(separator: " ").map(String.init)
    }
    guard fields.count == 5 else {
      throw ScheduleError(
        "cron syntax has five fields (minute, hour, day of the month, month, day of the week), this has \(fields.count)"
      )
    }
    pattern.minutes = try CronField.minute.values(fields[0])
    pattern.hours = try CronField.hour.values(fields[1])
    pattern.days = try CronField.day.values(fields[2])
    pattern.months = try CronField.month.values(fields[3])
    pattern.weekdays = Self.weekdays(try CronField.weekday.values(fields[4]))
    followsClock = fields[0].hasPrefix("*") || fields[1].hasPrefix("*")
    let isEither = !fields[2].hasPrefix("*") && !fields[4].hasPrefix("*")
    pattern.dayRule = isEither ? .either : .both
  }

  /// From cron's days, Sunday 0 or 7, to those of the pattern, Monday 0.
  private static func weekdays(_ values: CivilPattern.Values) -> UInt8 {
    var set: UInt8 = 0
    for day in 0...7 where values.next(from: day) == day { set |= 1 << UInt8((day + 6) % 7) }
    return set
  }

  /// The first time after `instant`, in seconds since 1970.
  func next(after instant: Int, _ zone: Zone) -> Int? {
    // The first whole minute after it.
    let start = (instant + 60) / 60 * 60
    return followsClock ? nextByClock(from: start, zone) : nextFixed(from: start, after: instant, zone)
  }

  private func nextByClock(from start: Int, _ zone: Zone) -> Int? {
    var instant = start
    while true {
      // Between two changes the clock runs as it should.
      let change = zone.change(after: instant)
      guard let found = pattern.next(from: zone.civil(at: instant)) else { return nil }
      let candidate = found.seconds - zone.offset(at: instant)
      guard let change, candidate >= change else { return candidate }
      instant = (change + 59) / 60 * 60
    }
  }

  private func nextFixed(from start: Int, after instant: Int, _ zone: Zone) -> Int? {
    // A time of an hour that was skipped just now may still be due: its moment is the change itself.
    var time = zone.civil(at: start)
    if let change = zone.lastChange(upTo: start), change.after > change.before, start - change.at < 86_400 {
      time = min(time, CivilTime(seconds: change.at + change.before))
    }
    while let found = pattern.next(from: time) {
      let moment = zone.instants(of: found).first ?? zone.gap(at: found)?.at
      if let moment, moment > instant { return moment }
      time = CivilTime(seconds: found.seconds + 60)
    }
    return nil
  }
}
