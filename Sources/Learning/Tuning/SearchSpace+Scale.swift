internal import Glibc

/// The line on which searches look for a numeric parameter: its values, or their logarithms.
extension SearchSpace.Domain {
  /// The ends of the line. Values with steps have half a step of room on either side, so that the outermost are as likely
  /// as the others (S. Watanabe, “Tree-structured Parzen estimator”, arXiv 2304.11127, 2023, section 3.3.3).
  var searchBounds: ClosedRange<Double> {
    switch self {
    case .integers(let range, let step, let scale):
      scale.position(Double(range.lowerBound) - Double(step) / 2)...scale.position(lastValue + Double(step) / 2)
    case .numbers(let range, let step?, _): range.lowerBound - step / 2...lastValue + step / 2
    case .numbers(let range, nil, let scale): scale.position(range.lowerBound)...scale.position(range.upperBound)
    case .choices(let choices): 0...Double(choices.count)
    }
  }

  /// Where a value lies on the line.
  func position(_ value: Double) -> Double { scale.position(value) }

  /// The value that is nearest to a place on the line.
  func value(nearest position: Double) -> Double {
    let value = scale.value(position)
    switch self {
    case .integers(let range, let step, _):
      return onGrid(value, from: Double(range.lowerBound), step: Double(step))
    case .numbers(let range, let step?, _): return onGrid(value, from: range.lowerBound, step: step)
    case .numbers(let range, nil, _): return min(max(value, range.lowerBound), range.upperBound)
    case .choices(let choices): return min(Double(choices.count - 1), max(0, value.rounded(.down)))
    }
  }

  /// The part of the line whose nearest value this is; nil for values without steps.
  func cell(_ value: Double) -> (lower: Double, upper: Double)? {
    guard let step else { return nil }
    return (scale.position(value - step / 2), scale.position(value + step / 2))
  }

  private func onGrid(_ value: Double, from start: Double, step: Double) -> Double {
    let last = Double((valueCount ?? 1) - 1)
    return start + min(last, max(0, ((value - start) / step).rounded())) * step
  }

  private var lastValue: Double { value(at: (valueCount ?? 1) - 1) }

  private var step: Double? {
    switch self {
    case .integers(_, let step, _): Double(step)
    case .numbers(_, let step, _): step
    case .choices: nil
    }
  }

  private var scale: SearchSpace.Scale {
    switch self {
    case .integers(_, _, let scale), .numbers(_, _, let scale): scale
    case .choices: .linear
    }
  }
}

extension SearchSpace.Scale {
  func position(_ value: Double) -> Double { self == .logarithmic ? log(value) : value }
  func value(_ position: Double) -> Double { self == .logarithmic ? exp(position) : position }
}

extension Double {
  /// The nearest number of six significant digits.
  var sixDigits: Double {
    guard self != 0, isFinite else { return self }
    let digits = 5 - Int(log10(abs(self)).rounded(.down))
    // One rounding alone where the power of ten is exact.
    guard digits >= 0 else { return (self / pow(10, Double(-digits))).rounded() * pow(10, Double(-digits)) }
    return (self * pow(10, Double(digits))).rounded() / pow(10, Double(digits))
  }
}
