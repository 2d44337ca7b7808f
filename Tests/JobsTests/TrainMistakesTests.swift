import Foundation
@testable import Jobs
import Records
import Testing

@Suite struct TrainMistakesTests {
  private static let context = RunContext(
    id: "job-20130401T020000-7f3a", logicalTime: Timestamp(seconds: 1_364_781_600))

  private func read(_ text: String) throws(SpecError) -> Job {
    try SpecReader(file: "job.yaml", defaultProject: "default", overrides: [], run: Self.context).read(Array(text.utf8))
  }

  @Test("every mistake in `train` is told, each at its place")
  func mistakes() throws {
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")
    let spec = try String(contentsOf: golden.appendingPathComponent("train-mistakes.yaml"), encoding: .utf8)
    let expected = golden.appendingPathComponent("train-mistakes.txt")
    var found = ""
    do { _ = try read(spec) } catch { found = error.lines.joined(separator: "\n") + "\n" }
    if ProcessInfo.processInfo.environment["NIGHTSHIFT_REWRITE_GOLDEN"] != nil {
      try found.write(to: expected, atomically: true, encoding: .utf8)
    }
    #expect(found == (try String(contentsOf: expected, encoding: .utf8)))
  }

  @Test("what is left out has its default, and what is there is read")
  func options() throws {
    let head =
      "version: 1\nname: j\nsteps:\n  - {id: s, uses: train, with: {trainer: xgboost, data: d@v1, target: t, model: m"
    guard case .train(let bare) = try read(head + "}}\n").steps[0].action,
      case .train(let full) = try read(
        head
          + ", group: q, weights: w, class-weights: {yes: 5, no: 0.5}, season: {time: day, period: 7d, by: [a, b]},"
          + " parent: m@v1}}\n"
      ).steps[0].action
    else {
      Issue.record("other steps than written")
      return
    }
    #expect(bare.group == nil && bare.weights == nil && bare.classWeights == nil && bare.season == nil)
    #expect(StepAction.train(bare).inputs.map(\.name) == ["data"] && bare.baseline == nil)
    #expect(full.group == "q" && full.weights == "w" && full.classWeights == .given(["yes": 5, "no": 0.5]))
    #expect(full.season == .init(time: "day", periodSeconds: 604_800, by: ["a", "b"]))
    #expect(StepAction.train(full).inputs.map(\.name) == ["data", "parent"])
  }
}
