internal import Tables

/// What boosting makes of rows, and what it tells on the way.
struct Boosting {
  /// The rows, and what a model of them reads and says.
  struct Sets {
    var schema: ModelSchema
    var training: Trainer.TrainingSet
    var validation: Trainer.TrainingSet?
  }

  /// What came out.
  struct Outcome {
    var booster: Booster
    var rounds = 0
    var curves: [String: [Double]] = [:]
    /// Of this training's rounds, from 1; nil without early stopping.
    var bestRound: Int?
  }

  /// The curve of the training rows is that of so many of them, spread over all, where there are more: to judge all of them
  /// after each round costs a third of the time of training.
  static let limitCurveRows = 8192

  let sets: Sets
  let options: TrainingOptions
  let progress: (Int, [(name: String, value: Double)]) throws -> Void
  private let parent: Model?
  private let kind: BoosterKind

  init(_ trainer: Trainer, _ sets: Sets, parent: Model?) throws(LearningError) {
    self.sets = sets
    self.parent = parent
    (options, progress) = (trainer.options, trainer.progress)
    kind = try options.booster(for: sets.schema.task)
  }

  func run() throws -> Outcome {
    let parameters = try options.libraryParameters(for: sets.schema)
    let isQuantile = try options.objective(for: sets.schema.task) == .quantile
    if isQuantile, !(try XGBoostLibrary.shared().isAtLeast(2, 0)) {
      return try PinballBoosting(self, parameters, parent: parent).run()
    }
    let training = try trainingMatrix()
    var judged = [(name: "train", matrix: try curveMatrix() ?? training)]
    if let validation = sets.validation { judged.append(("validation", try matrix(validation))) }
    let matrices = [training] + judged.map(\.matrix).filter { $0 !== training }
    let booster = try booster(matrices, parameters)
    return try learn(booster, training, judged)
  }

  // MARK: Matrices

  func matrix(_ set: Trainer.TrainingSet) throws(LearningError) -> FeatureMatrix {
    try FeatureMatrix(
      try FeatureEncoder(features: sets.schema.features).encode(set.table), features: sets.schema.features, set.facts,
      threads: options.threads)
  }

  /// A parent's trees ask for the numbers themselves.
  private func trainingMatrix() throws(LearningError) -> FeatureMatrix {
    guard parent == nil else { return try matrix(sets.training) }
    return try Trainer(options).learningMatrix(sets.schema, sets.training)
  }

  /// One row at random of each of as many stretches: rows that come in a rhythm, such as one a shop and day, are not all
  /// of one shop.
  static func curveRows(_ count: Int, seed: Int) -> [Int] {
    (0..<limitCurveRows).map { stretch in
      let (start, end) = (stretch * count / limitCurveRows, (stretch + 1) * count / limitCurveRows)
      // SplitMix64 (Steele, Lea and Flood 2014) of the place and the seed.
      var bits = UInt64(bitPattern: Int64(seed)) &+ UInt64(stretch + 1) &* 0x9e37_79b9_7f4a_7c15
      bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
      bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
      return start + Int((bits ^ (bits >> 31)) % UInt64(end - start))
    }
  }

  /// The rows of the training curve; nil where they are all rows.
  func curveMatrix() throws(LearningError) -> FeatureMatrix? {
    let count = sets.training.labels.count
    // Of a ranking, groups are judged whole.
    guard count > Self.limitCurveRows, sets.training.groupSizes == nil else { return nil }
    let rows = Self.curveRows(count, seed: options.seed)
    var sample = sets.training
    sample.table = sample.table.gather(rows)
    sample.labels = rows.map { sets.training.labels[$0] }
    sample.weights = sets.training.weights.map { weights in rows.map { weights[$0] } }
    return try matrix(sample)
  }

