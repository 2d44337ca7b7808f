import Foundation
import Testing

@Suite struct TuneTests {
  let site: SiteFixture

  init() throws {
    site = try SiteFixture()
    try site.write("landing/1.csv", flights(900))
  }

  private static func spec(_ keys: String) -> String {
    """
    version: 1
    name: tuned
    project: p
    steps:
      - {id: raw, uses: snapshot, with: {from: "landing/*.csv", dataset: flights}}
      - {id: parts, uses: split, with: {data: raw, by: time, column: time, test: 0.25, validation: 0.15}}
      - id: best
        uses: tune
        with: {data: parts.train, target: delay > 25, exclude: [time], seed: 7, model: delays, \(keys)}
      - {id: scores, uses: evaluate, with: {model: best, data: parts.test}}

    """
  }

  private static let search =
    "validation: parts.validation, params: {rounds: 40, early_stopping: 5}, trials: 12, "
    + "space: {max_depth: {int: [2, 6]}, eta: {log: [0.02, 0.5]}, grow_policy: [depthwise, lossguide]}"

  struct Record: Decodable {
    struct Step: Decodable {
      struct Output: Decodable {
        struct Artifact: Decodable { var kind, digest: String }
        var name: String
        var artifact: Artifact
      }
      var id, outcome: String
      var reason, headline: String?
      var outputs: [Output]
    }
    var steps: [Step]
  }

  private func run(
    _ site: SiteFixture, _ keys: String, at time: String = "2013-02-01T02:00:00Z", expect status: Int32 = 0
  )
    throws -> Record.Step
  {
    try site.write("job.yaml", Self.spec(keys))
    try #require(try site.run("submit", "job.yaml", "--now", time).status == 0)
    let answer = try site.run("run")
    #expect(answer.status == status, "\(answer.errors)")
    return try tuned(site)
  }

  /// The `tune` step of the latest run.
  private func tuned(_ site: SiteFixture) throws -> Record.Step {
    let file = try #require(site.files("Store/runs").filter { $0.hasSuffix("/run.json") }.max())
    let record = try JSONDecoder().decode(Record.self, from: Data(try site.read("Store/runs/" + file).utf8))
    return try #require(record.steps.first { $0.id == "best" })
  }

