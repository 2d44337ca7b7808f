import Foundation
import Testing

@Suite struct ExplainStepTests {
  let site: SiteFixture

  init() throws {
    site = try SiteFixture()
    let rows = (0..<300).map { index -> String in
      let (hour, carrier, flag) = (index * 7 % 24, ["UA", "AA", "B6"][index % 3], index % 5 == 0)
      return "\(hour),\(carrier),\(flag),\(index * 13 % 17),\(hour * 2 + (carrier == "AA" ? 20 : 0) + index * 31 % 5)\n"
    }
    try site.write("rows.csv", "hour,carrier,holiday,noise,delay\n" + rows.joined())
  }

  private func explanation(_ target: String, _ trainer: String, _ options: String = "") throws -> [String: Any] {
    try site.write(
      "job.yaml",
      """
      version: 1
      name: why
      project: p
      steps:
        - {id: raw, uses: snapshot, with: {from: rows.csv, dataset: rows}}
        - {id: before, uses: train, with: {trainer: xgboost, data: raw, target: "\(target)", exclude: [carrier\(target == "carrier" ? "" : ", noise")], model: old, params: {rounds: 5}}}
        - {id: model, uses: train, with: {trainer: \(trainer), data: raw, target: "\(target)", model: m}}
        - {id: why, uses: explain, with: {model: model, data: raw\(options)}}

      """)
    try #require(try site.run("submit", "job.yaml", "--now", "2013-02-01T02:00:00Z").status == 0)
    let answer = try site.run("run")
    try #require(answer.status == 0, "\(answer.errors)")
    let name = try #require(site.files("Store/reports/runs").last { $0.hasPrefix("why-") && $0.hasSuffix(".json") })
    let twin =
      try JSONSerialization.jsonObject(with: Data(try site.read("Store/reports/runs/\(name)").utf8)) as? [String: Any]
    return try #require((twin?["explanations"] as? [String: Any])?["why"] as? [String: Any])
  }

  private func page() throws -> String {
    let name = try #require(site.files("Store/reports/runs").last { $0.hasPrefix("why-") && $0.hasSuffix(".html") })
    return try site.read("Store/reports/runs/\(name)")
  }

  @Test("what counts most stands first; noise counts least; reasons add up to the score")
  func regression() throws {
    let document = try explanation("delay", "xgboost", ", champion: before, rows: 3, features: 3")
    let features = try #require(document["features"] as? [[String: Any]])
    #expect(Set(features.prefix(2).compactMap { $0["name"] as? String }) == ["hour", "carrier"])
    let lost = features.compactMap { $0["permutation"] as? Double }
    #expect(lost.count == 4 && lost[0] > 0.1)
    #expect((document["dependences"] as? [Any])?.count == 3)
    let rows = try #require(document["rows"] as? [[String: Any]])
    #expect(rows.count == 3)
    for row in rows {
      let added = (row["reasons"] as? [[String: Any]] ?? []).compactMap { $0["contribution"] as? Double }
      let parts = [row["base"] as? Double, row["rest"] as? Double].compactMap { $0 } + added
      #expect(abs(parts.reduce(0, +) - (row["score"] as? Double ?? .nan)) < 1e-3)
    }
    let champion = try #require(document["champion"] as? [String: Any])
    #expect(champion["added"] as? [String] == ["carrier", "noise"])
    let page = try page()
    #expect(page.contains("What each feature adds to a score, on average") && page.contains("Against the champion"))
    #expect(page.contains("hour: what the model says on average") && page.contains("Why some rows have their score"))
  }

  @Test("classes are explained by the one that is answered")
  func classes() throws {
    let document = try explanation("carrier", "xgboost", ", sample: 100")
    #expect(document["sampleCount"] as? Int == 100 && document["rowCount"] as? Int == 300)
    let rows = try #require(document["rows"] as? [[String: Any]])
    #expect(rows.allSatisfy { ["UA", "AA", "B6"].contains($0["output"] as? String) })
  }

  @Test("a model that is not made of trees says what it can")
  func baseline() throws {
    let document = try explanation("delay > 20", "baseline")
    let notes = try #require(document["notes"] as? [String])
    #expect(notes == ["what each feature adds is not told: the model is not made of trees or weights"])
    #expect((document["features"] as? [[String: Any]])?.allSatisfy { $0["permutation"] as? Double == 0 } == true)
  }
}
