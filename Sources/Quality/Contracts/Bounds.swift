/// An interval of numbers with open or closed ends; an end that is missing is no bound.
package struct Bounds: Hashable, Sendable {
  package struct End: Hashable, Sendable {
    package var value: Double
    /// The value itself is outside.
    package var isOpen: Bool
    /// The value where it is whole, with all its digits.
    package var whole: Int64?

    package init(_ value: Double, isOpen: Bool = false, whole: Int64? = nil) {
      self.value = value
      self.isOpen = isOpen
      self.whole = whole ?? Int64(exactly: value)
    }
  }

  /// How its numbers are read and shown.
  package enum Unit: Hashable, Sendable { case number, share, time }

  package var low: End?
  package var high: End?
  package var unit: Unit

  package init(low: End? = nil, high: End? = nil, unit: Unit = .number) {
    self.low = low
    self.high = high
    self.unit = unit
  }

  /// Whether no number can lie in it.
  package var isEmpty: Bool {
    guard let low, let high else { return false }
    return low.value > high.value || low.value == high.value && (low.isOpen || high.isOpen)
  }

  /// NaN lies in no interval.
  @inline(__always)
  func contains(_ value: Double) -> Bool {
    if let low, !(low.isOpen ? value > low.value : value >= low.value) { return false }
    if let high, !(high.isOpen ? value < high.value : value <= high.value) { return false }
    return true
  }

  /// Of whole numbers that a double has no room for.
  func contains(_ value: Int64) -> Bool {
    if let low, !(low.isOpen ? low.isBelow(value) : !low.isAbove(value)) { return false }
    if let high, !(high.isOpen ? high.isAbove(value) : !high.isBelow(value)) { return false }
    return true
  }

  /// A share that is an end but for rounding is that end: 10 of 100 are 10 %.
  func contains(share: Double) -> Bool {
    contains([low, high].compactMap { $0?.value }.first { abs($0 - share) <= Self.rounding } ?? share)
  }

  /// More than the quotient and difference of two doubles between 0 and 1 are off by.
  static let rounding = 1e-12

  /// `from 0 to 10`, `above 0`, `below 5 %`.
  package var text: String {
    let (low, high) = (
      self.low.map { ($0.isOpen ? "above " : "at least ") + show($0.value) },
      self.high.map { ($0.isOpen ? "below " : "at most ") + show($0.value) }
    )
    switch (self.low, self.high) {
    case (let from?, let to?) where from == to: return "exactly \(show(from.value))"
    case (let from?, let to?) where !from.isOpen && !to.isOpen: return "from \(show(from.value)) to \(show(to.value))"
    default: return [low, high].compactMap { $0 }.joined(separator: " and ")
    }
  }

  func show(_ value: Double) -> String { Wording.number(value, unit) }

  /// Its upper bound alone.
  package var shown: String { high.map { show($0.value) } ?? "" }
}

extension Bounds.End {
  fileprivate func isBelow(_ other: Int64) -> Bool { whole.map { $0 < other } ?? (value < Double(other)) }
  fileprivate func isAbove(_ other: Int64) -> Bool { whole.map { $0 > other } ?? (value > Double(other)) }
}
