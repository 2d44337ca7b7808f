import Foundation
import Records
@testable import Reports
import Store
import Testing

@Suite struct LooksTests {
  private static func digest(_ text: String) -> Digest { Digest(of: Array(text.utf8)) }

  private static func artifact(_ kind: Artifact.Kind, _ text: String) -> Artifact {
    Artifact(kind: kind, digest: digest(text))
  }

  private static func metrics(_ model: String) -> MetricsDocument {
    MetricsDocument(
      model: digest(model), modelVersion: nil, data: digest("test"), dataVersion: nil, task: "binary", target: "y",
      rowCount: 9, droppedRowCount: 0, metrics: ["auc": 0.7])
  }

  /// A night that evaluates `model` on the test data; with a champion, the gate looks at it for the champion too.
  private static func run(_ day: Int, _ model: String, champion: String?, _ outcome: StepRecord.Outcome = .ran)
    -> RunRecord
  {
    let time = Timestamp(seconds: 1_364_781_600 + day * 86_400)
    var steps = [
      StepRecord(
        id: "scores", kind: "evaluate", outcome: outcome,
        outputs: [.init(name: "", artifact: artifact(.metrics, "metrics \(model)"))])
    ]
    if let champion {
      steps.append(
        StepRecord(
          id: "verdict", kind: "gate", outcome: outcome,
          outputs: [.init(name: "", artifact: artifact(.verdict, "verdict \(champion)"))]))
    }
    return RunRecord(
      id: "j-\(time.compact)-0000", job: "j", project: "p", outcome: .done, logicalTime: time, started: time,
      finished: time, wallSeconds: 1, attemptCount: 1, specName: "j.yaml", origin: "/", spec: digest("spec"),
      params: [:], host: "h", toolVersion: "1", steps: steps)
  }

  private static func looks(_ runs: [RunRecord], _ trials: TrialsDocument? = nil) throws -> LooksLedger {
    var evidence = MemoryEvidence()
    if let trials { evidence.blobs[digest("trials")] = try CanonicalJSON.encode(trials) }
    for model in ["a", "b"] { evidence.blobs[digest("metrics \(model)")] = try CanonicalJSON.encode(metrics(model)) }
    for champion in ["a", "none"] {
      let verdict = VerdictDocument(
        decision: .promote, challenger: digest("b"), challengerVersion: nil,
        champion: champion == "none" ? nil : digest(champion), championVersion: nil, data: digest("test"),
        dataVersion: nil, rowCount: 9, challengerMetrics: [:], championMetrics: [:], findings: [])
      evidence.blobs[digest("verdict \(champion)")] = try CanonicalJSON.encode(verdict)
    }
    var ledger = LooksLedger()
    for run in runs { for look in try RunNews(run, evidence).reading.looks { ledger.looks.add(look) } }
    return ledger
  }

  @Test("evaluations and gates that score a champion are looks; reused steps are none")
  func counts() throws {
    let runs = [
      Self.run(0, "a", champion: "none"), Self.run(1, "b", champion: "a"), Self.run(2, "b", champion: "a", .reused),
    ]
    let count = try #require(try Self.looks(runs).count(of: Self.digest("test")))
    #expect(count.lookCount == 3)
    #expect(count.models == [Self.digest("a"), Self.digest("b")])
    #expect(count.nights.count == 2)
    #expect(count.html.text.contains("This test data was looked at 3 times by 2 models over 2 nights."))
    #expect(try Self.looks(runs).count(of: Self.digest("other")) == nil)
  }

  @Test("data that decided a search is told apart from data that judged alone")
  func searchedOn() throws {
    var run = Self.run(0, "a", champion: nil)
    run.steps.append(
      StepRecord(
        id: "best", kind: "tune", outcome: .ran,
        outputs: [.init(name: "trials", artifact: Self.artifact(.trials, "trials"))]))
    let trial = TrialsDocument.Trial(number: 1, parameters: [:], status: .complete)
    var trials = TrialsDocument(
      search: "tpe", metric: "auc", isHigherBetter: true, judgedBy: "validation", target: "y",
      data: Self.digest("train"), best: trial, trials: [trial, trial])
    trials.validation = Self.digest("test")
    let count = try #require(try Self.looks([run], trials).count(of: Self.digest("test")))
    #expect(count.searchCount == 1)
    #expect(count.html.text.contains("It also decided 1 search over 2 trials"))
  }
}
