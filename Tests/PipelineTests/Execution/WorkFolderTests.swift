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
    "the folders of the dead are swept with what they left running; those of the living stay", .timeLimit(.minutes(30)))
  func sweeping() throws {
    let living = try WorkFolder("run-living", in: fixture.site.store)
    let dead = try abandoned()
    let left = Process()
    left.executableURL = URL(fileURLWithPath: "/bin/sleep")
    left.arguments = ["60"]
    left.environment = ["NIGHTSHIFT_ATTEMPT": dead.appending("files").string]
    try left.run()
    // It shows its environment as soon as it has become the program.
    let tree = ProcessTree(disk: Disk())
    let mark = WorkFolder.mark(of: dead.appending("files"))
    while !tree.isMarked(left.processIdentifier, by: [mark]) { usleep(1000) }
    #expect(try WorkFolder.sweep(fixture.site.store) == [])
    // How it ended, who reaps it first is told.
    left.waitUntilExit()
    // How it ended is lost where the sweep reaped it, being its parent here.
    #expect(!left.isRunning)
    #expect(!Disk().exists(dead))
    #expect(Disk().exists(living.files))
    try living.remove()
  }

  @Test("one that is half made stays while anybody makes one, and goes with the next sweep")
  func halfMade() throws {
    let young = fixture.root.appending("Store/tmp/work-run-young.new")
    try Disk().makeDirectory(young)
    let making = try Disk().lock(fixture.root.appending("Store/locks/work"), .shared)
    #expect(try WorkFolder.sweep(fixture.site.store) == [])
    #expect(Disk().exists(young))
    _ = consume making
    #expect(try WorkFolder.sweep(fixture.site.store) == [])
    #expect(try fixture.leftOvers == [])
  }

  @Test("one whose runner died while it removed it is swept at once", arguments: [["files"], ["files", "lock"]])
  func halfRemoved(parts: [String]) throws {
    let dead = try WorkFolder("run-dead", in: fixture.site.store).root
    for part in parts { try Disk().removeTree(dead.appending(part)) }
    #expect(try WorkFolder.sweep(fixture.site.store) == [])
    #expect(try fixture.leftOvers == [])
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
