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
    package var rounds: Int
    /// The round whose model was kept, from 1; nil without early stopping.
    package var bestRound: Int?
    /// By `SET METRIC`, a value for each round.
    package var curves: [String: [Double]]
    /// Shares of the total gain by feature, 0...1.
    package var importance: [String: Double]
  }

  /// A few rows and what the model says to them.
  struct Sample: Codable, Hashable, Sendable {
    /// Row-major, rows x features; nil where missing.
    var values: [Float?]
    /// Row-major, rows x outputs.
    var scores: [Double]
  }

  package let schema: ModelSchema
  package let training: Training
  let learner: Learner
  let sample: Sample

  /// The files of the model package, without the recipe, which the pipeline adds. The same model gives the same bytes.
  package func files() throws -> [(path: String, bytes: [UInt8])] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let model: [UInt8]
    switch learner {
    case .xgboost(let json): model = json
    case .constant(let scores): model = Array(try encoder.encode(["scores": scores]))
    }
    return [
      ("model.json", model), ("sample.json", Array(try encoder.encode(sample))),
      ("schema.json", Array(try encoder.encode(schema))), ("training.json", Array(try encoder.encode(training))),
    ]
  }

  /// The model in a package. `file` gives a file's bytes, nil where there is none.
  package init(reading file: (String) throws -> [UInt8]?) throws {
    func bytes(_ name: String) throws -> [UInt8] {
      guard let bytes = try file(name) else { throw LearningError.damagedPackage("\(name) is missing") }
      return bytes
    }
    func decode<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
      do { return try JSONDecoder().decode(type, from: Data(try bytes(name))) } catch let error as DecodingError {
        throw LearningError.damagedPackage("\(name) cannot be read: \(error)")
      }
    }
    schema = try decode(ModelSchema.self, "schema.json")
    training = try decode(Training.self, "training.json")
    sample = try decode(Sample.self, "sample.json")
    if training.trainer == "baseline" {
      learner = .constant(try decode([String: [Double]].self, "model.json")["scores"] ?? [])
    } else {
      learner = .xgboost(try bytes("model.json"))
    }
  }

  init(schema: ModelSchema, training: Training, learner: Learner, sample: Sample) {
    self.schema = schema
    self.training = training
    self.learner = learner
    self.sample = sample
  }
}
