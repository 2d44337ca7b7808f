import Foundation
import Testing

@Suite struct PredictStepTests {
  let site: SiteFixture

  init() throws {
    site = try SiteFixture()
    func rows(_ range: Range<Int>, _ line: (Int, Int, String) -> String) -> String {
      range.map { index in
        let (hour, carrier) = (index * 7 % 24, ["UA", "AA", "B6"][index % 3])
        return line(index, hour, carrier)
      }.joined()
    }
    func delay(_ hour: Int, _ carrier: String, _ index: Int) -> Int {
      hour * 2 + (carrier == "AA" ? 20 : 0) + index * 31 % 11
    }
    try site.write(
      "train.csv", "hour,carrier,delay\n" + rows(0..<400) { "\($1),\($2),\(delay($1, $2, $0))\n" })
    try site.write(
      "hold.csv", "hour,carrier,delay\n" + rows(400..<500) { "\($1),\($2),\(delay($1, $2, $0))\n" })
    try site.write("new.csv", "id,hour,carrier\n" + rows(0..<60) { "f\($0),\($1),\($2)\n" })
  }

  private func run(_ options: String, target: String = "delay", challenger: String = "") throws -> SiteFixture.Answer {
    try site.write(
      "job.yaml",
      """
      version: 1
      name: scoring
      project: p
      steps:
        - {id: raw, uses: snapshot, with: {from: train.csv, dataset: rows}}
        - {id: held, uses: snapshot, with: {from: hold.csv, dataset: held}}
        - {id: model, uses: train, with: {trainer: xgboost, data: raw, target: "\(target)", model: m, params: {rounds: 15, max_depth: 3}}}
        \(challenger)
        - {id: new, uses: snapshot, with: {from: new.csv, dataset: arrived}}
        - {id: scored, uses: predict, with: {model: model, data: new, dataset: predictions, keys: [id]\(options)}}

      """)
    // Each run a day of its own: by name, the last is the newest.
    let day = site.files("Store/runs").count { $0.hasSuffix("run.json") } + 1
    try #require(try site.run("submit", "job.yaml", "--now", "2013-02-0\(day)T02:00:00Z").status == 0)
    return try site.run("run")
  }

  private func predictions(in folder: String = "out") throws -> [[String]] {
    try #require(try site.run("data", "checkout", "predictions@latest", folder).status == 0)
    return try site.read("\(folder)/predictions.csv").split(separator: "\n")
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
  }

  private func page() throws -> String {
    let name = try #require(site.files("Store/reports/runs").last { $0.hasPrefix("scoring-") && $0.hasSuffix(".html") })
    return try site.read("Store/reports/runs/\(name)")
  }

