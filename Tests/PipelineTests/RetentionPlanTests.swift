import Jobs
@testable import Pipeline
import Records
@testable import Store
import Testing

/// The plan is a pure function: the store here is one of refs alone, without content.
@Suite struct RetentionPlanTests {
  private func digest(_ name: String) -> Digest { Digest(of: Array(name.utf8)) }

  private func versions(_ name: String, _ count: Int) -> [VersionRef] {
    (1...count).map { number in
      VersionRef(
        number: number, digest: digest("\(name)\(number)"), description: nil, created: "2013-04-0\(number)T02:00:00Z",
        run: nil, step: nil, publication: "\(number)")
    }
  }

  private func step(_ kind: Artifact.Kind, _ inputs: [String], _ output: String, label: VersionLabel? = nil)
    -> StepRecord
  {
    StepRecord(
      id: "s", kind: "run", outcome: .ran,
      inputs: inputs.map {
        StepRecord.Input(name: $0, reference: $0, artifact: Artifact(kind: .dataset, digest: digest($0)))
      }, outputs: [StepRecord.Output(name: "", artifact: Artifact(kind: kind, digest: digest(output), version: label))])
  }

  private func run(_ number: Int, _ steps: [StepRecord]) -> RunRecord {
    let time = Timestamp(seconds: number * 86_400)
    return RunRecord(
      id: "j-\(time.compact)-0000", job: "j", project: "p", outcome: .done, logicalTime: time, started: time,
      finished: time, wallSeconds: 1, attemptCount: 1, specName: "j.yaml", origin: "/", spec: digest("spec"),
      params: [:], host: "h", toolVersion: "1", steps: steps)
  }

  private func rules(_ text: String) throws -> RetentionRules {
    try SiteSettings(Array("retention: {\(text)}\n".utf8), file: "n.yaml").retention
  }

  /// Dataset `d` of five versions; model `m` of three, of which v1 was trained on a part of d1, and the champion came
  /// from v1 to v2, trained on d2; a running job uses d3.
  private func inventory() throws -> SiteInventory {
    var inventory = SiteInventory()
    inventory.entities = [
      SiteInventory.Entity(
        name: try EntityName(.dataset, project: "p", name: "d"), versions: versions("d", 5), aliases: [:]),
      SiteInventory.Entity(
        name: try EntityName(.model, project: "p", name: "m"), versions: versions("m", 3),
        aliases: [
          "champion": AliasRef(
            version: 2, digest: digest("m2"), moved: "", from: 1, by: "", why: "", run: nil)
        ]),
    ]
    let label = VersionLabel(project: "p", name: "m", number: 1)
    inventory.runs = [
      run(
        2,
        [
          step(.dataset, ["d2"], "part2"), step(.model, ["part2"], "m2", label: label),
          step(.metrics, ["m2"], "scores2"),
        ]),
      run(
        1,
        [
          step(.dataset, ["d1"], "part1"), step(.model, ["part1"], "m1", label: label),
          step(.metrics, ["m1"], "scores1"),
        ]),
    ]
    inventory.activeSteps = [step(.dataset, ["d3"], "part3")]
    return inventory
  }

  @Test(
    "aliases, what they came from, pins, what they were made from, running jobs and the newest outlast the rules",
    arguments: [
      ("", []),
      ("datasets: {last: 1}", ["d@v1", "d@v4"]),
      ("datasets: {last: 0}, models: {last: 0}", ["d@v1", "d@v4"]),
      ("datasets: {daily: 3}", ["d@v1"]),
      ("datasets: {last: 1}, pinned: [d@v4]", ["d@v1"]),
      ("datasets: {last: 1}, pinned: [d@2013-04-04]", ["d@v1"]),
      ("datasets: {last: 1}, pinned: [p/m@v1]", ["d@v4"]),
      ("datasets: {last: 1}, pinned: [q/d@v4]", ["d@v1", "d@v4"]),
      ("datasets: {last: 1}, overrides: [{name: p/d, of: datasets, keep: all}]", []),
      ("overrides: [{name: \"p/*\", last: 2}, {name: p/d, keep: all}]", ["d@v1"]),
    ] as [(String, [String])])
  func expires(text: String, expected: [String]) throws {
    let plan = RetentionPlan(try inventory(), try rules(text), project: "p")
    #expect(plan.expiries.map { "\($0.entity.name)@v\($0.version.number)" } == expected)
  }

  @Test("a version that has not expired yet needs its content, whatever the rules say of it")
  func unexpired() throws {
    let plan = RetentionPlan(try inventory(), try rules("datasets: {last: 1}"), project: "p")
    #expect(!plan.expiries.isEmpty)
    let needed = Set(plan.roots(without: []).map(\.digest))
    #expect(plan.expiries.allSatisfy { needed.contains($0.version.digest) })
  }

  @Test("what an alias names stays with its lineage, though the file of its version is lost")
  func lostVersion() throws {
    var inventory = try inventory()
    inventory.entities[1].versions.removeAll { $0.number == 2 }
    let plan = RetentionPlan(inventory, try rules("datasets: {last: 1}, runs: {last: 0}"), project: "p")
    #expect(plan.roots().contains(Root(digest("m2"), .manifest, .required)))
    #expect(Set(["part2", "d2"].map(digest)).isSubset(of: Set(plan.roots().map(\.digest))))
  }

  @Test("runs keep their unpublished artifacts while the rules do, and their documents for ever")
  func runs() throws {
    let all = Set(RetentionPlan(try inventory(), try rules(""), project: "p").roots().map(\.digest))
    #expect(Set(["part1", "part2", "part3", "scores1", "spec", "d4"].map(digest)).isSubset(of: all))
    let plan = RetentionPlan(try inventory(), try rules("datasets: {last: 1}, runs: {last: 0}"), project: "p")
    let kept = Set(plan.roots().map(\.digest))
    #expect(Set(["part2", "part3", "d2", "d3", "scores1", "scores2", "spec"].map(digest)).isSubset(of: kept))
    #expect(kept.isDisjoint(with: Set(["part1", "d1", "d4"].map(digest))))
    #expect(plan.forgottenRuns.count == 2)
    let forgotten = Set(plan.forgottenRoots().map(\.digest))
    #expect(forgotten.contains(digest("part1")) && !forgotten.contains(digest("d1")))
  }
}
