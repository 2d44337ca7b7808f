import Foundation
@testable import Jobs
import Records
import Store
import Testing

@Suite struct TuneReaderTests {
  private static let head =
    "version: 1\nname: j\nsteps:\n"
    + "  - {id: raw, uses: snapshot, with: {from: a.csv, dataset: d}}\n"
    + "  - {id: other, uses: snapshot, with: {from: b.csv, dataset: e}}\n"

  private func options(_ with: String) throws -> TuneOptions {
    let job = try readSpec(Self.head + "  - {id: best, uses: tune, with: {data: raw, target: y, model: m, \(with)}}\n")
    guard case .tune(let options) = job.steps[2].action else { throw CocoaError(.coderInvalidValue) }
    return options
  }

  @Test("every mistake is told, each at its place")
  func mistakes() throws { try expectMistakes("tune-mistakes") }

  @Test("a space is read with its ranges, steps, scales and lists, in the order of the names")
  func space() throws {
    let found = try options(
      """
      validation: other, trials: 9, space: {subsample: {float: [0.5, 1]}, max_depth: {int: [3, 9], step: 2}, \
      eta: {log: [0.01, 0.3]}, rounds: {log-int: [10, 500]}, grow_policy: [depthwise, lossguide], max_bin: [64, 256]}
      """)
    #expect(found.space.map(\.name) == ["eta", "grow_policy", "max_bin", "max_depth", "rounds", "subsample"])
    #expect(
      found.space.map(\.domain) == [
        .numbers(low: 0.01, high: 0.3, step: nil, isLog: true), .choices(["depthwise", "lossguide"]),
        .choices(["64", "256"]), .integers(low: 3, high: 9, step: 2, isLog: false),
        .integers(low: 10, high: 500, step: 1, isLog: true), .numbers(low: 0.5, high: 1, step: nil, isLog: false),
      ])
    #expect(found.search == .tpe)
    #expect(found.trials == 9)
  }

  @Test("`asha` brings successive halving with it, `auto` its number of trials, `folds` five at random")
  func defaults() throws {
    let asha = try options("validation: other, trials: 9, search: asha, space: {max_depth: {int: [3, 9]}}")
    #expect(asha.halving == TuneOptions.Halving(rounds: 10, factor: 3))
    let auto = try options("folds: {}, trainer: auto, budget: {time: 20m}")
    #expect(auto.trials == 40)
    #expect(auto.budgetSeconds == 1200)
    #expect(auto.folds == TuneOptions.Folds(count: 5, by: .random))
    #expect(auto.space.isEmpty)
  }

  @Test("its inputs are those of training, its outputs the model under its name and the trials")
  func contract() throws {
    let action = StepAction.tune(try options("validation: other, trials: 9, space: {max_depth: {int: [3, 9]}}"))
    #expect(action.inputs.map(\.name) == ["data", "validation"])
    #expect(action.outputs == ["": .model, "trials": .trials])
    #expect(action.publishedName(of: "") == "m")
    #expect(action.publishedName(of: "trials") == nil)
  }

  @Test(
    "folds of a split stand for the data, and are predicted as they were split", arguments: ["time", "group", "random"])
  func namedFolds(method: String) throws {
    let column = method == "random" ? "" : ", column: t"
    let job = try readSpec(
      Self.head + "  - {id: cuts, uses: split, with: {data: raw, by: \(method)\(column), folds: 2, test: 0.2}}\n"
        + "  - {id: best, uses: tune, with: {folds: {parts: [cuts.fold1, cuts.fold2]}, target: y, model: m, trainer: auto}}\n"
    )
    guard case .tune(let options) = job.steps[3].action else { throw CocoaError(.coderInvalidValue) }
    let folds = try #require(options.folds)
    #expect(folds.by.rawValue == method && folds.count == 2)
    let action = StepAction.tune(options)
    #expect(action.inputs.map { "\($0.name) \($0.reference)" }.map { $0.prefix(5) } == ["fold1", "fold2"])
    #expect(action.sourceSteps == ["cuts", "cuts"])
    #expect(action.outputs == ["": .model, "trials": .trials, "data": .dataset])
    // Which step made them does not count in the key, their digests do.
    #expect(action.withoutReferences.sourceSteps == ["", ""])
  }
}
