import Foundation
import Testing

/// No path promotes without a verdict, and no verdict promotes what it is not about.
@Suite(.serialized) struct PromotionTests {
  let site: SiteFixture

  init() throws {
    site = try SiteFixture()
    try site.write("train/1.csv", flights(700))
    try site.write("test/1.csv", flights(500, seed: 9, start: 700))
  }

  private static let rules = "auc >= champion.auc - 0.01 with confidence 0.95, log_loss <= champion + 0.02"

  /// A job that trains on one file and judges on another.
  private func spec(
    _ features: String, gate: String = "champion: delays@champion, data: test, require: [\(rules)]", more: String = "",
    needs: String = ""
  ) -> String {
    """
    version: 1
    name: delays
    project: p
    steps:
      - {id: train, uses: snapshot, with: {from: "train/*.csv", dataset: train}}
      - {id: test, uses: snapshot, with: {from: "test/*.csv", dataset: test}}
      - {id: model, uses: train, with: {trainer: xgboost, data: train, target: delay > 25, features: \(features), params: {max_depth: 3, rounds: 15}, seed: 7, model: delays}}
      - {id: scores, uses: evaluate, with: {model: model, data: test, slices: carrier, resamples: 0}}
      - {id: verdict, uses: gate, with: {challenger: scores, \(gate)}}
    \(more)  - {id: release, uses: promote, with: {verdict: verdict, model: model, alias: champion}\(needs)}

    """
  }

  private func run(_ spec: String, day: Int, status: Int32 = 0) throws -> SiteFixture.Answer {
    try site.write("delays.yaml", spec)
    try #require(try site.run("submit", "delays.yaml", "--now", "2013-02-0\(day)T02:00:00Z").status == 0)
    let answer = try site.run("run")
    #expect(answer.status == status, "\(answer.errors)")
    return answer
  }

  private func champion() throws -> String {
    let shown = try site.run("model", "show", "delays@champion").output
    return shown.split(separator: "\n").first.map(String.init) ?? ""
  }

  /// The headline of the last run's last step.
  private func headline() throws -> String {
    let runs = try JSONSerialization.jsonObject(with: Data(try site.run("runs", "--json").output.utf8))
    let steps = (runs as? [[String: Any]])?.first?["steps"] as? [[String: Any]]
    return steps?.last?["headline"] as? String ?? ""
  }

  @Test("a version that was rolled back stays away until a verdict on newer data brings it back")
  func rolledBack() throws {
    _ = try run(spec("[carrier]"), day: 1)
    #expect(try champion().contains("delays@v1"))
    let better = spec("[carrier, distance]")
    _ = try run(better, day: 2)
    #expect(try champion().contains("delays@v2"))
    let page = try site.read("Store/reports/models/p/delays.html")
    #expect(page.contains("DeLong") && page.contains("non-inferiority"))

    let rollback = try site.run("model", "rollback", "delays", "--why", "complaints")
    #expect(rollback.output == "delays@champion: v2 → v1\n")
    // The same night again: the verdict is reused, and is no reason.
    _ = try run(better, day: 3)
    #expect(try champion().contains("delays@v1"))
    #expect(try headline().hasPrefix("held back: delays@v2 was rolled back on "))
    #expect(try site.read("Store/reports/index.html").contains("Held back"))
    #expect(try site.run("model", "rollback", "delays", "--why", "again").errors.contains("was itself rolled back"))

    // The same model on flights that it was not judged on before.
    try site.write("test/2.csv", flights(300, seed: 4, start: 1300))
    _ = try run(better, day: 4)
    #expect(try champion().contains("delays@v2"))
    #expect(try site.read("Store/audit/log.ndjson").contains("\"action\":\"roll-back-alias\""))
    #expect(try site.run("store", "check").status == 0)
  }

