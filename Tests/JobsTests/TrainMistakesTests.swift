import Foundation
@testable import Jobs
import Records
import Testing

@Suite struct TrainMistakesTests {
  @Test("every mistake in `train` is told, each at its place")
  func mistakes() throws { try expectMistakes("train-mistakes") }

  @Test("what is left out has its default, and what is there is read")
  func options() throws {
    let head =
      "version: 1\nname: j\nsteps:\n  - {id: s, uses: train, with: {trainer: xgboost, data: d@v1, target: t, model: m"
    guard case .train(let bare) = try readSpec(head + "}}\n").steps[0].action,
      case .train(let full) = try readSpec(
        head
          + ", weights: w, class-weights: {yes: 5, no: 0.5}, season: {time: day, period: 7d, by: [a, b]},"
          + " parent: m@v1}}\n"
      ).steps[0].action,
      case .train(let ranking) = try readSpec(head + ", group: q, params: {objective: \"rank:ndcg\"}}}\n").steps[0]
        .action
    else {
      Issue.record("other steps than written")
      return
    }
    #expect(bare.group == nil && bare.weights == nil && bare.classWeights == nil && bare.season == nil)
    #expect(StepAction.train(bare).inputs.map(\.name) == ["data"] && bare.baseline == nil)
    #expect(ranking.group == "q" && full.weights == "w" && full.classWeights == .given(["yes": 5, "no": 0.5]))
    #expect(full.season == .init(time: "day", periodSeconds: 604_800, by: ["a", "b"]))
    #expect(StepAction.train(full).inputs.map(\.name) == ["data", "parent"])
  }
}
