import Records
import Store

@testable import Reports

/// A small site of one model that learns from one dataset, made by hand: each month a run makes a version and judges it, and
/// a run scores with the one in use and watches it. `text` stands in every place where people or data have the word.
struct FixtureSite {
  var evidence = MemoryEvidence()
  var model = ModelLedger(project: "air", name: "delay")
  var flights = DatasetLedger(project: "air", name: "flights")
  var features = DatasetLedger(project: "air", name: "features")
  var runs: [JobRun] = []
  let text: String

  static let key = EntityKey(project: "air", name: "delay")

  /// - Parameter count: of versions; the last is refused.
  init(count: Int = 3, text: String = "plain") throws {
    self.text = text
    try addRaw()
    for number in 1...max(1, count) {
      try addVersion(number, isPromoted: number == 1 || number < count)
      try addNight(number, inUse: number == 1 || number < count ? number : number - 1)
    }
    evidence.cards["air/delay"] = ModelCard(
      owner: text, intendedUse: "To warn of late flights.\n\(text)", limits: "Nothing is known of storms.")
    evidence.reproductions["train-1"] = ReproductionDocument(
      run: "train-1", at: Self.time(2), tolerance: 1e-6, host: text, toolVersion: "0.1.0", steps: [])
  }

  static func digest(_ text: String) -> Digest { Digest(of: Array(text.utf8)) }

  /// Noon of the first day of a month, from 2013 on.
  static func time(_ month: Int, hour: Int = 2) -> Timestamp {
    let (year, rest) = (2013 + (month - 1) / 12, (month - 1) % 12 + 1)
    let text = "\(year)-\(rest < 10 ? "0" : "")\(rest)-01T\(hour < 10 ? "0" : "")\(hour):00:00Z"
    return Timestamp(text) ?? Timestamp(seconds: 0)
  }

  static func label(_ name: String, _ number: Int) -> VersionLabel {
    VersionLabel(project: "air", name: name, number: number)
  }

  // MARK: Records

  private func data(_ name: String, _ version: VersionLabel? = nil, description: Digest? = nil) -> Artifact {
    Artifact(kind: .dataset, digest: Self.digest(name), description: description, version: version)
  }

  private func input(_ name: String, _ reference: String, _ artifact: Artifact) -> StepRecord.Input {
    StepRecord.Input(name: name, reference: reference, artifact: artifact)
  }

  private func record(_ id: String, _ job: String, _ time: Timestamp, _ steps: [StepRecord]) -> RunRecord {
    RunRecord(
      id: id, job: job, project: "air", outcome: .done, logicalTime: time, started: time,
      finished: Timestamp(seconds: time.seconds + 90), wallSeconds: 90, attemptCount: 1, specName: "\(text).yaml",
      origin: "/", spec: Self.digest("spec"), params: ["seed": "7", "depth": id.hasSuffix("2") ? "8" : "6"], host: text,
      toolVersion: "0.1.0", steps: steps)
  }

  private mutating func enter(_ record: RunRecord) throws {
    evidence.add(record)
    let reading = RunReading(record, try RunDocuments(of: record, evidence))
    runs.append(reading.jobRun)
    if reading.models.contains(Self.key) { model.events.add(reading.event(of: Self.key)) }
    for (_, period) in reading.periods { model.periods.add(period) }
    for (key, use) in reading.uses {
      if key.name == "flights" { flights.uses.add(use) }
      if key.name == "features" { features.uses.add(use) }
    }
    for (key, result) in reading.contracts where key.name == "flights" { flights.contracts.add(result) }
    for (key, result) in reading.profiles where key.name == "features" { features.profiles.add(result) }
  }

