package import Tables

/// The rows that trials learn from and are judged on. They are read and checked once, whatever the number of trials.
package struct TrialRows: Sendable {
  /// What trials are judged on.
  package enum Judging: Sendable {
    /// Rows of their own.
    case validation(Table)
    /// In turn, some of the training rows; the curves of all turns are averaged.
    case folds([Fold])
  }

  /// One turn of a cross-validation: places of rows, ascending.
  package struct Fold: Hashable, Sendable {
    package var training: [Int]
    package var validation: [Int]

    package init(training: [Int], validation: [Int]) {
      self.training = training
      self.validation = validation
    }

    /// The turns over parts that are numbered from 1. Each part is left out once, of parts that follow one another in
    /// time each but the first is predicted from those before it. Rows of part 0 are in none.
    package static func turns(_ parts: [Int], inTime: Bool) -> [Fold] {
      let last = parts.max() ?? 0
      guard last > 1 else { return [] }
      return ((inTime ? 2 : 1)...last).map { turn in
        Fold(
          training: parts.indices.filter { parts[$0] > 0 && (inTime ? parts[$0] < turn : parts[$0] != turn) },
          validation: parts.indices.filter { parts[$0] == turn })
      }
    }
  }

  /// One turn's rows.
  struct Turn: Sendable {
    var training: Trainer.TrainingSet
    var validation: Trainer.TrainingSet
  }

  let schema: ModelSchema
  let options: TrainingOptions
  /// The library's name of the metric that decides.
  package let metric: String
  private let table: Table
  private let rule: TargetRule
  private let target: Column
  private let encoder: TargetEncoder
  private let judging: Source

  private enum Source: Sendable {
    case validation(Trainer.TrainingSet)
    case folds([Fold])
  }

  /// Whether more of the metric is better.
  package var isHigherBetter: Bool { XGBoostMetric.isHigherBetter(metric) }

  /// Of how many trials at once a search must hold what they need.
  package struct Crowd: Sendable {
    /// Trials under way at once.
    package var trials: Int
    /// How many of them may learn from matrices of their own.
    package var apart: Int

    package init(trials: Int, apart: Int) {
      self.trials = trials
      self.apart = apart
    }
  }

  /// About what a search takes in the library. It keeps two bytes of each value to learn from, its bin by row and by
  /// column, and a number with its column's place, 8 bytes, of each to be judged on. A trial has its gradients,
  /// predictions and the place of each row in the tree: 16 bytes a row and 12 for each of its scores. In a matrix of its
  /// own it has the number as well.
  package func matrixBytes(_ crowd: Crowd) -> Int {
    let (learned, judged) = rowCounts
    let (width, outputs) = (schema.features.count, schema.task.outputCount)
    let shared = hasBins ? 2 * learned * width : 0
    let apart = hasBins ? crowd.apart : crowd.trials
    return shared + 8 * judged * width + apart * 10 * learned * width + crowd.trials * learned * (16 + 12 * outputs)
  }

  /// Of all turns.
  private var rowCounts: (learned: Int, judged: Int) {
    switch judging {
    case .validation(let set): (table.rowCount, set.table.rowCount)
    case .folds(let folds): folds.reduce((0, 0)) { ($0.0 + $1.training.count, $0.1 + $1.validation.count) }
    }
  }

  /// Whether trials share what they learn from: the bins of trees. A linear model has none, and a ranking's matrix the
  /// library bins itself.
  var hasBins: Bool {
    if case .ranking = schema.task { return false }
    return options.parameters["booster"] != BoosterKind.linear.rawValue
  }

  package var turnCount: Int { if case .folds(let folds) = judging { folds.count } else { 1 } }

  /// - Parameters:
  ///   - options: what trials have in common.
  ///   - metric: one of the library's metrics that fits the task; nil: the task's loss.
  package init(
    _ options: TrainingOptions, _ table: Table, target: TargetRule, judging: Judging, metric: String?
  ) throws {
    let trainer = Trainer(options)
    self.options = options
    self.table = table
    rule = target
    self.target = try trainer.column(of: target, in: table)
    encoder = try TargetEncoder(self.target, target: target.text, options: options)
    try options.check(for: encoder.task)
    let names = try trainer.featureNames(table, target)
    let set = try trainer.trainingSet(table, self.target, encoder)
    try encoder.checkVariety(set.labels, target: target.text)
    let objective = try options.objective(for: encoder.task)
    try objective.check(set.labels, of: target.text)
    guard try objective != .quantile || XGBoostLibrary.shared().isAtLeast(2, 0) else {
      throw LearningError.invalidParameter("a search over models of quantiles needs XGBoost 2.0 or later")
    }
    schema = ModelSchema(
      features: try ModelSchema.features(names, of: set.table), target: target.text, task: encoder.task)
    let wanted = try metric.map { [encoder] in try XGBoostMetric.names(in: $0, for: encoder.task) }
    guard wanted?.count ?? 1 == 1 else { throw LearningError.invalidParameter("`metric` names one metric to judge by") }
    self.metric = wanted?.first ?? XGBoostMetric.defaultName(encoder.task)
    switch judging {
    case .validation(let rows):
      self.judging = .validation(try trainer.validationSet(rows, target, encoder, weighing: set))
    case .folds(let folds):
      try Self.check(folds, labels: try encoder.labels(self.target))
      self.judging = .folds(folds)
    }
  }

  private static func check(_ folds: [Fold], labels: [Double?]) throws(LearningError) {
    guard !folds.isEmpty else { throw .noRows("there are no folds to learn from") }
    for (index, fold) in folds.enumerated() {
      for (rows, use) in [(fold.training, "learn from"), (fold.validation, "be judged on")]
      where rows.allSatisfy({ labels[$0] == nil }) {
        throw .noRows("turn \(index + 1) of \(folds.count) has no rows with a target to \(use): use fewer folds")
      }
    }
  }

  /// Places `index` in `0..<turnCount`. Each call gathers the rows anew: they are needed until they are in the library.
  func turn(_ index: Int) throws -> Turn {
    let trainer = Trainer(options)
    switch judging {
    case .validation(let set): return Turn(training: try trainer.trainingSet(table, target, encoder), validation: set)
    case .folds(let folds):
      let (learned, judged) = (folds[index].training, folds[index].validation)
      let training = try trainer.trainingSet(table.gather(learned), target.gather(learned), encoder)
      return Turn(
        training: training,
        validation: try trainer.validationSet(table.gather(judged), rule, encoder, weighing: training))
    }
  }
}
