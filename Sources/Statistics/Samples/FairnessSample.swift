/// How decisions fall on groups: differences and ratios between groups of the rates that make fairness, as fairlearn
/// computes them (S. Bird and others, “Fairlearn: a toolkit for assessing and improving fairness in AI”, 2020).
package struct FairnessSample: MetricSample {
  /// The rates of a group. A rate without rows is NaN.
  package struct Rates: Sendable {
    package var rowCount = 0
    package var positives = 0
    package var called = 0
    package var truePositives = 0

    /// The share of the rows that was called positive.
    package var selection: Double { Double(called) / Double(rowCount) }
    /// Of the positive rows, and of the others, those that were called positive.
    package var truePositive: Double { Double(truePositives) / Double(positives) }
    package var falsePositive: Double { Double(called - truePositives) / Double(rowCount - positives) }
    /// Of the rows that were called positive, those that are.
    package var precision: Double { Double(truePositives) / Double(called) }
  }

  private let groups: [Int32]
  /// For each row 1 when it is positive, plus 2 when it was called so.
  private let kinds: [UInt8]
  /// Places of the groups that are compared, and of the one that others are compared with.
  private let compared: [Int]
  private let reference: Int?
  private let groupCount: Int

  package var rowCount: Int { kinds.count }
  package var order: [Int] { Array(kinds.indices) }

  /// - Parameters:
  ///   - labels: whether each row is positive.
  ///   - called: whether each row was called positive.
  ///   - compared: places of the groups to compare: those with rows enough.
  ///   - reference: the place of one of them for the disparate impact.
  package init(labels: [Bool], called: [Bool], groups: Grouping, compared: [Int], reference: Int? = nil) {
    self.groups = groups.codes
    kinds = zip(labels, called).map { ($0 ? 1 : 0) + ($1 ? 2 : 0) }
    self.compared = compared
    self.reference = reference
    groupCount = groups.labels.count
  }

  package var names: [String] {
    reference == nil ? Self.measures.filter { $0 != "disparate_impact" } : Self.measures
  }

  package var reasons: [String: String] {
    Dictionary(
      uniqueKeysWithValues: names.map { ($0, "fewer than two groups have such rows, or a rate is 0 where it divides") })
  }

  package func values(_ counts: Span<UInt8>) -> [Double] {
    let all = rates(counts)
    let rates = compared.map { all[$0] }
    let (selection, hits) = (Spread(rates.map(\.selection)), Spread(rates.map(\.truePositive)))
    let alarms = Spread(rates.map(\.falsePositive))
    var values = [
      selection.difference, selection.ratio,
      // Odds are equal when both rates are: where one is undefined, nobody knows.
      hits.difference.isNaN || alarms.difference.isNaN ? .nan : max(hits.difference, alarms.difference),
      hits.ratio.isNaN || alarms.ratio.isNaN ? .nan : min(hits.ratio, alarms.ratio),
      hits.difference, hits.ratio, Spread(rates.map(\.precision)).difference,
    ]
    if let reference {
      let base = all[reference].selection
      let others = compared.filter { $0 != reference }.map { all[$0].selection / base }
      values.append(base > 0 ? others.filter { !$0.isNaN }.min() ?? .nan : .nan)
    }
    return values
  }

  /// Of each group, compared or not.
  package var rates: [Rates] {
    let ones = [UInt8](repeating: 1, count: rowCount)
    return rates(ones.span)
  }

  private func rates(_ counts: Span<UInt8>) -> [Rates] {
    var cells = [Int](repeating: 0, count: groupCount * 4)
    for row in 0..<rowCount { cells[Int(groups[row]) * 4 + Int(kinds[row])] += Int(counts[row]) }
    return (0..<groupCount).map { group in
      let (positive, called, both) = (cells[group * 4 + 1], cells[group * 4 + 2], cells[group * 4 + 3])
      return Rates(
        rowCount: cells[group * 4] + positive + called + both, positives: positive + both, called: called + both,
        truePositives: both)
    }
  }

  /// The distance between the largest and the smallest of some rates.
  fileprivate struct Spread {
    var difference = Double.nan
    var ratio = Double.nan

    init(_ rates: [Double]) {
      let defined = rates.filter { !$0.isNaN }
      guard defined.count > 1, let low = defined.min(), let high = defined.max() else { return }
      difference = high - low
      ratio = high > 0 ? low / high : .nan
    }
  }
}

// MARK: Intervals

extension FairnessSample {
  /// A rate of each group.
  private enum Kind: Int, CaseIterable {
    case selection, truePositive, falsePositive, precision

    func rate(_ rates: Rates) -> Double {
      switch self {
      case .selection: rates.selection
      case .truePositive: rates.truePositive
      case .falsePositive: rates.falsePositive
      case .precision: rates.precision
      }
    }
  }

