@testable import Reports
import Testing

@Suite struct ScaleTests {
  @Test(
    "an axis has few ticks, and every value a place on it, whatever the numbers",
    arguments: [
      (0, 1), (0.5, 0.5), (-1e300, 1e300), (1e300, 1e300), (0, 1e20), (-1e30, 1), (1e11, 1e11 + 1), (0, 1e-300),
      (-.greatestFiniteMagnitude, .greatestFiniteMagnitude), (.nan, .infinity), (3, 1), (1e9, 1e9 + 1e-9),
    ] as [(Double, Double)])
  func anyNumbers(low: Double, high: Double) {
    let scale = Scale(low, high)
    #expect((2...12).contains(scale.ticks.count))
    for value in [low, high, (low + high) / 2, .nan, -.infinity] { #expect((0...1).contains(scale.share(value))) }
    let texts = scale.ticks.map(scale.text)
    #expect(texts.allSatisfy { !$0.isEmpty && !$0.contains("nan") && !$0.contains("inf") })
  }

  @Test(
    "ticks are round and have no more digits than they need",
    arguments: [
      (0.683, 0.721, ["0.68", "0.69", "0.70", "0.71", "0.72", "0.73"]), (0, 7, ["0", "2", "4", "6", "8"]),
      (-3, 4, ["−4", "−2", "0", "2", "4"]), (1.2e6, 4.1e6, ["1M", "2M", "3M", "4M", "5M"]),
      (1e-9, 3e-9, ["1e−9", "1.5e−9", "2e−9", "2.5e−9", "3e−9"]), (0, 0, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    ] as [(Double, Double, [String])])
  func round(low: Double, high: Double, texts: [String]) {
    let scale = Scale(low, high)
    #expect(scale.ticks.map(scale.text) == texts)
  }

  @Test("bars begin at zero, lines do not")
  func zero() {
    #expect(Scale.bars([0.7, 0.72]).low == 0)
    #expect(Scale.bars([-3, -1]).high == 0)
    #expect(Scale(0.7, 0.72).low == 0.7)
  }

  @Test("a value that never moves stands in the middle, and rows are never fewer than none")
  func equal() {
    #expect((0.3...0.7).contains(Scale(500, 500).share(500)))
    #expect(Scale(0, 0).low == 0)
  }
}
