internal import Learning
internal import Tables

/// What people should know of data that a model learnt from, before they wonder at the model.
struct TrainingNotes {
  private(set) var all: [String] = []

  /// Names in one note.
  private static let limitNames = 5
  /// A target of so many whole numbers is more likely a code than a quantity.
  private static let limitCodes = 10
  /// Of fewer rows, many have a value of their own.
  private static let fewRows = 20

  init() {}

  /// What features and classes tell that training saw.
  init(_ model: Model) {
    let rowCount = model.training.rowCount
    var (missing, constant, names): ([String], [String], [String]) = ([], [], [])
    for feature in model.schema.features {
      let missingCount = feature.seen?.missingCount ?? 0
      switch feature.kind {
      case .categorical(let categories):
        if categories.isEmpty { missing.append(feature.name) }
        if categories.count == 1, missingCount == 0 { constant.append(feature.name) }
        if rowCount >= Self.fewRows, categories.count * 2 > rowCount { names.append(feature.name) }
      case .numeric:
        guard let seen = feature.seen else { continue }
        if seen.minimum == nil, missingCount >= rowCount { missing.append(feature.name) }
        if let low = seen.minimum, low == seen.maximum, missingCount == 0 { constant.append(feature.name) }
      case .boolean: if missingCount >= rowCount { missing.append(feature.name) }
      case .season: continue
      }
    }
    note(missing, "no value in any row: the model learns nothing from that")
    note(constant, "one and the same value in all rows: the model learns nothing from that")
    note(
      names,
      "another category in most rows: exclude what names rows, and mend what makes texts of numbers, such as `inf`")
    if case .multiclass(let classes) = model.schema.task, rowCount >= Self.fewRows, classes.count * 2 > rowCount {
      all.append("the target has \(classes.count) classes in \(rowCount) rows: is “\(model.schema.target)” a name?")
    }
  }

  private mutating func note(_ features: [String], _ what: String) {
    guard !features.isEmpty else { return }
    let names = features.prefix(Self.limitNames).map { "“\($0)”" }.joined(separator: ", ")
    let rest = features.count > Self.limitNames ? " and \(features.count - Self.limitNames) more" : ""
    all.append("\(features.count == 1 ? "the feature \(names) has" : "the features \(names)\(rest) have") \(what)")
  }

  /// A target of few whole numbers that nobody asked to be predicted as a number.
  ///
  /// - Parameter objective: as the spec has it.
  mutating func add(target column: Column, of model: Model, objective: String?) {
    guard case .regression = model.schema.task, objective == nil, let numbers = column.doubles else { return }
    var values: Set<Double> = []
    for number in numbers where !number.isNaN {
      values.insert(number)
      guard values.count <= Self.limitCodes, number == number.rounded() else { return }
    }
    guard values.count > 1 else { return }
    let listed = values.sorted().map { "\(Int($0))" }.joined(separator: ", ")
    all.append(
      "the target “\(model.schema.target)” has only the values \(listed), and is predicted as a number: say `objective: \(values.count == 2 ? "binary:logistic" : "multi:softprob")` if they are classes, or `reg:squarederror` if not"
    )
  }
}
