/// `schema.json` of a model package, a public format: the kinds of features and tasks are words that any tool reads.
extension ModelSchema: Codable {
  /// The first thing that a reader of a package checks.
  static let format = "nightshift-model-package 1"

  private enum Key: String, CodingKey { case format, features, target, task }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let format = try container.decode(String.self, forKey: .format)
    guard format == Self.format else { throw LearningError.unknownFormat(found: format, known: Self.format) }
    features = try container.decode([Feature].self, forKey: .features)
    target = try container.decode(String.self, forKey: .target)
    task = try container.decode(Task.self, forKey: .task)
    try check()
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(Self.format, forKey: .format)
    try container.encode(features, forKey: .features)
    try container.encode(target, forKey: .target)
    try container.encode(task, forKey: .task)
  }

  /// Names that are there twice would make two columns of one.
  private func check() throws(LearningError) {
    guard !features.isEmpty else { throw .damagedPackage("schema.json names no features") }
    guard Set(features.map(\.name)).count == features.count else {
      throw .damagedPackage("schema.json names a feature twice")
    }
    for case .categorical(let values) in features.map(\.kind) where Set(values).count != values.count {
      throw .damagedPackage("schema.json names a category twice")
    }
    switch task {
    case .regression, .ranking: return
    case .binary(let negative, let positive): try Self.checkClasses([negative, positive])
    case .multiclass(let classes): try Self.checkClasses(classes)
    case .quantile(let levels):
      guard !levels.isEmpty, levels.allSatisfy({ $0 > 0 && $0 < 1 }), zip(levels, levels.dropFirst()).allSatisfy(<)
      else { throw .damagedPackage("schema.json does not name ascending quantile levels between 0 and 1") }
    }
  }

  private static func checkClasses(_ classes: [String]) throws(LearningError) {
    guard classes.count > 1, Set(classes).count == classes.count else {
      throw .damagedPackage("schema.json does not name two or more different classes")
    }
  }
}

extension ModelSchema.Feature: Codable {
  private enum Key: String, CodingKey { case name, kind, categories, seconds, seen }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    name = try container.decode(String.self, forKey: .name)
    switch try container.decode(String.self, forKey: .kind) {
    case "numeric": kind = .numeric
    case "boolean": kind = .boolean
    case "categorical": kind = .categorical(try container.decode([String].self, forKey: .categories))
    case "season":
      let seconds = try container.decode(Int.self, forKey: .seconds)
      guard (1...ModelSchema.Feature.limitSeasonSeconds).contains(seconds) else {
        throw LearningError.damagedPackage("schema.json has a season of \(seconds) seconds")
      }
      kind = .season(seconds: seconds)
    case let other: throw LearningError.damagedPackage("schema.json has a feature of the unknown kind “\(other)”")
    }
    seen = try container.decodeIfPresent(SeenValues.self, forKey: .seen)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(name, forKey: .name)
    try container.encode(kind.name, forKey: .kind)
    switch kind {
    case .numeric, .boolean: break
    case .categorical(let values): try container.encode(values, forKey: .categories)
    case .season(let seconds): try container.encode(seconds, forKey: .seconds)
    }
    try container.encodeIfPresent(seen, forKey: .seen)
  }
}

extension ModelSchema.Task: Codable {
  private enum Key: String, CodingKey { case kind, negative, positive, classes, levels, group }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    switch try container.decode(String.self, forKey: .kind) {
    case "regression": self = .regression
    case "binary":
      self = .binary(
        negative: try container.decode(String.self, forKey: .negative),
        positive: try container.decode(String.self, forKey: .positive))
    case "multiclass": self = .multiclass(classes: try container.decode([String].self, forKey: .classes))
    case "quantile": self = .quantile(levels: try container.decode([Double].self, forKey: .levels))
    case "ranking": self = .ranking(group: try container.decode(String.self, forKey: .group))
    case let other: throw LearningError.damagedPackage("schema.json has the unknown task “\(other)”")
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(name, forKey: .kind)
    switch self {
    case .regression: break
    case .binary(let negative, let positive):
      try container.encode(negative, forKey: .negative)
      try container.encode(positive, forKey: .positive)
    case .multiclass(let classes): try container.encode(classes, forKey: .classes)
    case .quantile(let levels): try container.encode(levels, forKey: .levels)
    case .ranking(let group): try container.encode(group, forKey: .group)
    }
  }
}
