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
}
