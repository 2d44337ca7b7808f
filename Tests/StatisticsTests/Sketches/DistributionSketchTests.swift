@testable import Statistics
import Testing

@Suite struct DistributionSketchTests {
  private static func numbers(_ count: Int, seed: UInt64, _ value: (UInt64) -> Double) -> [Double] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return value(state >> 33)
    }
  }

  @Test("few different values are counted exactly, however many rows have them")
  func exact() {
    let values = Self.numbers(20_000, seed: 3) { Double($0 % 1000) }
    var sketch = DistributionSketch()
    for start in stride(from: 0, to: values.count, by: 777) {
      sketch.add(Array(values[start..<min(values.count, start + 777)]) + [.nan])
    }
    #expect(sketch.distribution == EmpiricalDistribution(values))
    #expect(sketch.distribution.rankError == 0)
    #expect(sketch.missingCount == 26 && sketch.count == 20_000)
  }

  @Test("of many different values the shares are right to within the stated error", arguments: [1, 2, 3] as [UInt64])
  func bounded(seed: UInt64) {
    let values = Self.numbers(60_000, seed: seed) { Double($0) * 1e-3 }
    var sketch = DistributionSketch()
    sketch.add(values)
    let full = sketch.distribution
    let small = full.reduced(to: 500)
    #expect(full.rowCount == 60_000 && small.rowCount == 60_000)
    #expect(small.values.count <= 500 && small.isSound && full.isSound)
    #expect(small.rankError < 0.005)
    let exact = EmpiricalDistribution(values)
    let (wide, narrow) = (Divergence.kolmogorovSmirnov(exact, full), Divergence.kolmogorovSmirnov(exact, small))
    #expect((wide ?? 1) <= full.rankError)
    #expect((narrow ?? 1) <= small.rankError)
  }

  @Test("what it holds does not depend on the batches")
  func batches() {
    let values = Self.numbers(30_000, seed: 9) { Double($0) }
    var (whole, parts) = (DistributionSketch(), DistributionSketch())
    whole.add(values)
    for start in stride(from: 0, to: values.count, by: 1234) {
      parts.add(Array(values[start..<min(values.count, start + 1234)]))
    }
    #expect(whole.distribution == parts.distribution && whole.moments == parts.moments)
  }

  @Test("infinite values are the largest that a document can hold, and zeros have one sign")
  func odd() {
    var sketch = DistributionSketch()
    sketch.add([-.infinity, -0.0, 0, .infinity, 2])
    #expect(sketch.distribution.values == [-.greatestFiniteMagnitude, 0, 2, .greatestFiniteMagnitude])
    #expect(sketch.distribution.counts == [1, 2, 1, 1])
    #expect(sketch.moments.count == 3)
  }

  @Test("bins by quantiles are those of the plain values")
  func binning() {
    let values = Self.numbers(5000, seed: 4) { Double($0 % 300) }
    let (distribution, plain) = (EmpiricalDistribution(values), Binning(quantilesOf: values, bins: 10))
    let binning = Binning(quantilesOf: distribution, bins: 10)
    #expect(binning == plain)
    #expect(binning.counts(distribution) == plain.counts(values))
  }
}
