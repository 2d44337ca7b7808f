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
    [
      "demographic_parity_difference", "demographic_parity_ratio", "equalized_odds_difference", "equalized_odds_ratio",
      "equal_opportunity_difference", "equal_opportunity_ratio", "predictive_parity_difference",
    ] + (reference == nil ? [] : ["disparate_impact"])
  }

  package var reasons: [String: String] {
    Dictionary(uniqueKeysWithValues: names.map { ($0, "fewer than two groups have such rows, or a rate is 0 in all") })
  }

  package func values(_ counts: Span<UInt8>) -> [Double] {
    let all = rates(counts)
    let rates = compared.map { all[$0] }
    let (selection, hits) = (Spread(rates.map(\.selection)), Spread(rates.map(\.truePositive)))
    let alarms = Spread(rates.map(\.falsePositive))
    var values = [
      selection.difference, selection.ratio, max(hits.difference, alarms.difference), min(hits.ratio, alarms.ratio),
      hits.difference, hits.ratio, Spread(rates.map(\.precision)).difference,
    ]
    if let reference {
      let others = compared.filter { $0 != reference }.map { all[$0].selection / all[reference].selection }
      values.append(others.filter { !$0.isNaN }.min() ?? .nan)
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
  private struct Spread {
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
