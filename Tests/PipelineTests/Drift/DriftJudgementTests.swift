@testable import Jobs
@testable import Learning
@testable import Pipeline
import Records
@testable import Statistics
import Testing

/// Columns of seeded draws, compared and judged as `monitor` does it.
@Suite struct DriftJudgementTests {
  private struct Draws {
    var state: UInt64

    mutating func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53)
    }

    /// A sum of three uniform draws, mean 0, variance 1: close enough to normal.
    mutating func normal(_ count: Int, shift: Double = 0) -> [Double] {
      (0..<count).map { _ in 2 * (uniform() + uniform() + uniform() - 1.5) + shift }
    }

    mutating func words(_ count: Int, _ words: [String]) -> [String] {
      (0..<count).map { _ in words[min(words.count - 1, Int(uniform() * uniform() * Double(words.count)))] }
    }
  }

  private func numbers(_ values: [Double], missing: Int = 0) -> ColumnProfile {
    ColumnProfile(
      name: "x", missingCount: missing,
      values: .numbers(distribution: EmpiricalDistribution(values), spread: Moments(values[...]).spread))
  }

  private func categories(_ words: [String], missing: Int = 0) -> ColumnProfile {
    let counts = Dictionary(words.map { ($0, 1) }, uniquingKeysWith: +)
    return ColumnProfile(
      name: "x", missingCount: missing,
      values: .categories(
        counts: counts.sorted { (-$0.value, $0.key) < (-$1.value, $1.key) }.map {
          ColumnProfile.Category(text: $0.key, count: $0.value)
        }, otherCount: 0))
  }

  private func options(
    level: Double = 1.0 / 90, effect: Double = 0.2, _ correction: DriftAlerts.Correction = .holm
  ) -> MonitorOptions {
    let nothing = Reference.output(step: "", name: "")
    return MonitorOptions(
      model: nothing, data: nothing, tests: [.psi],
      thresholds: DriftThresholds(effects: ["psi": effect], columns: 0.3),
      alerts: DriftAlerts(budget: nil, level: level, correction: correction, minimumRows: 100), fit: FitOptions())
  }

  private func judged(_ pairs: [(ColumnProfile, ColumnProfile)], _ options: MonitorOptions) -> [DriftDocument.Column] {
    let comparison = DriftComparison(minimumRows: options.alerts.minimumRows)
    return DriftJudgement(options: options).judged(pairs.map { comparison.column($0.0, $0.1, role: "feature") })
  }

  @Test(
    "nights on which nothing moves alarm as often as the budget says, or less",
    arguments: DriftAlerts.Correction.allCases)
  func budget(correction: DriftAlerts.Correction) {
    var draws = Draws(state: 11)
    let (nights, level) = (150, 0.1)
    let words = ["a", "b", "c", "d", "e", "f", "g"]
    // No effect is asked for, so that chance alone decides.
    let options = options(level: level, effect: 0, correction)
    let alarms = (0..<nights).count { _ in
      let pairs =
        (0..<4).map { _ in (numbers(draws.normal(150)), numbers(draws.normal(120))) }
        + (0..<4).map { _ in (categories(draws.words(200, words)), categories(draws.words(150, words))) }
      return judged(pairs, options).contains(where: \.isDrifted)
    }
    // 15 are expected at most; three standard deviations more happen once in a thousand times.
    #expect(Double(alarms) <= Double(nights) * level + 3 * (Double(nights) * level * (1 - level)).squareRoot())
    #expect(alarms >= 2, "a test that never rejects has no power")
  }

  /// Columns that share what they are made of, some of them mirrored, two the same in other units, a category cut out of
  /// them, and the predictions, which follow from them.
  private func dependent(_ count: Int, _ draws: inout Draws) -> [ColumnProfile] {
    let (first, second) = (draws.normal(count), draws.normal(count))
    let own = (0..<3).map { _ in draws.normal(count, shift: 0) }
    let mixed = own.enumerated().map { index, noise in
      noise.indices.map { (index == 1 ? -1 : 1) * first[$0] + 0.3 * noise[$0] }
    }
    let said = first.indices.map { 0.6 * first[$0] - 0.8 * second[$0] + 0.1 * mixed[0][$0] }
    return mixed.map { numbers($0) } + [
      numbers(first.map { -$0 }), numbers(first.map { 32 + 1.8 * $0 }), numbers(second),
      categories(first.map { $0 < -0.5 ? "low" : $0 < 0.5 ? "middle" : "high" }), numbers(said),
    ]
  }

  @Test("columns that depend on each other, and predictions that follow from them, alarm no more often than the budget")
  func dependence() {
    var draws = Draws(state: 23)
    // Nights that are compared with the same training data go together; the budget is about the mean over all of them.
    let (lots, nights, level) = (40, 4, 0.1)
    var alarms: [Int] = []
    let judgement = DriftJudgement(options: options(level: level, effect: 0))
    let comparison = DriftComparison(minimumRows: 100)
    for _ in 0..<lots {
      let training = dependent(220, &draws)
      alarms.append(
        (0..<nights).count { _ in
          let columns = zip(training, dependent(150, &draws)).enumerated().map { index, pair in
            comparison.column(pair.0, pair.1, role: index + 1 == training.count ? "prediction" : "feature")
          }
          return judgement.judged(columns).contains(where: \.isDrifted)
        })
    }
    let mean = Double(alarms.reduce(0, +)) / Double(lots)
    let variance = alarms.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(lots - 1)
    // Three standard errors over the lots, which are independent of each other.
    #expect(mean <= Double(nights) * level + 3 * (variance / Double(lots)).squareRoot())
    #expect(alarms.reduce(0, +) >= 1, "a test that never rejects has no power")
  }

  @Test("a column that moves by three fifths of a standard deviation is found on most nights")
  func power() {
    var draws = Draws(state: 5)
    let found = (0..<50).count { _ in
      let pairs =
        [(numbers(draws.normal(2000)), numbers(draws.normal(500, shift: 0.6)))]
        + (0..<5).map { _ in (numbers(draws.normal(500)), numbers(draws.normal(300))) }
      let columns = judged(pairs, options())
      return columns[0].isDrifted && !columns.dropFirst().contains(where: \.isDrifted)
    }
    #expect(found >= 45)
  }

  @Test("with many rows a difference that is real and small is no drift")
  func smallEffect() throws {
    var draws = Draws(state: 8)
    let column = try #require(
      judged([(numbers(draws.normal(20_000)), numbers(draws.normal(20_000, shift: 0.06)))], options()).first)
    #expect(try #require(column.correctedPValue) < 0.001)
    #expect(!column.isDrifted && column.psi < 0.05)
    #expect(try #require(column.standardisedMeanDifference) > 0.03)
    #expect(try #require(column.effects?["wasserstein"]) > 0.03)
  }

  @Test("a column that loses its values has drifted, though those that are left are alike")
  func missing() throws {
    var draws = Draws(state: 2)
    let pairs = [
      (numbers(draws.normal(3000)), numbers(draws.normal(600), missing: 400)),
      (categories(draws.words(3000, ["a", "b"])), categories(draws.words(600, ["a", "b"]), missing: 400)),
      (numbers(draws.normal(3000)), numbers([], missing: 1000)),
    ]
    let columns = judged(pairs, options())
    #expect(columns.allSatisfy { $0.isDrifted && $0.undecided == nil })
    #expect(abs(columns[0].currentMissing - 0.4) < 1e-12)
  }

  @Test("too few rows decide nothing, and do not count among the columns that p-values are corrected for")
  func tooFew() throws {
    var draws = Draws(state: 3)
    let columns = judged(
      [
        (numbers(draws.normal(2000)), numbers(draws.normal(40, shift: 5))),
        (numbers(draws.normal(2000)), numbers(draws.normal(200, shift: 5))),
      ], options())
    #expect(columns[0].undecided == "too few rows: 40 of at least 100" && !columns[0].isDrifted)
    #expect(columns[0].correctedPValue == nil && columns[1].correctedPValue == columns[1].pValue)
    #expect(columns[1].isDrifted)
  }

  @Test("categories that are new and those that are gone are named")
  func categories() throws {
    var draws = Draws(state: 4)
    let old = draws.words(2000, ["UA", "AA", "B6"]) + ["rare"]
    let new = draws.words(500, ["UA", "AA"]) + ["ZZ", "ZZ", "YY"]
    let column = try #require(judged([(categories(old), categories(new))], options()).first)
    #expect(column.newCategories?.map(\.text) == ["ZZ", "YY"])
    // One row of `rare` was not to be expected among so few.
    #expect(column.goneCategories?.map(\.text) == ["B6"])
  }

  @Test("the p-value allows for what the profiles left out")
  func rankError() throws {
    var draws = Draws(state: 6)
    let (old, new) = (draws.normal(9000), draws.normal(9000))
    let exact = try #require(judged([(numbers(old), numbers(new))], options()).first)
    let reduced = ColumnProfile(
      name: "x", missingCount: 0,
      values: .numbers(
        distribution: EmpiricalDistribution(old).reduced(to: 100), spread: Moments(old[...]).spread))
    let rough = try #require(judged([(reduced, numbers(new))], options()).first)
    #expect(rough.pValue >= exact.pValue)
    #expect(try abs(rough.statistic - exact.statistic) <= #require(rough.rankError))
  }
}
