@testable import Learning
import Tables
import Testing

@Suite struct TrialTrainerTests {
  private static func rows(
    _ judging: TrialRows.Judging = .validation(SeededTable.make(200, seed: 2)), target: String = "delay > 15",
    metric: String? = nil
  ) throws -> TrialRows {
    try TrialRows(
      .quick(), SeededTable.make(400), target: try TargetRule(target), judging: judging, metric: metric)
  }

  private static func trainer(_ rows: TrialRows, threads: Int = 1) throws -> TrialTrainer {
    TrialTrainer(try TrialMatrices(rows, threads: threads), threads: threads)
  }

  private static func setting(_ parameters: [String: String], rounds: Int = 20) -> TrialTrainer.Setting {
    TrialTrainer.Setting(parameters: parameters, rounds: rounds, earlyStopping: nil)
  }

  @Test("a trial is what training by itself gives, whatever was tried before it")
  func equalsTraining() throws {
    let trainer = try Self.trainer(try Self.rows())
    _ = try trainer.run(Self.setting(["max_bin": "16", "eta": "0.9"]), pruning: nil)
    let outcome = try trainer.run(Self.setting(["eta": "0.2", "max_bin": "64"]), pruning: nil)
    let options = TrainingOptions.quick(parameters: ["max_depth": "4", "eta": "0.2", "max_bin": "64"])
    let model = try Trainer(options).train(
      SeededTable.make(400), validation: SeededTable.make(200, seed: 2), target: try TargetRule("delay > 15"))
    #expect(outcome.status == .complete)
    #expect(outcome.value == model.training.curves["validation logloss"]?.last)
  }

  @Test("the number of threads changes nothing", arguments: [[:], ["subsample": "0.7"]])
  func threadsDoNotCount(parameters: [String: String]) throws {
    let rows = try Self.rows()
    let one = try Self.trainer(rows).run(Self.setting(parameters), pruning: nil)
    #expect(one == (try Self.trainer(rows, threads: 2).run(Self.setting(parameters), pruning: nil)))
  }

  @Test("a cross-validation averages its turns, round by round")
  func crossValidation() throws {
    let parts = (0..<400).map { $0 % 4 + 1 }
    let folds = TrialRows.Fold.turns(parts, inTime: false)
    let rows = try Self.rows(.folds(folds), metric: "auc")
    let outcome = try Self.trainer(rows).run(Self.setting([:]), pruning: nil)
    #expect(outcome.turnValues.count == 4)
    #expect(outcome.value == outcome.turnValues.reduce(0, +) / 4)
    #expect(rows.isHigherBetter)
    // Four turns, each over 300 of 400 rows of three features, judged on the others.
    #expect(rows.matrixBytes(.init(trials: 1, apart: 0)) == 1200 * 3 * 2 + 400 * 3 * 8 + 1200 * 28)
    #expect(rows.matrixBytes(.init(trials: 3, apart: 2)) == 1200 * 3 * 22 + 400 * 3 * 8 + 3 * 1200 * 28)
    let alone = try Self.rows(.validation(SeededTable.make(400).gather(folds[0].validation)))
    #expect(alone.turnCount == 1)
  }

  @Test("weights count in trials as they do in training")
  func weights() throws {
    var options = TrainingOptions.quick()
    options.classWeights = .given(["true": 9])
    let target = try TargetRule("delay > 15")
    let rows = try TrialRows(
      options, SeededTable.make(400), target: target, judging: .validation(SeededTable.make(200, seed: 2)), metric: nil)
    let outcome = try Self.trainer(rows).run(Self.setting(["max_depth": "4"]), pruning: nil)
    let model = try Trainer(options).train(
      SeededTable.make(400), validation: SeededTable.make(200, seed: 2), target: target)
    #expect(outcome.value == model.training.curves["validation logloss"]?.last)
    #expect(outcome.value != (try Self.trainer(try Self.rows()).run(Self.setting([:]), pruning: nil).value))
  }

