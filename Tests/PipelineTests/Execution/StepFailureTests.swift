@testable import Pipeline
import Testing

@Suite struct StepFailureTests {
  @Test(
    "a failure says what was passed, by how much, and where to look",
    arguments: [
      (ChildProcess.Outcome.Ending.exited(3), "it ended with exit status 3: see `nightshift logs r own`"),
      (.signalled(15), "it was ended by signal 15 (Terminated): see `nightshift logs r own`"),
      (
        .memoryLimit(usedBytes: 5_476_083_302),
        "it used 5.1 GiB of its 4 GiB (resources.memory) and was ended: see `nightshift logs r own`"
      ),
      (.outputLimit, "it printed more than 512 B (resources.output) and was ended: see `nightshift logs r own`"),
      (.cancelled, "it was cancelled"),
    ])
  func sentences(ending: ChildProcess.Outcome.Ending, sentence: String) throws {
    #expect(try text(ending, room: nil) == sentence)
  }

  @Test("a command that fails on a full disk is told so")
  func fullDisk() throws {
    #expect(try text(.exited(1), room: 0).contains("the disk is full: make room"))
    #expect(try !text(.exited(1), room: 1 << 30).contains("full"))
  }

  private func text(_ ending: ChildProcess.Outcome.Ending, room: Int?) throws -> String {
    let limits = ChildProcess.Limits(memoryBytes: 4 << 30, outputBytes: 512)
    return StepFailure(step: try SpecText.step("ls"), run: "r", limits: limits).text(ending, room: room)
  }
}
