internal import Foundation

/// The model package: `schema.json` says what it reads and under which format it is written, `model.json` what it
/// learnt, `training.json` how, `sample.json` what it answers to a few rows, and `profile.json` what it was trained on.
extension Model {
  /// The files of the package, without the recipe, which the pipeline adds. The same model gives the same bytes.
  package func files() throws -> [(path: String, bytes: [UInt8])] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let model: [UInt8]
    switch learner {
    case .xgboost(let json): model = json
    case .constant(let scores): model = Array(try encoder.encode(["scores": scores]))
    }
    let profile = try profile.map { [(TrainingProfile.fileName, Array(try encoder.encode($0)))] } ?? []
    return [("model.json", model)] + profile + [
      ("sample.json", Array(try encoder.encode(sample))),
      ("schema.json", Array(try encoder.encode(schema))), ("training.json", Array(try encoder.encode(training))),
    ]
  }

  /// The model in a package. `file` gives a file's bytes, nil where there is none; its errors are passed on. Throws
  /// ``LearningError/damagedPackage(_:)`` for files that are missing, unreadable or do not fit each other, and
  /// ``LearningError/unknownFormat(found:known:)`` for packages of a later time.
  package init(reading file: (String) throws -> [UInt8]?) throws {
    func bytes(_ name: String) throws -> [UInt8] {
      guard let bytes = try file(name) else { throw LearningError.damagedPackage("\(name) is missing") }
      return bytes
    }
    func decode<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
      let bytes = try bytes(name)
      do { return try JSONDecoder().decode(type, from: Data(bytes)) } catch let error as DecodingError {
        throw LearningError.damagedPackage("\(name) \(Self.reason(error))")
      }
    }
    // The schema comes first: it holds the format.
    let schema = try decode(ModelSchema.self, "schema.json")
    let training = try decode(Training.self, "training.json")
    let sample = try decode(Sample.self, "sample.json")
    let learner: Learner
    switch training.trainer {
    case "baseline":
      let scores = try decode([String: [Double]].self, "model.json")["scores"] ?? []
      guard scores.count == schema.task.outputCount else {
        throw LearningError.damagedPackage("model.json holds \(scores.count) scores for \(schema.task.outputCount)")
      }
      learner = .constant(scores)
    case "xgboost": learner = .xgboost(try bytes("model.json"))
    case let other: throw LearningError.damagedPackage("training.json names the unknown trainer “\(other)”")
    }
    guard sample.fits(schema) else { throw LearningError.damagedPackage("sample.json does not fit schema.json") }
    self.init(schema: schema, training: training, learner: learner, sample: sample)
    profile = try file(TrainingProfile.fileName).map { try TrainingProfile($0) }
  }

  static func reason(_ error: DecodingError) -> String {
    func place(_ path: [any CodingKey]) -> String {
      path.map { key in key.intValue.map { "\($0)" } ?? key.stringValue }.joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context): return "lacks `\(place(context.codingPath + [key]))`"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "holds something else than expected at `\(place(context.codingPath))`"
    case .dataCorrupted(let context):
      return context.codingPath.isEmpty ? "is not JSON" : "cannot be read at `\(place(context.codingPath))`"
    @unknown default: return "cannot be read"
    }
  }
}

extension Model.Sample {
  /// Whether it has at least one row, and as many values and scores for it as the schema wants.
  fileprivate func fits(_ schema: ModelSchema) -> Bool {
    let (width, outputs) = (schema.features.count, schema.task.outputCount)
    let rowCount = values.count / width
    return rowCount > 0 && values.count == rowCount * width && scores.count == rowCount * outputs
  }
}
