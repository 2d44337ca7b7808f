internal import Jobs
internal import Learning
internal import Records

/// The sequence of a search's trials: what each number tries, given what came of those before it.
struct TrialPlan: Sendable {
  /// What a trial is to be.
  struct Proposal: Sendable {
    var label: String?
    /// As the document shows them.
    var parameters: [String: String]
    var setting: TrialTrainer.Setting
  }

  /// Trials at most.
  let count: Int
  /// Each trial knows of those that are so many numbers before it, and of the ones between their parameters alone.
  let lag: Int
  let halving: SuccessiveHalving?
  private let leaders: [Proposal]
  private let searcher: Searcher
  private let isHigherBetter: Bool
  private let rounds: Int
  private let earlyStopping: Int?

  init(_ options: TuneOptions, isHigherBetter: Bool) {
    let space = options.space.isEmpty ? AutoCandidates.space(fixed: options.train.params) : SearchSpace(options.space)
    searcher = Searcher(options.search.method, space, seed: options.train.seed)
    rounds = options.train.rounds
    earlyStopping = options.patience
    let leaders = options.candidates == .auto ? AutoCandidates.leaders(options, space) : []
    self.leaders = leaders
    // A search without parameters has one point.
    let points = space.parameters.isEmpty ? 1 : searcher.trialCount
    count = [options.trials, points.map { $0 + leaders.count }].compactMap { $0 }.min() ?? 1
    lag = options.parallel
    halving = options.halving.map { SuccessiveHalving(firstRounds: $0.rounds, factor: $0.factor) }
    self.isHigherBetter = isHigherBetter
  }

  /// Whether the grid, and not the number that was asked for, is the end.
  func isWholeGrid(_ trials: Int?) -> Bool {
    searcher.trialCount.map { $0 + leaders.count == count } ?? false && trials != count
  }

  /// Trial `number`, counted from 0.
  ///
  /// - Parameters:
  ///   - ended: trials whose numbers are at least ``lag`` less.
  ///   - pending: the parameters of those between.
  func proposal(_ number: Int, ended: [TrialsDocument.Trial], pending: [(number: Int, parameters: [String: String])])
    -> Proposal
  {
    if number < leaders.count { return leaders[number] }
    let history =
      ended.map { Searcher.Observation(number: $0.number - 1, values: $0.parameters, standing: standing($0)) }
      + pending.map { Searcher.Observation(number: $0.number, values: $0.parameters, standing: .pending) }
    return proposal(searcher.suggestion(number - leaders.count, after: history))
  }

  private func proposal(_ values: [String: String]) -> Proposal {
    var parameters = values
    let rounds = parameters.removeValue(forKey: "rounds").flatMap { Int($0) } ?? rounds
    return Proposal(
      parameters: values,
      setting: TrialTrainer.Setting(parameters: parameters, rounds: rounds, earlyStopping: earlyStopping))
  }

  /// By rung, the losses there of trials that have ended; nil where no trial is given up. What a leaderboard begins with is
  /// never given up, and what it holds beside trees is no measure for them.
  func pruning(_ number: Int, ended: [TrialsDocument.Trial]) -> TrialTrainer.Pruning? {
    guard let halving, number >= leaders.count else { return nil }
    let losses = ended.filter { $0.number > leaders.count }.compactMap(\.rungLosses)
    let deepest = losses.map(\.count).max() ?? 0
    return TrialTrainer.Pruning(
      halving, others: (0..<deepest).map { rung in losses.filter { $0.count > rung }.map { $0[rung] } })
  }

  private func standing(_ trial: TrialsDocument.Trial) -> Searcher.Observation.Standing {
    guard let value = trial.value else { return .failed }
    let loss = isHigherBetter ? -value : value
    return trial.status == .pruned ? .pruned(rounds: trial.rounds, loss: loss) : .complete(loss: loss)
  }
}

extension SearchSpace {
  init(_ parameters: [SpaceParameter]) {
    self.init(
      parameters.map { parameter in
        switch parameter.domain {
        case .integers(let low, let high, let step, let isLog):
          Parameter(
            name: parameter.name, domain: .integers(low...high, step: step, scale: isLog ? .logarithmic : .linear))
        case .numbers(let low, let high, let step, let isLog):
          Parameter(
            name: parameter.name, domain: .numbers(low...high, step: step, scale: isLog ? .logarithmic : .linear))
        case .choices(let choices): Parameter(name: parameter.name, domain: .choices(choices))
        }
      })
  }
}

extension TuneOptions.Search {
  fileprivate var method: Searcher.Method {
    switch self {
    case .grid: .grid
    case .random, .asha: .random
    case .sobol: .sobol
    case .tpe: .tpe
    }
  }
}

extension TuneOptions {
  /// Rounds without a better metric after which a trial ends.
  var patience: Int? { train.earlyStopping ?? (candidates == .auto ? AutoCandidates.earlyStopping : nil) }
}
