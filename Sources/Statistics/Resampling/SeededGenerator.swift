/// A sequence that depends on its seed alone (SplitMix64: G. Steele, D. Lea, C. Flood, “Fast splittable pseudorandom
/// number generators”, OOPSLA 2014). Streams of one seed make work in parallel the same as work in turn.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  /// The sequence of number `stream` of the seed: others share nothing with it but chance.
  package init(seed: UInt64, stream: Int) {
    state = Mixing.mixed(seed ^ Mixing.mixed(UInt64(truncatingIfNeeded: stream)))
  }

  @inline(__always)
  package mutating func next() -> UInt64 {
    let word = Mixing.mixed(state)
    state &+= 0x9E37_79B9_7F4A_7C15
    return word
  }

  /// A whole number in `0..<bound`, `bound` in 1...2^32, by multiplication and shift (D. Lemire, “Fast random integer
  /// generation in an interval”, 2019) of 64 bits without rejection: no number is likelier than another by more than
  /// bound / 2^64.
  @inline(__always)
  package mutating func below(_ bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }

  /// In 0..<1, a multiple of 2^-53.
  package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Brings the elements into an order, each as likely as any other (Fisher and Yates).
  package mutating func shuffle<Element>(_ elements: UnsafeMutableBufferPointer<Element>) {
    for last in stride(from: elements.count - 1, to: 0, by: -1) { elements.swapAt(last, below(last + 1)) }
  }
}
