import Foundation
@testable import Jobs
import Records
import Testing

@Suite struct CommandMistakesTests {
  @Test("every mistake in a command is told, each at its place")
  func mistakes() throws { try expectMistakes("command-mistakes") }

  @Test("requirements are a file beside the spec, and part of the step")
  func requirements() throws {
    guard
      case .run(let options) = try readSpec(
        "version: 1\nname: j\nsteps:\n  - {id: s, run: [ls], requirements: lib/requirements.txt}\n"
      ).steps[0].action
    else {
      Issue.record("another step than written")
      return
    }
    #expect(options.requirements == "lib/requirements.txt")
  }
}
