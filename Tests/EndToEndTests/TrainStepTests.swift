import Foundation
import Testing

/// `train` in a job: seasons, weights, quantiles, rankings and parents.
@Suite(.serialized) struct TrainStepTests {
  let site: SiteFixture

  /// Forty days of two shops, sold by weekday.
  init() throws {
    site = try SiteFixture()
    var csv = "day,shop,price,sold,weight\n"
    for day in 0..<40 {
      for (index, shop) in ["a", "b"].enumerated() {
        let date = day < 31 ? "2013-01-\(day < 9 ? "0" : "")\(day + 1)" : "2013-02-0\(day - 30)"
        csv +=
          "\(date)T00:00:00Z,\(shop),\(3 + (day * 7 + index) % 5),\(day % 7 * 10 + index * 100 + 1),\(1 + day % 2)\n"
      }
    }
    try site.write("landing/1.csv", csv)
  }

  private func run(_ steps: String) throws -> [String: Any] {
    let spec = """
      version: 1
      name: shops
      project: p
      steps:
        - {id: raw, uses: snapshot, with: {from: "landing/*.csv", dataset: shops}}
      \(steps)

      """
    try site.write("shops.yaml", spec)
    try #require(try site.run("submit", "shops.yaml").status == 0)
    _ = try site.run("run")
    let json = try JSONSerialization.jsonObject(with: Data(try site.run("runs", "--json").output.utf8))
    return try #require((json as? [[String: Any]])?.first)
  }

  private func step(_ id: String, of run: [String: Any]) throws -> [String: Any] {
    let steps = try #require(run["steps"] as? [[String: Any]])
    return try #require(steps.first { $0["id"] as? String == id })
  }

  @Test("a season's baseline is scored, and a model that is no better is told of it")
  func season() throws {
    let run = try run(
      """
        - id: naive
          uses: train
          with: {trainer: baseline, kind: seasonal-naive, data: raw, target: sold, season: {time: day, period: 7d, by: shop}, model: naive}
        - {id: scores, uses: evaluate, with: {model: naive, data: raw, resamples: 0}}
        - id: model
          uses: train
          with: {trainer: xgboost, data: raw, target: sold, features: [price], season: {time: day, period: 7d, by: shop}, params: {rounds: 3}, model: shops}
        - {id: judged, uses: evaluate, with: {model: model, data: raw, resamples: 0}}
      """)
    #expect(run["outcome"] as? String == "done", "\(run)")
    #expect(try step("naive", of: run)["headline"] as? String == "seasonal-naive over 80 rows")
    // What sells depends on weekday and shop alone.
    #expect((try step("scores", of: run)["headline"] as? String)?.contains("1.0000") == true)
    let notes = try #require(try step("judged", of: run)["notes"] as? [String])
    #expect(notes.contains { $0.hasPrefix("not better than the seasonal-naive baseline") })
  }

  @Test("quantiles, rankings, weights and linear models train and score in a job, and a model goes on from its parent")
  func objectives() throws {
    let run = try run(
      """
        - id: model
          uses: train
          with: {trainer: xgboost, data: raw, target: sold, exclude: [day], weights: weight, params: {rounds: 4}, model: shops}
        - id: more
          uses: train
          with: {trainer: xgboost, data: raw, target: sold, exclude: [day], weights: weight, params: {rounds: 3}, parent: model, model: shops}
        - id: quantiles
          uses: train
          with:
            trainer: xgboost
            data: raw
            target: sold
            exclude: [day]
            params: {rounds: 4, objective: "reg:quantileerror", quantile_alpha: [0.1, 0.9]}
            model: quantiles
        - {id: said, uses: predict, with: {model: quantiles, data: raw, dataset: said}}
        - id: ranks
          uses: train
          with: {trainer: xgboost, data: raw, target: weight, features: [price], group: day, params: {rounds: 2, objective: "rank:ndcg"}, model: ranks}
        - id: linear
          uses: train
          with: {trainer: xgboost, data: raw, target: sold > 60, features: [price], class-weights: balanced, params: {rounds: 4, booster: gblinear}, model: linear}
      """)
    #expect(run["outcome"] as? String == "done", "\(run)")
    #expect(try step("more", of: run)["headline"] as? String == "3 rounds after 4 of the parent over 80 rows")
    let tested = try site.run("model", "test", "quantiles@latest")
    #expect(tested.status == 0 && tested.output.contains("gives the answers to its 8 sample rows"))
    try site.write("package/model.json", "{}")
    #expect(try site.run("model", "test", "package").status != 0)
  }
}
