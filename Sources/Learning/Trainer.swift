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
    let (rows, labels) = try known(targetColumn, encoder)
    try encoder.checkVariety(labels, target: target.text)
    let kept = rows.count == table.rowCount ? table : table.gather(rows)
    let schema = ModelSchema(
      features: try ModelSchema.features(names, of: kept), target: target.text, task: encoder.task)
    let set = TrainingSet(table: kept, labels: labels, droppedRowCount: table.rowCount - rows.count)
    switch options.trainer {
    case .baseline: return try baseline(schema, set)
    case .xgboost: return try boosted(schema, set, try validation.map { try validationSet($0, target, encoder) })
    }
  }

  private struct TrainingSet {
    var table: Table
    var labels: [Double]
    var droppedRowCount: Int
  }

  private func validationSet(_ table: Table, _ target: TargetRule, _ encoder: TargetEncoder) throws -> TrainingSet {
    let (rows, labels) = try known(try column(of: target, in: table), encoder)
    guard !rows.isEmpty else {
      throw LearningError.noRows("the target “\(target.text)” is missing in every validation row")
    }
    return TrainingSet(table: table.gather(rows), labels: labels, droppedRowCount: table.rowCount - rows.count)
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

  private func known(_ column: Column, _ encoder: TargetEncoder) throws(LearningError) -> (
    rows: [Int], labels: [Double]
  ) {
    let labels = try encoder.labels(column)
    let rows = labels.indices.filter { labels[$0] != nil }
    return (rows, labels.compactMap { $0 })
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

  private func boosted(_ schema: ModelSchema, _ set: TrainingSet, _ validation: TrainingSet?) throws -> Model {
    let parameters = try options.libraryParameters(for: schema.task)
    let matrix = try matrix(schema, set)
    var sets = [(name: "train", matrix: matrix)]
    if let validation { sets.append(("validation", try self.matrix(schema, validation))) }
    let booster = try Booster(sets.map(\.matrix), parameters: parameters)
    let (curves, bestRound) = try boost(booster, matrix, sets)
    let kept = try bestRound.map { try booster.prefix($0) } ?? booster
    try kept.name(schema.features)
    let gain = try kept.totalGain(schema.features.map(\.name))
    let total = gain.values.sorted().reduce(0, +)
    let training = Model.Training(
      trainer: "xgboost", environment: "xgboost \(try XGBoostLibrary.shared().version)", rowCount: set.labels.count,
      droppedRowCount: set.droppedRowCount, seed: options.seed, parameters: options.parameters,
      rounds: curves.values.first?.count ?? 0, bestRound: bestRound, curves: curves,
      importance: total > 0 ? gain.mapValues { $0 / total } : [:])
    return try Model(schema: schema, training: training, learner: .xgboost(try kept.model()), sampling: set.table)
  }

  private func matrix(_ schema: ModelSchema, _ set: TrainingSet) throws(LearningError) -> FeatureMatrix {
    let (values, _) = try FeatureEncoder(features: schema.features).encode(set.table)
    return try FeatureMatrix(
      values, rowCount: set.table.rowCount, features: schema.features, labels: set.labels.map(Float.init),
      threads: options.threads)
  }

  /// All rounds, or as many as early stopping wants; the last metric of the last set decides.
  private func boost(
    _ booster: Booster, _ matrix: FeatureMatrix, _ sets: [(name: String, matrix: FeatureMatrix)]
  ) throws -> (curves: [String: [Double]], bestRound: Int?) {
    var curves: [String: [Double]] = [:]
    var best: (round: Int, value: Double)?
    for round in 0..<options.rounds {
      try Task.checkCancellation()
      try booster.update(round: round, matrix)
      let metrics = try booster.evaluate(round: round, sets)
      for metric in metrics { curves[metric.name, default: []].append(metric.value) }
      try progress(round + 1, metrics)
      guard let patience = options.earlyStopping, sets.count > 1, let last = metrics.last else { continue }
      let isHigherBetter = ["auc", "aucpr", "map", "ndcg", "pre"].contains { last.name.hasSuffix(" \($0)") }
      let value = isHigherBetter ? -last.value : last.value
      if best.map({ value < $0.value }) ?? true { best = (round + 1, value) }
      if let best, round + 1 - best.round >= patience { break }
    }
    return (curves, best?.round)
  }
}

extension Model {
  /// Keeps the model's answers to the first rows of its training data.
  init(schema: ModelSchema, training: Training, learner: Learner, sampling table: Table) throws {
    let rows = table.gather(Array(0..<min(8, table.rowCount)))
    let (values, _) = try FeatureEncoder(features: schema.features).encode(rows)
    let bare = Model(schema: schema, training: training, learner: learner, sample: Sample(values: [], scores: []))
    let scores = try Predictor(bare, threads: 1, verify: .skip).scores(values, rowCount: rows.rowCount)
    self.init(
      schema: schema, training: training, learner: learner,
      sample: Sample(values: values.map { $0.isNaN ? nil : $0 }, scores: scores))
  }
}

extension Trainer {
  /// The version of the XGBoost library: `1.7.4`.
  package static func libraryVersion() throws(LearningError) -> String { try XGBoostLibrary.shared().version }
}