  @Test("a linear model of categories is a failed trial, not a failed search")
  func linear() throws {
    let trainer = try Self.trainer(try Self.rows())
    let outcome = try trainer.run(.linear(rounds: 5, earlyStopping: nil), pruning: nil)
    #expect(outcome.value == nil)
    let numbers = try TrialRows(
      .quick(), SeededTable.make(400).without("carrier"), target: try TargetRule("delay > 15"),
      judging: .validation(SeededTable.make(200, seed: 2)), metric: nil)
    #expect(
      try Self.trainer(numbers).run(.linear(rounds: 5, earlyStopping: nil), pruning: nil).value != nil)
  }

  @Test("folds in time are predicted from those before them alone")
  func foldsInTime() {
    let turns = TrialRows.Fold.turns([1, 1, 2, 2, 3, 0], inTime: true)
    #expect(turns == [.init(training: [0, 1], validation: [2, 3]), .init(training: [0, 1, 2, 3], validation: [4])])
    #expect(TrialRows.Fold.turns([1, 2, 1], inTime: false)[0] == .init(training: [1], validation: [0, 2]))
  }

  @Test("what cannot be trained with is a failed trial, and the next one goes on")
  func failedTrial() throws {
    let trainer = try Self.trainer(try Self.rows())
    let failed = try trainer.run(Self.setting(["eta": "7"]), pruning: nil)
    #expect(failed.status == .failed("`eta` is 7, but must be a number from 0.0 to 1.0"))
    #expect(failed.value == nil)
    #expect(try trainer.run(Self.setting([:]), pruning: nil).status == .complete)
  }

  @Test("a trial that is behind the others at a rung is given up there")
  func pruned() throws {
    let trainer = try Self.trainer(try Self.rows())
    let halving = SuccessiveHalving(firstRounds: 2, factor: 3)
    let whole = try trainer.run(Self.setting([:]), pruning: .init(halving, others: []))
    #expect(whole.rungLosses.count == 3)
    let others = whole.rungLosses.map { [$0 - 0.01, $0 - 0.02] }
    let pruned = try trainer.run(Self.setting([:]), pruning: .init(halving, others: others))
    #expect(pruned.status == .pruned)
    #expect(pruned.rounds == 2)
    #expect(pruned.rungLosses == [whole.rungLosses[0]])
  }

  @Test("the constant of a leaderboard is the one that nothing but the target tells")
  func constant() throws {
    let outcome = try Self.trainer(try Self.rows(target: "delay", metric: "rmse")).run(
      .constant, pruning: nil)
    let training = SeededTable.make(400)["delay"]?.doubles ?? []
    let validation = SeededTable.make(200, seed: 2)["delay"]?.doubles ?? []
    let mean = training.reduce(0, +) / Double(training.count)
    let error = (validation.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(validation.count)).squareRoot()
    #expect(abs((outcome.value ?? 0) - error) < 1e-4 * error)
  }

  /// Settings that learn from what all share, and some that cannot.
  private static let mixed: [TrialTrainer.Setting] =
    (2...9).map { setting(["max_depth": "\($0 % 4 + 2)", "eta": "0.\($0)", "subsample": "0.8"], rounds: 12) }
    + [setting(["max_bin": "16"]), setting(["objective": "reg:absoluteerror"]), .linear(rounds: 5, earlyStopping: nil)]

  @Test("trials that learn from the same matrices at once come to what each comes to alone", arguments: [true, false])
  func sharesMatrices(hasFolds: Bool) async throws {
    let table = SeededTable.make(3000, seed: 5).without("carrier")
    let judging: TrialRows.Judging =
      hasFolds
      ? .folds(TrialRows.Fold.turns((0..<3000).map { $0 % 3 + 1 }, inTime: false))
      : .validation(SeededTable.make(500, seed: 6).without("carrier"))
    let rows = try TrialRows(.quick(), table, target: try TargetRule("delay"), judging: judging, metric: nil)
    let alone = try Self.mixed.map { try Self.trainer(rows).run($0, pruning: nil) }
    let matrices = try TrialMatrices(rows, threads: 2)
    let together = try await withThrowingTaskGroup(of: (Int, TrialTrainer.Outcome).self) { group in
      for worker in 0..<4 {
        group.addTask {
          let trainer = TrialTrainer(matrices, threads: 1)
          var last: TrialTrainer.Outcome?
          // Each begins elsewhere, so that all are made beside all others.
          for index in Self.mixed.indices {
            let place = (index + 3 * worker) % Self.mixed.count
            let outcome = try trainer.run(Self.mixed[place], pruning: nil)
            if outcome != alone[place] { return (place, outcome) }
            last = outcome
          }
          return (Self.mixed.count, try #require(last))
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(alone.allSatisfy { $0.status == .complete })
    for (place, outcome) in together { #expect(place == Self.mixed.count, "\(outcome)") }
  }
}
