import Foundation
import Testing

@Suite struct ScoringFitTests {
  let site: SiteFixture

  init() throws {
    site = try SiteFixture()
    let rows = (0..<80).map { "\($0),\(["UA", "AA"][$0 % 2]),\($0 % 3 == 0)\n" }.joined()
    try site.write("train.csv", "n,carrier,late\n" + rows)
    try site.write("new.csv", "extra,carrier,n\n" + (0..<20).map { "0,\($0 < 5 ? "ZZ" : "UA"),\($0 * 9)\n" }.joined())
  }

  /// - Parameter monitored: whether a `monitor` step takes the options, too.
  private func run(_ options: String, monitored: Bool = true) throws -> SiteFixture.Answer {
    try site.write(
      "job.yaml",
      """
      version: 1
      name: fit
      project: p
      steps:
        - {id: raw, uses: snapshot, with: {from: train.csv, dataset: rows}}
        - {id: model, uses: train, with: {trainer: baseline, data: raw, target: late, model: m}}
        - {id: new, uses: snapshot, with: {from: new.csv, dataset: arrived}}
        - {id: scored, uses: predict, with: {model: model, data: new, dataset: predictions\(options)}}
        - {id: drift, uses: monitor, with: {model: model, data: new\(monitored ? options : "")}}

      """)
    try #require(try site.run("submit", "job.yaml", "--now", "2013-02-01T02:00:00Z").status == 0)
    return try site.run("run")
  }

  @Test("what data has that training never saw stands on the run's page and with the predictions")
  func noted() throws {
    let answer = try run("")
    #expect(answer.status == 0, "\(answer.errors)")
    let name = try #require(site.files("Store/reports/runs").first { $0.hasPrefix("fit-") && $0.hasSuffix(".html") })
    let page = try site.read("Store/reports/runs/\(name)")
    #expect(page.contains("“carrier” has a value that training never saw in 5 rows (25 %)"))
    #expect(page.contains("“n” is outside what training saw (0 to 79) in 11 rows (55 %): 11 above"))
    #expect(page.contains("ignored, as the model does not read it: extra"))
    #expect(try site.read("Store/reports/datasets/p/predictions.json").contains("\"unseenCount\":5"))
  }

  @Test(
    "keys come out as they went in, and none takes the name of a score",
    arguments: [
      ("[id, n]", "id,n,score\n007,0.50,", ""),
      ("[id, score]", "", "the key “score” has the name of a column of the predictions (score)"),
    ])
  func keys(keys: String, start: String, complaint: String) throws {
    try site.write("new.csv", "id,n,carrier,score\n007,0.50,UA,1\n008,1.00,AA,2\n")
    let answer = try run(", keys: \(keys)", monitored: false)
    #expect(answer.status == (complaint.isEmpty ? 0 : 10))
    if complaint.isEmpty {
      try #require(try site.run("data", "checkout", "predictions@latest", "out").status == 0)
      #expect(try site.read("out/predictions.csv").hasPrefix(start))
    } else {
      let id = try #require(site.files("Store/reports/runs").first { $0.hasPrefix("fit-") && $0.hasSuffix(".html") })
      #expect(try site.read("Store/reports/runs/\(id)").contains(complaint))
    }
  }

  @Test("a gate reads data for the champion as for the challenger, and notes what the champion never saw")
  func gate() throws {
    let steps = { (model: String, data: String, gate: String) in
      """
      version: 1
      name: gated
      project: p
      steps:
        - {id: raw, uses: snapshot, with: {from: \(data), dataset: rows}}
        - {id: model, uses: train, with: {trainer: baseline, data: raw, target: late, model: \(model)}}
        - {id: test, uses: snapshot, with: {from: test.csv, dataset: tests}}
        - {id: scores, uses: evaluate, with: {model: model, data: test, on-type: convert}}
        - {id: verdict, uses: gate, with: {challenger: scores, \(gate)require: [accuracy >= 0]}}
        - {id: release, uses: promote, with: {verdict: verdict, model: model, alias: champion}}

      """
    }
    let rows = (0..<80).map { "\($0),\(["ZZ", "AA"][$0 % 2]),\($0 % 3 == 0)\n" }.joined()
    try site.write("other.csv", "n,carrier,late\n" + rows)
    try site.write("test.csv", "n,carrier,late\n" + rows.replacingOccurrences(of: "7,AA", with: "seven,AA"))
    for (data, champion, hour) in [("train.csv", "", 2), ("other.csv", "champion: m@champion, ", 3)] {
      try site.write("job.yaml", steps("m", data, champion))
      try #require(try site.run("submit", "job.yaml", "--now", "2013-02-01T0\(hour):00:00Z").status == 0)
      let answer = try site.run("run")
      #expect(answer.status == 0, "\(answer.errors)")
    }
    let name = try #require(
      site.files("Store/reports/runs").filter { $0.hasPrefix("gated-") && $0.hasSuffix(".html") }.max())
    let page = try site.read("Store/reports/runs/\(name)")
    #expect(page.contains("the champion: “carrier” has a value that training never saw in 40 rows (50 %)"))
    #expect(page.contains("the champion: “n” cannot be read as the model learnt it in 8 rows (10 %)"))
  }

  @Test("with `on-unseen: fail` the steps fail and say what they saw")
  func refused() throws {
    #expect(try run(", on-unseen: fail").status == 10)
    let id = try #require(site.files("Store/reports/runs").first { $0.hasPrefix("fit-") && $0.hasSuffix(".html") })
    #expect(
      try site.read("Store/reports/runs/\(id)").contains("5 of 20 rows have a value that training never saw (“ZZ”)"))
  }
}
