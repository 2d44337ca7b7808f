package import Tables

/// Trains a model from a table.
package struct Trainer {
  let options: TrainingOptions
  /// Called after each round with its number, from 1, and the metrics by `SET METRIC`.
  let progress: (Int, [(name: String, value: Double)]) throws -> Void

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
  ///   - parent: the model to go on from; it must read and say the same, and be boosted the same way.
  package func train(
    _ table: Table, validation: Table?, target: TargetRule, parent: Model? = nil
  ) throws -> Model {
    guard table.rowCount > 0 else { throw LearningError.noRows(Self.noRows) }
    let targetColumn = try column(of: target, in: table)
    var encoder = try TargetEncoder(targetColumn, target: target.text, options: options)
    if let parent { encoder = try ParentCheck(parent, options).encoder(encoder, target) }
    try options.check(for: encoder.task)
    let names = try featureNames(table, target)
    let set = try trainingSet(table, targetColumn, encoder)
    try encoder.checkVariety(set.labels, target: target.text)
    var schema = ModelSchema(
      features: try ModelSchema.features(names, of: set.table), target: target.text, task: encoder.task)
    if let parent { schema.features = try ParentCheck(parent, options).features(schema.features) }
    let baselines = try Baselines(encoder.task, set, season: options.season)
    switch options.trainer {
    case .baseline: return try baseline(schema, set, baselines)
    case .seasonalNaive: return try seasonal(schema, set, baselines)
    case .xgboost:
      try options.check(hasValidation: validation != nil)
      try options.objective(for: schema.task).check(set.labels, of: target.text)
      let validation = try validation.map { try validationSet($0, target, encoder, weighing: set) }
      return try boosted(Boosting.Sets(schema: schema, training: set, validation: validation), baselines, parent)
    }
  }

  static let noRows = "the data has no rows: there is nothing to learn from"

  /// The rows that are learnt from, or judged on.
  struct TrainingSet: Sendable {
    var table: Table
    var labels: [Double]
    var droppedRowCount: Int
    /// One a row, or one a group of a ranking; nil where all count the same.
    var weights: [Float]?
    /// The weights that the rows have of themselves, without those of their classes; nil where all count the same.
    var rowWeights: [Float]?
    /// Of the queries of a ranking, in the order of the rows.
    var groupSizes: [UInt32]?
    /// How much rows count, to be asked about others.
    var weighing: RowWeights?

    var facts: FeatureMatrix.RowFacts {
      FeatureMatrix.RowFacts(labels: labels.map(Float.init), weights: weights, groupSizes: groupSizes)
    }

    init(table: Table, labels: [Double], droppedRowCount: Int) {
      self.table = table
      self.labels = labels
      self.droppedRowCount = droppedRowCount
    }
  }

  /// The rows whose target is known; those of a query stand together.
  func trainingSet(_ table: Table, _ target: Column, _ encoder: TargetEncoder) throws(LearningError) -> TrainingSet {
    var set = try knownRows(table, target, encoder)
    let weighing = try RowWeights(options, encoder.task, labels: set.labels)
    set.weighing = weighing
    try weigh(&set, by: weighing)
    return set
  }

  private func knownRows(_ table: Table, _ target: Column, _ encoder: TargetEncoder) throws(LearningError)
    -> TrainingSet
  {
    let labels = try encoder.labels(target)
    let rows = labels.indices.filter { labels[$0] != nil }
    var set = TrainingSet(
      table: rows.count == table.rowCount ? table : table.gather(rows), labels: labels.compactMap { $0 },
      droppedRowCount: table.rowCount - rows.count)
    if case .ranking(let group) = encoder.task, !rows.isEmpty {
      let groups = try QueryGroups(group, of: set.table)
      set.table = set.table.gather(groups.order)
      set.labels = groups.order.map { [labels = set.labels] in labels[$0] }
      set.groupSizes = groups.sizes
    }
    return set
  }

  private func weigh(_ set: inout TrainingSet, by weighing: RowWeights) throws(LearningError) {
    guard !set.labels.isEmpty else { return }
    set.weights = try weighing.weights(set.table, set.labels)
    if let name = options.weights { set.rowWeights = try RowWeights.values(name, of: set.table) }
    if let sizes = set.groupSizes, let weights = set.weights {
      set.weights = try QueryGroups.weights(weights, sizes: sizes, column: options.weights ?? "")
    }
  }

  /// - Parameter training: what the weights of classes come from; nil: the rows themselves.
  func validationSet(
    _ table: Table, _ target: TargetRule, _ encoder: TargetEncoder, weighing training: TrainingSet? = nil
  ) throws -> TrainingSet {
    var set = try knownRows(table, try column(of: target, in: table), encoder)
    guard !set.labels.isEmpty else {
      throw LearningError.noRows("the target “\(target.text)” is missing in every validation row")
    }
    try weigh(&set, by: try training?.weighing ?? RowWeights(options, encoder.task, labels: set.labels))
    return set
  }

  func column(of target: TargetRule, in table: Table) throws -> Column {
    guard let column = table[target.column] else {
      throw LearningError.unknownColumn(
        role: "target", name: target.column,
        nearest: nearestWord(to: target.column, among: table.columns.map(\.name)))
    }
    return try target.apply(to: column)
  }

  func featureNames(_ table: Table, _ target: TargetRule) throws(LearningError) -> [String] {
    let known = table.columns.map(\.name)
    for name in options.exclude where !known.contains(name) {
      throw .unknownColumn(role: "excluded", name: name, nearest: nearestWord(to: name, among: known))
    }
    if let season = options.season, (season.by + [season.time]).contains(target.column) {
      throw .unusableColumn(
        name: target.column, reason: "`season` names it, but it is the target, which a baseline must not read")
    }
    let others = options.otherColumns + options.exclude + [target.column]
    let names = options.features ?? known.filter { !others.contains($0) }
    if names.contains(target.column) {
      throw .unusableColumn(
        name: target.column, reason: "it is the target, and a model must not read what it is to predict")
    }
    return names
  }

  func matrix(_ schema: ModelSchema, _ set: TrainingSet) throws(LearningError) -> FeatureMatrix {
    try FeatureMatrix(
      try FeatureEncoder(features: schema.features).encode(set.table), features: schema.features, set.facts,
      threads: options.threads)
  }

  /// What a new model learns from. Bins are all that trees need; a linear model asks for the numbers themselves, and groups
  /// weigh on the bins only where the library sees all of them at once.
  func learningMatrix(_ schema: ModelSchema, _ set: TrainingSet) throws(LearningError) -> FeatureMatrix {
    guard try options.booster(for: schema.task) == .trees, set.groupSizes == nil else { return try matrix(schema, set) }
    return try FeatureMatrix(
      binning: set.table, features: schema.features, set.facts,
      FeatureMatrix.Binning(limitBins: options.binCount, threads: options.threads))
  }

  // MARK: Baselines

  /// The mean, or the classes' shares.
  private func baseline(_ schema: ModelSchema, _ set: TrainingSet, _ baselines: Baselines) throws -> Model {
    try Model(
      Model.Parts(
        schema: schema, training: training(set), learner: .constant(baselines.constant), baselines: baselines),
      sampling: set.table)
  }

  /// What was seen last at the same place of the season. It reads nothing else.
  private func seasonal(_ schema: ModelSchema, _ set: TrainingSet, _ baselines: Baselines) throws -> Model {
    guard let season = baselines.season else { throw LearningError.invalidParameter("there is no season to go by") }
    let schema = ModelSchema(features: season.features, target: schema.target, task: schema.task)
    var training = training(set)
    training.parameters = ["kind": "seasonal-naive"]
    return try Model(
      Model.Parts(schema: schema, training: training, learner: .seasonal(season), baselines: baselines),
      sampling: set.table)
  }

  private func training(_ set: TrainingSet) -> Model.Training {
    Model.Training(
      trainer: "baseline", environment: "nightshift", rowCount: set.labels.count, droppedRowCount: set.droppedRowCount,
      seed: options.seed, parameters: [:], rounds: 0, bestRound: nil, curves: [:], importance: [:])
  }
}

extension Trainer {
  /// The version of the XGBoost library: `1.7.4`.
  package static func libraryVersion() throws(LearningError) -> String { try XGBoostLibrary.shared().version }
}
