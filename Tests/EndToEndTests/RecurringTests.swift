import Foundation
import Testing

@Suite struct RecurringTests {
  let site: SiteFixture

  init() throws { site = try SiteFixture() }

  /// A job of one step that does nothing but run.
  private func spec(_ on: String, name: String = "night") -> String {
    "version: 1\nname: \(name)\nproject: p\non: {\(on)}\nsteps:\n  - {id: one, run: [\"true\"]}\n"
  }

  private func runs() throws -> [[String: Any]] {
    let json = try JSONSerialization.jsonObject(
      with: Data(try site.run("runs", "--json", "--limit", "5000").output.utf8))
    return try #require(json as? [[String: Any]])
  }

  /// The moments that the runs stand for, earliest first.
  private func nights(of job: String = "night") throws -> [String] {
    try runs().filter { $0["job"] as? String == job }.compactMap { $0["logicalTime"] as? String }.sorted()
  }

  private func run(at time: String, expect status: Int32 = 0) throws {
    let answer = try site.run("run", "--now", time)
    #expect(answer.status == status, "\(answer.errors)")
    if status == 0 { #expect(answer.output.isEmpty && answer.errors.isEmpty, "\(answer.errors)") }
  }

  @Test("a nightly spec stays and runs once each night, however often it is asked")
  func nightly() throws {
    try site.write("Jobs/recurring/night.yaml", spec("schedule: 0 2 * * *"))
    for time in ["2024-01-01T12", "2024-01-02T02", "2024-01-02T02", "2024-01-02T23", "2024-01-03T03", "2024-01-02T05"] {
      try run(at: time + ":00:00Z")
    }
    #expect(try nights() == ["2024-01-02T02:00:00Z", "2024-01-03T02:00:00Z"])
    // A changed spec keeps what is known; so does one that was away for a while.
    try site.write("Jobs/recurring/night.yaml", spec("schedule: daily"))
    try run(at: "2024-01-03T04:00:00Z")
    try FileManager.default.removeItem(at: site.root.appendingPathComponent("Jobs/recurring/night.yaml"))
    try run(at: "2024-01-04T04:00:00Z")
    #expect(try nights().count == 2)
    #expect(site.files("Jobs/inbox").isEmpty)
  }

  @Test(
    "times that passed while nothing ran are caught up as the spec says",
    arguments: [
      ("latest", "2024-01-05T12:00:00Z", ["2024-01-05T02:00:00Z"]),
      ("every", "2024-01-03T12:00:00Z", ["2024-01-02T02:00:00Z", "2024-01-03T02:00:00Z"]),
      ("skip", "2024-01-05T12:00:00Z", []), ("skip", "2024-01-05T02:59:00Z", ["2024-01-05T02:00:00Z"]),
    ] as [(String, String, [String])])
  func catchUp(policy: String, time: String, expected: [String]) throws {
    try site.write("Jobs/recurring/night.yaml", spec("schedule: 0 2 * * *, catch-up: \(policy)"))
    try run(at: "2024-01-01T12:00:00Z")
    try run(at: time)
    try run(at: time)
    #expect(try nights() == expected)
  }

  @Test("a folder is a recurring job with its files, and paths start there")
  func folder() throws {
    try site.write("Jobs/recurring/night/rows.csv", "a,b\n1,2\n")
    try site.write(
      "Jobs/recurring/night/job.yaml",
      "version: 1\nname: night\non: {schedule: minutely}\nsteps:\n  - {id: s, uses: snapshot, with: {from: rows.csv, dataset: d}}\n"
    )
    try run(at: "2024-01-01T12:00:00Z")
    #expect(try nights() == ["2024-01-01T12:00:00Z"])
    #expect(site.files("Jobs/done/2024-01-01") == ["night.result.json", "night/job.yaml", "night/submission.json"])
  }

  @Test("a wrong recurring spec is told once, as long as it stays as it is, and hinders no other")
  func wrong() throws {
    try site.write("Jobs/recurring/a.yaml", spec("schedule: 0 25 * * *", name: "a"))
    try site.write("Jobs/recurring/b.yaml", spec("schedule: hourly"))
    try site.write("Jobs/recurring/c.yaml", "version: 1\nname: c\nsteps:\n  - {id: one, run: [\"true\"]}\n")
    let answer = try site.run("run", "--now", "2024-01-01T12:00:00Z")
    #expect(answer.status == 65)
    #expect(
      answer.errors
        == "recurring/a.yaml:4:16: “25” is no hour: write 0-23, `*`, steps as `*/2`, lists with commas\nrecurring/c.yaml:1:1: a spec in Jobs/recurring needs `on:`, which says what queues it; put one that runs once in the inbox\n"
    )
    #expect(try nights() == ["2024-01-01T12:00:00Z"])
    try run(at: "2024-01-01T12:30:00Z")
    try site.write("Jobs/recurring/a.yaml", spec("schedule: 0 26 * * *", name: "a"))
    try run(at: "2024-01-01T12:40:00Z", expect: 65)
  }

