/// Trains one trial after the other on the same matrices, which the library holds. Not for several threads at once: each
/// worker has one of its own, as the library bins a matrix when it first learns from it.
package final class TrialTrainer {
  /// What a trial is.
  package struct Setting: Hashable, Sendable {
    /// Besides those that all trials have in common.
    package var parameters: [String: String]
    /// Of what all trials have in common, this one takes the objective alone.
    package var standsAlone = false
    package var rounds: Int
    /// Rounds without a better metric after which it ends; nil: it learns all rounds.
    package var earlyStopping: Int?

    package init(parameters: [String: String], rounds: Int, earlyStopping: Int?) {
      self.parameters = parameters
      self.rounds = rounds
      self.earlyStopping = earlyStopping
    }

    /// Trees of one leaf, which come to the constant that the objective finds best: Newton's method in so many steps. In
    /// this way any metric of the library can be had of it.
    package static let constant: Setting = {
      var setting = Setting(
        parameters: ["eta": "1", "gamma": "1e30", "lambda": "0", "max_depth": "1", "min_child_weight": "0"],
        rounds: 20, earlyStopping: nil)
      setting.standsAlone = true
      return setting
    }()

    /// A linear model.
    package static func linear(rounds: Int, earlyStopping: Int?) -> Setting {
      var setting = Setting(parameters: ["booster": "gblinear"], rounds: rounds, earlyStopping: earlyStopping)
      setting.standsAlone = true
      return setting
    }
  }

  /// When a trial is given up.
  package struct Pruning: Sendable {
    package var halving: SuccessiveHalving
    /// By rung, the losses that other trials had there.
    package var others: [[Double]]

    package init(_ halving: SuccessiveHalving, others: [[Double]]) {
      self.halving = halving
      self.others = others
    }
  }

  package struct Outcome: Hashable, Sendable {
    package enum Status: Hashable, Sendable {
      case complete
      case pruned
      case failed(String)
    }

    package var status: Status
    /// The metric's mean over the turns: of the best round with early stopping, else of the last one. Nil when it failed.
    package var value: Double?
    /// Of each turn, at the same round.
    package var turnValues: [Double] = []
    /// How many rounds it learned.
    package var rounds = 0
    /// The round whose value counts, from 1.
    package var bestRound: Int?
    /// At each rung that it reached, the best loss so far: less is better, whatever the metric.
    package var rungLosses: [Double] = []
  }

  private let rows: TrialRows
  private let turns: [(training: FeatureMatrix, validation: FeatureMatrix)]

  /// Encodes the rows into matrices: the library's copies of them, one for each turn of a cross-validation.
  package init(_ rows: TrialRows, threads: Int) throws {
    self.rows = rows
    var options = rows.options
    options.threads = threads
    let trainer = Trainer(options)
    turns = try (0..<rows.turnCount).map { index in
      let turn = try rows.turn(index)
      return (try trainer.matrix(rows.schema, turn.training), try trainer.matrix(rows.schema, turn.validation))
    }
    self.threads = threads
  }

  private let threads: Int

  /// What the library refuses, or learns nothing finite from, is a failed trial; what has nothing to do with the trial is
  /// thrown.
  package func run(_ setting: Setting, pruning: Pruning?) throws -> Outcome {
    do {
      return try learn(setting, pruning)
    } catch let error as LearningError {
      // The rows were good enough to make matrices of them: what is wrong now is wrong with the trial.
      if case .noLibrary = error { throw error }
      return Outcome(status: .failed("\(error)"), value: nil)
    }
  }

  private func learn(_ setting: Setting, _ pruning: Pruning?) throws -> Outcome {
    let boosters = try boosters(setting)
    let rungs = pruning?.halving.rungs(before: setting.rounds) ?? []
    var curve = Curve(isHigherBetter: rows.isHigherBetter)
    for round in 1...max(1, setting.rounds) {
      try Task.checkCancellation()
      curve.append(try boosters.indices.map { try advance(boosters[$0], $0, round) })
      if let rung = rungs.firstIndex(of: round), let pruning {
        curve.rungLosses.append(curve.bestLoss)
        let others = rung < pruning.others.count ? pruning.others[rung] : []
        if !pruning.halving.goesOn(curve.bestLoss, among: others) { return curve.outcome(.pruned, at: curve.bestRound) }
      }
      if let patience = setting.earlyStopping, round - curve.bestRound >= patience { break }
    }
    return curve.outcome(.complete, at: setting.earlyStopping == nil ? curve.rounds : curve.bestRound)
  }

  private func boosters(_ setting: Setting) throws(LearningError) -> [Booster] {
    var options = rows.options
    options.threads = threads
    options.rounds = setting.rounds
    if setting.standsAlone { options.parameters = options.parameters.filter { $0.key == "objective" } }
    options.parameters.merge(setting.parameters) { $1 }
    options.parameters["eval_metric"] = rows.metric
    let parameters = try options.libraryParameters(for: rows.schema)
    var boosters: [Booster] = []
    for turn in turns { boosters.append(try Booster([turn.training, turn.validation], parameters: parameters)) }
    return boosters
  }

  /// The metric after one more round of a turn.
  private func advance(_ booster: Booster, _ turn: Int, _ round: Int) throws(LearningError) -> Double {
    // The library counts rounds from 0.
    try booster.update(round: round - 1, turns[turn].training)
    let metrics = try booster.evaluate(round: round - 1, [("validation", turns[turn].validation)])
    guard let value = metrics.last?.value, value.isFinite else {
      throw .unusableMetric(name: "validation \(rows.metric)", round: round)
    }
    return value
  }
}

/// How a trial went, round by round.
private struct Curve {
  let isHigherBetter: Bool
  private var turnValues: [[Double]] = []
  private(set) var bestLoss = Double.infinity
  /// Of equal rounds the first.
  private(set) var bestRound = 0
  var rungLosses: [Double] = []

  init(isHigherBetter: Bool) { self.isHigherBetter = isHigherBetter }

  var rounds: Int { turnValues.count }

  mutating func append(_ values: [Double]) {
    turnValues.append(values)
    let loss = isHigherBetter ? -mean(of: values) : mean(of: values)
    if loss < bestLoss { (bestLoss, bestRound) = (loss, rounds) }
  }

  func outcome(_ status: TrialTrainer.Outcome.Status, at round: Int) -> TrialTrainer.Outcome {
    let values = turnValues[round - 1]
    return TrialTrainer.Outcome(
      status: status, value: mean(of: values), turnValues: values, rounds: rounds, bestRound: round,
      rungLosses: rungLosses)
  }

  private func mean(of values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
}
