@testable import Reports
import Testing

@Suite struct ScaleTests {
  @Test(
    "an axis has few ticks, and every value a place on it, whatever the numbers",
    arguments: [
      (0, 1), (0.5, 0.5), (-1e300, 1e300), (1e300, 1e300), (0, 1e20), (-1e30, 1), (1e11, 1e11 + 1), (0, 1e-300),
      (-.greatestFiniteMagnitude, .greatestFiniteMagnitude), (.nan, .infinity),
    ] as [(Double, Double)])
  func anyNumbers(low: Double, high: Double) {
    let scale = Scale(low, high)
    #expect((2...8).contains(scale.ticks.count))
    for value in [low, high, (low + high) / 2, .nan, -.infinity] { #expect((0...1).contains(scale.share(value))) }
    for tick in scale.ticks { #expect(!Format.fixed(tick, scale.digits).isEmpty) }
  }
}
