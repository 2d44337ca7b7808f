import Foundation
import Testing

/// Drift, told by the profile in the model package.
@Suite(.serialized) struct MonitorTests {
  let site: SiteFixture

  init() throws { site = try SiteFixture() }

  /// Rows in which `-` is no number, but a missing one.
  private func rows(_ range: Range<Int>, carriers: [String], shift: Int = 0) -> String {
    var state = UInt64(range.lowerBound + 3)
    func next(_ bound: UInt64) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % bound)
    }
    var text = "carrier,distance,weight,delay\n"
    for _ in range {
      let (carrier, distance) = (carriers[next(UInt64(carriers.count))], next(2000) + shift)
      text += "\(carrier),\(distance),\(next(3) == 0 ? "-" : "\(next(100))"),\(distance / 100 + next(20))\n"
    }
    return text
  }

  private static let training = """
    version: 1
    name: delays
    project: p
    steps:
      - {id: raw, uses: snapshot, with: {from: past.csv, dataset: past, missing: ["-"]}}
      - {id: parts, uses: split, with: {data: raw, by: random, test: 0.2, validation: 0.2, seed: 3}}
      - {id: model, uses: train, with: {trainer: xgboost, data: parts.train, validation: parts.validation, target: delay > 15,
         params: {max_depth: 3, rounds: 10}, model: delays}}

    """

  private static let watching = """
    version: 1
    name: watching
    project: p
    steps:
      - {id: new, uses: snapshot, with: {from: new.csv, dataset: arrived, missing: ["-"]}}
      - {id: drift, uses: monitor, with: {model: delays@latest, data: new}}

    """

  private func night(_ date: String, _ spec: String) throws {
    try site.write("job.yaml", spec)
    try #require(try site.run("submit", "job.yaml", "--now", "\(date)T02:00:00Z").status == 0)
    let answer = try site.run("run")
    try #require(answer.status == 0, "\(answer.errors)")
  }

  /// The newest drift report.
  private func report() throws -> [String: Any] {
    let runs = try JSONSerialization.jsonObject(with: Data(try site.run("runs", "--json").output.utf8))
    let run = try #require((runs as? [[String: Any]])?.first { $0["job"] as? String == "watching" })
    let text = try site.read("Store/reports/runs/\(try #require(run["id"] as? String)).json")
    let page = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    return try #require((page["drifts"] as? [String: [String: Any]])?["drift"])
  }

  private func column(_ name: String) throws -> [String: Any] {
    try #require((try report()["columns"] as? [[String: Any]])?.first { $0["name"] as? String == name })
  }

  @Test("data like the training data has not drifted, words for missing values and all; other data has")
  func profile() throws {
    try site.write("past.csv", rows(0..<1500, carriers: ["UA", "AA", "B6"]))
    try night("2013-02-01", Self.training)
    try site.write("new.csv", rows(5000..<5400, carriers: ["UA", "AA", "B6"]))
    try night("2013-02-02", Self.watching)
    let calm = try report()
    #expect(calm["referenceSource"] as? String == "profile" && calm["isDrifted"] as? Bool == false)
    #expect((calm["columns"] as? [[String: Any]])?.contains { $0["isDrifted"] as? Bool == true } == false)
    #expect((calm["decision"] as? [String: Any])?["nights"] as? Double == 90)
    #expect(calm["referenceRowCount"] as? Int == 900)

    try site.write("new.csv", rows(6000..<6400, carriers: ["UA", "ZZ"], shift: 1500))
    try night("2013-02-03", Self.watching)
    #expect(try report()["isDrifted"] as? Bool == true)
    let carrier = try column("carrier")
    #expect((carrier["newCategories"] as? [[String: Any]])?.map { $0["text"] as? String } == ["ZZ"])
    #expect((carrier["goneCategories"] as? [[String: Any]])?.count == 2)
    #expect(try column("weight")["isDrifted"] as? Bool == false)
    #expect(try column("distance")["isDrifted"] as? Bool == true)
    let page = try site.read("Store/reports/models/p/delays/over-time.html")
    #expect(page.contains("a budget of 1 false alarm in 90 nights") && page.contains("PSI by night"))
    #expect(try site.read("Store/reports/models/p/delays/over-time.json").contains("\"largestColumn\""))
  }

  @Test("few rows decide nothing, and say so")
  func few() throws {
    try site.write("past.csv", rows(0..<1500, carriers: ["UA", "AA", "B6"]))
    try night("2013-02-01", Self.training)
    try site.write("new.csv", rows(5000..<5060, carriers: ["ZZ"], shift: 9000))
    try night("2013-02-02", Self.watching)
    #expect(try report()["isDrifted"] as? Bool == false)
    #expect(try column("distance")["undecided"] as? String == "too few rows: 60 of at least 100")
    #expect(try site.run("nights").status == 0)
  }
}
