/// An axis from a round number to a round number: steps of 1, 2 or 5 times a power of ten.
struct Scale {
  let low: Double
  let high: Double
  let ticks: [Double]
  /// Digits behind the point that tell the ticks apart.
  let digits: Int
  /// The power of ten of the step.
  private let exponent: Int

  private static let bound = 1e300

  /// Holds both numbers, in whatever order, with about `tickCount` ticks. It begins at 0 only where the numbers do.
  init(_ lowest: Double, _ highest: Double, tickCount: Int = 5) {
    let (smallest, largest) = Self.widened(Self.bounded(lowest), Self.bounded(highest))
    let (factor, exponent) = Self.step((largest / 2 - smallest / 2) / Double(tickCount) * 2)
    let step = Self.multiple(factor, exponent)
    let first = (smallest / step).rounded(.down)
    let last = max((largest / step).rounded(.up), first + 1)
    ticks = (0...Int(last - first)).map { Self.multiple((first + Double($0)) * factor, exponent) }
    low = ticks[0]
    high = ticks[ticks.count - 1]
    digits = max(0, -exponent)
    self.exponent = exponent
  }

  /// From 0, as the lengths of bars are.
  static func bars(_ values: [Double], tickCount: Int = 5) -> Scale {
    let numbers = values.compactMap(\.drawable)
    return Scale(min(0, numbers.min() ?? 0), max(0, numbers.max() ?? 0), tickCount: tickCount)
  }

  /// Where a value stands on the axis, 0...1; what lies beyond an end stands at it.
  func share(_ value: Double) -> Double {
    min(1, max(0, (Self.bounded(value) / 2 - low / 2) / (high / 2 - low / 2)))
  }

  private static func bounded(_ value: Double) -> Double { value.isNaN ? 0 : min(bound, max(-bound, value)) }

  /// In order, and further apart than their own last digits.
  private static func widened(_ one: Double, _ other: Double) -> (Double, Double) {
    let (smallest, largest) = (min(one, other), max(one, other))
    let size = max(abs(smallest), abs(largest))
    guard largest / 2 - smallest / 2 <= size * 1e-12 else { return (smallest, largest) }
    guard size > 0 else { return (0, 1) }
    let low = smallest - size / 20
    return (smallest >= 0 ? max(0, low) : low, largest + size / 20)
  }

  /// The smallest round step that is no smaller.
  private static func step(_ least: Double) -> (factor: Double, exponent: Int) {
    var exponent = 0
    while power(exponent + 1) <= least { exponent += 1 }
    while power(exponent) > least { exponent -= 1 }
    let factor = [1.0, 2, 5].first { multiple($0, exponent) >= least * (1 - 1e-9) }
    return factor.map { ($0, exponent) } ?? (1, exponent + 1)
  }

  /// `factor` times a power of ten, as near as a number can be.
  private static func multiple(_ factor: Double, _ exponent: Int) -> Double {
    exponent >= 0 ? factor * power(exponent) : factor / power(-exponent)
  }

  private static func power(_ exponent: Int) -> Double {
    exponent >= 0 ? (0..<exponent).reduce(1.0) { value, _ in value * 10 } : 1 / power(-exponent)
  }
}

// MARK: Words of ticks

extension Scale {
  private static let units = [(12, "T"), (9, "bn"), (6, "M")]

  /// A tick with no more digits than it needs: `0.68`, `1.5M`, `2e−12`.
  func text(_ tick: Double) -> String {
    let most = max(abs(low), abs(high))
    if most >= 1e15 || most < 1e-5 { return Format.scientific(tick, 2) }
    if let (power, unit) = Self.units.first(where: { most >= Self.power($0.0) }), power - exponent <= 3 {
      return Format.fixed(tick / Self.power(power), max(0, power - exponent)) + (tick == 0 ? "" : unit)
    }
    return Format.fixed(tick, digits)
  }

  /// A tick of shares, 0...1, in per cent.
  func percent(_ tick: Double) -> String { Format.fixed(tick * 100, max(0, -exponent - 2)) + " %" }
}

/// What the numbers of a chart are.
enum Quantity: Hashable, Sendable {
  case number
  case measure(unit: String)
  case count
  /// 0...1, written in per cent.
  case share

  func text(_ value: Double) -> String {
    switch self {
    case .number: ProfileText.number(value)
    case .measure(let unit): ProfileText.number(value) + " " + unit
    case .count: abs(value) < 1e15 ? Format.grouped(Int(value.rounded())) : Format.scientific(value, 2)
    case .share: Format.percent(value)
    }
  }

  func text(_ value: Double?) -> String { value.map { text($0) } ?? "–" }

  func tick(_ tick: Double, of scale: Scale) -> String { self == .share ? scale.percent(tick) : scale.text(tick) }
}
