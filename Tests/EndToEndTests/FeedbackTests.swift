import Foundation
import Testing

/// Labels that come late, over several nights of a site.
@Suite(.serialized) struct FeedbackTests {
  let site: SiteFixture

  init() throws { site = try SiteFixture() }

  /// Rows with a key of their own; the target depends on the features.
  private func rows(_ range: Range<Int>, labelled: (Int) -> Bool = { _ in true }) -> String {
    var state: UInt64 = 7
    func next(_ bound: UInt64) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % bound)
    }
    var text = "id,carrier,distance,delay\n"
    for id in 0..<range.upperBound {
      let (carrier, distance, noise) = (["UA", "AA", "B6"][next(3)], next(2000), next(20))
      guard range.contains(id) else { continue }
      let delay = (carrier == "AA" ? 20 : 0) + distance / 100 + noise
      text += "k\(id),\(carrier),\(distance),\(labelled(id) ? "\(delay)" : "NA")\n"
    }
    return text
  }

  private static let training = """
    version: 1
    name: delays
    project: p
    steps:
      - {id: raw, uses: snapshot, with: {from: past.csv, dataset: past}}
      - {id: model, uses: train, with: {trainer: xgboost, data: raw, target: delay > 25, features: FEATURES,
         params: {max_depth: 3, rounds: 10}, model: delays}}

    """

  private static let scoring = """
    version: 1
    name: scoring
    project: p
    steps:
      - {id: new, uses: snapshot, with: {from: new.csv, dataset: arrived}}
      - {id: said, uses: predict, with: {model: delays@latest, data: new, dataset: said, keys: id}}

    """

  private static let joining = """
    version: 1
    name: joining
    project: p
    steps:
      - {id: came, uses: snapshot, with: {from: labels.csv, dataset: labels}}
      - {id: joined, uses: feedback, with: {predictions: said, labels: came, key: id, target: delay > 25, dataset: outcomes, by: day OPTIONS}}
      - {id: again, uses: retrain, with: {model: delays@latest, scores: joined.performance, when: [auc.high < 0.9, accuracy < 0.1]}}

    """

  private func night(_ date: String, _ spec: String) throws {
    try site.write("job.yaml", spec)
    try #require(try site.run("submit", "job.yaml", "--now", "\(date)T02:00:00Z").status == 0)
    let answer = try site.run("run")
    try #require(answer.status == 0, "\(answer.errors)")
  }

  private func page(_ job: String) throws -> [String: Any] {
    let runs = try JSONSerialization.jsonObject(with: Data(try site.run("runs", "--json").output.utf8))
    let run = try #require((runs as? [[String: Any]])?.first { $0["job"] as? String == job })
    let text = try site.read("Store/reports/runs/\(try #require(run["id"] as? String)).json")
    return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  private func performance() throws -> [String: Any] {
    let all = try #require(try page("joining")["performances"] as? [String: [String: Any]])
    return try #require(all["joined"])
  }

  private func outcomes() throws -> [[String]] {
    let folder = "out-\(UUID().uuidString)"
    try #require(try site.run("data", "checkout", "p/outcomes@latest", folder).status == 0)
    return try site.read("\(folder)/outcomes.csv").split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  /// Two nights of predictions of overlapping rows by two models.
  private func predictions() throws {
    try site.write("past.csv", rows(0..<600))
    try night("2013-02-01", Self.training.replacing("FEATURES", with: "[carrier, distance]"))
    try site.write("new.csv", rows(600..<1000))
    try night("2013-02-02", Self.scoring)
    try night("2013-02-03", Self.training.replacing("FEATURES", with: "[distance]"))
    try site.write("new.csv", rows(800..<1200))
    try night("2013-02-04", Self.scoring)
  }

  @Test("each label meets the prediction that was made of its row first, by the model that made it")
  func joined() throws {
    try predictions()
    // Nothing is known of the last rows, and nothing was ever said of the first.
    try site.write("labels.csv", rows(500..<1200) { $0 < 1000 })
    try night("2013-03-05", Self.joining.replacing("OPTIONS", with: ""))
    let document = try performance()
    let periods = try #require(document["periods"] as? [[String: Any]])
    #expect(periods.map { $0["from"] as? String } == ["2013-02-02", "2013-02-04"])
    #expect(periods.map { $0["predictionCount"] as? Int } == [400, 400])
    #expect(periods.map { $0["labelledCount"] as? Int } == [400, 200])
    // The later night's predictions of rows 800 to 999 were second to others.
    #expect(periods.map { $0["rowCount"] as? Int } == [400, 0])
    #expect(periods.map { $0["models"] as? [String] } == [["delays@v1"], ["delays@v2"]])
    #expect(periods[1]["suppressed"] as? String == "0 rows are fewer than 100")
    #expect(document["unpredictedCount"] as? Int == 100 && document["tooLateCount"] as? Int == 0)
    let auc = try #require((periods[0]["metrics"] as? [String: [String: Double]])?["auc"])
    let (low, value, high) = (try #require(auc["low"]), try #require(auc["value"]), try #require(auc["high"]))
    #expect(low < value && value < high && low > 0.8)
    let table = try outcomes()
    #expect(table[0] == ["id", "score", "label", "model", "predicted"] && table.count == 401)
    #expect(table[1][0] == "k600" && table[1][3...] == ["delays@v1", "2013-02-02T02:00:00Z"])
    #expect(try site.read("Store/reports/models/p/delays.html").contains("How its predictions came true"))
    #expect(try site.read("Store/reports/models/p/delays.json").contains("\"performance\""))
    #expect(try site.run("store", "check", "--read-data").status == 0)
  }

  @Test("the last prediction before the label counts when that is asked for; what was said too late never does")
  func last() throws {
    try predictions()
    // The labels say themselves when they became known: half of them before the second night.
    let lines = rows(800..<1000).split(separator: "\n")
    let known = lines.enumerated().map { index, line in
      line + (index == 0 ? ",known" : index <= 100 ? ",2013-02-03T00:00:00Z" : ",2013-02-09T00:00:00Z")
    }
    try site.write("labels.csv", known.joined(separator: "\n") + "\n")
    try night("2013-03-05", Self.joining.replacing("OPTIONS", with: ", take: last, time: known, coverage: 0.1"))
    #expect(
      try outcomes().dropFirst().map { $0[3] } == Array(repeating: "delays@v1", count: 100)
        + Array(repeating: "delays@v2", count: 100))
    let early = known.map { $0.replacing("2013-02-09", with: "2013-02-01").replacing("2013-02-03", with: "2013-02-01") }
    try site.write("labels.csv", early.joined(separator: "\n") + "\n")
    try night("2013-03-06", Self.joining.replacing("OPTIONS", with: ", time: known"))
    #expect(try performance()["tooLateCount"] as? Int == 200)
    #expect(try outcomes().count == 1)
  }

  @Test(
    "dates with few labels have no metrics, and a retraining by them finds none; before any prediction nothing fails")
  func coverage() throws {
    try site.write("past.csv", rows(0..<600))
    try night("2013-02-01", Self.training.replacing("FEATURES", with: "[carrier, distance]"))
    try site.write("labels.csv", rows(500..<600))
    try night("2013-02-02", Self.joining.replacing("OPTIONS", with: ""))
    #expect((try performance()["periods"] as? [Any])?.isEmpty == true)
    try site.write("new.csv", rows(600..<1000))
    try night("2013-02-03", Self.scoring)
    try site.write("labels.csv", rows(600..<700))
    try night("2013-03-02", Self.joining.replacing("OPTIONS", with: ", minimum-rows: 10"))
    let period = try #require((try performance()["periods"] as? [[String: Any]])?.first)
    #expect(period["labelledCount"] as? Int == 100 && (period["metrics"] as? [String: Any])?.isEmpty == true)
    #expect((period["suppressed"] as? String)?.hasPrefix("100 of 400 predictions have a label by now") == true)
    let retraining = try #require((try page("joining")["retrainings"] as? [String: [String: Any]])?["again"])
    #expect((retraining["explanation"] as? String)?.contains("there is no metric “accuracy”") == true)
  }

  @Test("a key that labels repeat is told with its row")
  func repeated() throws {
    try site.write("past.csv", rows(0..<600))
    try night("2013-02-01", Self.training.replacing("FEATURES", with: "[carrier, distance]"))
    try site.write("new.csv", rows(600..<1000))
    try night("2013-02-02", Self.scoring)
    try site.write("labels.csv", rows(600..<610) + "k601,UA,7,8\n")
    try site.write("job.yaml", Self.joining.replacing("OPTIONS", with: ""))
    try #require(try site.run("submit", "job.yaml", "--now", "2013-03-02T02:00:00Z").status == 0)
    let answer = try site.run("run")
    #expect(answer.status == 10)
    #expect(answer.errors.contains("row 11 of the labels has the key of a row before it"), "\(answer.errors)")
  }
}
