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

  private func id(_ job: String) throws -> String {
    let runs = try JSONSerialization.jsonObject(with: Data(try site.run("runs", "--json").output.utf8))
    let run = try #require((runs as? [[String: Any]])?.first { $0["job"] as? String == job })
    return try #require(run["id"] as? String)
  }

  private func page(_ job: String) throws -> [String: Any] {
    let text = try site.read("Store/reports/runs/\(try id(job)).json")
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
    for name in ["f1", "pr_auc", "mcc", "log_loss", "recall"] {
      let metric = try #require((periods[0]["metrics"] as? [String: [String: Double]])?[name])
      #expect(metric["low"] != nil && metric["high"] != nil, "\(name)")
    }
    let table = try outcomes()
    #expect(table[0] == ["id", "score", "label", "model", "predicted"] && table.count == 401)
    #expect(table[1][0] == "k600" && table[1][3...] == ["delays@v1", "2013-02-02T02:00:00Z"])
    #expect(try site.read("Store/reports/models/p/delays/over-time.html").contains("How its predictions came true"))
    #expect(try site.read("Store/reports/models/p/delays/over-time.json").contains("\"performance\""))
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

  private static let labelling = """
    version: 1
    name: labelling
    project: p
    steps:
      - {id: came, uses: snapshot, with: {from: labels.csv, dataset: labels}}

    """

  @Test("labels of a file that grows were known since the first version that has them")
  func growing() throws {
    try site.write("past.csv", rows(0..<600))
    try night("2013-02-01", Self.training.replacing("FEATURES", with: "[carrier, distance]"))
    try site.write("labels.csv", rows(500..<1000) { $0 < 600 })
    try night("2013-02-02", Self.labelling)
    try site.write("labels.csv", rows(500..<1000) { $0 < 800 })
    try night("2013-02-03", Self.labelling)
    // The truth of the first 200 rows is there already.
    try site.write("new.csv", rows(600..<1000))
    try night("2013-02-04", Self.scoring)
    try site.write("labels.csv", rows(500..<1000))
    try night("2013-03-05", Self.joining.replacing("OPTIONS", with: ""))
    let document = try performance()
    #expect(document["tooLateCount"] as? Int == 200 && document["unpredictedCount"] as? Int == 100)
    let period = try #require((document["periods"] as? [[String: Any]])?.first)
    #expect(period["labelledCount"] as? Int == 200 && period["rowCount"] as? Int == 200)
    #expect(try outcomes()[1][0] == "k800")
    #expect(try site.run("reproduce", try id("joining")).status == 0)
  }

  @Test("what the answer depends on is in the step's key: who made the predictions, and when the labels were known")
  func inputs() throws {
    try predictions()
    try site.write("labels.csv", rows(600..<1200))
    let unpublished = Self.joining.replacing(
      "dataset: labels}}",
      with: "dataset: labels}}\n  - {id: parts, uses: split, with: {data: came, by: random, test: 0.2, seed: 3}}"
    ).replacing("predictions: said, labels: came", with: "predictions: said@v2, labels: parts.train")
      .replacing("OPTIONS", with: ", coverage: 0")
    // Run for a moment before the predictions: all that the files hold was known then.
    try night("2013-02-03", unpublished)
    #expect(try #require(performance()["tooLateCount"] as? Int) > 200)
    try night("2013-03-05", unpublished)
    #expect(try performance()["tooLateCount"] as? Int == 0)
    let page = try page("joining")
    let step = try #require(
      ((page["run"] as? [String: Any])?["steps"] as? [[String: Any]])?.first { $0["id"] as? String == "joined" })
    let named = try #require(step["inputs"] as? [[String: Any]]).compactMap { $0["reference"] as? String }
    #expect(named.contains("p/delays@v2"), "\(named)")
  }

  @Test("predictions of models that say something else than the newest are left out by name")
  func otherTargets() throws {
    try site.write("past.csv", rows(0..<600))
    let training = Self.training.replacing("FEATURES", with: "[carrier, distance]")
    try night("2013-02-01", training)
    try site.write("new.csv", rows(600..<1000))
    try night("2013-02-02", Self.scoring)
    try night("2013-02-03", training.replacing("delay > 25", with: "delay > 15"))
    try site.write("new.csv", rows(800..<1200))
    try night("2013-02-04", Self.scoring)
    try site.write("labels.csv", rows(600..<1200))
    try night(
      "2013-03-05", Self.joining.replacing("OPTIONS", with: "").replacing("delay > 25", with: "delay > 15"))
    let document = try performance()
    let leftOut = try #require((document["leftOut"] as? [[String: Any]])?.first)
    #expect(leftOut["model"] as? String == "delays@v1" && leftOut["versionCount"] as? Int == 1)
    #expect(
      leftOut["reason"] as? String == "its model predicts “delay > 25”, and the newest predicts “delay > 15”")
    let periods = try #require(document["periods"] as? [[String: Any]])
    #expect(periods.map { $0["from"] as? String } == ["2013-02-04"])
    #expect(periods[0]["rowCount"] as? Int == 400)
  }

  @Test("a ranking is judged by the queries of which all rows came true")
  func ranking() throws {
    let graded = rows(0..<1200).split(separator: "\n").enumerated().map { index, line in
      index == 0
        ? "query," + line + ",grade"
        : "q\((index - 1) / 10)," + line + ",\(index % 7 == 0 ? 2 : index % 3 == 0 ? 1 : 0)"
    }
    func write(_ name: String, _ range: Range<Int>) throws {
      try site.write(
        name, ([graded[0]] + graded[(range.lowerBound + 1)...range.upperBound]).joined(separator: "\n") + "\n")
    }
    try write("past.csv", 0..<600)
    try night(
      "2013-02-01",
      Self.training.replacing("target: delay > 25", with: "target: grade, group: query")
        .replacing("FEATURES", with: "[carrier, distance, delay]")
        .replacing("max_depth: 3,", with: "objective: rank:ndcg, max_depth: 3,"))
    try write("new.csv", 600..<1200)
    try night("2013-02-02", Self.scoring)
    // Five rows of the last query have no label: it does not count.
    try write("labels.csv", 600..<1200)
    let labels = try site.read("labels.csv").split(separator: "\n")
    let late = labels.suffix(5).map { $0.split(separator: ",").dropLast().joined(separator: ",") + ",NA" }
    try site.write("labels.csv", (labels.dropLast(5).map(String.init) + late).joined(separator: "\n") + "\n")
    try night("2013-03-05", Self.joining.replacing("delay > 25", with: "grade").replacing("OPTIONS", with: ""))
    let period = try #require((try performance()["periods"] as? [[String: Any]])?.first)
    #expect(period["labelledCount"] as? Int == 595 && period["rowCount"] as? Int == 590)
    let ndcg = try #require((period["metrics"] as? [String: [String: Double]])?["ndcg"])
    #expect(try #require(ndcg["low"]) < #require(ndcg["high"]))
  }

  /// A night that is expected to fail at `feedback`.
  private func refusal(_ date: String, _ spec: String) throws -> String {
    try site.write("job.yaml", spec)
    try #require(try site.run("submit", "job.yaml", "--now", "\(date)T02:00:00Z").status == 0)
    let answer = try site.run("run")
    #expect(answer.status == 10)
    return answer.errors
  }

  @Test("labels in other words than the model's are refused where no row is known, and noted where some are not")
  func otherWords() throws {
    func rows(_ range: Range<Int>, _ late: (Int) -> String) -> String {
      "id,distance,late\n" + range.map { "k\($0),\($0 * 37 % 101),\(late($0))\n" }.joined()
    }
    func isLate(_ id: Int) -> Bool { id * 37 % 101 > 50 }
    try site.write("past.csv", rows(0..<200) { isLate($0) ? "yes" : "no" })
    try night(
      "2013-02-01",
      Self.training.replacing("FEATURES", with: "[distance]").replacing("delay > 25", with: "late"))
    try site.write("new.csv", rows(200..<400) { isLate($0) ? "yes" : "no" })
    try night("2013-02-02", Self.scoring)
    let join = Self.joining.replacing("delay > 25", with: "late")
    try site.write("labels.csv", rows(200..<400) { isLate($0) ? "Yes" : "No" })
    let errors = try refusal("2013-03-05", join.replacing("OPTIONS", with: ""))
    #expect(
      errors.contains("none of the 200 labels of “late” is a class of “late” that the model knows (no, yes)"),
      "\(errors)")
    try site.write("labels.csv", rows(200..<400) { $0 < 390 ? isLate($0) ? "yes" : "no" : "perhaps" })
    try night("2013-03-06", join.replacing("OPTIONS", with: ""))
    let document = try performance()
    #expect(document["unknownClassCount"] as? Int == 10 && document["labelCount"] as? Int == 190)
    #expect(try site.run("runs", "--json").output.contains("10 labels of a class that the model does not know"))
  }

  @Test("a comparison says nothing of a model that predicts numbers")
  func otherKind() throws {
    try site.write("past.csv", rows(0..<600))
    try night(
      "2013-02-01",
      Self.training.replacing("FEATURES", with: "[distance]").replacing("delay > 25", with: "delay"))
    try site.write("new.csv", rows(600..<1000))
    try night("2013-02-02", Self.scoring)
    try site.write("labels.csv", rows(600..<1000))
    let errors = try refusal("2013-03-05", Self.joining.replacing("OPTIONS", with: ""))
    #expect(
      errors.contains("the model predicts “delay” (regression), but `target: delay > 25` says yes or no"), "\(errors)")
  }

  @Test("answers are judged at the threshold at which they were given")
  func threshold() throws {
    try site.write("past.csv", rows(0..<600))
    try night("2013-02-01", Self.training.replacing("FEATURES", with: "[distance]"))
    try site.write("new.csv", rows(600..<1000))
    try night("2013-02-02", Self.scoring.replacing("keys: id", with: "keys: id, threshold: 0"))
    try site.write("labels.csv", rows(600..<1000))
    try night("2013-03-05", Self.joining.replacing("OPTIONS", with: ""))
    let document = try performance()
    #expect(document["threshold"] as? Double == 0)
    let overall = try #require(document["overall"] as? [String: Any])
    let metrics = try #require(overall["metrics"] as? [String: [String: Double]])
    #expect(metrics["recall"]?["value"] == 1)
    // With other versions, whose answers are at 0.5, each row has its own.
    try site.write("new.csv", rows(1000..<1400))
    try night("2013-03-06", Self.scoring)
    try site.write("labels.csv", rows(600..<1400))
    try night("2013-04-05", Self.joining.replacing("OPTIONS", with: ""))
    let periods = try #require(try performance()["periods"] as? [[String: Any]])
    let recalls = periods.map { ($0["metrics"] as? [String: [String: Double]])?["recall"]?["value"] ?? -1 }
    let both = try #require(try performance()["overall"] as? [String: Any])
    let recall = try #require((both["metrics"] as? [String: [String: Double]])?["recall"]?["value"])
    #expect(recalls.count == 2 && recalls[0] == 1 && recalls[1] < 1 && recalls[1] < recall && recall < 1)
  }

  @Test("a misspelt name of predictions is told, and the labels' columns are checked before any are there")
  func misspelt() throws {
    try predictions()
    try site.write("labels.csv", rows(600..<1000))
    try night(
      "2013-03-05",
      Self.joining.replacing("OPTIONS", with: "").replacing("predictions: said", with: "predictions: sayd"))
    #expect(
      try site.run("runs", "--json").output.contains("no dataset p/sayd has been published yet: did you mean “said”?"))
    let errors = try refusal(
      "2013-03-06",
      Self.joining.replacing("OPTIONS", with: "").replacing("predictions: said", with: "predictions: sayd")
        .replacing("key: id", with: "key: ids"))
    #expect(errors.contains("“ids”") && errors.contains("“id”"), "\(errors)")
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
