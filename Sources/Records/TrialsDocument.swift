package import Store

/// What `tune` tried, trial by trial: the same bytes whenever the same search is done again. How long each trial took is in
/// the step's `metrics.ndjson`.
package struct TrialsDocument: Codable, Hashable, Sendable {
  /// One set of parameters and what came of it.
  package struct Trial: Codable, Hashable, Sendable {
    package enum Status: String, Codable, Hashable, Sendable {
      case complete
      /// It was given up at a rung of successive halving.
      case pruned
      /// Its parameters could not be trained with; `reason` says why.
      case failed
    }

    /// From 1.
    package var number: Int
    /// What a leaderboard calls it: `constant`, `linear`, …; nil: the search suggested it.
    package var label: String?
    package var parameters: [String: String]
    package var status: Status
    /// The metric: the mean over the folds. Nil when it failed.
    package var value: Double?
    /// The metric of each fold; one number for a validation set.
    package var foldValues: [Double]
    /// How many rounds were learned.
    package var rounds: Int
    /// The round that the values are of, from 1.
    package var bestRound: Int?
    /// The best loss so far at each rung of successive halving that was reached.
    package var rungLosses: [Double]?
    package var reason: String?

    package init(number: Int, label: String? = nil, parameters: [String: String], status: Status) {
      self.number = number
      self.label = label
      self.parameters = parameters
      self.status = status
      foldValues = []
      rounds = 0
    }
  }

  /// What ended the search.
  package enum Ending: String, Codable, Hashable, Sendable {
    /// All trials that were asked for were made.
    case trials
    /// The time was over: whoever does it again makes as many trials.
    case time
    /// Every point of the grid was tried.
    case grid
  }

  package var format = "nightshift-trials 1"
  /// `grid`, `random`, `sobol` or `tpe`.
  package var search: String
  package var metric: String
  package var isHigherBetter: Bool
  /// `validation`, or `5 folds by time`.
  package var judgedBy: String
  package var target: String
  package var data: Digest
  package var validation: Digest?
  package var seed: Int
  /// How many trials were under way at once, which the sequence depends on.
  package var parallel: Int
  package var ending: Ending
  /// The number of the best trial.
  package var best: Int
  /// What the model was trained with, the parameters that all trials have in common among them.
  package var modelParameters: [String: String]
  package var modelRounds: Int
  package var trials: [Trial]

  package init(
    search: String, metric: String, isHigherBetter: Bool, judgedBy: String, target: String, data: Digest,
    best: Trial, trials: [Trial]
  ) {
    self.search = search
    self.metric = metric
    self.isHigherBetter = isHigherBetter
    self.judgedBy = judgedBy
    self.target = target
    self.data = data
    seed = 0
    parallel = 1
    ending = .trials
    self.best = best.number
    modelParameters = best.parameters
    modelRounds = best.bestRound ?? best.rounds
    self.trials = trials
  }
}

extension [TrialsDocument.Trial] {
  /// The complete trial with the best value; of equal ones the first.
  package func best(isHigherBetter: Bool) -> TrialsDocument.Trial? {
    var best: TrialsDocument.Trial?
    for trial in self where trial.status == .complete {
      guard let value = trial.value else { continue }
      guard let known = best?.value else {
        best = trial
        continue
      }
      if isHigherBetter ? value > known : value < known { best = trial }
    }
    return best
  }
}