  private mutating func addRaw() throws {
    let files = Artifact(kind: .files, digest: Self.digest("raw"))
    let description = try evidence.add(
      DatasetDescription(
        fileCount: 2, totalBytes: 2_400_000, files: [.init(path: "\(text).csv", sizeBytes: 9, digest: files.digest)],
        rowCount: 27_004,
        columns: [
          .init(
            name: "time_hour", type: "timestamp", missingCount: 0, distinctCount: 600,
            minimum: "2013-01-01T05:00:00Z", maximum: "2013-03-31T23:00:00Z"),
          .init(
            name: text, type: "string", missingCount: 120, distinctCount: 3,
            topValues: [.init(text: text, count: 9000)]),
        ]))
    let raw = data("flights 1", Self.label("flights", 1), description: description)
    flights.versions.add(
      DatasetVersion(
        number: 1, digest: raw.digest, description: description, created: Self.time(1), run: "import-1", step: "raw",
        rowCount: 27_004, totalBytes: 2_400_000, columnCount: 2))
    let contract = try evidence.add(
      ContractDocument(
        contract: "flights.yaml", data: raw.digest, dataVersion: raw.version, reference: nil, rowCount: 27_004,
        findings: [
          .init(rule: "a.range", statement: text, severity: .error, outcome: .passed, explanation: "27,004 rows hold")
        ], sampleColumns: [], samples: []))
    try enter(
      record(
        "import-1", "import", Self.time(1),
        [
          StepRecord(
            id: "raw", kind: "import", outcome: .ran, inputs: [input("archive", text, files)],
            outputs: [.init(name: "", artifact: raw)]),
          StepRecord(
            id: "checked", kind: "validate", outcome: .ran, inputs: [input("data", "raw", raw)],
            outputs: [
              .init(name: "", artifact: raw),
              .init(name: "result", artifact: Artifact(kind: .contract, digest: contract)),
            ]),
        ]))
  }

  // MARK: A version

  private static func auc(_ number: Int) -> Double { 0.68 + 0.004 * Double(min(number, 6)) }

  private func modelDescription(_ number: Int) -> ModelDescription {
    var features = ["dep_delay", "distance", text].enumerated().map { index, name in
      ModelDescription.Feature(name: name, kind: "numeric", importance: [0.6, 0.3, 0.1][index])
    }
    if number > 1 { features.append(.init(name: "wind", kind: "numeric", importance: 0.05)) }
    return ModelDescription(
      trainer: "xgboost", task: "binary", target: "arr_delay > 15 \(text)", features: features,
      trainingData: Self.digest("train \(number)"), validationData: nil, rowCount: 20_000 + number, droppedRowCount: 12,
      seed: 7, parameters: ["eta": "0.1", "max_depth": number == 2 ? "8" : "6", text: text],
      environment: "xgboost 1.7.4", bestRound: 80 + number, curves: ["train logloss": [0.6, 0.5, 0.45]])
  }

  private func metrics(_ number: Int) -> MetricsDocument {
    let value = Self.auc(number)
    var document = MetricsDocument(
      model: Self.digest("model \(number)"), modelVersion: Self.label("delay", number),
      data: Self.digest("test \(number)"), dataVersion: nil, task: "binary", target: "arr_delay > 15", rowCount: 5123,
      droppedRowCount: 3, metrics: ["auc": value, "log_loss": 0.52],
      slices: [.init(column: "origin", value: text, rowCount: 900, metrics: ["auc": value - 0.03])],
      roc: [.init(x: 0, y: 0), .init(x: 0.3, y: 0.6), .init(x: 1, y: 1)])
    document.intervals = ["auc": .init(low: value - 0.01, high: value + 0.012)]
    document.resampling = .init(resamples: 1000, confidence: 0.95, seed: 3, cluster: nil, clusterCount: nil)
    return document
  }

  private func verdict(_ number: Int, isPromoted: Bool) -> VerdictDocument {
    let (new, old) = (Self.auc(number), Self.auc(number - 1))
    var finding = VerdictDocument.Finding(
      rule: "auc >= champion.auc - 0.01", holds: isPromoted, observed: new, required: old - 0.01,
      explanation: "auc \(isPromoted ? "holds" : "is too low") \(text)")
    let hasChampion = number > 1
    if hasChampion {
      finding.tests = [
        .init(
          subject: "auc", name: "DeLong", form: "non-inferiority", side: "above", rowCount: 5123, challenger: new,
          champion: old, lower: new - old - 0.003, upper: new - old + 0.003, confidence: 0.95, margin: -0.01,
          pValue: 0.0004, holds: isPromoted)
      ]
    }
    return VerdictDocument(
      decision: isPromoted ? .promote : .reject, challenger: Self.digest("model \(number)"),
      challengerVersion: Self.label("delay", number), champion: hasChampion ? Self.digest("model \(number - 1)") : nil,
      championVersion: hasChampion ? Self.label("delay", number - 1) : nil, data: Self.digest("test \(number)"),
      dataVersion: nil, rowCount: 5123, challengerMetrics: ["auc": new, "log_loss": 0.52],
      championMetrics: hasChampion ? ["auc": old, "log_loss": 0.53] : [:], findings: [finding])
  }

