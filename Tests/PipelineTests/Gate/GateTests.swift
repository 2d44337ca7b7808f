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

  private func judge(_ rule: String, _ evidence: GateEvidence, minimumRows: Int = 1) throws -> VerdictDocument.Finding {
    let parsed = try #require(RuleParser.gateRule(rule))
    return try #require(Gate(rules: [parsed], minimumRows: minimumRows).findings(evidence).first)
  }

  private func judge(_ rule: String, _ challenger: MetricsDocument, _ champion: MetricsDocument?) throws
    -> VerdictDocument.Finding
  {
    try judge(rule, GateEvidence(challenger: challenger, champion: champion))
  }

  @Test(
    "a rule about a number that the evidence can never hold is refused, one about an undefined number waits",
    arguments: [
      ("rmse <= 1", "a binary model has no rmse here: there are auc, f1"),
      ("slice(origin).rmse <= 1", "a binary model has no rmse here: there are auc, f1"),
      ("drift.orgin.psi < 0.2", "the drift report has no column “orgin”: did you mean “origin”?"),
      ("f1 >= 0.5", nil), ("auc >= 0.5", nil), ("drift.origin.psi < 0.2", nil),
    ] as [(String, String?)])
  func absence(rule: String, reason: String?) throws {
    var evidence = GateEvidence(challenger: metrics(["auc": 0.7], undefined: ["f1": "no row is positive"]))
    let column = DriftDocument.Column(
      name: "origin", role: "feature", isDrifted: false, psi: 0.1, test: "chi-squared", statistic: 1, pValue: 0.5,
      referenceMissing: 0, currentMissing: 0, bins: [])
    evidence.drift = DriftDocument(
      model: Digest(of: []), modelVersion: nil, reference: Digest(of: []), referenceRowCount: 10, data: Digest(of: []),
      dataVersion: nil, rowCount: 10, isDrifted: false, psiThreshold: 0.2, pValueThreshold: 0.01,
      columnShareThreshold: 0.3, columns: [column])
    let rules = [try #require(GateRule(rule))]
    guard let reason else { return try evidence.requireNames(of: rules) }
    let error = #expect(throws: PipelineError.self) { try evidence.requireNames(of: rules) }
    #expect(error.map { "\($0)" } == "the rule “\(rule)” can never be decided: \(reason)")
  }

  @Test(
    "a rule about an end of an interval is held against that end, and waits where there is none",
    arguments: [
      ("auc.low >= 0.65", true), ("auc.low >= 0.7", false), ("auc.high <= 0.8", true), ("f1.low >= 0.1", nil),
      ("slice(origin).auc.low >= 0.5", true), ("slice(origin).auc.low >= 0.6", false),
      ("fairness(sex).demographic_parity_difference.high <= 0.1", false),
      ("fairness(sex).demographic_parity_difference <= 0.1", true),
    ] as [(String, Bool?)])
  func intervals(rule: String, holds: Bool?) throws {
    var challenger = metrics(["auc": 0.7, "f1": 0.5], slices: [("EWR", 0.62)])
    challenger.intervals = ["auc": .init(low: 0.66, high: 0.74)]
    challenger.slices[0].intervals = ["auc": .init(low: 0.55, high: 0.69)]
    var fairness = MetricsDocument.Fairness(
      column: "sex", reference: nil, measures: ["demographic_parity_difference": 0.08], groups: [])
    fairness.intervals = ["demographic_parity_difference": .init(low: 0.02, high: 0.14)]
    challenger.fairness = [fairness]
    #expect(try judge(rule, challenger, nil).holds == holds)
  }

  @Test(
    "a rule holds exactly when its numbers say so",
    arguments: [
      ("auc >= 0.7", true), ("auc > 0.7", false), ("auc <= 0.7", true), ("auc < 0.7", false), ("auc == 0.7", true),
      ("auc >= champion.auc - 0.05", true), ("auc >= champion.auc", false), ("auc >= champion - 0.05", true),
      ("auc >= champion", false), ("slice(origin).auc >= 0.6", true), ("slice(origin).auc >= 0.65", false),
      ("slice(origin).auc >= champion - 0.03", true), ("slice(origin).auc >= champion - 0.01", false),
    ])
  func rules(rule: String, holds: Bool) throws {
    let challenger = metrics(["auc": 0.7], slices: [("EWR", 0.62), ("JFK", 0.8)])
    let champion = metrics(["auc": 0.74], slices: [("EWR", 0.64), ("JFK", 0.7)])
    #expect(try judge(rule, challenger, champion).holds == holds)
  }

  @Test(
    "rules reach over fairness, baselines, cost and contract",
    arguments: [
      ("fairness(sex).demographic_parity_difference <= 0.1", true),
      ("fairness(sex).demographic_parity_difference <= champion - 0.1", true),
      ("fairness(sex).demographic_parity_difference <= champion - 0.2", false),
      ("fairness(sex).equalized_odds_difference <= 0.1", nil), ("fairness(race).selection <= 0.1", nil),
      ("auc > baseline.auc", true), ("auc > baseline.auc + 0.15", false), ("auc > baseline.log_loss", nil),
      ("cost.ms_per_1000 <= 5", true), ("cost.model_bytes < 1000", false), ("cost.peak <= 5", nil),
      ("contract.errors == 0", true), ("contract.warnings <= 1", false),
    ] as [(String, Bool?)])
  func reach(rule: String, holds: Bool?) throws {
    func fairness(_ value: Double) -> MetricsDocument.Fairness {
      .init(column: "sex", reference: nil, measures: ["demographic_parity_difference": value], groups: [])
    }
    var evidence = GateEvidence(challenger: metrics(["auc": 0.7]), champion: metrics(["auc": 0.7]))
    evidence.challenger.fairness = [fairness(0.05)]
    evidence.champion?.fairness = [fairness(0.2)]
    evidence.challenger.baselines = [("constant", 0.5), ("seasonal-naive", 0.6)].map {
      .init(name: $0.0, metrics: ["auc": $0.1])
    }
    evidence.challenger.footprint = .init(modelBytes: 2000)
    evidence.cost = CostDocument(
      model: Digest(of: []), modelVersion: nil, data: Digest(of: []), rowCount: 10, threads: 1,
      measures: ["ms_per_1000": 4])
    evidence.contract = contract([(.error, .passed), (.warn, .failed), (.warn, .failed), (.info, .failed)])
    #expect(try judge(rule, evidence).holds == holds)
  }

  private func contract(_ findings: [(ContractDocument.Severity, ContractDocument.Outcome)]) -> ContractDocument {
    ContractDocument(
      contract: "c.yaml", data: nil, dataVersion: nil, reference: nil, rowCount: 10,
      findings: findings.map {
        .init(rule: "r", statement: "", severity: $0.0, outcome: $0.1, explanation: "")
      }, sampleColumns: [], samples: [])
  }

  @Test(
    "without a champion, rules against it hold",
    arguments: ["auc >= champion.auc", "auc >= champion", "auc > champion.auc with confidence 0.95"])
  func noChampion(rule: String) throws { #expect(try judge(rule, metrics(["auc": 0.1]), nil).holds == true) }

  @Test("what is undefined is undecided, and says why")
  func undefined() throws {
    let finding = try judge("auc >= 0.5", metrics([:], undefined: ["auc": "all 10 rows are positive"]), nil)
    #expect(finding.holds == nil)
    #expect(finding.explanation == "the challenger's auc is undefined: all 10 rows are positive")
    #expect(Gate.decision([finding]) == .hold)
  }

  @Test("on too few rows nothing is decided, not even what is broken")
  func fewRows() throws {
    let finding = try judge("auc >= 0.5", GateEvidence(challenger: metrics(["auc": 0.1])), minimumRows: 11)
    #expect(finding.holds == nil)
    #expect(finding.explanation == "10 rows are too few to judge on: `minimum-rows` asks for 11")
  }

  @Test("slices that are all too small leave a rule undecided, with their number")
  func smallSlices() throws {
    var challenger = metrics(["auc": 0.7])
    challenger.suppressed = [.init(column: "origin", sliceCount: 3, rowCount: 40, minimumRows: 30)]
    let finding = try judge("slice(origin).auc >= 0.5", challenger, nil)
    #expect(finding.holds == nil)
    #expect(finding.explanation == "all 3 slices of “origin” have fewer than 30 rows")
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

  @Test("metrics of other data or other code are refused, and say what to do")
  func refusals() {
    var document = metrics(["auc": 0.7])
    document.implementation = Evaluation.implementation
    func declared(_ bytes: [UInt8]) -> StepRecord.Input {
      StepRecord.Input(
        name: "data", reference: "parts.test", artifact: Artifact(kind: .dataset, digest: Digest(of: bytes)))
    }
    #expect(document.refusal(declared: declared([])) == nil)
    #expect(
      document.refusal(declared: declared([1]))
        == "the challenger was judged on e3b0c44298fc, but the gate's `data` is parts.test (4bf5122f3445): evaluate it on the declared test data"
    )
    document.implementation = 3
    #expect(
      document.refusal(declared: nil)
        == "the challenger's metrics were computed by version 3 of the metric code, and the champion's would be by version \(Evaluation.implementation): evaluate the challenger again"
    )
    document.implementation = nil
    #expect(document.refusal(declared: nil)?.contains("an earlier version of the metric code") == true)
  }
}
