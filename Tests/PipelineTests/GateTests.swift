@testable import Jobs
@testable import Pipeline
import Records
import Store
import Testing

@Suite struct GateTests {
  private func metrics(_ values: [String: Double], undefined: [String: String] = [:], slices: [(String, Double)] = [])
    -> MetricsDocument
  {
    MetricsDocument(
      model: Digest(of: []), modelVersion: nil, data: Digest(of: []), dataVersion: nil, task: "binary", target: "y",
      rowCount: 10,
      droppedRowCount: 0, metrics: values, undefined: undefined,
      slices: slices.map { .init(column: "origin", value: $0.0, rowCount: 40, metrics: ["auc": $0.1]) })
  }

  private func judge(_ rule: String, _ challenger: MetricsDocument, _ champion: MetricsDocument?) throws
    -> VerdictDocument.Finding
  {
    let parsed = try #require(RuleParser.gateRule(rule))
    return try #require(Gate(rules: [parsed]).findings(.init(challenger: challenger, champion: champion)).first)
  }

  @Test(
    "a rule holds exactly when its numbers say so",
    arguments: [
      ("auc >= 0.7", true), ("auc > 0.7", false), ("auc <= 0.7", true), ("auc < 0.7", false), ("auc == 0.7", true),
      ("auc >= champion.auc - 0.05", true), ("auc >= champion.auc", false), ("slice(origin).auc >= 0.6", true),
      ("slice(origin).auc >= 0.65", false),
    ])
  func rules(rule: String, holds: Bool) throws {
    let challenger = metrics(["auc": 0.7], slices: [("EWR", 0.62), ("JFK", 0.8)])
    #expect(try judge(rule, challenger, metrics(["auc": 0.74])).holds == holds)
  }

  @Test("without a champion, rules against it hold")
  func noChampion() throws { #expect(try judge("auc >= champion.auc", metrics(["auc": 0.1]), nil).holds == true) }

  @Test("what is undefined is undecided, and says why")
  func undefined() throws {
    let finding = try judge("auc >= 0.5", metrics([:], undefined: ["auc": "all 10 rows are positive"]), nil)
    #expect(finding.holds == nil)
    #expect(finding.explanation == "auc is undefined: all 10 rows are positive")
    #expect(Gate.decision([finding]) == .hold)
  }

  @Test("the broken slice is named")
  func brokenSlice() throws {
    let finding = try judge(
      "slice(origin).auc >= 0.65", metrics(["auc": 0.7], slices: [("EWR", 0.62), ("JFK", 0.8)]), nil)
    #expect(finding.explanation == "auc where origin is EWR is 0.6200, but it must be >= 0.6500")
  }

  @Test(
    "one broken rule rejects, whatever the others say",
    arguments: [
      ([true, true] as [Bool?], VerdictDocument.Decision.promote), ([true, nil], .hold), ([nil, false], .reject),
      ([true, false], .reject),
    ])
  func decision(holds: [Bool?], decision: VerdictDocument.Decision) {
    let findings = holds.map {
      VerdictDocument.Finding(rule: "r", holds: $0, observed: nil, required: nil, explanation: "")
    }
    #expect(Gate.decision(findings) == decision)
  }
}
