import Disk
import Foundation
import Records
@testable import Spool
import Testing

/// Calendar expressions against what `systemd-analyze calendar` of systemd 252 answered to `Fixtures/make-calendar-table`.
@Suite struct CalendarExpressionTests {
  struct Row: CustomTestStringConvertible {
    var zone: String
    var expression: String
    var base: String
    var answer: String

    var testDescription: String { "\(expression) in \(zone) after \(base)" }
  }

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures")

  static func table() throws -> [Row] {
    let text = try String(contentsOf: folder.appendingPathComponent("calendar-table.tsv"), encoding: .utf8)
    return text.split(separator: "\n").map { line in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      return Row(zone: fields[0], expression: fields[1], base: fields[2], answer: fields[3])
    }
  }

  /// Seconds since 1970 of the next five times, as the table has them.
  private func answer(_ row: Row) throws -> String {
    let disk = Disk()
    let schedule: Schedule
    do {
      schedule = try Schedule(row.expression, zone: try Zone(named: row.zone, disk)) { name throws(ScheduleError) in
        try Zone(named: name, disk)
      }
    } catch { return "refused" }
    let base = try #require(Timestamp(row.base))
    let times = schedule.occurrences(after: base, upTo: Timestamp(seconds: .max), limit: 5)
    return times.isEmpty ? "never" : times.map { "\($0.seconds)" }.joined(separator: " ")
  }

  @Test("the next five times are those of systemd, around changes of the clocks too")
  func agreesWithTable() throws {
    let rows = try Self.table()
    #expect(rows.count > 500)
    let wrong = try rows.filter { try answer($0) != $0.answer }
    let told = try wrong.prefix(10).map { "\($0.testDescription): \(try answer($0)), not \($0.answer)" }
    #expect(wrong.isEmpty, "\(wrong.count) \(told.joined(separator: "\n"))")
  }

  @Test(
    "a step that does not divide its unit begins anew with each unit",
    arguments: [
      ("*:0/7", "2024-01-28T23:56:00Z"), ("*:*:0/7", "2024-01-28T23:59:59Z"), ("0/7:0", "2024-01-28T21:00:00Z"),
    ])
  func unevenSteps(expression: String, base: String) throws {
    let schedule = try Schedule(expression, zone: .utc) { _ throws(ScheduleError) in .utc }
    #expect(schedule.next(after: try #require(Timestamp(base)))?.text == "2024-01-29T00:00:00Z")
  }

  @Test("the last time up to a moment is found without counting all before it")
  func last() throws {
    let schedule = try Schedule("*:*:*", zone: .utc) { _ throws(ScheduleError) in .utc }
    let now = Timestamp(seconds: 1_700_000_000)
    #expect(schedule.last(after: Timestamp(seconds: 0), upTo: now) == now)
    #expect(schedule.last(after: now, upTo: now) == nil)
  }

  @Test(
    "what is no schedule is refused with what to write instead",
    arguments: [
      ("0 2 * *", "cron syntax has five fields (minute, hour, day of the month, month, day of the week), this has 4"),
      ("0 24 * * *", "“24” is no hour: write 0-23, `*`, steps as `*/2`, lists with commas"),
      (
        "0 2 * * funday", "“funday” is no day of the week: write 0-7 or sun-sat, `*`, steps as `*/2`, lists with commas"
      ),
      ("5/10 * * * *", "the minute “5/10” has a step and no range: write `5-59/10`"),
      ("0 22-3 * * *", "the hour “22-3” runs backwards: write two ranges with a comma between"),
      (
        "0 0 L * *",
        "the day of the month “L” has `L`, which only other tools know: write 1-31, `*`, steps as `*/2`, lists with commas"
      ),
      (
        "0 0 ? * *",
        "the day of the month “?” has `?`, which only other tools know: write 1-31, `*`, steps as `*/2`, lists with commas"
      ),
      ("*/0 * * * *", "“*/0” is no minute: write 0-59, `*`, steps as `*/2`, lists with commas"),
      (
        "@reboot",
        "“@reboot” is no shorthand of cron: there are @annually, @daily, @hourly, @midnight, @monthly, @weekly, @yearly"
      ),
      ("", "the schedule is empty: write cron syntax as `0 2 * * *`, or a calendar expression as `*-*-* 02:00`"),
      ("25:00", "“25:00” is no calendar expression: an hour is from 0 to 23, not 25"),
      ("*/2:00", "“*/2:00” is no calendar expression: `*` takes no step: write `0/…`, or `1/…` for days and months"),
      ("Fri..Mon", "“Fri..Mon” is no calendar expression: its days run backwards: a week begins with Monday"),
      ("12:00:00.5", "“12:00:00.5” is no calendar expression: a schedule counts whole seconds"),
      (
        "daily Nowhere/Else",
        "this machine knows no time zone “Nowhere/Else”: write one as `Europe/Berlin`, or `UTC` (the package tzdata has them)"
      ),
      ("daily Etc/../UTC", "“Etc/../UTC” is no name of a time zone: write `Europe/Berlin` or `UTC`"),
    ])
  func refused(expression: String, message: String) {
    #expect(throws: ScheduleError(message)) {
      try Schedule(expression, zone: .utc) { name throws(ScheduleError) in try Zone(named: name, Disk()) }
    }
  }

  @Test("no text that differs from a schedule by a few letters crashes or hangs", arguments: [1, 2] as [UInt64])
  func mutated(seed: UInt64) throws {
    var state = seed
    func below(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let letters = Array("0123456789*/-,.:~@ MonTueUTCLé\0\u{202E}9999999999")
    let expressions = try Self.table().map(\.expression) + ["*/5 8-18/2 1,15 jan-dec mon-fri", "@daily"]
    var accepted = 0
    for _ in 0..<1500 {
      var text = Array(expressions[below(expressions.count)])
      for _ in 0...below(3) where !text.isEmpty {
        let (place, letter) = (below(text.count), letters[below(letters.count)])
        switch below(3) {
        case 0: text[place] = letter
        case 1: text.insert(letter, at: place)
        default: text.remove(at: place)
        }
      }
      guard let schedule = try? Schedule(String(text), zone: .utc, named: { _ throws(ScheduleError) in .utc }) else {
        continue
      }
      let base = Timestamp(seconds: 1_700_000_000)
      if let next = schedule.next(after: base) { #expect(next > base, "\(String(text)), seed \(seed)") }
      accepted += 1
    }
    #expect(accepted > 100)
  }
}
