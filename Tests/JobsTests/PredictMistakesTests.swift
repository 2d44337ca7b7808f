import Foundation
@testable import Jobs
import Records
import Testing

@Suite struct PredictMistakesTests {
  private static let context = RunContext(
    id: "job-20130401T020000-7f3a", logicalTime: Timestamp(seconds: 1_364_781_600))

  private func read(_ text: String) throws(SpecError) -> Job {
    try SpecReader(file: "job.yaml", defaultProject: "default", overrides: [], run: Self.context).read(Array(text.utf8))
  }

  @Test("every mistake in `predict` and `explain` is told, each at its place")
  func mistakes() throws {
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")
    let spec = try String(contentsOf: golden.appendingPathComponent("predict-mistakes.yaml"), encoding: .utf8)
    let expected = golden.appendingPathComponent("predict-mistakes.txt")
    var found = ""
    do { _ = try read(spec) } catch { found = error.lines.joined(separator: "\n") + "\n" }
    if ProcessInfo.processInfo.environment["NIGHTSHIFT_REWRITE_GOLDEN"] != nil {
      try found.write(to: expected, atomically: true, encoding: .utf8)
    }
    #expect(found == (try String(contentsOf: expected, encoding: .utf8)))
  }

  @Test("what is left out has its default, what is there is read, and outputs are those that were asked for")
  func options() throws {
    let head = "version: 1\nname: j\nsteps:\n  - {id: s, uses: predict, with: {model: m@v1, data: d@v1, dataset: p"
    guard case .predict(let bare) = try read(head + "}}\n").steps[0].action,
      case .predict(let full) = try read(
        head + ", reasons: 3, intervals: 0.9, calibration: c@v1, on-bad-row: reject, shadow: n@v1, slices: [a]}}\n"
      ).steps[0].action
    else {
      Issue.record("other steps than written")
      return
    }
    #expect(bare.reasons == 0 && bare.intervals == nil && bare.shadow == nil && bare.onBadRow == .fail)
    #expect(StepAction.predict(bare).outputs == ["": .dataset])
    #expect(full.reasons == 3 && full.intervals?.coverage == 0.9 && full.shadow?.threshold == 0.5)
    #expect(full.shadow?.slices == ["a"] && full.onBadRow == .reject)
    #expect(
      StepAction.predict(full).outputs == [
        "": .dataset, "rejected": .dataset, "shadow": .dataset, "disagreement": .disagreement,
      ])
    #expect(StepAction.predict(full).inputs.map(\.name) == ["model", "data", "calibration", "shadow"])
    #expect(StepAction.predict(full).publishedName(of: "") == "p")
    #expect(StepAction.predict(full).publishedName(of: "shadow") == nil)
  }
}
