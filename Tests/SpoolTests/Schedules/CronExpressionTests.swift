import Disk
import Records
@testable import Spool
import Testing

/// Cron syntax against a walk over every minute, by Debian's rules for changes of the clocks.
@Suite struct CronExpressionTests {
  /// The same again every time.
  private struct Choices {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }

    mutating func field(_ range: ClosedRange<Int>) -> String {
      func value() -> Int { range.lowerBound + below(range.count) }
      switch below(8) {
      case 0, 1, 2: return "*"
      case 3: return "*/\(1 + below(range.upperBound))"
      case 4:
        let start = value()
        return "\(start)-\(start + below(range.upperBound - start + 1))"
      case 5: return "\(value()),\(value())"
      default: return "\(value())"
      }
    }
  }

  /// The values of one field, spelled out.
  private func values(_ field: Substring, _ range: ClosedRange<Int>) -> Set<Int> {
    var set: Set<Int> = []
    for part in field.split(separator: ",") {
      let halves = part.split(separator: "/")
      let ends =
        halves[0] == "*" ? [range.lowerBound, range.upperBound] : halves[0].split(separator: "-").map { Int($0) ?? 0 }
      let step = halves.count > 1 ? Int(halves[1]) ?? 1 : 1
      for value in stride(from: ends[0], through: ends[ends.count - 1], by: step) { set.insert(value) }
    }
    return set
  }

  /// Whether the clock on the wall shows a time that the five fields mean.
  private func matcher(_ expression: String) -> (CivilTime) -> Bool {
    let fields = expression.split(separator: " ")
    let ranges = [0...59, 0...23, 1...31, 1...12, 0...7]
    let sets = zip(fields, ranges).map { values($0, $1) }
    return { time in
      let days = time.seconds / 86_400
      let weekday = (days + 4) % 7
      let isDay = sets[2].contains(time.day)
      let isWeekday = sets[4].contains(weekday) || weekday == 0 && sets[4].contains(7)
      let isEither = !fields[2].hasPrefix("*") && !fields[4].hasPrefix("*")
      return sets[0].contains(time.secondOfDay / 60 % 60) && sets[1].contains(time.secondOfDay / 3600)
        && sets[3].contains(time.month) && (isEither ? isDay || isWeekday : isDay && isWeekday)
    }
  }

  /// Every time from `start` on for some days, minute by minute.
  private func walk(_ expression: String, _ zone: Zone, from start: Int, days: Int) -> [Int] {
    let fields = expression.split(separator: " ")
    let followsClock = fields[0].hasPrefix("*") || fields[1].hasPrefix("*")
    let isMeant = matcher(expression)
    var found: [Int] = []
    var last = start + zone.offset(at: start) - 60
    var seen: Set<Int> = Set((-180..<0).map { start + $0 * 60 + zone.offset(at: start + $0 * 60) })
    for instant in stride(from: start, to: start + days * 86_400, by: 60) {
      let local = instant + zone.offset(at: instant)
      let skipped = stride(from: last + 60, to: local, by: 60).contains { isMeant(CivilTime(seconds: $0)) }
      let isNew = followsClock || !seen.contains(local)
      if isMeant(CivilTime(seconds: local)) && isNew || skipped && !followsClock { found.append(instant) }
      seen.insert(local)
      last = local
    }
    return found
  }

  private static let starts: [(zone: String, start: Int)] = [
    ("UTC", 1_709_100_000), ("Europe/Berlin", 1_711_756_800), ("Europe/Berlin", 1_729_900_800),
    ("America/New_York", 1_741_392_000), ("America/New_York", 1_761_955_200), ("Australia/Lord_Howe", 1_728_086_400),
    ("Australia/Lord_Howe", 1_712_361_600), ("America/Sao_Paulo", 1_541_203_200), ("Asia/Kolkata", 1_735_600_000),
  ]

  @Test("each next time is that of a walk over every minute", arguments: [1, 2, 3, 4] as [UInt64])
  func agreesWithWalk(seed: UInt64) throws {
    var choices = Choices(state: seed)
    for _ in 0..<50 {
      let expression = [
        choices.field(0...59), choices.field(0...23), choices.field(1...31), choices.field(1...12),
        choices.field(0...7),
      ].joined(separator: " ")
      let (name, start) = Self.starts[choices.below(Self.starts.count)]
      let zone = try Zone(named: name, Disk())
      let schedule = try Schedule(expression, zone: zone) { _ throws(ScheduleError) in zone }
      let end = start / 60 * 60 + 3 * 86_400
      let found = schedule.occurrences(
        after: Timestamp(seconds: start / 60 * 60 - 1), upTo: Timestamp(seconds: end - 1), limit: .max
      ).map(\.seconds)
      let expected = walk(expression, zone, from: start / 60 * 60, days: 3)
      #expect(found == expected, "\(expression) in \(name) from \(start), seed \(seed)")
    }
  }

  @Test(
    "changes of the clocks: fixed times once, right after a skipped hour; others by the clock",
    arguments: [
      ("30 2 * * *", "2024-03-30T12:00:00Z", ["2024-03-31T01:00:00Z", "2024-04-01T00:30:00Z"]),
      ("30 2 * * *", "2024-10-26T12:00:00Z", ["2024-10-27T00:30:00Z", "2024-10-28T01:30:00Z"]),
      ("*/30 2 * * *", "2024-03-30T12:00:00Z", ["2024-04-01T00:00:00Z", "2024-04-01T00:30:00Z"]),
      ("30 * * * *", "2024-10-27T00:00:00Z", ["2024-10-27T00:30:00Z", "2024-10-27T01:30:00Z"]),
      ("0 0 13 * fri", "2024-09-01T00:00:00Z", ["2024-09-05T22:00:00Z", "2024-09-12T22:00:00Z"]),
      ("@weekly", "2024-01-01T00:00:00Z", ["2024-01-06T23:00:00Z", "2024-01-13T23:00:00Z"]),
      ("0 0 1 jan-mar *", "2024-02-02T00:00:00Z", ["2024-02-29T23:00:00Z", "2024-12-31T23:00:00Z"]),
      ("0 0 30 2 *", "2024-02-02T00:00:00Z", []),
    ] as [(String, String, [String])])
  func clocks(expression: String, base: String, times: [String]) throws {
    let zone = try Zone(named: "Europe/Berlin", Disk())
    let schedule = try Schedule(expression, zone: zone) { _ throws(ScheduleError) in zone }
    let start = try #require(Timestamp(base))
    let found = schedule.occurrences(after: start, upTo: Timestamp(seconds: .max), limit: 2).map(\.text)
    #expect(found == times)
  }
}
