import Disk
import Foundation
@testable import Pipeline
import SystemPackage
import Testing

@Suite struct WorkFolderTests {
  let fixture: ExecutorFixture

  init() throws { fixture = try ExecutorFixture() }

  @Test("a work folder is its maker's alone, and no two attempts share one")
  func privacy() throws {
    let (one, other) = (
      try WorkFolder("run-step", in: fixture.site.store), try WorkFolder("run-step", in: fixture.site.store)
    )
    #expect(one.root != other.root)
    #expect(try Disk().status(of: one.root).mode == 0o700)
    try one.remove()
    try other.remove()
    #expect(try fixture.leftOvers == [])
  }

  @Test(
    "the folders of the dead are swept with what they left running; those of the living stay", .timeLimit(.minutes(5)))
  func sweeping() throws {
    let living = try WorkFolder("run-living", in: fixture.site.store)
    let dead = try abandoned()
    let left = Process()
    left.executableURL = URL(fileURLWithPath: "/bin/sleep")
    left.arguments = ["300"]
    left.environment = ["NIGHTSHIFT_ATTEMPT": dead.appending("files").string]
    try left.run()
    // Half made: it may be a folder that somebody is just making.
    let young = fixture.root.appending("Store/tmp/work-run-young")
    try Disk().makeDirectory(young)
    #expect(try WorkFolder.sweep(fixture.site.store) == [])
    left.waitUntilExit()
    // How it ended is lost where the sweep reaped it, being its parent here.
    #expect(!left.isRunning)
    #expect(!Disk().exists(dead))
    #expect(Disk().exists(living.files))
    #expect(Disk().exists(young))
    try living.remove()
  }

  /// A folder whose lock nobody holds, with files that are not easy to remove.
  private func abandoned() throws -> FilePath {
    let root = try WorkFolder("run-dead", in: fixture.site.store).root
    try Disk().makeDirectory(root.appending("files/inputs/x"))
    try Disk().setMode(0o555, of: root.appending("files/inputs/x"))
    try Disk().setMode(0o000, of: root.appending("files/inputs"))
    return root
  }
}
