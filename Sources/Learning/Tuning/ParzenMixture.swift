internal import Glibc

/// A density over a space: around each observed point a kernel, and one over the whole space, the prior. The kernels are
/// products of one distribution a parameter.
struct ParzenMixture {
  private enum Kernel {
    case normal(TruncatedNormal)
    /// A share for each choice.
    case choices([Double])
  }

  /// Observations of which the latest count fully; of more, the older count less and less (J. Bergstra, D. Yamins, D. Cox,
  /// “Making a science of model search”, ICML 2013).
  private static let fullWeightCount = 25

  /// Kernels may be narrower than the space over the number of observations, by so much: that finds the bottom of
  /// narrow valleys, and more misses what is beside them (60 seeds a function of Scripts/bench/learning-tpe that it does
  /// not run itself).
  private static let sharpness = 2.5
  /// Kernels are not narrower than one of so many parts of the space.
  private static let limitSharpness = 100.0

  private let space: SearchSpace
  /// One a component, 1 in sum; the last is the prior's.
  private let weights: [Double]
  /// By parameter, then by component.
  private let kernels: [[Kernel]]

  /// - Parameter points: in the order of their trials.
  init(_ space: SearchSpace, _ points: [SearchSpace.Point]) {
    self.space = space
    let raw = Self.weights(points.count) + [1]
    let sum = raw.reduce(0, +)
    weights = raw.map { $0 / sum }
    kernels = space.parameters.indices.map { index in
      Self.kernels(space.parameters[index].domain, points.map { $0[index] })
    }
  }

  private static func weights(_ count: Int) -> [Double] {
    guard count > fullWeightCount else { return [Double](repeating: 1, count: count) }
    let older = count - fullWeightCount
    let least = 1 / Double(count)
    return (0..<count).map { place in
      place >= older || older == 1 ? 1 : least + (1 - least) * Double(place) / Double(older - 1)
    }
  }

  // MARK: Kernels

  private static func kernels(_ domain: SearchSpace.Domain, _ values: [Double]) -> [Kernel] {
    if case .choices(let choices) = domain { return choiceKernels(choices.count, values.map { Int($0) }) }
    let bounds = domain.searchBounds
    let length = bounds.upperBound - bounds.lowerBound
    guard length > 0 else { return [] }
    let positions = values.map(domain.position)
    let normals = zip(positions, deviations(positions, bounds)).map { mean, deviation in
      Kernel.normal(TruncatedNormal(mean: mean, deviation: deviation, bounds: bounds))
    }
    let middle = (bounds.lowerBound + bounds.upperBound) / 2
    return normals + [.normal(TruncatedNormal(mean: middle, deviation: length, bounds: bounds))]
  }

  /// The larger distance to a neighbour, but not narrower than the number of observations allows.
  private static func deviations(_ positions: [Double], _ bounds: ClosedRange<Double>) -> [Double] {
    let length = bounds.upperBound - bounds.lowerBound
    let order = positions.indices.sorted { (positions[$0], $0) < (positions[$1], $1) }
    let sorted = [bounds.lowerBound] + order.map { positions[$0] } + [bounds.upperBound]
    let narrowest = length / min(limitSharpness, sharpness * Double(positions.count + 2))
    var deviations = [Double](repeating: length, count: positions.count)
    for (place, index) in order.enumerated() {
      var gaps = [sorted[place + 1] - sorted[place], sorted[place + 2] - sorted[place + 1]]
      // The ends of the space are no neighbours where there are others.
      if positions.count > 1, place == 0 { gaps.removeFirst() }
      if positions.count > 1, place == order.count - 1 { gaps.removeLast() }
      deviations[index] = min(length, max(narrowest, gaps.max() ?? length))
    }
    return deviations
  }

  /// Each has a share of the prior in it, so that no choice is ever ruled out.
  private static func choiceKernels(_ choiceCount: Int, _ values: [Int]) -> [Kernel] {
    let prior = 1 / Double(values.count + 1)
    let observed = values.map { value -> Kernel in
      let total = 1 + prior * Double(choiceCount)
      return .choices((0..<choiceCount).map { ($0 == value ? 1 + prior : prior) / total })
    }
    return observed + [.choices([Double](repeating: 1 / Double(choiceCount), count: choiceCount))]
  }

  // MARK: What it says

  func sample(_ random: inout TuningRandom) -> SearchSpace.Point {
    let component = random.place(weights: weights)
    return zip(space.parameters, kernels).map { parameter, kernels in
      guard component < kernels.count else { return parameter.domain.value(at: 0) }
      switch kernels[component] {
      case .normal(let normal): return parameter.domain.value(nearest: normal.sample(&random))
      case .choices(let shares): return Double(random.place(weights: shares))
      }
    }
  }

  /// Logarithm of the density, up to what all points have in common.
  func logDensity(_ point: SearchSpace.Point) -> Double {
    var terms = weights.map { log($0) }
    for (index, value) in point.enumerated() where !kernels[index].isEmpty {
      let domain = space.parameters[index].domain
      let position = domain.position(value)
      let cell = domain.cell(value)
      for component in terms.indices {
        terms[component] += Self.logDensity(kernels[index][component], value, position, cell)
      }
    }
    let highest = terms.max() ?? 0
    guard highest.isFinite else { return highest }
    return highest + log(terms.reduce(0) { $0 + exp($1 - highest) })
  }

  private static func logDensity(
    _ kernel: Kernel, _ value: Double, _ position: Double, _ cell: (lower: Double, upper: Double)?
  ) -> Double {
    switch kernel {
    case .normal(let normal):
      guard let cell else { return normal.logDensity(position) }
      return normal.logMass(cell.lower, cell.upper)
    case .choices(let shares): return log(shares[Int(value)])
    }
  }
}
