import Foundation
@testable import Jobs
import Records
import Testing

@Suite struct EvaluateMistakesTests {
  @Test("every mistake in `evaluate` is told, each at its place")
  func mistakes() throws { try expectMistakes("evaluate-mistakes") }

  @Test("what is left out has its default, and what is there is read")
  func options() throws {
    let head = "version: 1\nname: j\nsteps:\n  - {id: s, uses: evaluate, with: {model: m@v1, data: d@v1"
    guard case .evaluate(let bare) = try readSpec(head + "}}\n").steps[0].action,
      case .evaluate(let full) = try readSpec(
        head
          + ", slices: [a, [b, c]], fairness: {columns: [s, r], reference: {s: x}}, costs: {false-negative: 5},"
          + " threshold-from: v@v1, top-k: 2, resamples: 0, cluster: day, seed: 4, bins: 3, minimum-rows: 5,"
          + " worst-slices: 0}}\n"
      ).steps[0].action
    else {
      Issue.record("other steps than written")
      return
    }
    #expect(
      bare.slices.isEmpty && bare.top == nil && bare.threshold == nil && bare.values.isEmpty && bare.minimumRows == 30
        && bare.worstSlices == 5)
    #expect(bare.resampling == .init(resamples: 1000, confidence: 0.95, seed: 0, cluster: nil))
    #expect(full.slices == [["a"], ["b", "c"]] && full.top == [2] && full.bins == 3)
    #expect(full.fairness == .init(columns: ["s", "r"], reference: ["s": "x"]))
    #expect(full.costs == .init(truePositive: 0, falsePositive: 0, falseNegative: 5, trueNegative: 0))
    #expect(full.resampling == .init(resamples: 0, confidence: 0.95, seed: 4, cluster: "day"))
    #expect(StepAction.evaluate(full).inputs.map(\.name) == ["model", "data", "threshold-from"])
  }
}
