@testable import Pipeline
import Testing

@Suite struct ConformalIntervalsTests {
  @Test("the miss at place ceiling of (n + 1) coverage is half the width")
  func place() throws {
    let misses = (1...19).map(Double.init)
    #expect(ConformalIntervals(misses: misses.reversed(), coverage: 0.9)?.halfWidth == 18)
    #expect(ConformalIntervals(misses: misses, coverage: 0.95)?.halfWidth == 19)
    #expect(ConformalIntervals(misses: misses, coverage: 0.96) == nil)
    #expect(ConformalIntervals(misses: [], coverage: 0.5) == nil)
  }

  @Test("they hold what they claim, over many draws")
  func coverage() throws {
    var state: UInt64 = 9
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return abs(Double(Int64(state >> 33)) / Double(1 << 30) - 1)
    }
    var held = 0
    for _ in 0..<2000 {
      let intervals = try #require(ConformalIntervals(misses: (0..<39).map { _ in next() }, coverage: 0.8))
      held += next() <= intervals.halfWidth ? 1 : 0
    }
    // 0.8 exactly, as 40 * 0.8 is whole; the standard deviation is 18.
    #expect(abs(held - 1600) < 72)
  }
}
