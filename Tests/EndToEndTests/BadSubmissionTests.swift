import Foundation
import Testing

/// What anybody may put beside a spec: it is that job's trouble alone.
@Suite struct BadSubmissionTests {
  private static let spec = "version: 1\nname: probe\nsteps:\n  - {id: a, run: [sh, -c, \"true\"]}\n"

  private static func submission(specName: String) -> String {
    #"{"at": "", "by": "x", "origin": "/", "params": [], "specName": "\#(specName)"}"#
  }

  /// Puts a job with a bad submission into the inbox; `text` nil: the submission is a link.
  private func drop(_ text: String?, at site: SiteFixture) throws {
    try site.write("Jobs/inbox/bad/job.yaml", Self.spec)
    if text == "large" {
      return try site.write("Jobs/inbox/bad/submission.json", String(repeating: " ", count: 2 << 20))
    }
    if let text { return try site.write("Jobs/inbox/bad/submission.json", text) }
    #expect(symlink("/etc/passwd", site.root.path + "/Jobs/inbox/bad/submission.json") == 0)
  }

  @Test(
    "a bad submission rejects its job and stops nothing",
    arguments: [
      nil, "garbage", "{}", "large", submission(specName: ".."),
      submission(specName: "../../../escaped"), submission(specName: ""),
    ])
  func rejected(text: String?) throws {
    let site = try SiteFixture()
    try drop(text, at: site)
    try site.write("Jobs/inbox/good.yaml", Self.spec)
    let answer = try site.run("run", "--now", "2013-04-01T02:00:00Z")
    #expect(answer.errors.contains("submission.json cannot be read"))
    #expect(site.files("Jobs/done/2013-04-01").contains("good.yaml"))
    #expect(site.files("Jobs/rejected/2013-04-01").contains("bad/job.yaml"))
    #expect(site.files("Jobs/active").isEmpty)
    #expect(try site.run("run").status == 0)
  }

  @Test("a job with a bad submission is cancelled like any other")
  func cancelled() throws {
    let site = try SiteFixture()
    try drop("garbage", at: site)
    try site.write("Jobs/inbox/bad.cancel", "")
    #expect(try site.run("run", "--now", "2013-04-01T02:00:00Z").status == 0)
    #expect(site.files("Jobs/failed").contains { $0.hasSuffix("bad/job.yaml") })
  }
}
