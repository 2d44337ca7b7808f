internal import Tables

/// Turns a target's values into labels.
struct TargetEncoder {
  let task: ModelSchema.Task

  /// More classes than this are no classes but names.
  static let limitClasses = 1000

  /// The task that a target column asks for: true and false or two texts are binary, more texts multi-class, numbers
  /// a regression. Numbers with a classifying objective are classes. Of two classes the later one is the positive.
  init(_ column: Column, target: String, objective: String?) throws(LearningError) {
    let isClassifying = Objective.isClassifying(objective)
    switch column.storage {
    case .booleans: task = .binary(negative: "false", positive: "true")
    case .integers where !isClassifying, .floats where !isClassifying: task = .regression
    case .timestamps: throw .unusableColumn(name: target, reason: "a time cannot be a target")
    case .strings, .integers, .floats:
      let classes = Self.classes(of: column)
      guard classes.count <= Self.limitClasses else {
        throw .unusableColumn(name: target, reason: "it has \(classes.count) different values, too many for classes")
      }
      if classes.count == 2, objective.map({ !$0.hasPrefix("multi:") }) ?? true {
        task = .binary(negative: classes[0], positive: classes[1])
      } else {
        task = .multiclass(classes: classes)
      }
    }
    if !isClassifying, let objective, objective.hasPrefix("reg:"), task != .regression {
      throw .invalidParameter("the objective \(objective) needs a target of numbers, but “\(target)” has classes")
    }
  }

  init(task: ModelSchema.Task) { self.task = task }

  /// As ``init(_:target:objective:)``, with what the options ask of numbers: quantiles, or grades within groups.
  init(_ column: Column, target: String, options: TrainingOptions) throws(LearningError) {
    let objective = options.parameters["objective"]
    let asked = try options.numericTask()
    guard let asked else {
      self = try TargetEncoder(column, target: target, objective: objective)
      return
    }
    guard column.type == .integer || column.type == .float else {
      throw .invalidParameter("the objective \(objective ?? "") needs a target of numbers, but “\(target)” is none")
    }
    self.init(task: asked)
  }

  /// The different values, in the order of numbers for numbers and of code points for texts.
  private static func classes(of column: Column) -> [String] {
    switch column.storage {
    case .integers(let values):
      Set(values).subtracting([Column.missingInteger]).sorted().map { "\($0)" }
    case .floats(let values):
      Set(values.filter { !$0.isNaN }).sorted().map { CSVWriter.text($0) }
    case .strings(let texts): texts.usedValues
    case .booleans, .timestamps: []
    }
  }

  /// One label a row: the number, 0 or 1, or the class's place; nil where the target is missing or its class is new.
  func labels(_ column: Column) throws(LearningError) -> [Double?] {
    switch task {
    case .regression, .quantile, .ranking: return try numbers(column)
    case .binary(let negative, let positive): return labels(column, classes: [negative, positive])
    case .multiclass(let classes): return labels(column, classes: classes)
    }
  }

  private func numbers(_ column: Column) throws(LearningError) -> [Double?] {
    guard column.type != .string, column.type != .timestamp, let values = column.doubles else {
      throw .unusableColumn(
        name: column.name, reason: "the model predicts a number, but here the target holds \(column.type) values")
    }
    if let row = values.firstIndex(where: { Float($0).isInfinite }) {
      throw .unusableColumn(
        name: column.name, reason: "row \(row + 1) holds \(values[row]), too large for a target; scale it")
    }
    return values.map { $0.isNaN ? nil : $0 }
  }

  private func labels(_ column: Column, classes: [String]) -> [Double?] {
    let places = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, Double($0)) })
    switch column.storage {
    case .strings(let texts):
      let translated = texts.values.map { places[$0] }
      return texts.codes.map { $0 < 0 ? nil : translated[Int($0)] }
    case .booleans(let values):
      let translated = [places["false"], places["true"]]
      return values.map { $0 < 0 ? nil : translated[Int($0)] }
    case .integers, .floats, .timestamps: return column.texts.map { $0.flatMap { places[$0] } }
    }
  }

  /// Throws ``LearningError/singleClass(target:value:rowCount:)`` when there is nothing to tell apart.
  func checkVariety(_ labels: [Double], target: String) throws(LearningError) {
    guard let first = labels.first else { throw .noRows("the target “\(target)” is missing in every row") }
    guard task.hasClasses, labels.allSatisfy({ $0 == first }) else { return }
    let value: String =
      switch task {
      case .binary(let negative, let positive): first == 1 ? positive : negative
      case .multiclass(let classes): classes[Int(first)]
      case .regression, .quantile, .ranking: "\(first)"
      }
    throw .singleClass(target: target, value: "“\(value)”", rowCount: labels.count)
  }
}

extension Column.DictionaryColumn {
  /// The values that some row has, sorted: a dictionary may hold more, and orders them by first row. Spellings that
  /// Unicode holds to be the same text are one value here, as they are wherever texts are compared.
  var usedValues: [String] {
    var isUsed = [Bool](repeating: false, count: values.count)
    for code in codes where code >= 0 { isUsed[Int(code)] = true }
    return Set(values.indices.filter { isUsed[$0] }.map { values[$0] }).sorted()
  }
}
