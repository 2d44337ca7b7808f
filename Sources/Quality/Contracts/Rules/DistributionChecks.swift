internal import Tables

/// Mean, deviation or sum of the values that are there.
struct StatisticCheck: RuleCheck {
  private let column: String
  private let statistic: ContractRule.Statistic
  private let bounds: Bounds
  private let condition: Predicate?
  private var count = 0
  private var sum = 0.0
  private var mean = 0.0
  private var squares = 0.0

  init(_ rule: ContractRule, column: String, _ statistic: ContractRule.Statistic, _ bounds: Bounds) {
    self.column = column
    self.statistic = statistic
    self.bounds = bounds
    condition = rule.condition
  }

  mutating func take(_ batch: RuleBatch) throws {
    let mask = try condition?.evaluate(batch)
    let values = try batch.view(column).numbers
    var (partCount, partSum) = (0, 0.0)
    for (row, value) in values.enumerated() where !value.isNaN && (mask?[row] ?? 1) == 1 {
      partCount += 1
      partSum += value
    }
    guard partCount > 0 else { return }
    let partMean = partSum / Double(partCount)
    var partSquares = 0.0
    for (row, value) in values.enumerated() where !value.isNaN && (mask?[row] ?? 1) == 1 {
      partSquares += (value - partMean) * (value - partMean)
    }
    // Two parts in one: T. Chan, G. Golub, R. LeVeque, “Updating Formulae and a Pairwise Algorithm”, 1979.
    let delta = partMean - mean
    let total = Double(count + partCount)
    squares += partSquares + delta * delta * Double(count) * Double(partCount) / total
    mean += delta * Double(partCount) / total
    count += partCount
    sum += partSum
  }

  mutating func finding() -> RuleFinding {
    guard count > (statistic == .sd ? 1 : 0) || statistic == .sum else {
      return .couldNotRun("“\(column)” has too few values")
    }
    let (name, value): (String, Double) =
      switch statistic {
      case .mean: ("mean", mean)
      case .sd: ("deviation", (squares / Double(count - 1)).squareRoot())
      case .sum: ("sum", sum)
      }
    guard value.isFinite else { return .couldNotRun("the \(name) of “\(column)” is too large for a number") }
    return RuleFinding(
      bounds.contains(value), "the \(name) is \(bounds.show(value))", observed: value, judgedCount: count)
  }
}

/// A quantile against bounds, exactly and without keeping a value: it is within bounds when enough values are at most
/// the upper one, and too few are below the lower one.
struct QuantileCheck: RuleCheck {
  private let column: String
  private let share: Double
  private let bounds: Bounds
  private let condition: Predicate?
  private var count = 0
  /// Values that lie below the lower bound, and those that do not lie above the upper one.
  private var below = 0
  private var within = 0

  init(_ rule: ContractRule, column: String, share: Double, _ bounds: Bounds) {
    self.column = column
    self.share = share
    self.bounds = bounds
    condition = rule.condition
  }

  mutating func take(_ batch: RuleBatch) throws {
    let mask = try condition?.evaluate(batch)
    for (row, value) in try batch.view(column).numbers.enumerated() where !value.isNaN && (mask?[row] ?? 1) == 1 {
      count += 1
      if let low = bounds.low, low.isOpen ? value <= low.value : value < low.value { below += 1 }
      if let high = bounds.high, high.isOpen ? value < high.value : value <= high.value { within += 1 }
    }
  }

  mutating func finding() -> RuleFinding {
    guard count > 0 else { return .couldNotRun("“\(column)” has no value") }
    let rank = max(1, Int((share * Double(count) - 1e-9).rounded(.up)))
    let isLow = bounds.low != nil && below >= rank
    let isHigh = bounds.high != nil && within < rank
    let parts = [
      bounds.low.map {
        "\(Wording.percent(Double(below) / Double(count))) of the values are below \(bounds.show($0.value))"
      },
      bounds.high.map {
        "\(Wording.percent(1 - Double(within) / Double(count))) of the values are above \(bounds.show($0.value))"
      },
    ]
    return RuleFinding(
      !isLow && !isHigh, parts.compactMap { $0 }.joined(separator: ", "), judgedCount: count)
  }
}

/// The share of one value among those that are there.
struct ShareCheck: RuleCheck {
  private let column: String
  private let value: String
  private let bounds: Bounds
  private let condition: Predicate?
  private var count = 0
  private var hits = 0

  init(_ rule: ContractRule, column: String, value: String, _ bounds: Bounds) {
    self.column = column
    self.value = value
    self.bounds = bounds
    condition = rule.condition
  }

  mutating func take(_ batch: RuleBatch) throws {
    let mask = try condition?.evaluate(batch)
    let answers = try ValueSet([value], column: column).answers(try batch.view(column))
    for (row, answer) in answers.enumerated() where answer >= 0 && (mask?[row] ?? 1) == 1 {
      count += 1
      if answer == 1 { hits += 1 }
    }
  }

  mutating func finding() -> RuleFinding {
    guard count > 0 else { return .couldNotRun("“\(column)” has no value") }
    let share = Double(hits) / Double(count)
    return RuleFinding(
      bounds.contains(share: share), "“\(value)” is \(Wording.percent(share)) of the values", observed: share,
      judgedCount: count)
  }
}
