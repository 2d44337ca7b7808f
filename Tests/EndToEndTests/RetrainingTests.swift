import Foundation
import Testing

/// When a model is retrained, when it is not, and what is kept of why.
@Suite(.serialized) struct RetrainingTests {
  let site: SiteFixture

  init() throws { site = try SiteFixture() }

  private static let training = """
    version: 1
    name: delays
    project: p
    steps:
      - {id: raw, uses: snapshot, with: {from: "landing/*.csv", dataset: flights}}
      - {id: parts, uses: split, with: {data: raw, by: hash, column: time, test: 0.25}}
      - {id: model, uses: train, with: {trainer: baseline, data: parts.train, target: delay > 25, exclude: [time], model: delays}}
      - {id: scores, uses: evaluate, with: {model: model, data: parts.test}}
      - {id: verdict, uses: gate, with: {challenger: scores, champion: delays@champion, require: [accuracy >= GATE]}}
      - {id: release, uses: promote, with: {verdict: verdict, model: model, alias: champion}}

    """

  private func watching(_ when: String) -> String {
    """
    version: 1
    name: night
    project: p
    steps:
      - {id: again, uses: retrain, with: {model: delays@champion, data: flights@latest, \(when)}}

    """
  }

  private func night(_ date: String, _ spec: String) throws {
    try site.write("job.yaml", spec)
    try #require(try site.run("submit", "job.yaml", "--now", "\(date)T02:00:00Z").status == 0)
    let answer = try site.run("run")
    try #require(answer.status == 0, "\(answer.errors)")
  }

  private func runs() throws -> [[String: Any]] {
    let json = try JSONSerialization.jsonObject(with: Data(try site.run("runs", "--json").output.utf8))
    return try #require(json as? [[String: Any]])
  }

  /// What the newest `night` said of retraining.
  private func headline() throws -> String {
    let run = try #require(try runs().first { $0["job"] as? String == "night" })
    return try #require((run["steps"] as? [[String: Any]])?.last?["headline"] as? String)
  }

  /// The first model, and a second lot of data.
  private func begin() throws {
    try site.write("landing/1.csv", flights(300))
    try night("2013-02-01", Self.training.replacing("GATE", with: "0"))
    try site.write("landing/2.csv", flights(200, seed: 2, start: 300))
    try #require(try site.run("data", "add", "landing", "--as", "flights", "--project", "p").status == 0)
  }

