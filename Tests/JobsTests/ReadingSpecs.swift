import Foundation
@testable import Jobs
import Records
import Testing

/// The job of a spec, read as a run at one and the same moment would.
func readSpec(_ text: String, _ overrides: [Job.Param] = []) throws(SpecError) -> Job {
  try SpecReader(
    file: "job.yaml", defaultProject: "default", overrides: overrides, run: .oneNight
  ).read(Array(text.utf8))
}

extension RunContext {
  static let oneNight = RunContext(id: "job-20130401T020000-7f3a", logicalTime: Timestamp(seconds: 1_364_781_600))
}

/// What is wrong with a spec, a line a mistake.
func mistakes(_ text: String) -> [String] {
  do {
    _ = try readSpec(text)
    return []
  } catch {
    return error.lines
  }
}

/// Expects the mistakes of `Golden/NAME.yaml` to be those of `Golden/NAME.txt`, which NIGHTSHIFT_REWRITE_GOLDEN rewrites.
func expectMistakes(_ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
  let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")
  let spec = try String(contentsOf: golden.appendingPathComponent(name + ".yaml"), encoding: .utf8)
  let expected = golden.appendingPathComponent(name + ".txt")
  let found = mistakes(spec).joined(separator: "\n") + "\n"
  if ProcessInfo.processInfo.environment["NIGHTSHIFT_REWRITE_GOLDEN"] != nil {
    try found.write(to: expected, atomically: true, encoding: .utf8)
  }
  #expect(found == (try String(contentsOf: expected, encoding: .utf8)), sourceLocation: sourceLocation)
}
