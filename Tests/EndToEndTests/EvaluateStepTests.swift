import Foundation
import Testing

/// `evaluate` in a job: intervals, slices, fairness, costs and what scoring took.
@Suite(.serialized) struct EvaluateStepTests {
  let site: SiteFixture

  init() throws {
    site = try SiteFixture()
    try site.write("landing/1.csv", flights(1200))
  }

  private func spec(_ evaluate: String, target: String = "delay > 25") -> String {
    """
    version: 1
    name: judged
    project: p
    steps:
      - {id: raw, uses: snapshot, with: {from: "landing/*.csv", dataset: flights}}
      - {id: parts, uses: split, with: {data: raw, by: random, test: 0.4, validation: 0.2, seed: 1}}
      - id: model
        uses: train
        with: {trainer: xgboost, data: parts.train, target: "\(target)", exclude: [time], params: {max_depth: 3, rounds: 10}, model: delays}
      - {id: scores, uses: evaluate, with: {model: model, data: parts.test, \(evaluate)}}

    """
  }

  private func run(_ spec: String, at time: String = "2013-02-01T02:00:00Z") throws -> [String: Any] {
    try site.write("judged.yaml", spec)
    try #require(try site.run("submit", "judged.yaml", "--now", time).status == 0)
    _ = try site.run("run")
    let json = try JSONSerialization.jsonObject(with: Data(try site.run("runs", "--json").output.utf8))
    return try #require((json as? [[String: Any]])?.first)
  }

  private func step(_ run: [String: Any]) throws -> [String: Any] {
    try #require((run["steps"] as? [[String: Any]])?.last)
  }

  private func digest(_ name: String, of step: [String: Any]) throws -> String {
    let outputs = try #require(step["outputs"] as? [[String: Any]])
    let output = try #require(outputs.first { $0["name"] as? String == name })
    let artifact = try #require(output["artifact"] as? [String: Any])
    return try #require(artifact["digest"] as? String)
  }

  /// The document of a step: of `metrics` or `costs` in the page's JSON twin.
  private func document(_ kind: String, of run: [String: Any]) throws -> [String: Any] {
    let id = try #require(run["id"] as? String)
    let page = try JSONSerialization.jsonObject(with: Data(try site.read("Store/reports/runs/\(id).json").utf8))
    let documents = try #require((page as? [String: Any])?[kind] as? [String: Any])
    return try #require(documents["scores"] as? [String: Any])
  }

