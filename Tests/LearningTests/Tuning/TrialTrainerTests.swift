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

  private static func setting(_ parameters: [String: String], rounds: Int = 20) -> TrialTrainer.Setting {
    TrialTrainer.Setting(parameters: parameters, rounds: rounds, earlyStopping: nil)
  }

  @Test("a trial is what training by itself gives, whatever was tried before it")
  func equalsTraining() throws {
    let trainer = try TrialTrainer(try Self.rows(), threads: 1)
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
    let one = try TrialTrainer(rows, threads: 1).run(Self.setting(parameters), pruning: nil)
    #expect(one == (try TrialTrainer(rows, threads: 2).run(Self.setting(parameters), pruning: nil)))
  }

  @Test("a cross-validation averages its turns, round by round")
  func crossValidation() throws {
    let parts = (0..<400).map { $0 % 4 + 1 }
    let folds = TrialRows.Fold.turns(parts, inTime: false)
    let rows = try Self.rows(.folds(folds), metric: "auc")
    let outcome = try TrialTrainer(rows, threads: 1).run(Self.setting([:]), pruning: nil)
    #expect(outcome.turnValues.count == 4)
    #expect(outcome.value == outcome.turnValues.reduce(0, +) / 4)
    #expect(rows.isHigherBetter)
    // Four turns over 400 rows of three features.
    #expect(rows.matrixBytes == 4 * 400 * 3 * 10)
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
    let outcome = try TrialTrainer(rows, threads: 1).run(Self.setting(["max_depth": "4"]), pruning: nil)
    let model = try Trainer(options).train(
      SeededTable.make(400), validation: SeededTable.make(200, seed: 2), target: target)
    #expect(outcome.value == model.training.curves["validation logloss"]?.last)
    #expect(outcome.value != (try TrialTrainer(try Self.rows(), threads: 1).run(Self.setting([:]), pruning: nil).value))
  }

  @Test("a linear model of categories is a failed trial, not a failed search")
  func linear() throws {
    let trainer = try TrialTrainer(try Self.rows(), threads: 1)
    let outcome = try trainer.run(.linear(rounds: 5, earlyStopping: nil), pruning: nil)
    #expect(outcome.value == nil)
    let numbers = try TrialRows(
      .quick(), SeededTable.make(400).without("carrier"), target: try TargetRule("delay > 15"),
      judging: .validation(SeededTable.make(200, seed: 2)), metric: nil)
    #expect(
      try TrialTrainer(numbers, threads: 1).run(.linear(rounds: 5, earlyStopping: nil), pruning: nil).value != nil)
  }

  @Test("folds in time are predicted from those before them alone")
  func foldsInTime() {
    let turns = TrialRows.Fold.turns([1, 1, 2, 2, 3, 0], inTime: true)
    #expect(turns == [.init(training: [0, 1], validation: [2, 3]), .init(training: [0, 1, 2, 3], validation: [4])])
    #expect(TrialRows.Fold.turns([1, 2, 1], inTime: false)[0] == .init(training: [1], validation: [0, 2]))
  }

  @Test("what cannot be trained with is a failed trial, and the next one goes on")
  func failedTrial() throws {
    let trainer = try TrialTrainer(try Self.rows(), threads: 1)
    let failed = try trainer.run(Self.setting(["eta": "7"]), pruning: nil)
    #expect(failed.status == .failed("`eta` is 7, but must be a number from 0.0 to 1.0"))
    #expect(failed.value == nil)
    #expect(try trainer.run(Self.setting([:]), pruning: nil).status == .complete)
  }

  @Test("a trial that is behind the others at a rung is given up there")
  func pruned() throws {
    let trainer = try TrialTrainer(try Self.rows(), threads: 1)
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
    let outcome = try TrialTrainer(try Self.rows(target: "delay", metric: "rmse"), threads: 1).run(
      .constant, pruning: nil)
    let training = SeededTable.make(400)["delay"]?.doubles ?? []
    let validation = SeededTable.make(200, seed: 2)["delay"]?.doubles ?? []
    let mean = training.reduce(0, +) / Double(training.count)
    let error = (validation.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(validation.count)).squareRoot()
    #expect(abs((outcome.value ?? 0) - error) < 1e-4 * error)
  }
}