  private func page(_ site: SiteFixture) throws -> String {
    let page = try #require(
      site.files("Store/reports/runs").filter { $0.hasSuffix(".html") && $0 != "index.html" }.max())
    return try site.read("Store/reports/runs/" + page)
  }

  @Test("a search gives a model and its trials, the same bytes anywhere, and its page shows them")
  func searches() throws {
    let step = try run(site, Self.search)
    #expect(step.outputs.map { "\($0.name) \($0.artifact.kind)" } == [" model", "trials trials"])
    #expect(step.headline?.hasPrefix("logloss 0.") ?? false)
    let page = try page(site)
    for text in ["Best logloss so far", "How much the metric moves with a parameter"] {
      #expect(page.contains(text), "\(text)")
    }
    let model = try #require(site.files("Store/reports/models/p").first { $0.hasSuffix(".html") && !$0.contains("/") })
    #expect(try site.read("Store/reports/models/p/" + model).contains("looked at 1 time by 1 model"))
    #expect(try run(site, Self.search, at: "2013-02-02T02:00:00Z").outcome == "reused")
    let other = try SiteFixture()
    try other.write("landing/1.csv", flights(900))
    #expect(try run(other, Self.search).outputs.map(\.artifact.digest) == step.outputs.map(\.artifact.digest))
  }

  @Test("killed in the middle of its trials, it goes on with the next one, and nothing tells", .timeLimit(.minutes(30)))
  func killed() throws {
    let keys =
      "folds: {count: 3, by: time, column: time}, params: {rounds: 60}, trials: 40, parallel: 2, search: tpe, "
      + "halving: {rounds: 5}, space: {max_depth: {int: [2, 6]}, eta: {log: [0.02, 0.5]}}"
    let other = try SiteFixture()
    try other.write("landing/1.csv", flights(900))
    let whole = try run(other, keys)

    try site.write("job.yaml", Self.spec(keys))
    try #require(try site.run("submit", "job.yaml", "--now", "2013-02-01T02:00:00Z").status == 0)
    let tool = try RunningTool(["run"], in: site)
    var noted = 0
    try site.wait {
      noted = try journal()?.split(separator: "\n").count ?? 0
      return noted >= 3
    }
    tool.signal(SIGKILL)
    _ = tool.end()
    let left = try #require(try journal())
    // A line that a crash tore.
    let name = try #require(site.names("Store/tmp").first { $0.hasPrefix("trials-") })
    try site.write("Store/tmp/" + name, left + "{\"trial\":{\"numb")
    #expect(try site.run("run").status == 0)
    #expect(try tuned(site).outputs.map(\.artifact.digest) == whole.outputs.map(\.artifact.digest))
    #expect(site.names("Store/tmp") == [])
    #expect(try site.run("store", "check").status == 0)
  }

  private func journal() throws -> String? {
    guard let name = site.names("Store/tmp").first(where: { $0.hasPrefix("trials-") }) else { return nil }
    return try? site.read("Store/tmp/" + name)
  }

  @Test("bad trials are told and passed over; where all are bad, the step says why")
  func badTrials() throws {
    let half = Self.search.replacing("eta: {log: [0.02, 0.5]}", with: "booster: [gbtree, gblinear]")
    let step = try run(site, half + ", search: grid")
    #expect(step.outcome == "ran")
    #expect(try page(site).contains("Failed trials"))
    // That a linear model cannot read categories shows when there are rows.
    let all = "validation: parts.validation, trials: 3, space: {booster: [gblinear], lambda: {log: [0.1, 10]}}"
    let failed = try run(site, all, at: "2013-02-02T02:00:00Z", expect: 10)
    let reason = "no trial of 3 could be trained: the column “carrier” cannot be used: it holds categories"
    #expect(failed.reason?.hasPrefix(reason) ?? false, "\(failed.reason ?? "nothing")")
  }

  @Test("a leaderboard shows the simple models beside the best, and a budget ends it")
  func auto() throws {
    let step = try run(
      site, "validation: parts.validation, params: {rounds: 30}, trainer: auto, trials: 8, budget: {time: 10m}")
    #expect(step.headline?.hasSuffix("of 8") ?? false)
    let page = try page(site)
    for text in ["Leaderboard", "constant", "linear", "small trees"] { #expect(page.contains(text), "\(text)") }
    let short = try run(
      site, "validation: parts.validation, params: {rounds: 30}, trainer: auto, trials: 8, budget: {time: 0s}",
      at: "2013-02-02T02:00:00Z")
    #expect(short.headline?.hasSuffix("by trial 1 of 1") ?? false)
  }

  @Test("with one point to search, weights and all give the model of `train`")
  func oneEqualsTraining() throws {
    let common =
      "data: parts.train, validation: parts.validation, target: delay > 25, exclude: [time], "
      + "weights: distance, class-weights: balanced, season: {time: time, period: 1d}, seed: 7"
    try site.write(
      "job.yaml",
      """
      version: 1
      name: both
      project: p
      steps:
        - {id: raw, uses: snapshot, with: {from: "landing/*.csv", dataset: flights}}
        - {id: parts, uses: split, with: {data: raw, by: time, column: time, test: 0.25, validation: 0.15}}
        - {id: model, uses: train, with: {trainer: xgboost, \(common), params: {rounds: 9, max_depth: 3}, model: trained}}
        - {id: best, uses: tune, with: {\(common), params: {rounds: 9}, space: {max_depth: [3]}, search: grid, model: tuned}}

      """)
    try #require(try site.run("submit", "job.yaml").status == 0)
    let answer = try site.run("run")
    #expect(answer.status == 0, "\(answer.errors)")
    try expectEqual(
      "trained", "tuned", ["model.json", "schema.json", "baselines.json", "sample.json", "profile.json"])
  }

  /// Expects files of two models' packages to be there and the same.
  private func expectEqual(_ one: String, _ other: String, _ files: [String]) throws {
    for name in [one, other] {
      try #require(try site.run("model", "export", "p/\(name)@latest", name + ".tar").status == 0)
    }
    for file in files {
      let contents = try [one, other].map { name in
        try site.shell("tar -xOf $1.tar --wildcards \"*$2\"", name, file).output
      }
      #expect(!contents[0].isEmpty && contents[0] == contents[1], "\(file)")
    }
  }

  @Test("folds that a split made are searched over like those of a search of its own")
  func foldsOfASplit() throws {
    let lines = flights(900).split(separator: "\n")
    try site.write("landing/1.csv", (lines.prefix(1) + lines.dropFirst().sorted()).joined(separator: "\n") + "\n")
    let common =
      "target: delay > 25, exclude: [time], seed: 7, params: {rounds: 9, early_stopping: 3}, trials: 4, "
      + "space: {max_depth: {int: [2, 5]}, eta: {log: [0.05, 0.5]}}"
    try site.write(
      "job.yaml",
      """
      version: 1
      name: both
      project: p
      steps:
        - {id: raw, uses: snapshot, with: {from: "landing/*.csv", dataset: flights}}
        - {id: cuts, uses: split, with: {data: raw, by: time, column: time, folds: 3}}
        - {id: own, uses: tune, with: {data: raw, folds: {count: 3, by: time, column: time}, \(common), model: own}}
        - id: best
          uses: tune
          with: {folds: {parts: [cuts.fold1, cuts.fold2, cuts.fold3]}, \(common), parallel: 1, model: named}
        - {id: drift, uses: monitor, with: {model: best, data: best.data}}

      """)
    try #require(try site.run("submit", "job.yaml").status == 0)
    let answer = try site.run("run")
    #expect(answer.status == 0, "\(answer.errors)")
    // The rows are in the order of their times, and so in the same order both ways.
    try expectEqual("own", "named", ["model.json", "schema.json", "baselines.json", "profile.json"])
    let step = try tuned(site)
    #expect(step.outputs.map { "\($0.name) \($0.artifact.kind)" } == [" model", "trials trials", "data dataset"])
    #expect(try page(site).contains("3 folds of a split by time"))
    #expect(try site.run("store", "check").status == 0)
  }
}
