import Disk
import Foundation
@testable import Spool
import SystemPackage
import Testing

@Suite struct ClaimOwnerTests {
  @Test("a spec is somebody else's unless it is the runner's user's or root's", arguments: [false, true])
  func owner(isFolder: Bool) throws {
    let fixture = SpoolFixture()
    let spool = try fixture.open()
    let inbox = fixture.root.appending("inbox")
    if isFolder { try Disk().makeDirectory(inbox.appending("job")) }
    let file = inbox.appending(isFolder ? "job/job.yaml" : "job.yaml")
    try Disk().replace(file, with: Array("version: 1\n".utf8))
    let entry = try #require(try spool.scan(settleSeconds: 0).first)
    let claim = try #require(try spool.claim(entry))
    #expect(!claim.isForeign())
    // Only root may give a file away; for everybody else, another user looks at it.
    let user = geteuid() == 0 ? 0 : geteuid() + 1
    if user == 0 { #expect(chown(claim.job.string, 4242, 4242) == 0) }
    #expect(claim.isForeign(to: user))
  }

  @Test(
    "what was somebody else's stays so when this user's copy of it is queued: by retrying, and by word",
    .enabled(if: geteuid() == 0, "only root may give a file away"))
  func copies() throws {
    let fixture = SpoolFixture()
    let spool = try fixture.open()
    let inbox = fixture.root.appending("inbox")
    try Disk().replace(inbox.appending("theirs.yaml"), with: Array("version: 1\n".utf8))
    #expect(chown(inbox.appending("theirs.yaml").string, 4242, 4242) == 0)
    let claim = try only(spool)
    try claim.finish(.failed, date: "2013-04-01", specName: "theirs.yaml", result: Array("{}\n".utf8))
    _ = try spool.retry("theirs.yaml", by: "root", at: "2013-04-02T00:00:00Z")
    let again = try only(spool)
    #expect(again.isForeign())
    let submission = Submission(
      specName: "a.yaml", origin: "/", params: [], by: "nightshift", at: "2013-04-02T00:00:00Z", isForeign: true)
    try spool.submit(Array("version: 1\n".utf8), submission)
    let told = try only(spool)
    #expect(told.isForeign())
  }

  @Test(
    "somebody else's spec starts from a folder of theirs, of the spool or below a root, and from no other",
    .enabled(if: geteuid() == 0, "only root may give a file away"))
  func origins() throws {
    let fixture = SpoolFixture()
    let spool = try fixture.open()
    let (theirs, ours) = (
      fixture.root.appending("theirs"), fixture.root.removingLastComponent().appending("ours-\(getpid())")
    )
    for folder in [theirs, ours] { try Disk().makeDirectory(folder) }
    defer { try? Disk().removeTree(ours) }
    #expect(chown(theirs.string, 4242, 4242) == 0)
    let submission = Submission(
      specName: "a.yaml", origin: ours.string, params: [], by: "eve", at: "2013-04-02T00:00:00Z")
    let name = try spool.submit(Array("version: 1\n".utf8), submission)
    for part in ["", "/job.yaml", "/submission.json"] {
      #expect(chown(fixture.root.appending("inbox").appending(name).string + part, 4242, 4242) == 0)
    }
    let claim = try only(spool)
    #expect(claim.isForeign())
    #expect(!claim.mayStart(from: ours, roots: []))
    #expect(!claim.mayStart(from: "/root/..", roots: ["/root"]))
    #expect(!claim.mayStart(from: fixture.root.appending("theirs/../../x"), roots: []))
    #expect(claim.mayStart(from: theirs, roots: []))
    #expect(claim.mayStart(from: ours, roots: [ours.string]))
  }

  /// Claims the only job that waits.
  private func only(_ spool: Spool) throws -> Claim {
    let entry = try #require(try spool.scan(settleSeconds: 0).first)
    return try #require(try spool.claim(entry))
  }
}
