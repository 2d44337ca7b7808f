internal import Tables

/// What a model reads and what it says: features by name, in order, and the target.
package struct ModelSchema: Hashable, Sendable {
  package enum Task: Hashable, Sendable {
    case regression
    /// `positive` is the class that the score speaks of.
    case binary(negative: String, positive: String)
    case multiclass(classes: [String])
    /// A score for each level (0 to 1, without the ends), ascending: the value that so large a share stays below.
    case quantile(levels: [Double])
    /// `group` is the column whose equal values make rows one query; the higher score stands first within it.
    case ranking(group: String)

    /// `regression`, `binary`, `multiclass`, `quantile` or `ranking`.
    package var name: String {
      switch self {
      case .regression: "regression"
      case .binary: "binary"
      case .multiclass: "multiclass"
      case .quantile: "quantile"
      case .ranking: "ranking"
      }
    }

    /// Scores a row.
    package var outputCount: Int {
      switch self {
      case .regression, .binary, .ranking: 1
      case .multiclass(let classes): classes.count
      case .quantile(let levels): levels.count
      }
    }

    /// What a row's scores are called where they stand in columns: `prediction`, `score` of the positive class or within
    /// a group, `score_CLASS`, or `quantile_LEVEL`.
    package var scoreNames: [String] {
      switch self {
      case .regression: ["prediction"]
      case .binary, .ranking: ["score"]
      case .multiclass(let classes): classes.map { "score_\($0)" }
      case .quantile(let levels): levels.map { "quantile_\($0)" }
      }
    }

    /// Whether labels are the places of classes; numbers otherwise.
    package var hasClasses: Bool {
      switch self {
      case .binary, .multiclass: true
      case .regression, .quantile, .ranking: false
      }
    }
  }

  package struct Feature: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
      case numeric
      case boolean
      /// The values seen in training, sorted; a value's place is its code.
      case categorical([String])
      /// A time, read as the seconds since its period of so many seconds began; periods follow one another since 1970.
      case season(seconds: Int)

      package var isCategorical: Bool { if case .categorical = self { true } else { false } }

      /// `numeric`, `boolean`, `categorical` or `season`.
      package var name: String {
        switch self {
        case .numeric: "numeric"
        case .boolean: "boolean"
        case .categorical: "categorical"
        case .season: "season"
        }
      }
    }

    /// The longest season: some thirty years.
    static let limitSeasonSeconds = 1_000_000_000

    package var name: String
    package var kind: Kind
    /// Nil in packages of an earlier time.
    package var seen: SeenValues?
  }

  package var features: [Feature]
  /// As the spec wrote it.
  package var target: String
  package var task: Task

  /// More categories than this are no categories but names.
  static let limitCategories = 10_000

  /// The features of a training table: the columns of `table` that are named, in that order.
  static func features(_ names: [String], of table: Table) throws(LearningError) -> [Feature] {
    guard !names.isEmpty else { throw .noRows("there is no column to learn from") }
    var features: [Feature] = []
    var seen: Set<String> = []
    for name in names {
      guard let column = table[name] else {
        throw .unknownColumn(
          role: "feature", name: name, nearest: nearestWord(to: name, among: table.columns.map(\.name)))
      }
      guard seen.insert(name).inserted else {
        throw .unusableColumn(name: name, reason: "it is named twice in `features`; name it once")
      }
      features.append(Feature(name: name, kind: try kind(of: column), seen: SeenValues(column)))
    }
    return features
  }

  private static func kind(of column: Column) throws(LearningError) -> Feature.Kind {
    switch column.storage {
    case .integers, .floats: return .numeric
    case .booleans: return .boolean
    case .timestamps:
      throw .unusableColumn(
        name: column.name,
        reason: "it holds times, which are not learnt from; add it to `exclude`, or derive numbers from it")
    case .strings(let texts):
      let values = texts.usedValues
      guard values.count <= limitCategories else {
        throw .unusableColumn(
          name: column.name,
          reason: "it has \(values.count) different texts, more than \(limitCategories):"
            + " it is a name rather than a category; add it to `exclude`")
      }
      return .categorical(values)
    }
  }
}
