@testable import Statistics
import Testing

@Suite struct FairnessSampleTests {
  /// Groups of the same true rates: whether each row is positive, whether it was called so, and its group.
  private func fair(_ count: Int, groups: Int, seed: UInt64) -> FairnessSample {
    var random = SeededGenerator(seed: seed)
    let labels = (0..<count).map { _ in random.unit() < 0.4 }
    let called = labels.map { random.unit() < ($0 ? 0.7 : 0.2) }
    let codes = (0..<count).map { Int32($0 % groups) }
    let grouping = Grouping(name: "g", labels: (0..<groups).map { "\($0)" }, codes: codes)
    return FairnessSample(
      labels: labels, called: called, groups: grouping, compared: Array(0..<groups), reference: 0)
  }

  @Test("where groups are treated alike, intervals hold no difference about as often as they say", arguments: [2, 4])
  func coverage(groups: Int) {
    var held = (difference: 0, ratio: 0, odds: 0)
    for trial in 0..<50 {
      let sample = fair(300, groups: groups, seed: UInt64(trial))
      let intervals = sample.disparityIntervals(sample.metricSet(), Bootstrap(resamples: 600, confidence: 0.9, seed: 1))
      held.difference += intervals["demographic_parity_difference"]?.low == 0 ? 1 : 0
      held.ratio += intervals["demographic_parity_ratio"]?.high == 1 ? 1 : 0
      held.odds += intervals["equalized_odds_difference"]?.low == 0 ? 1 : 0
    }
    // 45 expected at least, with a standard deviation of 2. Twelve pairs of rates share the confidence with 4 groups, so
    // that their ends are far out, and need many resamples.
    #expect(held.difference >= 39 && held.ratio >= 39 && held.odds >= 39, "\(held)")
  }

  @Test("a true difference is held by its interval, which leaves 0 out")
  func unfair() throws {
    var random = SeededGenerator(seed: 3)
    let labels = (0..<2000).map { _ in random.unit() < 0.4 }
    let called = labels.indices.map { random.unit() < ($0 % 2 == 0 ? 0.5 : 0.3) }
    let groups = Grouping(name: "g", labels: ["a", "b"], codes: labels.indices.map { Int32($0 % 2) })
    let sample = FairnessSample(labels: labels, called: called, groups: groups, compared: [0, 1], reference: 0)
    let intervals = sample.disparityIntervals(sample.metricSet(), Bootstrap(resamples: 200, seed: 1))
    let difference = try #require(intervals["demographic_parity_difference"])
    #expect(difference.low > 0 && difference.low < 0.2 && 0.2 < difference.high)
    let impact = try #require(intervals["disparate_impact"])
    #expect(impact.low < 0.6 && 0.6 < impact.high && impact.high < 1)
  }

  @Test("a rate that nobody knows leaves the measures of it undefined, never infinite")
  func undefined() {
    // Only group a has negative rows, and b, the reference, is never called positive.
    let labels = [true, false, true, false, true, true]
    let called = [true, true, true, false, false, false]
    let groups = Grouping(name: "g", labels: ["a", "b"], codes: [0, 0, 0, 0, 1, 1])
    let sample = FairnessSample(labels: labels, called: called, groups: groups, compared: [0, 1], reference: 1)
    let set = sample.metricSet()
    #expect(set.values["equalized_odds_difference"] == nil && set.undefined["equalized_odds_difference"] != nil)
    #expect(set.values["equal_opportunity_difference"] == 1)
    #expect(set.values["disparate_impact"] == nil && set.undefined["disparate_impact"] != nil)
    #expect(set.values.values.allSatisfy { $0.isFinite })
  }
}
