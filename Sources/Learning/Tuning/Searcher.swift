/// Says which parameters to try next: a pure function of the space, the seed, the trial's number and what came of those
/// before it. Nothing else counts, the time least of all.
package struct Searcher: Sendable {
  package enum Method: String, Codable, Hashable, Sendable, CaseIterable { case grid, random, sobol, tpe }

  package let space: SearchSpace
  private let method: Method
  private let seed: Int
  private let sobol: SobolSequence

  /// A trial, as the next ones see it.
  package struct Observation: Sendable {
    package enum Standing: Hashable, Sendable {
      /// Less is better.
      case complete(loss: Double)
      /// It was given up after so many rounds.
      case pruned(rounds: Int, loss: Double)
      case failed
      /// It goes on, or counts as going on: nobody may know yet what comes of it.
      case pending
    }

    package var number: Int
    package var values: [String: String]
    package var standing: Standing

    package init(number: Int, values: [String: String], standing: Standing) {
      self.number = number
      self.values = values
      self.standing = standing
    }
  }

  /// As many parameters as a search can have.
  package static let limitParameters = SobolDirections.dimensionCount

  /// - Parameter space: of at most ``limitParameters`` parameters.
  package init(_ method: Method, _ space: SearchSpace, seed: Int) {
    self.method = method
    self.space = space
    self.seed = seed
    sobol = SobolSequence(dimensionCount: space.parameters.count, .nested(seed: seed))
  }

  /// How many trials there are in all; nil where there is no end.
  package var trialCount: Int? { method == .grid ? space.pointCount : nil }

  /// The values of trial `number`, counted from 0. Of `history`, trials whose values are not of the space are passed over.
  package func suggestion(_ number: Int, after history: [Observation]) -> [String: String] {
    switch method {
    case .grid: return space.values(gridPoint(number))
    case .random: return space.values(randomPoint(number))
    case .sobol: return space.values(spreadPoint(number))
    case .tpe:
      let estimator = TreeParzenEstimator(space, history)
      guard estimator.isInformed else { return space.values(spreadPoint(number)) }
      var random = TuningRandom(seed: seed, .suggestion, number: number)
      return space.values(estimator.suggestion(&random))
    }
  }

  /// The last parameter changes fastest.
  private func gridPoint(_ number: Int) -> SearchSpace.Point {
    var rest = number
    var point: SearchSpace.Point = []
    for parameter in space.parameters.reversed() {
      let count = max(1, parameter.domain.valueCount ?? 1)
      point.append(parameter.domain.value(at: rest % count))
      rest /= count
    }
    return point.reversed()
  }

  private func randomPoint(_ number: Int) -> SearchSpace.Point {
    var random = TuningRandom(seed: seed, .suggestion, number: number)
    return space.parameters.map { $0.domain.value(atFraction: random.fraction()) }
  }

  private func spreadPoint(_ number: Int) -> SearchSpace.Point {
    zip(space.parameters, sobol[number]).map { $0.domain.value(atFraction: $1) }
  }
}
