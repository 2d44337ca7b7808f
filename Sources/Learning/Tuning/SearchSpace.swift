/// The parameters that a search may set, and the values that each may have.
package struct SearchSpace: Hashable, Sendable {
  /// How far apart two values are.
  package enum Scale: String, Hashable, Sendable {
    case linear
    /// By their ratio: 0.01 is as far from 0.1 as 0.1 is from 1.
    case logarithmic
  }

  package enum Domain: Hashable, Sendable {
    /// The numbers from the lower bound on in steps, none above the upper bound. A logarithmic scale begins above 0.
    case integers(ClosedRange<Int>, step: Int, scale: Scale)
    /// Without a step, every number between. A logarithmic scale begins above 0 and has no step.
    case numbers(ClosedRange<Double>, step: Double?, scale: Scale)
    /// Values without an order; one or more.
    case choices([String])
  }

  package struct Parameter: Hashable, Sendable {
    package var name: String
    package var domain: Domain

    package init(name: String, domain: Domain) {
      self.name = name
      self.domain = domain
    }
  }

  /// In the order of their names, whatever order they were written in: the order is part of what a seed means.
  package let parameters: [Parameter]

  package init(_ parameters: [Parameter]) { self.parameters = parameters.sorted { $0.name < $1.name } }

  /// A value for each parameter, in their order: the number, or the place among the choices.
  typealias Point = [Double]

  /// As a trainer reads them. Numbers are written with six significant digits: more tell no two models apart, and people
  /// copy them.
  func values(_ point: Point) -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: zip(parameters, point).map { parameter, value in
        (parameter.name, parameter.domain.text(value))
      })
  }

  /// The point of these values; nil where one is missing or is none of its parameter's.
  func point(_ values: [String: String]) -> Point? {
    var point: Point = []
    for parameter in parameters {
      guard let text = values[parameter.name], let value = parameter.domain.value(text) else { return nil }
      point.append(value)
    }
    return point
  }

  /// How many different points there are; nil where a parameter has no step, or they are too many to count.
  package var pointCount: Int? {
    var count = 1
    for parameter in parameters {
      guard let size = parameter.domain.valueCount else { return nil }
      let (product, isOverflow) = count.multipliedReportingOverflow(by: size)
      guard !isOverflow else { return nil }
      count = product
    }
    return count
  }
}

extension SearchSpace.Domain {
  /// Nil where there is no end of them.
  var valueCount: Int? {
    switch self {
    case .integers(let range, let step, _): (range.upperBound - range.lowerBound) / step + 1
    case .numbers(let range, let step?, _):
      Int(((range.upperBound - range.lowerBound) / step + Self.tolerance).rounded(.down)) + 1
    case .numbers(_, nil, _): nil
    case .choices(let choices): choices.count
    }
  }

  /// A hundredth part of nothing: 0.3 is three steps of 0.1.
  private static let tolerance = 1e-9

  /// The value at this place, counted from 0, of a domain whose values can be counted.
  func value(at place: Int) -> Double {
    switch self {
    case .integers(let range, let step, _): Double(range.lowerBound + place * step)
    case .numbers(let range, let step, _): min(range.upperBound, range.lowerBound + Double(place) * (step ?? 0))
    case .choices: Double(place)
    }
  }

  /// The value at a share of the domain's length, 0..<1: equal shares are equally likely.
  func value(atFraction fraction: Double) -> Double {
    guard case .choices(let choices) = self else {
      let bounds = searchBounds
      return value(nearest: bounds.lowerBound + fraction * (bounds.upperBound - bounds.lowerBound))
    }
    return Double(min(choices.count - 1, Int(fraction * Double(choices.count))))
  }

  func text(_ value: Double) -> String {
    switch self {
    case .integers: "\(Int(value))"
    case .numbers(let range, _, _): "\(min(max(value.sixDigits, range.lowerBound), range.upperBound))"
    case .choices(let choices): choices[Int(value)]
    }
  }

  fileprivate func value(_ text: String) -> Double? {
    switch self {
    case .integers(let range, _, _): Int(text).flatMap { range.contains($0) ? Double($0) : nil }
    case .numbers(let range, _, _): Double(text).flatMap { range.contains($0) ? $0 : nil }
    case .choices(let choices): choices.firstIndex(of: text).map(Double.init)
    }
  }
}