  @Test("a refused challenger is not asked for again on the same grounds, and is on others")
  func sameGrounds() throws {
    try begin()
    try night("2013-02-10", watching("when: new-rows >= 100"))
    #expect(try headline() == "queued: there are 200 new rows")
    #expect(try runs().count == 3)
    try #require(
      try site.run("model", "rollback", "delays", "--to", "v1", "--why", "as if it had been refused").status == 0)
    try night("2013-02-11", watching("when: new-rows >= 100"))
    #expect(
      try headline()
        == "held back: it was asked for on 2013-02-10 on the same grounds, and would come to the same")
    #expect(try runs().count == 4)
    // Another condition that holds makes no other model of the same data.
    try night("2013-02-12", watching("when: [age > 7d, new-rows >= 100]"))
    #expect(
      try headline()
        == "held back: it was asked for on 2013-02-10 on the same grounds, and would come to the same")
    try site.write("landing/3.csv", flights(100, seed: 3, start: 500))
    try #require(try site.run("data", "add", "landing", "--as", "flights", "--project", "p").status == 0)
    try night("2013-02-13", watching("when: new-rows >= 100"))
    #expect(try headline() == "queued: there are 300 new rows")
  }

  @Test("two steps of one night ask for a model once, whichever of their conditions hold")
  func twoSteps() throws {
    try begin()
    let two =
      watching("when: new-rows >= 100").trimmingCharacters(in: .newlines)
      + "\n  - {id: old, uses: retrain, with: {model: delays@champion, when: age > 1d}}\n"
    try night("2013-02-10", two)
    let all = try runs()
    #expect(all.count { $0["job"] as? String == "delays" } == 2)
    let run = try #require(all.first { $0["job"] as? String == "night" })
    let headlines = try #require(run["steps"] as? [[String: Any]]).compactMap { $0["headline"] as? String }
    #expect(headlines.count { $0.hasPrefix("queued: ") } == 1, "\(headlines)")
    #expect(headlines.count { $0.hasPrefix("held back: another step of this run has asked for it") } == 1)
  }

  @Test("what a retraining by hand sets off asks for no further one")
  func chainByHand() throws {
    try begin()
    try site.write(
      "Jobs/recurring/after.yaml",
      watching("when: age >= 0s").replacing("name: night", with: "name: night\non: {dataset: flights}"))
    try #require(try site.run("run", "--now", "2013-02-04T02:00:00Z").status == 0)
    // The replay publishes a version of the dataset, which sets the watching off.
    try site.write("landing/3.csv", flights(100, seed: 3, start: 500))
    try #require(try site.run("retrain", "delays", "--now", "2013-02-05T02:00:00Z").status == 0)
    for hour in 2..<5 { try #require(try site.run("run", "--now", "2013-02-05T0\(hour):00:00Z").status == 0) }
    #expect(try headline().hasPrefix("held back: this run comes of a retraining itself"))
    #expect(try runs().count { $0["job"] as? String == "delays" } == 2)
  }

  @Test("the cool-down counts from the last asking, and from the model")
  func cooldown() throws {
    try begin()
    try night("2013-02-05", watching("when: new-rows >= 100, cooldown: 7d"))
    #expect(try headline().hasPrefix("held back: it is only 4 days old"))
    try night("2013-02-10", watching("when: new-rows >= 100, cooldown: 7d"))
    #expect(try headline().hasPrefix("queued"))
    try #require(try site.run("model", "rollback", "delays", "--to", "v1", "--why", "trial").status == 0)
    try night("2013-02-15", watching("when: new-rows >= 101, cooldown: 7d"))
    #expect(
      try headline() == "held back: it was asked for on 2013-02-10: retraining waits for the end of the cool-down")
    try site.write("landing/3.csv", flights(100, seed: 3, start: 500))
    try #require(try site.run("data", "add", "landing", "--as", "flights", "--project", "p").status == 0)
    try night("2013-02-18", watching("when: new-rows >= 101, cooldown: 7d"))
    #expect(try headline().hasPrefix("queued"))
  }

  @Test("a schedule asks once for each of its times, and all of several conditions must hold")
  func schedule() throws {
    try begin()
    try night("2013-02-20", watching("schedule: 0 1 1 * *"))
    #expect(try headline() == "not needed")
    try night("2013-03-02", watching("when: [new-rows >= 100 && age > 90d]"))
    #expect(try headline() == "not needed")
    let monthly = watching("schedule: 0 1 1 * *").replacing(", data: flights@latest", with: "")
    try night("2013-03-03", monthly)
    #expect(try headline() == "queued: the model was made before the scheduled 2013-03-01T01:00:00Z")
    try #require(try site.run("model", "rollback", "delays", "--to", "v1", "--why", "trial").status == 0)
    try night("2013-03-04", monthly)
    #expect(try headline().hasPrefix("held back: it was asked for on 2013-03-03"))
    // What the recipe reads may be another next month; data that the step names is the same.
    try night("2013-04-02", monthly)
    #expect(try headline().hasPrefix("queued"))
    try night("2013-04-03", watching("schedule: 0 1 1 * *"))
    #expect(try headline().hasPrefix("queued"))
    try night("2013-05-02", watching("schedule: 0 1 1 * *"))
    #expect(try headline().hasPrefix("held back: it was asked for on 2013-04-03 on the same grounds"))
  }

  @Test(
    "drift and metrics of another model ask for nothing",
    arguments: [("drift", "drift: drift, when: drift"), ("scores", "scores: scores, when: [rmse > 0]")])
  func otherModel(name: String, keys: String) throws {
    try begin()
    let other = """
      version: 1
      name: night
      project: p
      steps:
        - {id: other, uses: train, with: {trainer: baseline, data: flights@v1, target: delay, exclude: [time], model: other}}
        - {id: drift, uses: monitor, with: {model: other, data: flights@v2}}
        - {id: scores, uses: evaluate, with: {model: other, data: flights@v2}}
        - {id: again, uses: retrain, with: {model: delays@champion, \(keys)}}

      """
    try site.write("job.yaml", other)
    try #require(try site.run("submit", "job.yaml", "--now", "2013-02-10T02:00:00Z").status == 0)
    let answer = try site.run("run")
    #expect(answer.status == 10 && answer.errors.contains("`\(name)` is of the model other@v1, not of delays@v1"))
  }

  @Test("a retraining's own run asks for no further one, whatever its conditions say")
  func feedsNotItself() throws {
    try site.write("landing/1.csv", flights(300))
    let own =
      Self.training.replacing("GATE", with: "0").trimmingCharacters(in: .newlines)
      + "\n  - {id: again, uses: retrain, needs: release, with: {model: model, data: flights@latest, when: [age >= 0s, new-rows >= 0]}}\n"
    try night("2013-02-01", own)
    let all = try runs()
    #expect(all.count == 2)
    let second = try #require(all.first { $0["requestedBy"] != nil })
    let last = try #require((second["steps"] as? [[String: Any]])?.last?["headline"] as? String)
    #expect(last.hasPrefix("held back: this run comes of a retraining itself"))
  }

  @Test("by hand it needs no condition, and the reason is kept in the job, the run, the page and the audit log")
  func byHand() throws {
    try begin()
    let answer = try site.run(
      "retrain", "delays", "--data", "flights@latest", "--because", "the airport has a <new> runway", "--now",
      "2013-02-05T02:00:00Z")
    try #require(answer.status == 0, "\(answer.errors)")
    #expect(site.files("Jobs/inbox").contains { $0.hasSuffix("submission.json") })
    try #require(try site.run("run").status == 0)
    let run = try #require(try runs().first)
    #expect(run["because"] as? String == "the airport has a <new> runway" && run["outcome"] as? String == "done")
    #expect(try site.run("model", "show", "delays@champion").output.contains("p/delays@v2"))
    let page = try site.read("Store/reports/models/p/delays.html")
    #expect(page.contains("the airport has a &lt;new&gt; runway"))
    #expect(try site.read("Store/audit/log.ndjson").contains("request-retraining"))
    #expect(try site.run("retrain", "nothing").status == 64)
    // What people ask for counts for the cool-down, too.
    try night("2013-02-07", watching("when: age > 1d, cooldown: 5d"))
    #expect(try headline().hasPrefix("held back"))
  }
}
