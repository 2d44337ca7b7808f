internal import Glibc

/// The tree-structured Parzen estimator: of points that are likely under l, the density of the better trials, it suggests
/// the one that is most likely against g, the density of the others (J. Bergstra, R. Bardenet, Y. Bengio, B. Kégl,
/// “Algorithms for hyper-parameter optimization”, NeurIPS 2011, section 4; multivariate: S. Falkner, A. Klein, F. Hutter,
/// “BOHB”, ICML 2018; the choices of its parts: S. Watanabe, arXiv 2304.11127, 2023).
struct TreeParzenEstimator {
  /// Trials before which nothing is known: as many points are spread evenly first.
  private static let startCount = 10
  /// Points of l among which g chooses: more than the usual 24, as they differ in all parameters at once.
  private static let candidateCount = 96
  /// The better trials are so many times the root of the number of trials (the `sqrt` of Watanabe's section 3.1, after
  /// Bergstra, Yamins and Cox 2013, who have a half of it and so too few among tens of trials).
  private static let betterFactor = 0.5
  /// The better trials are at most this many.
  private static let limitBetter = 25

  private let space: SearchSpace
  private let better: [SearchSpace.Point]
  private let others: [SearchSpace.Point]
  /// Whether enough trials have an end.
  let isInformed: Bool

  init(_ space: SearchSpace, _ history: [Searcher.Observation]) {
    self.space = space
    let known = history.compactMap { trial -> (trial: Searcher.Observation, point: SearchSpace.Point)? in
      space.point(trial.values).map { (trial, $0) }
    }.sorted { $0.trial.number < $1.trial.number }
    let ended = known.filter { $0.trial.standing.order != nil }
    isInformed = ended.count >= Self.startCount
    let betterCount = min(Self.limitBetter, Int((Self.betterFactor * Double(ended.count).squareRoot()).rounded(.up)))
    let ranked = ended.sorted { first, second in
      guard let one = first.trial.standing.order, let other = second.trial.standing.order else { return false }
      return (one.class, one.value, first.trial.number) < (other.class, other.value, second.trial.number)
    }
    let chosen = Set(
      ranked.prefix(betterCount).filter { $0.trial.standing != .failed }.map(\.trial.number))
    better = known.filter { chosen.contains($0.trial.number) }.map(\.point)
    // Those that go on count among the others, so that nobody looks where somebody looks already.
    others = known.filter { !chosen.contains($0.trial.number) }.map(\.point)
  }

  func suggestion(_ random: inout TuningRandom) -> SearchSpace.Point {
    let likely = ParzenMixture(space, better)
    let unlikely = ParzenMixture(space, others)
    let candidates = (0..<Self.candidateCount).map { _ in likely.sample(&random) }
    let gains = candidates.map { likely.logDensity($0) - unlikely.logDensity($0) }
    let best = gains.indices.max { (gains[$0], $1) < (gains[$1], $0) } ?? 0
    return candidates[best]
  }
}

extension Searcher.Observation.Standing {
  /// The less the better: whole trials by their loss, then those that were given up, the latest first, then the failed.
  /// Nil for what goes on.
  fileprivate var order: (class: Double, value: Double)? {
    switch self {
    case .complete(let loss): (0, loss)
    // Those that got equally far are told apart by their loss.
    case .pruned(let rounds, let loss): (1 + 1 / Double(1 + rounds), loss)
    case .failed: (3, 0)
    case .pending: nil
    }
  }
}
