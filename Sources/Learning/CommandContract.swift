internal import Foundation
package import Tables

/// `nightshift-model.json`: what a model that comes with a scoring command reads, says, and how it is asked. People and
/// tools of any language write it, so that every mistake in it is told by its place.
package struct CommandContract: Codable, Hashable, Sendable {
  package static let fileName = "nightshift-model.json"
  package static let format = "nightshift-command-model 1"

  /// How the command is asked.
  package enum Asking: String, Codable, Hashable, Sendable, CaseIterable {
    /// Started anew for each batch: it reads rows to the end of its input, and writes as many scores.
    case once
    /// Started once: an empty line ends each batch and, flushed, each answer.
    case batches
  }

  /// `regression`, `binary` or `multiclass`.
  package var task: String
  /// Of a binary task the negative, then the positive; of a multi-class task all.
  package var classes: [String]
  /// As `target` of a `train` step: a column, or a comparison over one.
  package var target: String
  package var features: [Feature]
  /// The program and its arguments, run in the folder of the model's files.
  package var score: [String]
  package var asking: Asking
  /// Seconds without a byte to or from the command after which it is given up.
  package var timeoutSeconds: Double
  /// The input of the step that the model learnt from; nil: the one called `train`, `training` or `data`, or the only one.
  package var training: String?
  /// The input whose rows the model saw, but did not learn from; nil: none.
  package var validation: String?
  /// What made it, for people: `scikit-learn 1.9.0`.
  package var environment: String?

  package struct Feature: Codable, Hashable, Sendable {
    package var name: String
    /// `numeric`, `boolean` or `categorical`; nil: as the training data has it.
    package var kind: String?
    /// Nil: those of the training data.
    package var categories: [String]?
  }

  private enum Key: String, CodingKey, CaseIterable {
    case format, task, classes, target, features, score, asking, training, validation, environment
    case timeoutSeconds = "timeout-seconds"
  }

  private static let usualTimeoutSeconds = 600.0
  private static let longestTimeoutSeconds = 86_400.0

  /// Throws ``LearningError/damagedPackage(_:)`` or ``LearningError/unknownFormat(found:known:)``.
  package init(_ bytes: [UInt8]) throws(LearningError) {
    do {
      self = try JSONDecoder().decode(CommandContract.self, from: Data(bytes))
    } catch let error as LearningError {
      throw error
    } catch let error as DecodingError {
      throw Self.damaged(Model.reason(error))
    } catch {
      throw Self.damaged("cannot be read: \(error)")
    }
    try check()
  }

  package init(from decoder: any Decoder) throws {
    try Words(Key.allCases.map(\.rawValue)).check(decoder, in: "it")
    let container = try decoder.container(keyedBy: Key.self)
    let format = try container.decode(String.self, forKey: .format)
    guard format == Self.format else { throw LearningError.unknownFormat(found: format, known: Self.format) }
    task = try container.decode(String.self, forKey: .task)
    classes = try container.decodeIfPresent([String].self, forKey: .classes) ?? []
    target = try container.decode(String.self, forKey: .target)
    features = try container.decode([Feature].self, forKey: .features)
    score = try container.decode([String].self, forKey: .score)
    asking = try container.decodeIfPresent(Asking.self, forKey: .asking) ?? .once
    timeoutSeconds = try container.decodeIfPresent(Double.self, forKey: .timeoutSeconds) ?? Self.usualTimeoutSeconds
    training = try container.decodeIfPresent(String.self, forKey: .training)
    validation = try container.decodeIfPresent(String.self, forKey: .validation)
    environment = try container.decodeIfPresent(String.self, forKey: .environment)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(Self.format, forKey: .format)
    try container.encode(task, forKey: .task)
    try container.encode(classes, forKey: .classes)
    try container.encode(target, forKey: .target)
    try container.encode(features, forKey: .features)
    try container.encode(score, forKey: .score)
    try container.encode(asking, forKey: .asking)
    try container.encode(timeoutSeconds, forKey: .timeoutSeconds)
    try container.encodeIfPresent(training, forKey: .training)
    try container.encodeIfPresent(validation, forKey: .validation)
    try container.encodeIfPresent(environment, forKey: .environment)
  }

  private func check() throws(LearningError) {
    guard score.first?.isEmpty == false, !score.contains(where: { $0.contains("\0") }) else {
      throw Self.damaged("needs in `score` the program and its arguments, as [\"python3\", \"score.py\"]")
    }
    guard !features.isEmpty else { throw Self.damaged("names no `features`") }
    guard Set(features.map(\.name)).count == features.count else { throw Self.damaged("names a feature twice") }
    for feature in features { try check(feature) }
    guard (1...Self.longestTimeoutSeconds).contains(timeoutSeconds) else {
      throw Self.damaged("has `timeout-seconds` of \(timeoutSeconds): give 1 to \(Int(Self.longestTimeoutSeconds))")
    }
    try checkTarget(try schemaTask())
  }

  private func checkTarget(_ task: ModelSchema.Task) throws(LearningError) {
    let rule: TargetRule
    do { rule = try TargetRule(target) } catch { throw Self.damaged("has a wrong `target`: \(error)") }
    guard !features.contains(where: { $0.name == rule.column }) else {
      throw Self.damaged(
        "names “\(rule.column)” as a feature, which is the target: who reads the answer need not predict it")
    }
    guard !rule.isComparison || Set(classes) == ["false", "true"] else {
      throw Self.damaged("has the comparison “\(target)” as `target`, whose `classes` are \"false\" and \"true\"")
    }
  }

  private func check(_ feature: Feature) throws(LearningError) {
    if let kind = feature.kind, !["numeric", "boolean", "categorical"].contains(kind) {
      throw Self.damaged(
        "gives the feature “\(feature.name)” the kind “\(kind)”: it is `numeric`, `boolean` or `categorical`")
    }
    guard let categories = feature.categories else { return }
    guard feature.kind ?? "categorical" == "categorical" else {
      throw Self.damaged("gives the \(feature.kind ?? "") feature “\(feature.name)” categories")
    }
    guard Set(categories).count == categories.count else {
      throw Self.damaged("names a category of “\(feature.name)” twice")
    }
  }

  private func schemaTask() throws(LearningError) -> ModelSchema.Task {
    let isDistinct = Set(classes).count == classes.count
    switch task {
    case "regression":
      guard classes.isEmpty else { throw Self.damaged("gives `classes` to a regression") }
      return .regression
    case "binary":
      guard classes.count == 2, isDistinct else {
        throw Self.damaged("needs two `classes` for a binary task: the negative one, then the positive")
      }
      return .binary(negative: classes[0], positive: classes[1])
    case "multiclass":
      guard classes.count > 1, isDistinct else {
        throw Self.damaged("needs two or more different `classes` for a multiclass task")
      }
      return .multiclass(classes: classes)
    default: throw Self.damaged("has the task “\(task)”: it is `regression`, `binary` or `multiclass`")
    }
  }

  static func damaged(_ reason: String) -> LearningError { .damagedPackage("\(fileName) \(reason)") }
}

