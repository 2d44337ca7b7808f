import Records
@testable import Spool
import Testing

@Suite struct TimetableTests {
  private func timetable(
    _ expressions: String..., catchUp: Timetable.CatchUp = .latest, randomDelaySeconds: Int = 0
  ) throws -> Timetable {
    Timetable(
      schedules: try expressions.map { try Schedule($0, zone: .utc) { _ throws(ScheduleError) in .utc } },
      catchUp: catchUp, randomDelaySeconds: randomDelaySeconds)
  }

  private func due(_ timetable: Timetable, _ after: String, _ now: String, delay: Int = 0) throws -> [String] {
    timetable.due(after: try #require(Timestamp(after)), at: try #require(Timestamp(now))) { _ in delay }.map(\.text)
  }

  @Test("of several schedules each time counts once")
  func several() throws {
    let table = try timetable("0 2 * * *", "Mon 02:00", "0 3 * * *", catchUp: .every)
    #expect(
      try due(table, "2024-01-01T00:00:00Z", "2024-01-02T02:00:00Z")
        == ["2024-01-01T02:00:00Z", "2024-01-01T03:00:00Z", "2024-01-02T02:00:00Z"])
  }

  @Test("of years of times the newest thousand are due")
  func bounded() throws {
    let table = try timetable("minutely", catchUp: .every)
    let slots = try due(table, "2020-01-01T00:00:00Z", "2024-01-01T00:00:30Z")
    #expect(slots.count == Timetable.limit)
    #expect(slots.first == "2023-12-31T07:21:00Z" && slots.last == "2024-01-01T00:00:00Z")
    #expect(table.isOverfull(after: Timestamp(seconds: 0), at: Timestamp(seconds: 100_000)))
    #expect(!table.isOverfull(after: Timestamp(seconds: 0), at: Timestamp(seconds: 60_000)))
  }

  @Test(
    "a delayed time is not due before its delay is over",
    arguments: [
      (.latest, "2024-01-02T02:09:59Z", []), (.latest, "2024-01-02T02:10:00Z", ["2024-01-02T02:00:00Z"]),
      (.every, "2024-01-03T02:05:00Z", ["2024-01-02T02:00:00Z"]),
      (.latest, "2024-01-03T02:05:00Z", ["2024-01-02T02:00:00Z"]),
      (.skip, "2024-01-02T03:10:00Z", ["2024-01-02T02:00:00Z"]), (.skip, "2024-01-02T03:10:01Z", []),
    ] as [(Timetable.CatchUp, String, [String])])
  func delayed(catchUp: Timetable.CatchUp, now: String, slots: [String]) throws {
    let table = try timetable("0 2 * * *", catchUp: catchUp, randomDelaySeconds: 900)
    #expect(try due(table, "2024-01-01T12:00:00Z", now, delay: 600) == slots)
  }

  @Test("a clock that was set back makes nothing due again")
  func clockSetBack() throws {
    for catchUp in Timetable.CatchUp.allCases {
      let table = try timetable("hourly", catchUp: catchUp)
      #expect(try due(table, "2024-01-02T12:00:00Z", "2024-01-02T11:00:00Z") == [])
    }
  }
}
