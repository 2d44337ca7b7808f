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

  private func run(_ options: String) throws -> SiteFixture.Answer {
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
        - {id: drift, uses: monitor, with: {model: model, data: new\(options)}}

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
    #expect(try site.read("Store/reports/datasets/p/predictions.json").contains("\"unseenCount\" : 5"))
  }

  @Test("with `on-unseen: fail` the steps fail and say what they saw")
  func refused() throws {
    #expect(try run(", on-unseen: fail").status == 10)
    let id = try #require(site.files("Store/reports/runs").first { $0.hasPrefix("fit-") && $0.hasSuffix(".html") })
    #expect(
      try site.read("Store/reports/runs/\(id)").contains("5 of 20 rows have a value that training never saw (“ZZ”)"))
  }
}
