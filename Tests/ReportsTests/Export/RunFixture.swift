import Records
@testable import Reports
import Store

/// A run of every outcome that a step can have, with a verdict, a contract, metrics and drift.
enum RunFixture {
  static func digest(_ text: String) -> Digest { Digest(of: Array(text.utf8)) }

  /// - Parameter text: stands in every place that holds somebody's words.
  static func facts(_ text: String = "plain") -> RunFacts {
    let data = VersionLabel(project: "p", name: "data", number: 3)
    let model = VersionLabel(project: "p", name: "model", number: 2)
    func output(_ kind: Artifact.Kind, _ name: String, _ version: VersionLabel? = nil) -> StepRecord.Output {
      .init(name: "", artifact: Artifact(kind: kind, digest: digest(name), version: version))
    }
    let steps = [
      StepRecord(
        id: "raw", kind: "import", outcome: .reused, reusedFrom: "job-20130331T020000-0001", wallSeconds: 9,
        outputs: [output(.dataset, "d", data)]),
      StepRecord(
        id: "checked", kind: "validate", outcome: .ran, wallSeconds: 0.25, cpuSeconds: 0.2, peakMemoryBytes: 3 << 20,
        inputs: [.init(name: "data", reference: text, artifact: output(.dataset, "d", data).artifact)],
        outputs: [output(.contract, "contract")], headline: text),
      StepRecord(
        id: "scores", kind: "evaluate", outcome: .ran, wallSeconds: 1.5, outputs: [output(.metrics, "metrics")]),
      StepRecord(id: "verdict", kind: "gate", outcome: .ran, outputs: [output(.verdict, "verdict")]),
      StepRecord(
        id: "release", kind: "promote", outcome: .ran,
        inputs: [.init(name: "verdict", reference: "verdict", artifact: output(.verdict, "verdict").artifact)],
        outputs: [output(.promotion, "promotion")]),
      StepRecord(id: "drift", kind: "monitor", outcome: .ran, outputs: [output(.drift, "drift")]),
      StepRecord(id: "maybe", kind: "run", outcome: .skipped, reason: text),
      StepRecord(id: "own", kind: "run", outcome: .failed, reason: text, wallSeconds: 3),
      StepRecord(id: "after", kind: "run", outcome: .unreached),
    ]
    var facts = RunFacts(
      run: RunRecord(
        id: "job-20130401T020000-0002", job: "job", project: "p", outcome: .failed, reason: text,
        logicalTime: Timestamp(seconds: 1_364_781_600), started: Timestamp(seconds: 1_364_781_605),
        finished: Timestamp(seconds: 1_364_781_611), wallSeconds: 1234.5, attemptCount: 1, specName: text, origin: "/",
        spec: digest("s"), params: ["seed": "7", text: text], host: text, toolVersion: "0.1.0", steps: steps))
    facts.logTails["own"] = "line 1\n\(text)\n"
    facts.verdicts["verdict"] = verdict(text, model)
    facts.promotions["verdict"] = PromotionDocument(
      alias: "champion", decision: .reject, from: nil, to: nil, explanation: text)
    facts.contracts["checked"] = contract(text, data)
    facts.metrics["scores"] = metrics(text, model, data)
    facts.drifts["drift"] = drift(text, model)
    return facts
  }

  private static func verdict(_ text: String, _ model: VersionLabel) -> VerdictDocument {
    VerdictDocument(
      decision: .reject, challenger: digest("m"), challengerVersion: model, champion: digest("c"),
      championVersion: VersionLabel(project: "p", name: "model", number: 1), data: digest("d"), dataVersion: nil,
      rowCount: 1000, challengerMetrics: ["auc": 0.7], championMetrics: ["auc": 0.72],
      findings: [
        .init(rule: text, holds: false, observed: 0.7, required: 0.8, explanation: text),
        .init(rule: "auc >= 0.5", holds: true, observed: 0.7, required: 0.5, explanation: "auc is 0.7"),
        .init(rule: "auc >= 0.5", holds: nil, observed: nil, required: 0.5, explanation: "too few rows"),
      ])
  }

  private static func contract(_ text: String, _ data: VersionLabel) -> ContractDocument {
    ContractDocument(
      contract: text, data: digest("d"), dataVersion: data, reference: nil, rowCount: 7,
      findings: [
        .init(rule: "a", statement: text, severity: .error, outcome: .failed, explanation: text, failingCount: 1),
        .init(rule: "b", statement: "b is whole", severity: .warn, outcome: .failed, explanation: "2 of 7 are not"),
        .init(rule: "c", statement: "c is there", severity: .error, outcome: .couldNotRun, explanation: "no column c"),
        .init(rule: "d", statement: "d is a number", severity: .error, outcome: .passed, explanation: "7 of 7"),
      ], sampleColumns: [], samples: [])
  }

  private static func metrics(_ text: String, _ model: VersionLabel, _ data: VersionLabel) -> MetricsDocument {
    var metrics = MetricsDocument(
      model: digest("m"), modelVersion: model, data: digest("d"), dataVersion: data, task: "binary", target: text,
      rowCount: 1000, droppedRowCount: 0, metrics: ["auc": 0.7, "log_loss": 0.512, text: 1])
    metrics.undefined = ["f1": text]
    metrics.intervals = ["auc": .init(low: 0.65, high: 0.75)]
    metrics.resampling = .init(resamples: 1000, confidence: 0.95, seed: 7, cluster: nil, clusterCount: nil)
    return metrics
  }

  private static func drift(_ text: String, _ model: VersionLabel) -> DriftDocument {
    DriftDocument(
      model: digest("m"), modelVersion: model, reference: digest("d"), referenceRowCount: 9, data: digest("e"),
      dataVersion: nil, rowCount: 8, isDrifted: false, psiThreshold: 0.2, pValueThreshold: 0.01,
      columnShareThreshold: 0.3,
      columns: [
        .init(
          name: text, role: "feature", isDrifted: true, psi: 0.5, test: "chi-square", statistic: 3, pValue: 0.001,
          referenceMissing: 0, currentMissing: 0.5, bins: [])
      ])
  }

  static let payloads = [
    "<script>alert(1)</script>", "a|b|c", "`code` ``two`` ```", "[x](https://example.org)", "![x](javascript:alert(1))",
    "**bold** _it_ ~~gone~~", "# title\n## two\n\n| a | b |\n|---|---|", "</testcase><testcase name=\"x\">", "]]>",
    "\u{0}\u{1B}[31mred\u{7F}\u{FFFE}", "<!-- comment", "&amp; &#60;", "$x$ \\ \\| www.example.org", "\r\n\tend",
  ]
}
