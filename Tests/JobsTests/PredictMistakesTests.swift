import Foundation
@testable import Jobs
import Records
import Testing

@Suite struct PredictMistakesTests {
  @Test("every mistake in `predict` and `explain` is told, each at its place")
  func mistakes() throws { try expectMistakes("predict-mistakes") }

  @Test("what is left out has its default, what is there is read, and outputs are those that were asked for")
  func options() throws {
    let head = "version: 1\nname: j\nsteps:\n  - {id: s, uses: predict, with: {model: m@v1, data: d@v1, dataset: p"
    guard case .predict(let bare) = try readSpec(head + "}}\n").steps[0].action,
      case .predict(let full) = try readSpec(
        head + ", reasons: 3, intervals: 0.9, calibration: c@v1, on-bad-row: reject, shadow: n@v1, slices: [a]}}\n"
      ).steps[0].action
    else {
      Issue.record("other steps than written")
      return
    }
    #expect(bare.reasons == 0 && bare.intervals == nil && bare.shadow == nil && bare.onBadRow == .fail)
    #expect(StepAction.predict(bare).outputs == ["": .dataset])
    #expect(full.reasons == 3 && full.intervals?.coverage == 0.9 && full.threshold == nil)
    let shadowed = head + ", shadow: n@v1, threshold: 0.3}}\n"
    guard case .predict(let given) = try readSpec(shadowed).steps[0].action else {
      Issue.record("another step than written")
      return
    }
    #expect(given.threshold == .number(0.3))
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
