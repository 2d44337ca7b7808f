internal import Tables

/// Turns a target's values into labels.
struct TargetEncoder {
  let task: ModelSchema.Task

  /// The task that a target column asks for: true and false or two texts are binary, more texts multi-class, numbers
  /// a regression. Numbers with a classifying objective are classes.
  init(_ column: Column, target: String, objective: String?) throws(LearningError) {
    let isClassifying = objective.map { $0.hasPrefix("binary:") || $0.hasPrefix("multi:") } ?? false
    switch column.storage {
    case .booleans: task = .binary(negative: "false", positive: "true")
    case .integers where !isClassifying, .floats where !isClassifying: task = .regression
    case .timestamps: throw .unusableColumn(name: target, reason: "a time cannot be a target")
    case .strings, .integers, .floats:
      let classes = Set(column.texts.compactMap { $0 }).sorted()
      guard classes.count <= 1000 else {
        throw .unusableColumn(name: target, reason: "it has \(classes.count) different values, too many for classes")
      }
      if classes.count == 2, objective.map({ !$0.hasPrefix("multi:") }) ?? true {
        task = .binary(negative: classes[0], positive: classes[1])
      } else {
        task = .multiclass(classes: classes)
      }
    }
    if case .regression = task, isClassifying {
      throw .invalidParameter("the objective \(objective ?? "") needs classes")
    }
    if !isClassifying, let objective, objective.hasPrefix("reg:"), task != .regression {
      throw .invalidParameter("the objective \(objective) needs a target of numbers, but “\(target)” has classes")
    }
  }

  init(task: ModelSchema.Task) { self.task = task }

  /// One label a row: the number, 0 or 1, or the class's place; nil where the target is missing or its class is new.
  func labels(_ column: Column) throws(LearningError) -> [Double?] {
    switch task {
    case .regression:
      guard let values = column.doubles else {
        throw .unusableColumn(name: column.name, reason: "the model predicts a number, but here the target holds texts")
      }
      return values.map { $0.isNaN ? nil : $0 }
    case .binary(let negative, let positive):
      return column.texts.map { $0 == positive ? 1 : $0 == negative ? 0 : nil }
    case .multiclass(let classes):
      let codes = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, Double($0)) })
      return column.texts.map { $0.flatMap { codes[$0] } }
    }
  }

  /// Throws ``LearningError/singleClass(target:value:rowCount:)`` when there is nothing to tell apart.
  func checkVariety(_ labels: [Double], target: String) throws(LearningError) {
    guard let first = labels.first else { throw .noRows("the target “\(target)” is missing in every row") }
    guard task != .regression, labels.allSatisfy({ $0 == first }) else { return }
    let value: String =
      switch task {
      case .binary(let negative, let positive): first == 1 ? positive : negative
      case .multiclass(let classes): classes[Int(first)]
      case .regression: "\(first)"
      }
    throw .singleClass(target: target, value: "“\(value)”", rowCount: labels.count)
  }
}