  func booster(_ matrices: [FeatureMatrix], _ parameters: [(name: String, value: String)]) throws -> Booster {
    guard let parent, case .xgboost(let json) = parent.learner else {
      return try Booster(matrices, parameters: parameters)
    }
    do throws(LearningError) {
      return try Booster(matrices, goingOnFrom: json, parameters: parameters)
    } catch .library(let reason) {
      let (made, here) = (parent.training.environment, try XGBoostLibrary.shared().environment)
      throw LearningError.damagedPackage(
        "model.json of the parent, made by \(made), cannot be loaded by \(here): \(reason)")
    }
  }

  // MARK: Rounds

  /// The parent's rounds come first.
  var firstRound: Int { parent?.roundCount ?? 0 }

  private func learn(
    _ booster: Booster, _ training: FeatureMatrix, _ judged: [(name: String, matrix: FeatureMatrix)]
  ) throws -> Outcome {
    var record = RoundRecord(patience: options.earlyStopping)
    var best: [UInt8]?
    for round in 1...options.rounds {
      try Task.checkCancellation()
      // The library counts rounds from 0.
      try booster.update(round: firstRound + round - 1, training)
      let metrics = try booster.evaluate(round: firstRound + round - 1, judged)
      try record.add(metrics)
      try progress(round, metrics)
      // A linear model cannot be cut back to a round.
      if kind == .linear, record.bestRound == round { best = try booster.model() }
      if record.isOver { break }
    }
    let kept: Booster
    if let best {
      kept = try Booster(model: best, threads: options.threads)
    } else if let round = record.bestRound {
      kept = try booster.prefix(firstRound + round)
    } else {
      kept = booster
    }
    return Outcome(booster: kept, rounds: record.rounds, curves: record.curves, bestRound: record.bestRound)
  }
}

/// How the rounds go. The last metric of the last set decides; of equal rounds the first is the best.
struct RoundRecord {
  private let patience: Int?
  private var bestLoss = Double.infinity
  private(set) var rounds = 0
  private(set) var curves: [String: [Double]] = [:]
  /// Nil without early stopping.
  private(set) var bestRound: Int?

  init(patience: Int?) { self.patience = patience }

  /// Whether early stopping has seen enough.
  var isOver: Bool { patience.map { rounds - (bestRound ?? rounds) >= $0 } ?? false }

  /// Throws for a metric that is no finite number.
  mutating func add(_ metrics: [(name: String, value: Double)]) throws(LearningError) {
    rounds += 1
    for metric in metrics {
      guard metric.value.isFinite else { throw .unusableMetric(name: metric.name, round: rounds) }
      curves[metric.name, default: []].append(metric.value)
    }
    guard patience != nil, let last = metrics.last else { return }
    let loss = XGBoostMetric.isHigherBetter(last.name) ? -last.value : last.value
    if loss < bestLoss { (bestLoss, bestRound) = (loss, rounds) }
  }
}

extension Trainer {
  /// The model of boosted trees, or of a linear one.
  func boosted(_ sets: Boosting.Sets, _ baselines: Baselines, _ parent: Model?) throws -> Model {
    let boosting = try Boosting(self, sets, parent: parent)
    let outcome = try boosting.run()
    try outcome.booster.name(sets.schema.features)
    // Only trees have gains.
    let shares =
      try options.booster(for: sets.schema.task) == .trees ? outcome.booster.gainShares(sets.schema.features) : []
    var training = Model.Training(
      trainer: "xgboost", environment: try XGBoostLibrary.shared().environment, rowCount: sets.training.labels.count,
      droppedRowCount: sets.training.droppedRowCount, seed: options.seed, parameters: options.parameters,
      rounds: outcome.rounds, bestRound: outcome.bestRound, curves: outcome.curves,
      importance: Dictionary(uniqueKeysWithValues: shares.map { ($0.name, $0.share) }))
    training.parentRounds = parent?.roundCount
    return try Model(
      Model.Parts(
        schema: sets.schema, training: training, learner: .xgboost(try outcome.booster.model()), baselines: baselines),
      sampling: sets.training.table)
  }
}