  @Test("a champion that moved after the verdict stops the promotion")
  func movedMeanwhile() throws {
    _ = try run(spec("[carrier]"), day: 1)
    _ = try run(spec("[carrier, distance]"), day: 2)
    let meddling =
      "  - {id: meddle, run: [\(SiteFixture.tool), model, rollback, delays, --why, meddling, --site, \(site.root.path)], needs: [verdict]}\n"
    let answer = try run(
      spec("[carrier, distance]", more: meddling, needs: ", needs: [meddle]").replacingOccurrences(
        of: "max_depth: 3", with: "max_depth: 4"), day: 3, status: 10)
    #expect(
      answer.errors.contains("the verdict is against delays@v2, but delays@champion is at v1"), "\(answer.errors)")
    #expect(try champion().contains("delays@v1"))
  }

  @Test(
    "a verdict on other data, or against nobody, promotes nothing",
    arguments: [
      (
        "champion: delays@champion, data: train, require: [auc >= 0.5]",
        "the challenger was judged on test@v1, but the gate's `data` is train (train@v1)"
      ),
      ("require: [auc >= 0.5]", "the verdict is against no champion, but delays@champion is at v1"),
      (
        "champion: other@champion, require: [auc >= 0.5]",
        "the verdict is against no champion, but delays@champion is at v1"
      ),
      (
        "champion: delays@champion, cost: others.cost, require: [cost.ms_per_1000 < 1000]",
        "`cost` is of the model delays@v1, not of the challenger"
      ),
    ])
  func refused(gate: String, message: String) throws {
    _ = try run(spec("[carrier]"), day: 1)
    var wrong = spec("[carrier, distance]", gate: gate)
    if gate.contains("others.cost") {
      wrong = wrong.replacingOccurrences(
        of: "  - {id: verdict",
        with: "  - {id: others, uses: evaluate, with: {model: delays@v1, data: test, resamples: 0}}\n  - {id: verdict")
    }
    let answer = try run(wrong, day: 2, status: 10)
    #expect(answer.errors.contains(message), "\(answer.errors)")
    #expect(try champion().contains("delays@v1"))
  }

  /// What `sha256sum` says of the metrics below: a step that writes them puts them into the store under that name.
  private static let handMade =
    #"{"format":"nightshift-metrics 1","metrics":{"auc":0.99},"model":"sha256:0","rowCount":500,"task":"binary"}"#

  @Test(
    "metrics that a command wrote by hand are no evidence, by whatever name",
    arguments: [
      ("own.made", "{kind: files, path: made.json}", "`challenger` takes metrics, but `own.made` is files"),
      (
        "own.made", "{kind: metrics, path: made.json}", "`kind` cannot be “metrics”: it is one of dataset, model, files"
      ),
      (
        "sha256:DIGEST", "{kind: files, path: made.json}",
        "`challenger` names the `evaluate` step of this job that made it, not a version or digest"
      ),
    ])
  func handMade(challenger: String, output: String, message: String) throws {
    try site.write("made.json", Self.handMade)
    let digest = try #require(try site.shell("sha256sum made.json").output.split(separator: " ").first)
    let more = """
        - {id: own, run: [cp, made.json, outputs/made.json], code: made.json, outputs: {made: \(output)}}
        - {id: gated, uses: gate, with: {challenger: "\(challenger.replacing("DIGEST", with: digest))", require: [auc >= 0.9]}}
        - {id: forged, uses: promote, with: {verdict: gated, model: model, alias: champion}}

      """
    try site.write("delays.yaml", spec("[carrier]", more: more))
    let answer = try site.run("submit", "delays.yaml")
    #expect(answer.status != 0)
    #expect(answer.errors.contains(message), "\(answer.errors)")
    #expect(site.files("Store/refs").isEmpty)
  }

  @Test("a model that learnt from the test data is not judged on it, and an evaluation says that it is too good")
  func ownRows() throws {
    let own = spec("[carrier]", gate: "champion: delays@champion, require: [auc >= 0.5]").replacingOccurrences(
      of: "model: model, data: test", with: "model: model, data: train")
    let answer = try run(own, day: 1, status: 10)
    #expect(
      answer.errors.contains(
        "the test data train@v1 is no evidence, because the challenger delays@v1 was trained on these very rows"),
      "\(answer.errors)")
    #expect(try site.run("model", "show", "delays@champion").status != 0)
    #expect(
      try site.run("runs", "--json").output.contains(
        "the model was trained on these very rows: it looks better on them than on rows to come"))
  }

  @Test("a champion that learnt from the test data is none to compare with")
  func rowsOfTheChampion() throws {
    _ = try run(spec("[carrier]"), day: 1)
    try site.write("train/1.csv", flights(600, seed: 3, start: 2000))
    try site.write("test/1.csv", flights(700))
    let answer = try run(spec("[carrier, distance]"), day: 2, status: 10)
    #expect(
      answer.errors.contains("is no evidence, because the champion delays@v1 was trained on these very rows"),
      "\(answer.errors)")
  }

  @Test("test rows that a model was trained on are told although the data is another")
  func rowsInBoth() throws {
    try site.write("test/1.csv", flights(500))
    let answer = try run(spec("[carrier]"), day: 1, status: 10)
    #expect(
      answer.errors.contains("500 of the 500 test rows stand among the rows that the challenger was trained on"),
      "\(answer.errors)")
    try site.write("test/2.csv", flights(300, seed: 9, start: 700))
    _ = try run(spec("[carrier]"), day: 2)
    #expect(try champion().contains("delays@v1"))
    #expect(
      try site.read("Store/reports/models/p/delays.html").contains(
        "500 of the 800 test rows stand among the rows that the challenger was trained on"))
  }

  @Test("drift of another model, and a contract on other data, are no evidence")
  func othersEvidence() throws {
    try site.write("rows.yaml", "version: 1\ncolumns: {carrier: {}}\n")
    let other =
      "- {id: other, uses: train, with: {trainer: baseline, data: train, target: delay > 25, features: [carrier], model: other}}\n"
      + "  - {id: drift, uses: monitor, with: {model: other, data: test}}\n"
      + "  - {id: checked, uses: validate, with: {data: train, contract: rows.yaml}}\n"
      + "  - {id: tested, uses: validate, with: {data: test, contract: rows.yaml}}\n  - {id: verdict"
    func answer(_ gate: String, day: Int, status: Int32 = 10) throws -> String {
      try run(
        spec("[carrier]", gate: gate).replacingOccurrences(of: "- {id: verdict", with: other), day: day, status: status
      ).errors
    }
    let drift = try answer("drift: drift, require: [drift.carrier.psi < 9]", day: 1)
    #expect(drift.contains("`drift` is of the model other@v1, which is neither the challenger nor the champion"))
    let contract = try answer("contract: checked.result, require: [contract.errors == 0]", day: 2)
    #expect(
      contract.contains("`contract` is of train@v1, from which the test data test@v1 was not made"), "\(contract)")
    _ = try answer("contract: tested.result, require: [contract.errors == 0]", day: 3, status: 0)
  }

  @Test("two models that predict different things are not compared")
  func otherQuestion() throws {
    _ = try run(spec("[carrier]"), day: 1)
    let answer = try run(
      spec("[carrier, distance]").replacingOccurrences(of: "delay > 25", with: "delay > 30"), day: 2, status: 10)
    #expect(answer.errors.contains("the champion predicts “delay > 25” (binary), the challenger “delay > 30” (binary)"))
  }

  @Test("too few rows hold the verdict, and the night is no failure")
  func held() throws {
    _ = try run(
      spec("[carrier]", gate: "champion: delays@champion, minimum-rows: 100000, require: [auc >= 0.5]"), day: 1)
    #expect(try headline() == "refused: nothing stays champion")
    #expect(try site.run("model", "show", "delays@champion").status != 0)
    #expect(try site.run("nights").output.contains("v1 on hold"))
  }
}
