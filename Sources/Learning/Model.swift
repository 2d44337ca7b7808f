internal import Foundation
internal import Tables

/// A trained model: what it reads, what it learnt, how training went, and a sample to test itself on.
package struct Model: Sendable {
  /// What it learnt.
  enum Learner: Sendable {
    /// XGBoost's model as JSON.
    case xgboost([UInt8])
    /// The same scores for every row.
    case constant([Double])
    /// What was seen last at the same place of the season.
    case seasonal(SeasonalNaive)
  }

  /// How training went: the same for the same data, parameters and seed.
  package struct Training: Codable, Hashable, Sendable {
    /// `xgboost` or `baseline`.
    package var trainer: String
    /// `xgboost 1.7.4`; `nightshift` for the baseline.
    package var environment: String
    package var rowCount: Int
    /// Rows left out because their target is missing.
    package var droppedRowCount: Int
    package var seed: Int
    package var parameters: [String: String]
    /// Of this training; those of the parent are not among them.
    package var rounds: Int
    /// The round whose model was kept, from 1; nil without early stopping.
    package var bestRound: Int?
    /// By `SET METRIC`, a value for each round.
    package var curves: [String: [Double]]
    /// Shares of the total gain by feature, 0...1.
    package var importance: [String: Double]
    /// The rounds that the parent had learnt, which this training went on from; nil for those that began anew.
    package var parentRounds: Int?
  }

  /// A few rows and what the model says to them.
  struct Sample: Codable, Hashable, Sendable {
    /// Row-major, rows x features; nil where missing.
    var values: [Float?]
    /// Row-major, rows x outputs.
    var scores: [Double]
  }

  /// What a model is, but for what it answers.
  struct Parts: Sendable {
    var schema: ModelSchema
    var training: Training
    var learner: Learner
    var baselines: Baselines?
  }

  package let schema: ModelSchema
  package let training: Training
  let learner: Learner
  /// What it must beat; nil in packages of an earlier time.
  package let baselines: Baselines?
  let sample: Sample
  /// What it was trained on; nil in packages of an earlier time.
  package internal(set) var profile: TrainingProfile?

  init(_ parts: Parts, sample: Sample) {
    schema = parts.schema
    training = parts.training
    learner = parts.learner
    baselines = parts.baselines
    self.sample = sample
  }

  /// The rounds that are in it, those of its parent included.
  var roundCount: Int { (training.parentRounds ?? 0) + (training.bestRound ?? training.rounds) }
}

extension Model.Sample {
  /// Rows enough to meet most branches, few enough to read.
  static let rowCount = 8

  /// The rows as a model reads them: column-major.
  func rows(width: Int) -> FeatureEncoder.Rows {
    let rowCount = width > 0 ? values.count / width : 0
    var columns: [Float] = []
    for column in 0..<width {
      for row in 0..<rowCount { columns.append(values[row * width + column] ?? .nan) }
    }
    return FeatureEncoder.Rows(values: columns, rowCount: rowCount)
  }

  /// Column-major rows, one row after the other.
  static func values(of rows: FeatureEncoder.Rows, width: Int) -> [Float?] {
    (0..<rows.rowCount).flatMap { row in
      (0..<width).map { column in
        let value = rows.values[column * rows.rowCount + row]
        return value.isNaN ? nil : value
      }
    }
  }
}

extension Model {
  /// Keeps the model's answers to rows that are spread over its training data.
  init(_ parts: Parts, sampling table: Table) throws(LearningError) {
    let count = min(Sample.rowCount, table.rowCount)
    let sampled = table.gather((0..<count).map { $0 * table.rowCount / count })
    let rows = try FeatureEncoder(features: parts.schema.features).encode(sampled)
    let bare = Model(parts, sample: Sample(values: [], scores: []))
    let scores = try Predictor(bare, threads: 1, verify: .skip).scores(rows)
    let values = Sample.values(of: rows, width: parts.schema.features.count)
    self.init(parts, sample: Sample(values: values, scores: scores))
  }
}

extension Model {
  /// Asks it the rows of its sample; gives how many there are. Throws ``LearningError/damagedPackage(_:)`` or
  /// ``LearningError/foreignModel(made:here:)`` when it answers otherwise than when it was made.
  package func testOnSample() throws(LearningError) -> Int {
    _ = try Predictor(self, threads: 1, verify: .sample)
    return sample.scores.count / schema.task.outputCount
  }
}
