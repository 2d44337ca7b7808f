@testable import Jobs
@testable import Learning
@testable import Pipeline
import Records
import Statistics
import Store
import Testing

@Suite struct PairedGateTests {
  /// 400 rows in two slices; the challenger's scores have noise of their own, and more or less of the truth in them than
  /// the champion's, whose gain is 0.
  private func judged(gain: Double) -> Judged {
    var (random, own) = (SeededGenerator(seed: 5), SeededGenerator(seed: gain == 0 ? 6 : 7))
    var (labels, scores): ([Double], [Double]) = ([], [])
    for _ in 0..<400 {
      let label = random.unit() < 0.4 ? 1.0 : 0
      labels.append(label)
      scores.append((0.5 * random.unit() + (0.25 + gain) * label + 0.2 * own.unit()) / 1.2)
    }
    let codes = (0..<400).map { Int32($0 % 4 == 0 ? 0 : 1) }
    return Judged(
      task: .binary(negative: "no", positive: "yes"), target: "y", scores: scores, labels: labels, droppedRowCount: 0,
      unknownClassRowCount: 0,
      groups: ["origin": Grouping(name: "origin", labels: ["EWR", "JFK"], codes: codes)], clusters: nil,
      fit: DataFit(rowCount: 400, ignoredColumns: [], columns: []), cost: [:])
  }

  private func document(_ judged: Judged) throws -> MetricsDocument {
    var document = MetricsDocument(
      model: Digest(of: []), modelVersion: nil, data: Digest(of: []), dataVersion: nil, task: "binary", target: "y",
      rowCount: 400, droppedRowCount: 0, metrics: try judged.sample(.init()).metricSet().values)
    document.slices = try ["EWR", "JFK"].enumerated().map { index, value in
      let rows = try judged.grouping(["origin"]).rows[index]
      return .init(
        column: "origin", value: value, rowCount: rows.count,
        metrics: try judged.gather(rows).sample(.init()).metricSet().values)
    }
    return document
  }

  private func evidence(gain: Double) throws -> GateEvidence {
    let (challenger, champion) = (judged(gain: gain), judged(gain: 0))
    var evidence = GateEvidence(challenger: try document(challenger), champion: try document(champion))
    evidence.pairs = .success(
      try PairedRows(
        challenger: challenger, champion: champion, .init(), Bootstrap(resamples: 200, seed: 1, threads: 2)))
    return evidence
  }

  private func finding(_ rule: String, _ evidence: GateEvidence) throws -> VerdictDocument.Finding {
    let parsed = try #require(RuleParser.gateRule(rule))
    return try #require(Gate(rules: [parsed]).findings(evidence).first)
  }

  @Test(
    "the test fits the metric",
    arguments: [
      ("auc > champion.auc", "DeLong"), ("accuracy > champion.accuracy", "exact McNemar"),
      ("accuracy >= champion.accuracy - 0.01", "Tango score"), ("log_loss < champion", "paired bootstrap"),
      ("pr_auc >= champion.pr_auc - 0.01", "paired bootstrap"), ("f1 > champion.f1", "paired bootstrap"),
    ])
  func test(rule: String, name: String) throws {
    let finding = try finding("\(rule) with confidence 0.95", try evidence(gain: 0.15))
    let test = try #require(finding.tests?.first)
    #expect(test.name == name)
    #expect(finding.holds == true, "\(finding.explanation)")
    #expect(test.rowCount == 400)
  }

  @Test(
    "a difference on the right side that is not shown is undecided, one on the wrong side is broken",
    arguments: [(0.15, true), (0.01, nil), (-0.1, false)] as [(Double, Bool?)])
  func threeWays(gain: Double, holds: Bool?) throws {
    let finding = try finding("auc > champion.auc with confidence 0.95", try evidence(gain: gain))
    #expect(finding.holds == holds, "\(finding.explanation)")
  }

  @Test("the numbers alone may say yes where a test does not")
  func stricter() throws {
    let evidence = try evidence(gain: 0.01)
    #expect(try finding("auc >= champion.auc", evidence).holds == true)
    #expect(try finding("auc >= champion.auc with confidence 0.95", evidence).holds == nil)
  }

  @Test("each slice is tested against the champion's same slice, and the worst is told")
  func slices() throws {
    let shown = try finding("slice(origin).auc >= champion - 0.05 with confidence 0.95", try evidence(gain: 0.1))
    #expect(shown.holds == true)
    #expect(shown.tests?.map(\.rowCount).sorted() == [100, 300])
    let broken = try finding("slice(origin).auc >= champion - 0.05 with confidence 0.95", try evidence(gain: -0.2))
    #expect(broken.holds == false)
    #expect(broken.explanation.hasPrefix("auc where origin is "))
    #expect(broken.explanation.hasSuffix("(and 1 more)"))
  }

  @Test("the words have difference, bound, margin, test, rows and p")
  func words() throws {
    let finding = try finding("auc >= champion.auc - 0.005 with confidence 0.95", try evidence(gain: -0.1))
    let test = try #require(finding.tests?.first)
    #expect(
      finding.explanation
        == "auc is \(Headline.number(test.difference)) from the champion's \(Headline.number(test.champion)), but it must be above -0.0050 (DeLong, 400 rows, p \(Headline.number(test.pValue)))"
    )
  }

  @Test("models that were judged on other rows have no paired test")
  func otherRows() throws {
    var other = judged(gain: 0)
    other.labels[3] = 1 - other.labels[3]
    #expect(throws: GateEvidence.Gap.self) {
      try PairedRows(challenger: judged(gain: 0), champion: other, .init(), Bootstrap())
    }
  }

  /// At most three standard errors above the nominal share: Scripts/simulate-gate has more rows and trials.
  @Test(
    "a challenger at the margin is promoted as seldom as the confidence says", arguments: GateSimulation.Case.allCases)
  func falsePromotions(simulated: GateSimulation.Case) throws {
    let isClustered = simulated == .clusteredArea || simulated == .clusteredLoss
    let isDrawn = simulated == .lossSuperiority || simulated == .errorNonInferiority || isClustered
    let simulation = GateSimulation(
      rowCount: isDrawn ? isClustered ? 120 : 50 : 120, trialCount: isDrawn ? 30 : 120, resampleCount: 200,
      confidence: 0.9, seed: 3,
      threads: 2)
    let outcome = try simulation.outcome(of: simulated)
    #expect(outcome.rate <= 0.1 + 3 * outcome.standardError(at: 0.1), "\(outcome)")
  }
}
