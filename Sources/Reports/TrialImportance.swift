internal import Records

/// How much the metric of complete trials moves with each parameter, 0...1: Spearman's rank correlation for numbers, the
/// correlation ratio of the ranks for words.
struct TrialImportance {
  let trialCount: Int
  /// The largest first.
  let shares: [(name: String, value: Double)]

  /// Fewer trials say nothing.
  private static let minimumTrials = 5

  init(_ document: TrialsDocument) {
    let trials = document.trials.filter { $0.status == .complete && $0.label == nil && $0.value != nil }
    trialCount = trials.count
    guard trials.count >= Self.minimumTrials else {
      shares = []
      return
    }
    let values = Self.ranks(trials.compactMap(\.value))
    let names = Set(trials.flatMap(\.parameters.keys)).sorted()
    shares = names.compactMap { name -> (name: String, value: Double)? in
      let texts = trials.compactMap { $0.parameters[name] }
      guard texts.count == trials.count, Set(texts).count > 1 else { return nil }
      let numbers = texts.compactMap { Double($0) }
      let share =
        numbers.count == texts.count
        ? abs(Self.correlation(Self.ranks(numbers), values)) : Self.ratio(values, by: texts)
      return (name, share)
    }.sorted { ($1.value, $0.name) < ($0.value, $1.name) }
  }

  /// From 1; equal values share the mean of their places.
  private static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
      start = end
    }
    return ranks
  }

  private static func correlation(_ first: [Double], _ second: [Double]) -> Double {
    let (one, other) = (deviations(first), deviations(second))
    let product = (squares(one) * squares(other)).squareRoot()
    return product > 0 ? zip(one, other).reduce(0) { $0 + $1.0 * $1.1 } / product : 0
  }

  /// η: the square root of the share of the squares that lies between the groups.
  private static func ratio(_ values: [Double], by groups: [String]) -> Double {
    let deviations = deviations(values)
    let total = squares(deviations)
    guard total > 0 else { return 0 }
    let between = Set(groups).sorted().reduce(0.0) { sum, group in
      let members = deviations.indices.filter { groups[$0] == group }.map { deviations[$0] }
      let mean = members.reduce(0, +) / Double(members.count)
      return sum + Double(members.count) * mean * mean
    }
    return (between / total).squareRoot()
  }

  private static func deviations(_ values: [Double]) -> [Double] {
    let mean = values.reduce(0, +) / Double(values.count)
    return values.map { $0 - mean }
  }

  private static func squares(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 } }
}
