/// Trains one trial after the other. Not for several threads at once: each worker has one of its own, and all of them
/// learn from the same matrices where they can.
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

  private let matrices: TrialMatrices
  private let threads: Int
  private var rows: TrialRows { matrices.rows }
  /// Those of this worker, where the rows have none to share.
  private var own: [FeatureMatrix]?

  /// One turn of a trial that goes on.
  private struct Turn {
    var booster: Booster
    var training: FeatureMatrix
    var validation: FeatureMatrix
  }

  package init(_ matrices: TrialMatrices, threads: Int) {
    self.matrices = matrices
    self.threads = threads
  }

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
    let turns = try turns(setting)
    let rungs = pruning?.halving.rungs(before: setting.rounds) ?? []
    var curve = Curve(isHigherBetter: rows.isHigherBetter)
    for round in 1...max(1, setting.rounds) {
      try Task.checkCancellation()
      curve.append(try turns.map { try advance($0, round) })
      if let rung = rungs.firstIndex(of: round), let pruning {
        curve.rungLosses.append(curve.bestLoss)
        let others = rung < pruning.others.count ? pruning.others[rung] : []
        if !pruning.halving.goesOn(curve.bestLoss, among: others) { return curve.outcome(.pruned, at: curve.bestRound) }
      }
      if let patience = setting.earlyStopping, round - curve.bestRound >= patience { break }
    }
    return curve.outcome(.complete, at: setting.earlyStopping == nil ? curve.rounds : curve.bestRound)
  }

  private func turns(_ setting: Setting) throws -> [Turn] {
    var options = rows.options
    options.threads = threads
    options.rounds = setting.rounds
    if setting.standsAlone { options.parameters = options.parameters.filter { $0.key == "objective" } }
    options.parameters.merge(setting.parameters) { $1 }
    options.parameters["eval_metric"] = rows.metric
    let parameters = try options.libraryParameters(for: rows.schema)
    var turns: [Turn] = []
    for (training, validation) in zip(try training(options), matrices.validation) {
      let booster = try Booster([training, validation], parameters: parameters)
      turns.append(Turn(booster: booster, training: training, validation: validation))
    }
    return turns
  }

  /// What each turn of a trial learns from: what all share, or what is made for it and goes with it.
  private func training(_ options: TrainingOptions) throws -> [FeatureMatrix] {
    if let shared = try matrices.shared(by: options) { return shared }
    guard !rows.hasBins else { return try matrices.training(options) }
    let made = try own ?? matrices.training(options)
    own = made
    return made
  }

  /// The metric after one more round of a turn.
  private func advance(_ turn: Turn, _ round: Int) throws(LearningError) -> Double {
    // The library counts rounds from 0.
    try turn.booster.update(round: round - 1, turn.training)
    let metrics = try turn.booster.evaluate(round: round - 1, [("validation", turn.validation)])
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
