import Foundation
import Testing

@Suite(.serialized) struct ContractTests {
  let site: SiteFixture

  init() throws { site = try SiteFixture() }

  private static let job = """
    version: 1
    name: guarded
    project: p
    retry: {attempts: 3, backoff: 1s}
    steps:
      - {id: raw, uses: snapshot, with: {from: "landing/*.csv", dataset: flights}}
      - {id: checked, uses: validate, with: {data: raw, contract: flights.contract.yaml}}
      - {id: parts, uses: split, with: {data: checked, by: time, column: time, test: 0.25}}
      - {id: model, uses: train, with: {trainer: baseline, data: parts.train, target: delay > 25, exclude: [time], model: guarded}}

    """

  private func night(_ contract: String, at time: String, expect status: Int32) throws -> [String: Any] {
    try site.write("guarded.yaml", Self.job)
    try site.write("flights.contract.yaml", contract)
    try #require(try site.run("submit", "guarded.yaml", "--now", time).status == 0)
    let answer = try site.run("run")
    #expect(answer.status == status, "\(answer.errors)")
    let json = try JSONSerialization.jsonObject(with: Data(try site.run("runs", "--json").output.utf8))
    return try #require((json as? [[String: Any]])?.first)
  }

  private func steps(_ run: [String: Any]) -> [[String: Any]] { run["steps"] as? [[String: Any]] ?? [] }
  private func outcomes(_ run: [String: Any]) -> [String] { steps(run).compactMap { $0["outcome"] as? String } }

