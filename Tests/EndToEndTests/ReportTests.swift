import Foundation
import Testing

/// The pages of a site from night to night: written where something changed, and the same as when all are made anew.
@Suite struct ReportTests {
  let site: SiteFixture

  init() throws { site = try SiteFixture() }

  private static let training = """
    version: 1
    name: delays
    project: p
    params: {depth: 2}
    steps:
      - {id: raw, uses: snapshot, with: {from: "landing/*.csv", dataset: flights}}
      - {id: parts, uses: split, with: {data: raw, by: time, column: time, test: 0.25, validation: 0.15}}
      - id: model
        uses: train
        with: {trainer: xgboost, data: parts.train, validation: parts.validation, target: delay > 25, exclude: [time],
               params: {max_depth: "${{ params.depth }}", rounds: 10}, seed: 7, model: delays}
      - {id: scores, uses: evaluate, with: {model: model, data: parts.test, resamples: 0}}
      - {id: verdict, uses: gate, with: {challenger: scores, champion: delays@champion, require: [auc >= 0.5]}}
      - {id: release, uses: promote, with: {verdict: verdict, model: model, alias: champion}}

    """

  private static let night = """
    version: 1
    name: night
    project: p
    steps:
      - {id: arrived, uses: snapshot, with: {from: "new/*.csv", dataset: arrived}}
      - {id: scored, uses: predict, with: {model: delays@champion, data: arrived, dataset: scored, keys: [time]}}
      - {id: drift, uses: monitor, with: {model: delays@champion, data: arrived}}
      - {id: own, run: "test ! -e \\"$HOME/none\\" && exit $(( $(wc -l < inputs/data/2.csv) > 500 ))", inputs: {data: arrived}}

    """

  private func play(_ spec: String, at time: String, _ arguments: String...) throws {
    try #require(try site.run(["submit", spec, "--now", time] + arguments).status == 0)
    let answer = try site.run("run", "--now", time)
    #expect([0, 10].contains(answer.status), "\(answer.errors)")
  }

  private func copy(_ from: String, _ to: String) throws {
    try FileManager.default.copyItem(
      at: site.root.appendingPathComponent(from), to: site.root.appendingPathComponent(to))
  }

  /// What differs between two folders of pages, without the ledgers beside them.
  private func difference(_ left: String, _ right: String) throws -> String {
    try site.shell("diff -rq -x .ledgers \"$1\" \"$2\" || true", left, right).output
  }

  /// A year of three nights, the second of which fails; a copy of the pages after each.
  private func playNights(_ count: Int = 3) throws {
    try site.write("delays.yaml", Self.training)
    try site.write("night.yaml", Self.night)
    try site.write("landing/1.csv", flights(600))
    try site.write("new/2.csv", flights(300, seed: 2, start: 600))
    try play("delays.yaml", at: "2013-02-01T02:00:00Z")
    try copy("Store/reports", "first")
    guard count > 1 else { return }
    try site.write("new/2.csv", flights(600, seed: 3, start: 600))
    try play("night.yaml", at: "2013-02-02T02:00:00Z")
    try copy("Store/reports", "second")
    try site.write("new/2.csv", flights(200, seed: 4, start: 900))
    try play("delays.yaml", at: "2013-02-03T02:00:00Z", "--param", "depth=3")
    try play("night.yaml", at: "2013-02-03T02:00:00Z")
    try copy("Store/reports", "third")
  }

  @Test("past mornings can be made again, byte for byte, and so can today's pages, from the records alone")
  func asOf() throws {
    try playNights()
    for (moment, kept) in [
      ("2013-02-01T02:00:00Z", "first"), ("2013-02-02T02:00:00Z", "second"), ("2013-02-03T02:00:00Z", "third"),
    ] {
      let answer = try site.run("report", "--as-of", moment, "--to", "again-\(kept)")
      #expect(answer.status == 0, "\(answer.errors)")
      #expect(try difference(kept, "again-\(kept)") == "")
    }
    #expect(try site.run("report", "--now", "2013-02-03T02:00:00Z").status == 0)
    #expect(try difference("third", "Store/reports") == "")
    try FileManager.default.removeItem(at: site.root.appendingPathComponent("Store/reports"))
    #expect(try site.run("report", "--now", "2013-02-03T02:00:00Z").status == 0)
    #expect(try difference("third", "Store/reports") == "")
  }

