package import Tables

/// Trains a model from a table.
package struct Trainer {
  private let options: TrainingOptions
  /// Called after each round with its number, from 1, and the metrics by `SET METRIC`.
  private let progress: (Int, [(name: String, value: Double)]) throws -> Void

  package init(
    _ options: TrainingOptions, progress: @escaping (Int, [(name: String, value: Double)]) throws -> Void = { _, _ in }
  ) {
    self.options = options
    self.progress = progress
  }

  /// Rows whose target is missing are left out and counted.
  ///
  /// - Parameters:
  ///   - table: the training rows, with the target's column.
  ///   - validation: rows for early stopping, with the same columns.
  package func train(_ table: Table, validation: Table?, target: TargetRule) throws -> Model {
    let targetColumn = try column(of: target, in: table)
    let encoder = try TargetEncoder(targetColumn, target: target.text, objective: options.parameters["objective"])
    let names = try featureNames(table, target)
    let set = try trainingSet(table, targetColumn, encoder)
    try encoder.checkVariety(set.labels, target: target.text)
    let schema = ModelSchema(
      features: try ModelSchema.features(names, of: set.table), target: target.text, task: encoder.task)
    switch options.trainer {
    case .baseline: return try baseline(schema, set)
    case .xgboost:
      try options.check(hasValidation: validation != nil)
      let parameters = try options.libraryParameters(for: schema)
      return try boosted(schema, parameters, set, try validation.map { try validationSet($0, target, encoder) })
    }
  }

  private struct TrainingSet {
    var table: Table
    var labels: [Double]
    var droppedRowCount: Int
  }

  /// The rows whose target is known.
  private func trainingSet(_ table: Table, _ target: Column, _ encoder: TargetEncoder) throws(LearningError)
    -> TrainingSet
  {
    let labels = try encoder.labels(target)
    let rows = labels.indices.filter { labels[$0] != nil }
    return TrainingSet(
      table: rows.count == table.rowCount ? table : table.gather(rows), labels: labels.compactMap { $0 },
      droppedRowCount: table.rowCount - rows.count)
  }

  private func validationSet(_ table: Table, _ target: TargetRule, _ encoder: TargetEncoder) throws -> TrainingSet {
    let set = try trainingSet(table, try column(of: target, in: table), encoder)
    guard !set.labels.isEmpty else {
      throw LearningError.noRows("the target “\(target.text)” is missing in every validation row")
    }
    return set
  }

  private func column(of target: TargetRule, in table: Table) throws -> Column {
    guard let column = table[target.column] else {
      throw LearningError.unknownColumn(
        role: "target", name: target.column,
        nearest: nearestWord(to: target.column, among: table.columns.map(\.name)))
    }
    return try target.apply(to: column)
  }

  private func featureNames(_ table: Table, _ target: TargetRule) throws(LearningError) -> [String] {
    let known = table.columns.map(\.name)
    for name in options.exclude where !known.contains(name) {
      throw .unknownColumn(role: "excluded", name: name, nearest: nearestWord(to: name, among: known))
    }
    let names = options.features ?? known.filter { $0 != target.column && !options.exclude.contains($0) }
    if names.contains(target.column) {
      throw .unusableColumn(
        name: target.column, reason: "it is the target, and a model must not read what it is to predict")
    }
    return names
  }

  // MARK: Baseline

  /// The mean, or the classes' shares: what any model must beat.
  private func baseline(_ schema: ModelSchema, _ set: TrainingSet) throws -> Model {
    let count = Double(set.labels.count)
    let scores: [Double]
    if case .multiclass(let classes) = schema.task {
      scores = classes.indices.map { index in Double(set.labels.count { $0 == Double(index) }) / count }
    } else {
      scores = [set.labels.reduce(0, +) / count]
    }
    let training = Model.Training(
      trainer: "baseline", environment: "nightshift", rowCount: set.labels.count, droppedRowCount: set.droppedRowCount,
      seed: options.seed, parameters: [:], rounds: 0, bestRound: nil, curves: [:], importance: [:])
    return try Model(schema: schema, training: training, learner: .constant(scores), sampling: set.table)
  }

  // MARK: XGBoost

  private func boosted(
    _ schema: ModelSchema, _ parameters: [(name: String, value: String)], _ set: TrainingSet,
    _ validation: TrainingSet?
  ) throws -> Model {
    var sets = [(name: "train", matrix: try matrix(schema, set))]
    if let validation { sets.append(("validation", try matrix(schema, validation))) }
    let booster = try Booster(sets.map(\.matrix), parameters: parameters)
    let boosting = try boost(booster, sets)
    let kept = try boosting.bestRound.map { try booster.prefix($0) } ?? booster
    try kept.name(schema.features)
    let training = Model.Training(
      trainer: "xgboost", environment: try XGBoostLibrary.shared().environment, rowCount: set.labels.count,
      droppedRowCount: set.droppedRowCount, seed: options.seed, parameters: options.parameters,
      rounds: boosting.rounds, bestRound: boosting.bestRound, curves: boosting.curves,
      importance: Dictionary(
        uniqueKeysWithValues: try kept.gainShares(schema.features).map { ($0.name, $0.share) }))
    return try Model(schema: schema, training: training, learner: .xgboost(try kept.model()), sampling: set.table)
  }

  private func matrix(_ schema: ModelSchema, _ set: TrainingSet) throws(LearningError) -> FeatureMatrix {
    try FeatureMatrix(
      try FeatureEncoder(features: schema.features).encode(set.table), features: schema.features,
      labels: set.labels.map(Float.init), threads: options.threads)
  }

  /// How the rounds went.
  private struct Boosting {
    var rounds = 0
    var curves: [String: [Double]] = [:]
    /// Nil without early stopping.
    var bestRound: Int?
  }

  /// All rounds, or as many as early stopping wants; the last metric of the last set decides. Of equal rounds the first
  /// is the best.
  private func boost(_ booster: Booster, _ sets: [(name: String, matrix: FeatureMatrix)]) throws -> Boosting {
    var boosting = Boosting()
    var best = Double.infinity
    for round in 1...options.rounds {
      try Task.checkCancellation()
      // The library counts rounds from 0.
      try booster.update(round: round - 1, sets[0].matrix)
      let metrics = try booster.evaluate(round: round - 1, sets)
      boosting.rounds = round
      for metric in metrics {
        guard metric.value.isFinite else { throw LearningError.unusableMetric(name: metric.name, round: round) }
        boosting.curves[metric.name, default: []].append(metric.value)
      }
      try progress(round, metrics)
      guard let patience = options.earlyStopping, let last = metrics.last else { continue }
      let loss = XGBoostMetric.isHigherBetter(last.name) ? -last.value : last.value
      if loss < best { (best, boosting.bestRound) = (loss, round) }
      if round - (boosting.bestRound ?? round) >= patience { break }
    }
    return boosting
  }
}

extension Trainer {
  /// The version of the XGBoost library: `1.7.4`.
  package static func libraryVersion() throws(LearningError) -> String { try XGBoostLibrary.shared().version }
}
