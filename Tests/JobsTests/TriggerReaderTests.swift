@testable import Jobs
import Records
import Spool
import Testing

@Suite struct TriggerReaderTests {
  private func read(_ on: String, _ use: SpecReader.Use = .recurring) throws(SpecError) -> Job {
    let reader = SpecReader(
      file: "night.yaml", defaultProject: "default",
      run: RunContext(id: "night-20130401T020000-7f3a", logicalTime: Timestamp(seconds: 1_364_781_600)), use: use)
    return try reader.read(
      Array("version: 1\nname: night\nproject: p\n\(on)steps: [{id: one, run: [\"true\"]}]\n".utf8))
  }

  @Test("what queues a job is read, with the site's defaults")
  func triggers() throws {
    let job = try read("on: {schedule: [daily, 0 3 * * *], random-delay: 15m, dataset: [d, q/e], drift: m}\n")
    let triggers = try #require(job.triggers)
    #expect(triggers.timetable?.schedules.map(\.text) == ["daily", "0 3 * * *"])
    #expect(triggers.timetable?.catchUp == .latest && triggers.timetable?.randomDelaySeconds == 900)
    #expect(triggers.datasets == [.init(project: "p", name: "d"), .init(project: "q", name: "e")])
    #expect(triggers.drift == [.init(project: "p", name: "m")])
    // A spec that was queued has done with them, whatever they say.
    #expect(try read("on: {schedule: never}\n", .queued).triggers == nil)
  }

  @Test(
    "what is wrong with `on:` is told at its place",
    arguments: [
      ("", "1:1: a spec in Jobs/recurring needs `on:`, which says what queues it; put one that runs once in the inbox"),
      ("on:\n", "4:1: `on` must say what queues the job, not nothing"),
      ("on: daily\n", "4:5: `on` must be a mapping of keys, not “daily”"),
      ("on: {}\n", "4:5: `on:` must say what queues the job: `schedule`, `dataset` or `drift`"),
      ("on: {schedul: daily}\n", "4:6: `on` has no key `schedul`: did you mean `schedule`?"),
      ("on: {schedule: 25:00}\n", "4:16: “25:00” is no calendar expression: an hour is from 0 to 23, not 25"),
      (
        "on:\n  schedule:\n    - daily\n    - 0 2 * *\n",
        "7:7: cron syntax has five fields (minute, hour, day of the month, month, day of the week), this has 4"
      ),
      (
        "on: {schedule: daily, timezone: Mars/Base}\n",
        "4:33: this machine knows no time zone “Mars/Base”: write one as `Europe/Berlin`, or `UTC` (the package tzdata has them)"
      ),
      ("on: {schedule: daily, catch-up: lates}\n", "4:33: `catch-up` cannot be “lates”: did you mean `latest`?"),
      ("on: {dataset: a/b/c}\n", "4:15: “a/b/c” is not a name: write NAME or PROJECT/NAME"),
      ("on: {dataset: d, catch-up: skip}\n", "4:5: `on.catch-up` says how a `schedule` is read, and there is none"),
      ("on: {schedule: {a: 1}}\n", "4:16: `schedule` must be a text, not a mapping"),
    ])
  func mistakes(on: String, line: String) {
    let error = #expect(throws: SpecError.self) { try read(on) }
    #expect(error?.lines == ["night.yaml:" + line])
  }
}
