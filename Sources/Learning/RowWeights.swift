internal import Tables

/// How much each row counts in training.
struct RowWeights {
  /// By place of the class; nil: all classes count the same.
  private let classWeights: [Double]?
  private let column: String?

  /// - Parameter labels: of the training rows, which `balanced` counts.
  init(_ options: TrainingOptions, _ task: ModelSchema.Task, labels: [Double]) throws(LearningError) {
    column = options.weights
    classWeights = try options.classWeights.map { weights throws(LearningError) in
      try Self.weights(weights, classes: task.classes, labels)
    }
  }

  /// One a row; nil where all count the same.
  ///
  /// - Parameters:
  ///   - table: the rows whose target is known.
  ///   - labels: one a row.
  func weights(_ table: Table, _ labels: [Double]) throws(LearningError) -> [Float]? {
    let given = try column.map { name throws(LearningError) in try Self.values(name, of: table) }
    guard let classWeights else { return given }
    return labels.indices.map { Float(classWeights[Int(labels[$0])]) * (given?[$0] ?? 1) }
  }

  /// The weights that the rows themselves have.
  static func values(_ name: String, of table: Table) throws(LearningError) -> [Float] {
    guard let column = table[name] else {
      throw .unknownColumn(
        role: "weights", name: name, nearest: nearestWord(to: name, among: table.columns.map(\.name)))
    }
    guard column.type == .integer || column.type == .float, let numbers = column.doubles else {
      throw .unusableColumn(name: name, reason: "weights are numbers, but it holds \(column.type) values")
    }
    if let row = numbers.firstIndex(where: { !($0 >= 0) || Float($0).isInfinite }) {
      let found = numbers[row].isNaN ? "no value" : CSVWriter.text(numbers[row])
      throw .unusableColumn(
        name: name, reason: "row \(row + 1) of those with a target has \(found), and a weight is a number of at least 0"
      )
    }
    guard numbers.contains(where: { $0 > 0 }) else {
      throw .unusableColumn(name: name, reason: "every row has the weight 0, so there is nothing to learn from")
    }
    return numbers.map(Float.init)
  }

  static let noClasses = "`class-weights` is for a target of classes: use `weights`"

  /// `balanced` as scikit-learn has it: rows / (classes x rows of the class).
  private static func weights(
    _ weights: TrainingOptions.ClassWeights, classes: [String], _ labels: [Double]
  ) throws(LearningError) -> [Double] {
    guard !classes.isEmpty else { throw .invalidParameter(noClasses) }
    switch weights {
    case .balanced:
      var counts = [Double](repeating: 0, count: classes.count)
      for label in labels { counts[Int(label)] += 1 }
      return counts.map { $0 > 0 ? Double(labels.count) / (Double(classes.count) * $0) : 1 }
    case .given(let given):
      for name in given.keys.sorted() where !classes.contains(name) {
        let hint = nearestWord(to: name, among: classes).map { "did you mean “\($0)”?" }
        throw .invalidParameter(
          "`class-weights` names “\(name)”, which is no class of the target: "
            + (hint ?? "there are \(classes.prefix(10).joined(separator: ", "))"))
      }
      return classes.map { given[$0] ?? 1 }
    }
  }
}

extension ModelSchema.Task {
  /// The classes, in the order of their places; empty where the task has none.
  var classes: [String] {
    switch self {
    case .binary(let negative, let positive): [negative, positive]
    case .multiclass(let classes): classes
    case .regression, .quantile, .ranking: []
    }
  }
}