// MARK: Its schema

extension CommandContract {
  /// The features whose kind or categories only the training data knows.
  package var openFeatures: [String] {
    features.filter { $0.kind == nil && $0.categories == nil || $0.kind == "categorical" && $0.categories == nil }.map(
      \.name)
  }

  /// What it reads and says.
  ///
  /// - Parameter training: columns of ``openFeatures`` with each value that the training data has in them.
  package func schema(_ training: [String: Column]) throws(LearningError) -> ModelSchema {
    var read: [ModelSchema.Feature] = []
    for feature in features {
      read.append(ModelSchema.Feature(name: feature.name, kind: try kind(of: feature, training), seen: nil))
    }
    return ModelSchema(features: read, target: target, task: try schemaTask())
  }

  private func kind(of feature: Feature, _ training: [String: Column]) throws(LearningError) -> ModelSchema.Feature.Kind
  {
    switch (feature.kind, feature.categories) {
    case ("numeric", _): return .numeric
    case ("boolean", _): return .boolean
    case (_, let categories?): return .categorical(categories)
    case (let kind, nil):
      guard let column = training[feature.name] else {
        throw Self.damaged(
          "does not say \(kind == nil ? "of which kind" : "of which categories") the feature “\(feature.name)” is, "
            + "and there is no training data that could tell: name the step's input in `training`")
      }
      let found = try ModelSchema.features(
        [feature.name], of: Table(columns: [column], rowCount: column.count))[0].kind
      // Numbers that stand for categories: their texts are.
      guard kind == "categorical", !found.isCategorical else { return found }
      return .categorical(Set(column.texts.compactMap { $0 }).sorted())
    }
  }
}

extension ModelSchema {
  /// The same schema with what training saw of each feature.
  ///
  /// - Parameter table: the features' columns, as a model reads them.
  package func seeing(_ table: Table) -> ModelSchema {
    var schema = self
    for index in schema.features.indices {
      schema.features[index].seen = table[schema.features[index].name].map { SeenValues($0) }
    }
    return schema
  }

  /// The labels of a target column as a model of this schema counts them; nil where missing.
  package func labels(_ column: Column) throws(LearningError) -> [Double?] {
    try TargetEncoder(task: task).labels(column)
  }
}

extension CommandContract.Feature {
  private enum Key: String, CodingKey, CaseIterable { case name, kind, categories }

  /// A name alone is a feature, too.
  package init(from decoder: any Decoder) throws {
    if let name = try? decoder.singleValueContainer().decode(String.self) {
      self.name = name
      return
    }
    try Words(Key.allCases.map(\.rawValue)).check(decoder, in: "a feature")
    let container = try decoder.container(keyedBy: Key.self)
    name = try container.decode(String.self, forKey: .name)
    kind = try container.decodeIfPresent(String.self, forKey: .kind)
    categories = try container.decodeIfPresent([String].self, forKey: .categories)
  }
}

/// The keys that an object may have.
private struct Words {
  private struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private let known: [String]

  init(_ known: [String]) { self.known = known }

  func check(_ decoder: any Decoder, in place: String) throws {
    let keys = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).sorted()
    guard let strange = keys.first(where: { !known.contains($0) }) else { return }
    let hint = nearestWord(to: strange, among: known).map { "did you mean `\($0)`?" }
    throw CommandContract.damaged(
      "has the key `\(strange)`, which \(place) does not take: \(hint ?? "there are \(known.joined(separator: ", "))")")
  }
}

extension Predictor.Predictions {
  /// What a model that is no ``Predictor``'s said.
  package init(foreign scores: [Double], outputCount: Int, unseen: [String: Int], ignored: [String]) {
    self.init(
      scores: scores, outputCount: outputCount, unseenCategoryCounts: unseen, ignoredColumns: ignored)
  }
}