  private mutating func addVersion(_ number: Int, isPromoted: Bool) throws {
    let (time, run) = (Self.time(number, hour: 3), "train-\(number)")
    let raw = data("flights 1", Self.label("flights", 1))
    let features = data("features \(number)", Self.label("features", number))
    let (train, test) = (data("train \(number)"), data("test \(number)"))
    let described = try evidence.add(modelDescription(number))
    let model = Artifact(
      kind: .model, digest: Self.digest("model \(number)"), description: described, version: Self.label("delay", number)
    )
    let metrics = Artifact(kind: .metrics, digest: try evidence.add(metrics(number)))
    let verdict = Artifact(kind: .verdict, digest: try evidence.add(verdict(number, isPromoted: isPromoted)))
    let promotion = Artifact(
      kind: .promotion,
      digest: try evidence.add(
        PromotionDocument(
          alias: "champion", decision: isPromoted ? .promote : .reject, from: nil, to: nil, explanation: text)))
    let query = Artifact(kind: .files, digest: Self.digest("query"))
    var step = StepRecord(
      id: "model", kind: "train", outcome: .ran, key: Self.digest("key \(number)"),
      inputs: [input("data", "parts.train", train)], outputs: [.init(name: "", artifact: model)])
    step.environment = ["xgboost": "1.7.4"]
    try enter(
      record(
        run, "train", time,
        [
          StepRecord(
            id: "features", kind: "sql", outcome: .ran,
            inputs: [input("flights", "flights@latest", raw), input("query", "features.sql", query)],
            outputs: [.init(name: "", artifact: features)]),
          StepRecord(
            id: "parts", kind: "split", outcome: .ran, inputs: [input("data", "features", features)],
            outputs: [.init(name: "train", artifact: train), .init(name: "test", artifact: test)]),
          step,
          StepRecord(
            id: "scores", kind: "evaluate", outcome: .ran,
            inputs: [input("model", "model", model), input("data", "parts.test", test)],
            outputs: [.init(name: "", artifact: metrics)]),
          StepRecord(
            id: "verdict", kind: "gate", outcome: .ran, inputs: [input("challenger", "scores", metrics)],
            outputs: [.init(name: "", artifact: verdict)]),
          StepRecord(
            id: "release", kind: "promote", outcome: .ran, inputs: [input("verdict", "verdict", verdict)],
            outputs: [.init(name: "", artifact: promotion)]),
        ]))
    publish(number, model, described, time, run, isPromoted: isPromoted)
  }

  private mutating func publish(
    _ number: Int, _ artifact: Artifact, _ described: Digest, _ time: Timestamp, _ run: String, isPromoted: Bool
  ) {
    model.versions.add(
      ModelVersion(
        number: number, digest: artifact.digest, description: described, created: time, run: run, step: "model",
        trainer: "xgboost", rowCount: 20_000 + number, bestRound: 80 + number))
    features.versions.add(
      DatasetVersion(
        number: number, digest: Self.digest("features \(number)"), description: nil, created: time, run: run,
        step: "features", rowCount: 25_000 + number, totalBytes: 900_000, columnCount: 9))
    guard isPromoted else { return }
    model.moves.add(
      AliasMove(
        sequence: number, alias: "champion", from: number == 1 ? nil : number - 1, to: number, at: time,
        by: "nightshift", why: "auc holds; \(text)", run: run, isRollBack: false))
    model.aliases["champion"] = number
  }

  // MARK: A night

