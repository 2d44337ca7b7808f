import Foundation
import Records
@testable import Reports
import Store
import Testing

@Suite struct NightTests {
  private static func digest(_ text: String) -> Digest { Digest(of: Array(text.utf8)) }

  private static func model(_ name: String) -> Artifact {
    Artifact(
      kind: .model, digest: digest(name), description: nil, version: VersionLabel(project: "p", name: name, number: 1))
  }

  private static func document(_ kind: Artifact.Kind, _ name: String) -> Artifact {
    Artifact(kind: kind, digest: digest("\(kind) \(name)"))
  }

  private static func step(
    _ id: String, _ kind: String, _ inputs: [Artifact], _ outputs: [Artifact], _ outcome: StepRecord.Outcome = .ran
  ) -> StepRecord {
    StepRecord(
      id: id, kind: kind, outcome: outcome,
      inputs: inputs.map { StepRecord.Input(name: "", reference: "r", artifact: $0) },
      outputs: outputs.map { StepRecord.Output(name: "", artifact: $0) })
  }

  private static func site(
    _ steps: [StepRecord], _ decisions: [String: VerdictDocument.Decision], _ outcome: RunRecord.Outcome = .done
  ) throws -> MemorySite {
    let time = Timestamp(seconds: 1_364_781_600)
    let run = RunRecord(
      id: "j-20130401T020000-0000", job: "j", project: "p", outcome: outcome, logicalTime: time, started: time,
      finished: time, wallSeconds: 1, attemptCount: 1, specName: "j.yaml", origin: "/", spec: digest("spec"),
      params: [:], host: "h", toolVersion: "1", steps: steps)
    var site = MemorySite()
    site.add(run)
    for (name, decision) in decisions {
      let verdict = VerdictDocument(
        decision: decision, challenger: digest(name), challengerVersion: model(name).version, champion: nil,
        championVersion: nil, data: digest("d"), dataVersion: nil, rowCount: 9, challengerMetrics: [:],
        championMetrics: [:], findings: [])
      try site.keep(verdict, as: document(.verdict, name).digest)
    }
    let promotion = PromotionDocument(
      alias: "champion", decision: .promote, from: nil, to: model("good").version, explanation: "good is champion")
    try site.keep(promotion, as: document(.promotion, "good").digest)
    return site
  }

  private static func nights(_ site: MemorySite) throws -> [Night] {
    Night.nights(of: try site.runs.map { try RunNews($0, site.evidence) })
  }

  private static let twoVerdicts = [
    step("one", "train", [], [model("bad")]),
    step("two", "train", [], [model("good")]),
    step("three", "train", [], [model("idle")]),
    step("bad-verdict", "gate", [], [document(.verdict, "bad")]),
    step("good-verdict", "gate", [], [document(.verdict, "good")]),
    step("idle-verdict", "gate", [], [document(.verdict, "idle")]),
    step("release", "promote", [document(.verdict, "good"), model("good")], [document(.promotion, "good")]),
  ]

  @Test("a promotion belongs to the verdict that it followed, and to no other of its run")
  func promotions() throws {
    let site = try Self.site(Self.twoVerdicts, ["bad": .reject, "good": .promote, "idle": .promote])
    let outcomes = try Self.nights(site).map { "\($0.model.name): \($0.outcome)" }
    #expect(outcomes == ["bad: v1 refused", "good: promoted v1", "idle: v1 passed"])
  }

  @Test("a run's page says of each verdict what became of it")
  func runPage() throws {
    let site = try Self.site(Self.twoVerdicts, ["bad": .reject, "good": .promote, "idle": .promote])
    let page = try #require(try site.pages().first { $0.path.hasSuffix("j-20130401T020000-0000.html") })
    let text = String(decoding: page.bytes, as: UTF8.self)
    let leads = text.components(separatedBy: "<h2 id=\"verdict-").dropFirst().map {
      $0.drop { $0 != ":" }.dropFirst(2).prefix { $0 != "<" }
    }
    #expect(leads == ["bad-verdict", "good-verdict", "idle-verdict"])
    for (word, count) in [("Refused:", 1), ("Promoted:", 1), ("Passed:", 1), ("good is champion", 2)] {
      #expect(text.split(separator: word, omittingEmptySubsequences: false).count == count + 1, "\(word)")
    }
  }

  @Test("a model that lends its parameters, or that training goes on from, has no night of its own")
  func lenders() throws {
    let steps = [
      Self.step("tuned", "tune", [Self.model("parent")], [Self.model("made")]),
      Self.step("trained", "train", [Self.model("lender")], [Self.model("other")]),
      Self.step("scored", "predict", [Self.model("used")], []),
      Self.step("watched", "monitor", [Self.model("used")], []),
    ]
    let nights = try Self.nights(Self.site(steps, [:]))
    #expect(nights.map(\.model.name) == ["made", "other", "used"])
    #expect(nights.map(\.outcome) == ["trained v1", "trained v1", "scored"])
  }

  @Test("a verdict of an earlier night is nothing new, and one that nobody acted on before a failure decided nothing")
  func oldVerdict() throws {
    let trained = Self.step("one", "train", [], [Self.model("good")], .reused)
    let gate = Self.step("verdict", "gate", [], [Self.document(.verdict, "good")], .reused)
    let old = try Self.site([trained, gate], ["good": .promote])
    #expect(try Self.nights(old).map(\.outcome) == ["nothing new"])
    let release = Self.step("release", "promote", [Self.document(.verdict, "good")], [], .failed)
    let fresh = Self.step("verdict", "gate", [], [Self.document(.verdict, "good")])
    let failed = try Self.site([trained, fresh, release], ["good": .promote], .failed)
    #expect(try Self.nights(failed).map(\.outcome) == ["failed"])
    #expect(try Self.nights(failed).map(\.decision) == [nil])
  }
}