  @Test("`on:` in the inbox is refused with the remedy")
  func inbox() throws {
    try site.write("Jobs/inbox/night.yaml", spec("schedule: 0 2 * * *"))
    let answer = try site.run("run")
    #expect(answer.status == 65)
    #expect(
      answer.errors
        == "night.yaml:4:1: `on:` queues specs in Jobs/recurring; this one runs at once: remove it, or put the spec there\n"
    )
  }

  @Test("a new version of a dataset triggers, but not what the job led to itself")
  func dataset() throws {
    try site.write(
      "Jobs/recurring/copy.yaml",
      "version: 1\nname: copy\nproject: p\non: {dataset: [landing, own]}\nsteps:\n  - {id: s, run: \"printf 'a\\\\n%s\\\\n' $(date +%s%N) > outputs/own.csv\", outputs: {own: {path: own.csv, kind: dataset, as: own}}}\n"
    )
    try site.write("Jobs/recurring/after.yaml", spec("dataset: p/own", name: "after"))
    try site.write("rows.csv", "a,b\n1,2\n")
    try run(at: "2024-01-01T12:00:00Z")
    #expect(try site.run("data", "add", "rows.csv", "--as", "landing", "--project", "p").status == 0)
    try run(at: "2024-01-01T13:00:00Z")
    try run(at: "2024-01-01T14:00:00Z")
    #expect(try nights(of: "copy") == ["2024-01-01T13:00:00Z"])
    #expect(try nights(of: "after") == ["2024-01-01T13:00:00Z"])
    let after = try #require(try runs().first { $0["job"] as? String == "after" })
    #expect((after["requestedBy"] as? String)?.hasPrefix("copy-20240101T130000-") == true)
  }

  @Test("`check` shows a recurring spec's next three times, and `schedule` what is due")
  func shown() throws {
    try site.write("Jobs/recurring/night.yaml", spec("schedule: [Mon 02:30, 0 4 * * tue], timezone: Europe/Berlin"))
    let check = try site.run("check", "Jobs/recurring/night.yaml")
    #expect(check.status == 0)
    #expect(check.output.split(separator: "\n").count == 3, "\(check.output) \(check.errors)")
    try run(at: "2024-01-01T00:00:00Z")
    try run(at: "2024-01-01T02:00:00Z")
    let table = try site.run("schedule", "--now", "2024-01-02T05:00:00Z", "--count", "2")
    #expect(
      table.output == """
        JOB      TRIGGER                          NEXT (UTC)            BY ITS CLOCK                       LAST SLOT             LAST RUN
        p/night  schedule Mon 02:30, 0 4 * * tue  2024-01-02T03:00:00Z  2024-01-02 04:00:00 Europe/Berlin  2024-01-01T01:30:00Z  done      overdue
                                                  2024-01-08T01:30:00Z  2024-01-08 02:30:00 Europe/Berlin

        """, "\(table.errors)")
    let json = try site.run("schedule", "--json", "--now", "2024-01-02T05:00:00Z")
    #expect(json.output.contains("\"isOverdue\" : true"))
  }
}