  private mutating func addNight(_ number: Int, inUse: Int) throws {
    let arrived = data("arrived \(number)", Self.label("flights", number + 100))
    let predictions = data("predictions \(number)", Self.label("predictions", number))
    let model = Artifact(
      kind: .model, digest: Self.digest("model \(inUse)"), version: Self.label("delay", inUse))
    func reference(_ kind: Artifact.Kind, _ document: some Encodable) throws -> StepRecord.Output {
      StepRecord.Output(name: "", artifact: Artifact(kind: kind, digest: try evidence.add(document)))
    }
    let drift = try reference(.drift, drift(number, inUse))
    let truth = try reference(.performance, performance(number, inUse))
    let retraining = try reference(.retraining, retraining(number, inUse))
    let read = [input("model", "delay@champion", model), input("data", "arrived", arrived)]
    try enter(
      record(
        "night-\(number)", "night", Self.time(number, hour: 5),
        [
          StepRecord(
            id: "scored", kind: "predict", outcome: .ran, inputs: read,
            outputs: [.init(name: "", artifact: predictions)]),
          StepRecord(id: "drift", kind: "monitor", outcome: .ran, inputs: read, outputs: [drift]),
          StepRecord(
            id: "truth", kind: "feedback", outcome: .ran, inputs: [input("predictions", "scored", predictions)],
            outputs: [truth]),
          StepRecord(id: "again", kind: "retrain", outcome: .ran, inputs: [read[0]], outputs: [retraining]),
        ]))
  }

  private func drift(_ number: Int, _ inUse: Int) -> DriftDocument {
    func column(_ name: String, _ role: String, _ psi: Double) -> DriftDocument.Column {
      DriftDocument.Column(
        name: name, role: role, isDrifted: psi > 0.2, psi: psi, test: "kolmogorov-smirnov", statistic: 0.1,
        pValue: 0.001, referenceMissing: 0, currentMissing: 0.01,
        bins: [.init(label: "low", reference: 0.5, current: 0.4), .init(label: "high", reference: 0.5, current: 0.6)])
    }
    return DriftDocument(
      model: Self.digest("model \(inUse)"), modelVersion: Self.label("delay", inUse),
      reference: Self.digest("train \(inUse)"), referenceRowCount: 20_000, data: Self.digest("arrived \(number)"),
      dataVersion: nil, rowCount: 9000, isDrifted: number % 3 == 2, psiThreshold: 0.2, pValueThreshold: 0.01,
      columnShareThreshold: 0.3,
      columns: [
        column("wind", "feature", 0.05 * Double(number % 7)), column(text, "feature", number % 3 == 2 ? 0.31 : 0.02),
        column("prediction", "prediction", 0.04),
      ])
  }

  private func performance(_ number: Int, _ inUse: Int) -> PerformanceDocument {
    var document = PerformanceDocument(
      predictions: "air/predictions", labels: Self.digest("labels"), target: "arr_delay > 15", span: "month",
      take: "first")
    document.modelVersion = Self.label("delay", inUse)
    document.task = "binary"
    document.periods = (max(1, number - 11)...number).map { month in
      PerformanceDocument.Period(
        from: Self.time(month).date, predictionCount: 9000, labelledCount: month == number ? 100 : 8800,
        rowCount: month == number ? 100 : 8800, models: ["delay@v\(inUse)"],
        metrics: month == number
          ? [:]
          : ["auc": .init(value: Self.auc(month) - 0.02, low: Self.auc(month) - 0.03, high: Self.auc(month) - 0.01)],
        suppressed: month == number ? "too few labels \(text)" : nil)
    }
    document.overall = .init(
      from: Self.time(1).date, predictionCount: 9000 * number, labelledCount: 8800 * number, rowCount: 8800 * number,
      models: ["delay@v\(inUse)"], metrics: ["auc": .init(value: 0.66, low: 0.65, high: 0.67)])
    return document
  }

  private func retraining(_ number: Int, _ inUse: Int) -> RetrainingDocument {
    var document = RetrainingDocument(
      model: Self.digest("model \(inUse)"), modelVersion: Self.label("delay", inUse), conditions: [],
      queuedSpec: number % 2 == 0 ? "train.json" : nil, explanation: text)
    document.because = number % 2 == 0 ? "there are 9000 new rows; \(text)" : nil
    return document
  }
}