  @Test("a night leaves the pages alone that it does not touch, and a page that somebody lost comes back with all")
  func untouched() throws {
    try playNights(1)
    let pages = site.files("Store/reports/runs").filter { $0.hasSuffix(".html") }
    let run = try #require(pages.first { $0.hasPrefix("delays-20130201") })
    try site.write("Store/reports/runs/\(run)", "mine")
    try play("night.yaml", at: "2013-02-04T02:00:00Z")
    #expect(try site.read("Store/reports/runs/\(run)") == "mine")
    #expect(try site.read("Store/reports/index.html").contains("2013-02-04"))
    _ = try site.run("report")
    #expect(try site.read("Store/reports/runs/\(run)").contains("<h1>"))
  }

  @Test("ledgers that a power cut tore, or that another program wrote, are made anew")
  func damage() throws {
    try playNights(1)
    for (file, text) in [
      ("models/p/delays.json", "{\"project\""), ("site.json", ""), ("runs.txt", "x"),
      ("site.json", "{\"format\":\"other\"}"),
    ] {
      try site.write("Store/reports/.ledgers/\(file)", text)
      let time = "2013-02-05T02:00:00Z"
      #expect(try site.run("report", "--changed", "--now", time).status == 0)
      _ = try site.run("report", "--as-of", time, "--to", "fresh")
      #expect(try difference("fresh", "Store/reports") == "", "\(file)")
      try FileManager.default.removeItem(at: site.root.appendingPathComponent("fresh"))
    }
  }

  @Test("a run can be sent in one file, as Markdown and as JUnit; runs and versions can be compared")
  func sending() throws {
    try playNights()
    #expect(try site.run("report", "--single", "night", "--to", "one.html").status == 0)
    #expect(try site.read("one.html").contains("<script type=\"application/json\" id=\"record\">"))
    #expect(try site.run("report", "--compare", "delays@v1", "delays@v2", "--to", "versions.html").status == 0)
    #expect(try site.read("versions.html").contains("max_depth"))
    let names = site.files("Store/reports/runs").filter { $0.hasPrefix("delays-") && $0.hasSuffix(".html") }
      .map { String($0.dropLast(5)) }
    #expect(try site.run(["report", "--compare"] + names + ["--to", "runs.html"]).status == 0)
    #expect(try site.read("runs.html").contains("depth"))
    #expect(try site.run("report", "--markdown", "delays").output.hasPrefix("## ✅ delays-20130203T020000-"))
    #expect(try site.run("report", "--junit", "delays").output.contains("<testsuite name=\"delays-20130203T020000-"))
    try mistakes()
  }

  /// What a report cannot be is told in a sentence.
  private func mistakes() throws {
    let answers = [
      try site.run("report", "--single", "nobody"), try site.run("report", "--compare", "delays@v1", "night"),
      try site.run("report", "--as-of", "2013-02-01", "--to", "Store"),
      try site.run("report", "--as-of", "soon", "--to", "x"),
      try site.run("report", "--as-of", "2013-02-01"), try site.run("report", "--single", "night", "--junit", "night"),
    ]
    for (answer, words) in zip(
      answers,
      [
        "it is neither a run nor a job that has run", "compare runs with runs", "is not empty: name a new folder",
        "“soon” is no time", "--as-of needs --to", "write one of --as-of, --single",
      ])
    {
      #expect(answer.status != 0 && answer.errors.contains(words), "\(answer.errors)")
    }
  }

  @Test("what people say of a model is on its page, and a mistake of theirs is told there")
  func cards() throws {
    try playNights(1)
    try site.write("Jobs/cards/p/delays.yaml", "owner: Ada\nlimits: Not for cargo.\n")
    #expect(try site.run("report", "--changed").status == 0)
    #expect(try site.read("Store/reports/models/p/delays.html").contains("Not for cargo."))
    try site.write("Jobs/cards/p/delays.yaml", "ownr: Ada\n")
    #expect(try site.run("report", "--changed").status == 0)
    #expect(try site.read("Store/reports/models/p/delays.html").contains("did you mean `owner`?"))
  }
}