  /// How two groups are compared.
  private enum Comparison { case difference, ratio }

  /// An interval for each measure that is defined for all rows.
  ///
  /// A largest difference is never below 0, so that the quantiles of resampled ones would leave 0 out even where groups
  /// are treated alike. Instead each pair of groups gets the interval of its signed difference, or ratio, by percentiles at
  /// the confidence that all pairs share (Bonferroni), which is folded at 0, or 1; the measure lies between the largest of
  /// the lower ends and the largest of the upper ends.
  package func disparityIntervals(_ set: MetricSet, _ bootstrap: Bootstrap, clusters: Grouping? = nil)
    -> [String: Interval]
  {
    guard let units = units(clusters), compared.count > 1 else { return [:] }
    let width = compared.count * Kind.allCases.count
    let resampled = bootstrap.distribution(of: units, width: width) { counts in
      let all = rates(counts)
      return Kind.allCases.flatMap { kind in compared.map { kind.rate(all[$0]) } }
    }
    let measures: [(name: String, kinds: [Kind], comparison: Comparison)] = [
      ("demographic_parity_difference", [.selection], .difference), ("demographic_parity_ratio", [.selection], .ratio),
      ("equalized_odds_difference", [.truePositive, .falsePositive], .difference),
      ("equalized_odds_ratio", [.truePositive, .falsePositive], .ratio),
      ("equal_opportunity_difference", [.truePositive], .difference),
      ("equal_opportunity_ratio", [.truePositive], .ratio),
      ("predictive_parity_difference", [.precision], .difference),
    ]
    var intervals: [String: Interval] = [:]
    for measure in measures where set.values[measure.name] != nil {
      let chosen = measure.kinds.flatMap { kind in pairs.map { (kind, $0.0, $0.1) } }
      let found = pairIntervals(chosen, measure.comparison, resampled, bootstrap)
      intervals[measure.name] = Self.extreme(found.map { Self.folded($0, measure.comparison) }, measure.comparison)
    }
    if set.values["disparate_impact"] != nil, let base = compared.firstIndex(where: { $0 == reference }) {
      let pairs = compared.indices.filter { $0 != base }.map { (Kind.selection, $0, base) }
      intervals["disparate_impact"] = Self.extreme(pairIntervals(pairs, .ratio, resampled, bootstrap), .ratio)
    }
    return intervals
  }

  /// Places in `compared`.
  private var pairs: [(Int, Int)] {
    compared.indices.flatMap { first in compared.indices.filter { $0 > first }.map { (first, $0) } }
  }

  /// Of each pair, at the confidence that they share; pairs that resamples leave undefined are left out.
  private func pairIntervals(
    _ pairs: [(Kind, Int, Int)], _ comparison: Comparison, _ resampled: [Double], _ bootstrap: Bootstrap
  ) -> [Interval] {
    var shared = bootstrap
    shared.confidence = 1 - (1 - bootstrap.confidence) / Double(max(1, pairs.count))
    let width = compared.count * Kind.allCases.count
    return pairs.compactMap { kind, first, second in
      let start = kind.rawValue * compared.count
      let values = (0..<bootstrap.resamples).map { resample in
        let (a, b) = (resampled[resample * width + start + first], resampled[resample * width + start + second])
        return comparison == .difference ? a - b : a / b
      }
      return shared.interval(values, 0, width: 1, .percentile)
    }
  }

  /// Of the size of a difference, or of the smaller rate divided by the larger.
  private static func folded(_ interval: Interval, _ comparison: Comparison) -> Interval {
    switch comparison {
    case .difference:
      let (low, high) = (abs(interval.low), abs(interval.high))
      let holdsZero = interval.low <= 0 && interval.high >= 0
      return Interval(low: holdsZero ? 0 : min(low, high), high: max(low, high))
    case .ratio:
      func fold(_ ratio: Double) -> Double { ratio > 1 ? 1 / ratio : ratio }
      let (low, high) = (fold(interval.low), fold(interval.high))
      let holdsOne = interval.low <= 1 && interval.high >= 1
      return Interval(low: min(low, high), high: holdsOne ? 1 : max(low, high))
    }
  }

  /// Of the largest difference, or of the smallest ratio.
  private static func extreme(_ intervals: [Interval], _ comparison: Comparison) -> Interval? {
    let (lows, highs) = (intervals.map(\.low), intervals.map(\.high))
    switch comparison {
    case .difference: return lows.max().flatMap { low in highs.max().map { Interval(low: low, high: $0) } }
    case .ratio: return lows.min().flatMap { low in highs.min().map { Interval(low: low, high: $0) } }
    }
  }
}
