import Disk
import Foundation
@testable import Pipeline
import Records
import SystemPackage
import Testing

@Suite struct SiteMetricsTests {
  private func text(_ pass: Pass, after earlier: String = "", site: String = "s") -> String {
    let metrics = SiteMetrics(site: site, earlier: earlier)
    return metrics.text(
      after: pass, lastSuccess: nil, queue: QueueState(), size: metrics.earlierSize, freeBytes: 1 << 40,
      version: "1.2.3")
  }

  private func samples(_ text: String) -> [Exposition.Series: Double] { Exposition.samples(in: text[...]) }

  @Test("counters go on from pass to pass, and each job keeps what is known of it")
  func continues() {
    let first = text(pass("a", "!b", at: minute(0)))
    let second = text(pass("!a", at: minute(5)), after: first)
    let third = samples(text(pass(at: minute(10)), after: second))
    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
      let all = labels.merging(["site": "s"]) { $1 }
      return third[Exposition.Series(name, all.map { Exposition.Label(name: $0.key, value: $0.value) })]
    }
    #expect(value("nightshift_passes_total") == 3)
    #expect(value("nightshift_jobs_ended_total", ["outcome": "done"]) == 1)
    #expect(value("nightshift_jobs_ended_total", ["outcome": "failed"]) == 2)
    let (a, b) = (["project": "p", "job": "a"], ["project": "p", "job": "b"])
    #expect(value("nightshift_job_last_success_timestamp_seconds", a) == Double(minute(0).seconds))
    #expect(value("nightshift_job_last_end_timestamp_seconds", a) == Double(minute(5).seconds))
    #expect(value("nightshift_job_last_succeeded", a) == 0)
    #expect(value("nightshift_job_last_success_timestamp_seconds", b) == nil)
    #expect(value("nightshift_job_last_duration_seconds", b) == 1.5)
  }

  @Test(
    "labels are escaped, and read again as they were",
    arguments: ["plain", "a \"quote\"", "back\\slash", "new\nline", "},{=", "ends with \\", "naïve 夜", "\\n", ""])
  func labels(value: String) throws {
    let page = text(pass(at: minute(0)), site: value)
    let series = Exposition.Series("nightshift_passes_total", [Exposition.Label(name: "site", value: value)])
    #expect(samples(page)[series] == 1)
    let again = samples(text(pass(at: minute(1)), after: page, site: value))
    #expect(again[series] == 2)
  }

  @Test("what is known of jobs goes on through a quiet pass, and under a new name of the site")
  func quiet() {
    let first = text(pass("a", "b", at: minute(0)))
    let quiet = text(pass(at: minute(5)), after: first)
    let jobs = "# HELP nightshift_job_last_end"
    #expect(quiet.split(separator: jobs).last == first.split(separator: jobs).last)
    let renamed = samples(text(pass(at: minute(10)), after: quiet, site: "new"))
    #expect(renamed.keys.allSatisfy { $0.value(of: "site") == "new" })
    #expect(renamed.keys.count { $0.name == "nightshift_job_last_succeeded" } == 2)
  }

  @Test(
    "a file that is no metrics file begins anew",
    arguments: [
      "", "\u{0}\u{1}", "x{", "x{a=\"", "x{a=\"b\"} NaN\n", "nightshift_passes_total{site=\"s\"",
      "nightshift_passes_total{site=\"s\"} 1e300\n", "{} 1\n \n",
    ])
  func damaged(earlier: String) {
    #expect(text(pass(at: minute(0)), after: earlier) == text(pass(at: minute(0))))
  }

  @Test("a site of many jobs offers those that ran last")
  func bounded() {
    var many = pass(at: minute(0))
    many.ends = (0..<1500).map {
      Pass.JobEnd(
        project: "p", job: "j\($0)", run: "r", isDone: true, finished: Timestamp(seconds: minute(0).seconds + $0))
    }
    let jobs = samples(text(many)).keys.filter { $0.name == "nightshift_job_last_succeeded" }
    #expect(jobs.count == 1000)
    #expect(jobs.contains { $0.value(of: "job") == "j1499" } && !jobs.contains { $0.value(of: "job") == "j499" })
  }

  @Test("the file is readable by all, and its packs are measured once an hour")
  func file() throws {
    let fixture = try OperationsFixture("metrics: out.prom\n")
    let site = try fixture.site
    for (minutes, measured) in [(0, 0), (59, 0), (61, 61)] {
      let ended = pass("a", at: minute(minutes))
      try MetricsFile(site).write(after: ended, lastSuccess: ended.ended, queue: QueueState(site), version: "1")
      let samples = samples(try fixture.read("out.prom"))
      let time = samples.first { $0.key.name == "nightshift_store_measured_timestamp_seconds" }?.value
      #expect(time == Double(minute(measured).seconds + 5))
    }
    #expect(try Disk().status(of: fixture.root.appending("out.prom")).mode == 0o644)
  }

  @Test("promtool finds nothing to complain of", .enabled(if: Tool.promtool != nil, "promtool is not installed"))
  func promtool() throws {
    let page = text(pass("a", "!b", at: minute(0)), site: "our \"team\" \\ 夜\n")
    let answer = try Tool.run(try #require(Tool.promtool), ["check", "metrics"], input: page)
    #expect(answer.status == 0)
    #expect(answer.output == "")
  }
}
