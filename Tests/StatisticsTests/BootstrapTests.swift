@testable import Statistics
import Testing

@Suite struct BootstrapTests {
  /// Scores of rows of which about a third is positive; the larger the difference, the better they tell.
  private func scored(_ count: Int, seed: UInt64, difference: Double = 0.2) throws -> BinarySample {
    var random = SeededGenerator(seed: seed)
    let labels = (0..<count).map { _ in random.unit() < 0.35 }
    let scores = labels.map { random.unit() * 0.8 + ($0 ? difference : 0) }
    return try BinarySample(scores: scores, labels: labels, threshold: 0.5)
  }

  @Test("the generator gives SplitMix64's own sequence")
  func reference() {
    // The first words after seed 1234567 of Vigna's splitmix64.c.
    var random = SeededGenerator(seed: 1_234_567)
    let words = (0..<5).map { _ in random.next() }
    #expect(
      words == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
        16_408_922_859_458_223_821,
      ])
  }

  @Test("a bounded number is as likely as any other", arguments: [1, 2, 7, 10])
  func bounded(bound: Int) {
    var random = SeededGenerator(seed: 5)
    var counts = [Int](repeating: 0, count: bound)
    for _ in 0..<20_000 { counts[random.below(bound)] += 1 }
    let expected = 20_000.0 / Double(bound)
    // Five standard deviations.
    #expect(counts.allSatisfy { abs(Double($0) - expected) <= 5 * expected.squareRoot() })
  }

  @Test("a resample draws as many rows as there are", arguments: [1, 50, 300])
  func multinomial(count: Int) {
    let totals = Bootstrap(resamples: 40, seed: 3).distribution(of: .rows(count), width: 1) { counts in
      var total = 0
      for row in 0..<counts.count { total += Int(counts[row]) }
      return [Double(total)]
    }
    #expect(totals == [Double](repeating: Double(count), count: 40))
  }

  @Test("rows of one cluster are drawn together")
  func clusters() {
    let clusters: [Int32] = [0, 1, 0, 2, 2, 1, 0]
    let together = Bootstrap(resamples: 50, seed: 3).distribution(of: .clusters(clusters, count: 3), width: 1) {
      counts in
      let same = counts[0] == counts[2] && counts[2] == counts[6] && counts[1] == counts[5] && counts[3] == counts[4]
      return [same && Int(counts[0]) + Int(counts[1]) + Int(counts[3]) == 3 ? 1 : 0]
    }
    #expect(together == [Double](repeating: 1, count: 50))
  }

  @Test("intervals are the same whatever the number of threads, and others with another seed")
  func threads() throws {
    let sample = try scored(120, seed: 9)
    let set = sample.metricSet()
    let found = [1, 2, 5].map { sample.intervals(set, Bootstrap(resamples: 60, seed: 4, threads: $0)) }
    #expect(found[0] == found[1] && found[1] == found[2])
    #expect(found[0] != sample.intervals(set, Bootstrap(resamples: 60, seed: 5)))
    #expect(Set(found[0].keys) == Set(set.values.keys))
  }

  @Test("few clusters say nothing; clusters of alike rows widen the interval")
  func clusteredIntervals() throws {
    let sample = try scored(200, seed: 11)
    let set = sample.metricSet()
    let bootstrap = Bootstrap(resamples: 200, seed: 1)
    let one = Grouping(name: "all", labels: ["x"], codes: [Int32](repeating: 0, count: 200))
    #expect(sample.intervals(set, bootstrap, clusters: one).isEmpty)
    // Ten copies of each of 20 rows: the copies add nothing.
    let few = try scored(20, seed: 12)
    let copied = try BinarySample(
      scores: (0..<200).map { few.scores[$0 % 20] }, labels: (0..<200).map { few.labels[$0 % 20] == 1 }, threshold: 0.5)
    let codes = (0..<200).map { Int32($0 % 20) }
    let clusters = Grouping(name: "row", labels: (0..<20).map { "\($0)" }, codes: codes)
    let wide = try #require(copied.intervals(copied.metricSet(), bootstrap, clusters: clusters)["auc"])
    let narrow = try #require(copied.intervals(copied.metricSet(), bootstrap)["auc"])
    #expect(wide.high - wide.low > 2 * (narrow.high - narrow.low))
  }

  @Test("what is the same in every resample has no interval, but rates have Wilson's")
  func allRight() throws {
    let sample = try BinarySample(
      scores: (0..<20).map { $0 < 8 ? 0.9 : 0.1 }, labels: (0..<20).map { $0 < 8 }, threshold: 0.5)
    let intervals = sample.intervals(sample.metricSet(), Bootstrap(resamples: 100))
    #expect(intervals["auc"] == nil)
    #expect(intervals["accuracy"] == Interval(wilson: 20, of: 20, confidence: 0.95))
    #expect(intervals["precision"] == Interval(wilson: 8, of: 8, confidence: 0.95))
  }

  @Test("the interval of the calibration error holds the estimate, and mostly the true error")
  func calibrationCoverage() throws {
    var held = 0
    for trial in 0..<100 {
      var random = SeededGenerator(seed: UInt64(trial))
      // Scores of a row are 0.15 above its true rate.
      let rates = (0..<200).map { _ in 0.05 + 0.8 * random.unit() }
      let labels = rates.map { random.unit() < $0 }
      let sample = try BinarySample(scores: rates.map { $0 + 0.15 }, labels: labels, threshold: 0.5)
      let set = sample.metricSet()
      let interval = sample.intervals(set, Bootstrap(resamples: 60, seed: 1))["ece"]
      if let interval, interval.low <= 0.15, 0.15 <= interval.high { held += 1 }
      let estimate = set.values["ece"] ?? .nan
      #expect(interval.map { $0.low <= estimate && estimate <= $0.high } == true)
    }
    // Rough, as the documents say: 95 would be as often as it claims.
    #expect(held >= 80, "\(held) of 100")
  }

  @Test("a metric that resamples leave undefined gets no interval")
  func undefined() throws {
    // One positive row of ten: a third of the resamples has none.
    let sample = try BinarySample(
      scores: (0..<10).map { Double($0) / 10 }, labels: (0..<10).map { $0 == 7 }, threshold: 0.5)
    let intervals = sample.intervals(sample.metricSet(), Bootstrap(resamples: 100))
    #expect(intervals["auc"] == nil)
    #expect(intervals["brier"] != nil)
  }

  @Test("the interval of AUC holds the true value about as often as it says")
  func coverage() throws {
    // P(u + 0.2 > v) for u, v uniform on 0..<0.8: 1 - (0.6 / 0.8)^2 / 2.
    let truth = 1 - 0.5625 / 2
    var held = 0
    for trial in 0..<150 {
      let sample = try scored(100, seed: UInt64(1000 + trial))
      let interval = sample.intervals(sample.metricSet(), Bootstrap(resamples: 150, confidence: 0.9, seed: 1))["auc"]
      if let interval, interval.low <= truth, truth <= interval.high { held += 1 }
    }
    // 135 expected, with a standard deviation of 3.7.
    #expect((121...147).contains(held), "\(held) of 150")
  }
}