  @Test("bad data stops before training, with its result on the pages; what is only warned of trains")
  func guardTraining() throws {
    try site.write("landing/1.csv", flights(600))
    try site.write("landing/2.csv", flights(100, seed: 3, start: 600) + "2013-01-12T10:00:00Z,<b>ZZ</b>,5,7\n")
    let strict =
      "version: 1\ncolumns:\n  carrier: {type: string, in: [UA, AA, B6]}\n  distance: {range: [100, 9999], severity: warn}\n"
    let bad = try night(strict, at: "2013-02-01T02:00:00Z", expect: 10)
    #expect(outcomes(bad) == ["ran", "failed", "unreached", "unreached"])
    let reason = try #require(steps(bad)[1]["reason"] as? String)
    #expect(
      reason.contains("carrier is one of UA, AA, B6: 1 of 701 rows (0.1427 %) breaks it, the first in 2.csv, row 101"))
    #expect(!reason.contains("attempts"))
    let page = try #require(
      site.files("Store/reports/runs").first { $0.hasPrefix("guarded-20130201") && $0.hasSuffix(".html") })
    let html = try site.read("Store/reports/runs/" + page)
    #expect(html.contains("carrier is one of UA, AA, B6") && html.contains("&lt;b&gt;ZZ&lt;/b&gt;"))
    #expect(html.contains("Stopped:") && !html.contains("<b>ZZ"))
    let dataset = try #require(site.files("Store/reports/datasets").first { $0.hasSuffix("flights.html") })
    #expect(try site.read("Store/reports/datasets/" + dataset).contains("2 of 5 rules are broken"))

    let mild = strict.replacing("B6]}", with: "B6], severity: {in: warn}}")
    let good = try night(mild, at: "2013-02-02T02:00:00Z", expect: 0)
    #expect(outcomes(good) == ["reused", "ran", "ran", "ran"])
    #expect((steps(good)[1]["notes"] as? [String])?.count == 2)
    let raw = (steps(good)[0]["outputs"] as? [[String: Any]])?.first?["artifact"] as? [String: Any]
    let checked = (steps(good)[1]["outputs"] as? [[String: Any]])?.first?["artifact"] as? [String: Any]
    #expect(raw?["digest"] as? String == checked?["digest"] as? String)
    #expect(outcomes(try night(mild, at: "2013-02-03T02:00:00Z", expect: 0)) == Array(repeating: "reused", count: 4))
    #expect(try site.run("store", "check", "--read-data").status == 0)
  }

  @Test("what a rule looks at beside the data makes a new key: time, other tables, earlier versions")
  func keys() throws {
    try site.write("landing/1.csv", flights(200))
    try site.write("airlines.csv", "code\nUA\nAA\nB6\n")
    try #require(try site.run("data", "add", "airlines.csv", "--as", "airlines", "--project", "p").status == 0)
    let contract = """
      version: 1
      columns: {time: {type: timestamp, freshness: 3650d}}
      foreign-keys: [{columns: carrier, in: airlines@latest, key: code}]
      rows: {against: {within: 10%}}

      """
    #expect(outcomes(try night(contract, at: "2013-02-01T02:00:00Z", expect: 0)).allSatisfy { $0 == "ran" })
    // The same data of another night is judged anew.
    #expect(outcomes(try night(contract, at: "2013-02-02T02:00:00Z", expect: 0))[1] == "ran")
    try site.write("airlines.csv", "code\nUA\nAA\n")
    try #require(try site.run("data", "add", "airlines.csv", "--as", "airlines", "--project", "p").status == 0)
    let stranger = try night(contract, at: "2013-02-03T02:00:00Z", expect: 10)
    #expect((steps(stranger)[1]["reason"] as? String)?.contains("carrier is among code of airlines@latest") == true)
    try site.write("landing/2.csv", flights(200, seed: 2, start: 200))
    let grown = try night(contract.replacing("10%", with: "50%"), at: "2013-02-04T02:00:00Z", expect: 10)
    #expect((steps(grown)[1]["reason"] as? String)?.contains("the median of the version before is 200") == true)
  }

  @Test("a contract is tried by hand, on files and versions, and one is proposed")
  func byHand() throws {
    try site.write("landing/1.csv", flights(300))
    try #require(try site.run("data", "add", "landing/1.csv", "--as", "flights", "--project", "p").status == 0)
    let proposal = try site.run("data", "suggest-contract", "p/flights@v1")
    #expect(
      proposal.status == 0
        && proposal.output.contains("\"carrier\": {type: string, missing: 0%, in: [\"AA\", \"B6\", \"UA\"]}"))
    try site.write("c.yaml", proposal.output)
    #expect(try site.run("data", "validate", "--contract", "c.yaml", "landing/1.csv", "p/flights@latest").status == 0)
    try site.write("bad.csv", "time,carrier,distance,delay\n2013-01-10T10:00:00Z,XX,700,1\n")
    let bad = try site.run("data", "validate", "--contract", "c.yaml", "bad.csv", "--json")
    #expect(bad.status == 10 && bad.output.contains("\"carrier.in\""))
    try site.write("c.yaml", "version: 1\ncolums: {}\n")
    let wrong = try site.run("data", "validate", "--contract", "c.yaml", "bad.csv")
    #expect(
      wrong.status == 65 && wrong.errors.contains("c.yaml:2:1: a contract has no key `colums`: did you mean `columns`?")
    )
  }

  @Test("a version is judged by hand as in its job: by the words and types that it is read with")
  func reading() throws {
    try site.write("landing/1.csv", "id,delay,zip\n1,-,02134\n2,5,10001\n3,late,NA\n")
    try site.write(
      "words.yaml",
      """
      version: 1
      name: words
      project: p
      steps:
        - id: raw
          uses: snapshot
          with: {from: "landing/*.csv", dataset: d, schema: {delay: integer}, missing: ["-"], on-error: "null"}
        - {id: checked, uses: validate, with: {data: raw, contract: c.yaml}}

      """)
    let sql = [
      "{name: of sums, sql: \"select * from data where id = 2 and delay + 1 <> 6\"}",
      "{name: of words, sql: \"select * from data where id <> 2 and delay is not null\"}",
    ]
    let rules = hasDuckDB ? "checks:\n  - " + sql.joined(separator: "\n  - ") + "\n" : ""
    try site.write(
      "c.yaml",
      "version: 1\ncolumns:\n  delay: {type: integer, missing: 70%}\n  zip: {type: string, missing: 0%}\n" + rules)
    try #require(try site.run("submit", "words.yaml", "--now", "2013-02-01T02:00:00Z").status == 0)
    let night = try site.run("run")
    #expect(night.status == 0, "\(night.errors)")
    let hand = try site.run("data", "validate", "--contract", "c.yaml", "p/d@latest")
    #expect(hand.status == 0, "\(hand.output) \(hand.errors)")
  }
}