  @Test("reasons name the features, their values and what they add, the largest first")
  func reasons() throws {
    let answer = try run(", reasons: 2")
    #expect(answer.status == 0, "\(answer.errors)")
    let lines = try predictions()
    #expect(
      lines[0] == [
        "id", "prediction", "reason_1", "reason_1_value", "reason_1_contribution", "reason_2", "reason_2_value",
        "reason_2_contribution",
      ])
    #expect(lines.count == 61)
    for line in lines.dropFirst() {
      let (first, second) = (try #require(Double(line[4])), try #require(Double(line[7])))
      #expect(Set([line[2], line[5]]) == ["hour", "carrier"] && abs(first) >= abs(second))
      #expect(
        line[2] == "carrier" ? ["UA", "AA", "B6"].contains(line[3]) : (0..<24).map(String.init).contains(line[3]))
    }
  }

  @Test("intervals lie around the prediction, equally wide, and say what they hold")
  func intervals() throws {
    let answer = try run(", intervals: 0.9, calibration: held")
    #expect(answer.status == 0, "\(answer.errors)")
    let lines = try predictions()
    #expect(lines[0] == ["id", "prediction", "prediction_low", "prediction_high"])
    let widths = lines.dropFirst().compactMap { line in
      Double(line[2]).flatMap { low in Double(line[3]).map { $0 - low } }
    }
    #expect(widths.count == 60 && widths.allSatisfy { abs($0 - widths[0]) < 1e-4 && $0 > 0 })
    #expect(try page().contains("hold at least 0.9 of true values of rows that come as the 100 calibration rows came"))
  }

  @Test("intervals of a classifier, and from too few rows, are refused with what to do")
  func refusedIntervals() throws {
    #expect(try run(", intervals: 0.9, calibration: held", target: "delay > 30").status == 10)
    #expect(try page().contains("`intervals` are for a regression, and this model&#39;s task is binary"))
    try site.write("hold.csv", "hour,carrier,delay\n1,UA,3\n2,AA,24\n")
    #expect(try run(", intervals: 0.9, calibration: held").status == 10)
    #expect(try page().contains("2 calibration rows are too few"))
  }

  @Test("rows that the model cannot read are told with why, the others are scored")
  func rejected() throws {
    try site.write("new.csv", "id,hour,carrier\na,5,UA\nb,noon,AA\nc,7,AA\nd,1e99,ZZ\n")
    #expect(try run("").status == 10)
    let answer = try run(", on-bad-row: reject, on-unseen: fail")
    #expect(answer.status == 0, "\(answer.errors)")
    #expect(try predictions().map { $0[0] } == ["id", "a", "c"])
    try #require(try site.run("data", "checkout", try rejectedDigest(), "bad").status == 0)
    #expect(
      try site.read("bad/rejected.csv") == """
        row,column,value,reason
        2,hour,noon,the model learnt it as a number
        4,hour,1e99,it is too large for a model's numbers
        4,carrier,ZZ,training never saw this value

        """)
    #expect(try page().contains("2 of 4 rows cannot be read by the model"))
  }

  private func rejectedDigest() throws -> String {
    let run = try #require(site.files("Store/runs").last { $0.hasSuffix("run.json") })
    let json =
      try JSONSerialization.jsonObject(with: Data(try site.read("Store/runs/\(run)").utf8)) as? [String: Any]
    let steps = try #require(json?["steps"] as? [[String: Any]])
    let outputs = steps.flatMap { $0["outputs"] as? [[String: Any]] ?? [] }
    let artifact = try #require(outputs.first { $0["name"] as? String == "rejected" }?["artifact"] as? [String: Any])
    let digest = try #require(artifact["digest"] as? String)
    return digest.hasPrefix("sha256:") ? digest : "sha256:" + digest
  }

  @Test("a model in the shadow scores beside, and the page says where both disagree")
  func shadow() throws {
    let answer = try run(
      ", shadow: other, slices: carrier", target: "delay > 30",
      challenger:
        "- {id: other, uses: train, with: {trainer: xgboost, data: raw, target: \"delay > 30\", exclude: [carrier], model: n, params: {rounds: 5, max_depth: 2}}}"
    )
    #expect(answer.status == 0, "\(answer.errors)")
    let page = try page()
    #expect(page.contains("In the shadow: scored"))
    #expect(page.contains("scored the 60 rows of") && page.contains("Furthest apart"))
    #expect(try predictions().count == 61)
  }

  @Test("the answer of two classes is the one at the threshold given, or at that of the model's own evaluation")
  func threshold() throws {
    let evaluate =
      "- {id: scores, uses: evaluate, with: {model: model, data: held, resamples: 0, threshold-from: more, costs: {false-negative: 30, false-positive: 1}}}"
    try site.write("more.csv", try site.read("hold.csv"))
    let more = "- {id: more, uses: snapshot, with: {from: more.csv, dataset: more}}\n  "
    func answers(_ threshold: String, in folder: String) throws -> [(score: Double, isLate: Bool)] {
      let answer = try run(", threshold: \(threshold)", target: "delay > 50", challenger: more + evaluate)
      try #require(answer.status == 0, "\(answer.errors)")
      let lines = try predictions(in: folder)
      #expect(lines[0] == ["id", "score", "prediction"])
      return try lines.dropFirst().map { (try #require(Double($0[1])), $0[2] == "true") }
    }
    let given = try answers("0.25", in: "given")
    #expect(given.count == 60 && given.allSatisfy { $0.isLate == ($0.score >= 0.25) })
    let description = try site.read("Store/reports/datasets/p/predictions.json")
    #expect(description.contains("\"threshold\":0.25"))
    let chosen = try answers("scores", in: "chosen")
    let (lowestLate, highestOther) = (
      chosen.filter(\.isLate).map(\.score).min() ?? 1, chosen.filter { !$0.isLate }.map(\.score).max() ?? 0
    )
    #expect(lowestLate > highestOther && lowestLate < 0.5)
  }

  @Test(
    "a threshold of another model, or for numbers, is refused",
    arguments: [
      ("delay > 50", "`threshold` is of the model other@v1, not of m@v1"), ("delay", "takes a target of two"),
    ])
  func strangeThreshold(target: String, message: String) throws {
    let other =
      "- {id: other, uses: train, with: {trainer: xgboost, data: raw, target: \"delay > 30\", model: other, params: {rounds: 3}}}\n"
      + "  - {id: scores, uses: evaluate, with: {model: other, data: held, resamples: 0}}"
    let answer = try run(", threshold: scores", target: target, challenger: other)
    #expect(answer.status == 10 && answer.errors.contains(message), "\(answer.errors)")
  }

  @Test("the same input gives the same bytes, and leaves nothing behind")
  func repeatable() throws {
    try #require(try run(", reasons: 1").status == 0)
    let first = try predictions()
    try site.write("new.csv", try site.read("new.csv") + "last,3,UA\n")
    try #require(try run(", reasons: 1").status == 0)
    try #require(try site.run("data", "checkout", "predictions@latest", "again").status == 0)
    let again = try site.read("again/predictions.csv").split(separator: "\n")
    #expect(again.dropLast().map { $0.split(separator: ",").map(String.init) } == first)
    #expect(site.files("Store/tmp").allSatisfy { !$0.contains("parts-") })
  }
}