  @Test("metrics have intervals; slices, pairs, groups, costs and the worst slice are told; cost is apart")
  func whole() throws {
    let run = try run(
      spec(
        "slices: [carrier, distance, [carrier, distance]], resamples: 60, seed: 3, minimum-rows: 40,"
          + " fairness: {columns: carrier, reference: {carrier: UA}}, costs: {false-positive: 1, false-negative: 5},"
          + " threshold-from: parts.validation"))
    #expect(run["outcome"] as? String == "done")
    let step = try step(run)
    let metrics = try document("metrics", of: run)
    let values = try #require(metrics["metrics"] as? [String: Double])
    let intervals = try #require(metrics["intervals"] as? [String: [String: Double]])
    #expect(Set(values.keys) == Set(intervals.keys))
    let auc = try #require(intervals["auc"])
    #expect(auc["low"] ?? 1 < values["auc"] ?? 0 && values["auc"] ?? 1 < auc["high"] ?? 0)
    let slices = try #require(metrics["slices"] as? [[String: Any]])
    #expect(Set(slices.compactMap { $0["column"] as? String }) == ["carrier", "distance", "carrier,distance"])
    #expect(slices.allSatisfy { ($0["rowCount"] as? Int ?? 0) >= 40 && $0["intervals"] != nil })
    let distances = slices.filter { $0["column"] as? String == "distance" }.compactMap { $0["value"] as? String }
    #expect(distances.count == 4 && distances[0].hasPrefix("< ") && distances[3].hasPrefix(">= "))
    let worst = try #require(metrics["worstSlices"] as? [String: Any])
    #expect((worst["slices"] as? [Any])?.isEmpty == false && worst["permutations"] as? Int == 60)
    let fairness = try #require((metrics["fairness"] as? [[String: Any]])?.first)
    #expect((fairness["measures"] as? [String: Double])?["disparate_impact"] ?? 0 > 0)
    let costs = try #require(metrics["costs"] as? [String: Any])
    #expect(costs["thresholdFrom"] != nil && costs["cost"] as? Double == values["expected_cost"])
    #expect((costs["bestCost"] as? Double ?? 1) <= (costs["cost"] as? Double ?? 0))
    let constant = try #require((metrics["baselines"] as? [[String: Any]])?.first)
    #expect(constant["name"] as? String == "constant" && (constant["metrics"] as? [String: Double])?["auc"] == 0.5)
    #expect(constant["skill"] as? Double ?? 0 > 0.1)
    #expect((step["headline"] as? String)?.contains("0.5000 of a constant") == true)
    let cost = try #require(try document("costs", of: run)["measures"] as? [String: Double])
    #expect(cost["ms_per_1000"] ?? 0 > 0 && cost["peak_mib"] ?? 0 > 1)
    let notes = try #require(step["notes"] as? [String])
    #expect(
      notes.contains {
        $0.hasPrefix("the threshold ") && $0.contains("costs least on the 240 rows")
          || $0.contains("rows without a target")
      })
    let id = try #require(run["id"] as? String)
    let page = try site.read("Store/reports/runs/\(id).html")
    for title in ["Where the model does worst", "Fairness", "Cost of decisions", "What scoring took"] {
      #expect(page.contains(title))
    }
  }

  @Test("the same seed gives the same bytes with one thread and with two; another seed other intervals")
  func seeds() throws {
    let evaluate = "slices: carrier, resamples: 40, seed: 3"
    func scored(_ spec: String, _ day: Int) throws -> String {
      try digest("", of: try step(try run(spec, at: "2013-02-0\(day)T02:00:00Z")))
    }
    let first = try scored(spec(evaluate + "}, resources: {cpus: 1"), 1)
    // A key of its own, so that the step runs again; `metrics` leaves out none that there is.
    let names =
      "accuracy, auc, balanced_accuracy, brier, ece, ece_equal_mass, f1, log_loss, max_calibration_error, mcc,"
    let second = try scored(spec(evaluate + ", metrics: [\(names) pr_auc, precision, recall]"), 2)
    #expect(first == second)
    #expect(try scored(spec("slices: carrier, resamples: 40, seed: 4"), 3) != first)
  }

  @Test("several classes and numbers have intervals, too")
  func otherTasks() throws {
    let classes = try document(
      "metrics", of: try run(spec("resamples: 30, top-k: 2, cluster: distance", target: "carrier")))
    #expect(classes["task"] as? String == "multiclass")
    let values = try #require(classes["metrics"] as? [String: Double])
    #expect(values["top_2_accuracy"] != nil && values["mcc"] != nil)
    #expect((classes["classes"] as? [[String: Any]])?.count == 3)
    #expect((classes["resampling"] as? [String: Any])?["cluster"] as? String == "distance")
    let numbers = try document(
      "metrics", of: try run(spec("resamples: 30", target: "delay"), at: "2013-02-02T02:00:00Z"))
    #expect((numbers["intervals"] as? [String: Any])?["median_ae"] != nil)
    #expect((numbers["residuals"] as? [Any])?.count == 9)
  }

  @Test(
    "what cannot be is refused in a sentence",
    arguments: [
      ("fairness: {columns: carrier, reference: {carrier: ZZ}}", "the column “carrier” has no “ZZ”"),
      ("slices: carier", "carier"), ("top-k: 2", "`top-k` takes a target of more classes than two"),
      ("metrics: rmse", "there is no metric “rmse” for a binary task"),
    ])
  func refused(evaluate: String, message: String) throws {
    let step = try step(try run(spec("resamples: 0, \(evaluate)")))
    #expect(step["outcome"] as? String == "failed")
    #expect((step["reason"] as? String)?.contains(message) == true, "\(step["reason"] ?? "")")
  }
}
