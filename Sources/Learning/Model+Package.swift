internal import Foundation
internal import Tables

/// The model package: `schema.json` says what it reads and under which format it is written, `model.json` what it
/// learnt, `training.json` how, `baselines.json` what it must beat, `profile.json` what it was trained on, and
/// `sample.json` what it answers to a few rows; `sample.csv` has the same rows for people to read.
extension Model {
  /// The files of the package, without the recipe, which the pipeline adds. The same model gives the same bytes.
  package func files() throws -> [(path: String, bytes: [UInt8])] {
    let model: [UInt8]
    switch learner {
    case .xgboost(let json): model = json
    case .constant(let scores): model = try Self.encode(["scores": scores])
    case .seasonal(let season): model = try Self.encode(["season": season])
    }
    var files: [(path: String, bytes: [UInt8])] = [
      ("model.json", model), ("sample.csv", sample.csv(schema)), ("sample.json", try Self.encode(sample)),
      ("schema.json", try Self.encode(schema)), ("training.json", try Self.encode(training)),
    ]
    if let baselines { files.append(("baselines.json", try Self.encode(baselines))) }
    if let profile { files.append((TrainingProfile.fileName, try Self.encode(profile))) }
    return files
  }

  private static func encode(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value))
  }

  /// The model in a package. `file` gives a file's bytes, nil where there is none; its errors are passed on. Throws
  /// ``LearningError/damagedPackage(_:)`` for files that are missing, unreadable or do not fit each other, and
  /// ``LearningError/unknownFormat(found:known:)`` for packages of a later time.
  package init(reading file: (String) throws -> [UInt8]?) throws {
    var package = PackageReader()
    for name in PackageReader.names { package.files[name] = try file(name) }
    // The schema comes first: it holds the format.
    let schema = try package.decode(ModelSchema.self, "schema.json")
    let training = try package.decode(Training.self, "training.json")
    let sample = try package.decode(Sample.self, "sample.json")
    let learner = try package.learner(training.trainer, schema)
    guard sample.fits(schema) else { throw LearningError.damagedPackage("sample.json does not fit schema.json") }
    let hasBaselines = package.files["baselines.json"] != nil
    let baselines = hasBaselines ? try package.decode(Baselines.self, "baselines.json") : nil
    guard baselines?.fits(schema.task) ?? true else {
      throw LearningError.damagedPackage("baselines.json does not fit schema.json")
    }
    self.init(
      Parts(schema: schema, training: training, learner: learner, baselines: baselines), sample: sample)
    profile = try file(TrainingProfile.fileName).map { try TrainingProfile($0) }
  }
}

/// Reads the files of a package.
private struct PackageReader {
  static let names = ["schema.json", "training.json", "sample.json", "model.json", "baselines.json"]

  var files: [String: [UInt8]] = [:]

  func bytes(_ name: String) throws -> [UInt8] {
    guard let bytes = files[name] else { throw LearningError.damagedPackage("\(name) is missing") }
    return bytes
  }

  func decode<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
    let bytes = try bytes(name)
    do { return try JSONDecoder().decode(type, from: Data(bytes)) } catch let error as DecodingError {
      throw LearningError.damagedPackage("\(name) \(Model.reason(error))")
    }
  }

  func learner(_ trainer: String, _ schema: ModelSchema) throws -> Model.Learner {
    switch trainer {
    case "xgboost": return .xgboost(try bytes("model.json"))
    case "baseline": return try baseline(schema)
    case let other: throw LearningError.damagedPackage("training.json names the unknown trainer “\(other)”")
    }
  }

  /// What the file of a baseline holds: one of them.
  private struct BaselineFile: Decodable {
    var scores: [Double]?
    var season: SeasonalNaive?
  }

  private func baseline(_ schema: ModelSchema) throws -> Model.Learner {
    let file = try decode(BaselineFile.self, "model.json")
    if let season = file.season {
      guard season.fits(schema.task), season.features == schema.features else {
        throw LearningError.damagedPackage("model.json holds a season that does not fit schema.json")
      }
      return .seasonal(season)
    }
    let scores = file.scores ?? []
    guard scores.count == schema.task.outputCount else {
      throw LearningError.damagedPackage("model.json holds \(scores.count) scores for \(schema.task.outputCount)")
    }
    return .constant(scores)
  }
}

extension Model {
  /// What is wrong with JSON, with its place.
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
  /// The rows as a table that says what their numbers stand for, with the scores behind them. Of a season's time it has
  /// the seconds that have passed.
  fileprivate func csv(_ schema: ModelSchema) -> [UInt8] {
    let (width, outputs) = (schema.features.count, schema.task.outputCount)
    let rowCount = width > 0 ? values.count / width : 0
    var columns = schema.features.enumerated().map { index, feature in
      Column(name: feature.name, storage: storage(of: feature, (0..<rowCount).map { values[$0 * width + index] }))
    }
    for (index, name) in schema.task.scoreNames.enumerated() {
      columns.append(
        Column(name: name, storage: .floats((0..<rowCount).map { Self.shortest(scores[$0 * outputs + index]) })))
    }
    return CSVWriter.header(columns.map(\.name)) + CSVWriter.rows(Table(columns: columns, rowCount: rowCount))
  }

  private func storage(of feature: ModelSchema.Feature, _ values: [Float?]) -> Column.Storage {
    switch feature.kind {
    case .numeric, .season: return .floats(values.map { $0.map { Self.shortest(Double($0)) } ?? .nan })
    case .boolean: return .booleans(values.map { $0.map { Int8($0) } ?? -1 })
    case .categorical(let categories):
      return .strings(.init(codes: values.map { $0.map { Int32($0) } ?? -1 }, values: categories))
    }
  }

  /// Scores and features are 32-bit: their shortest text is that of a Float.
  private static func shortest(_ value: Double) -> Double { Double("\(Float(value))") ?? .nan }

  /// Whether it has at least one row, and as many values and scores for it as the schema wants.
  fileprivate func fits(_ schema: ModelSchema) -> Bool {
    let (width, outputs) = (schema.features.count, schema.task.outputCount)
    let rowCount = values.count / width
    return rowCount > 0 && values.count == rowCount * width && scores.count == rowCount * outputs
  }
}
