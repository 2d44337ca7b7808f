import Foundation
@testable import Jobs
import Records
import Testing

@Suite struct CommandMistakesTests {
  private static let context = RunContext(
    id: "job-20130401T020000-7f3a", logicalTime: Timestamp(seconds: 1_364_781_600))

  private func read(_ text: String) throws(SpecError) -> Job {
    try SpecReader(file: "job.yaml", defaultProject: "default", overrides: [], run: Self.context).read(Array(text.utf8))
  }

  @Test("every mistake in a command is told, each at its place")
  func mistakes() throws {
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")
    let spec = try String(contentsOf: golden.appendingPathComponent("command-mistakes.yaml"), encoding: .utf8)
    let expected = golden.appendingPathComponent("command-mistakes.txt")
    var found = ""
    do { _ = try read(spec) } catch { found = error.lines.joined(separator: "\n") + "\n" }
    if ProcessInfo.processInfo.environment["NIGHTSHIFT_REWRITE_GOLDEN"] != nil {
      try found.write(to: expected, atomically: true, encoding: .utf8)
    }
    #expect(found == (try String(contentsOf: expected, encoding: .utf8)))
  }

  @Test("requirements are a file beside the spec, and part of the step")
  func requirements() throws {
    guard
      case .run(let options) = try read(
        "version: 1\nname: j\nsteps:\n  - {id: s, run: [ls], requirements: lib/requirements.txt}\n"
      ).steps[0].action
    else {
      Issue.record("another step than written")
      return
    }
    #expect(options.requirements == "lib/requirements.txt")
  }
}
