internal import Records
internal import Statistics
internal import Tables

/// Finds columns that nearly determine the target, one by one, on the sample.
struct LeakFinder {
  private let target: SampledColumn
  private let columns: [SampledColumn]
  /// The target's classes, where there are few.
  private let classes: [Int32]?
  private let isBinary: Bool
  /// Of a measure that is 1 where the column determines the target.
  private static let bar = 0.98
  private static let classLimit = 50
  /// Categories of fewer rows determine any target.
  private static let leastRows = 5
  /// Of fewer rows nothing is said.
  private static let leastKnownRows = 30

  /// - Parameter columns: all that could be features: not the target's own.
  init(target: SampledColumn, columns: [SampledColumn]) {
    self.target = target
    self.columns = columns
    let found = target.classes
    classes = (2...Self.classLimit).contains(found.count) ? found.categories : nil
    isBinary = found.count == 2
  }

  /// The strongest first.
  var leaks: [ProfileDocument.Leak] {
    let found = columns.flatMap { column in
      guard knownRows(column) >= Self.leastKnownRows else { return [ProfileDocument.Leak]() }
      return [leak(column), missingness(column)].compactMap { $0 }.filter { $0.value >= Self.bar }
    }
    return found.sorted { ($1.value, $0.column, $0.measure) < ($0.value, $1.column, $1.measure) }
  }

  /// Rows in which both are there.
  private func knownRows(_ column: SampledColumn) -> Int {
    let count = target.numbers?.count ?? target.categories?.count ?? 0
    return (0..<count).count { !column.isMissing($0) && !target.isMissing($0) }
  }

  private func leak(_ column: SampledColumn) -> ProfileDocument.Leak? {
    if isEqual(column) { return .init(column: column.name, measure: "equal", value: 1) }
    if isBinary, let positive = classes.map({ $0.map { $0 < 0 ? nil : $0 == 1 } }) {
      guard let score = column.numbers ?? rates(column, positive) else { return nil }
      let auc = RankedSample(score).auc(of: positive)
      return auc.map { .init(column: column.name, measure: "auc", value: max($0, 1 - $0)) }
    }
    if let classes {
      if let numbers = column.numbers {
        return Association.correlationRatio(classes, numbers).map {
          .init(column: column.name, measure: "correlation-ratio", value: $0)
        }
      }
      guard let categories = column.categories, column.categoryCount <= Self.classLimit else { return nil }
      return Association.cramersV(categories, classes).map {
        .init(column: column.name, measure: "cramers-v", value: $0)
      }
    }
    guard let wanted = target.numbers else { return nil }
    if let numbers = column.numbers {
      return RankedSample.spearman(RankedSample(numbers), RankedSample(wanted)).map {
        .init(column: column.name, measure: "spearman", value: abs($0))
      }
    }
    guard let categories = column.categories, column.categoryCount <= Self.classLimit else { return nil }
    return Association.correlationRatio(categories, wanted).map {
      .init(column: column.name, measure: "correlation-ratio", value: $0)
    }
  }

  private func isEqual(_ column: SampledColumn) -> Bool {
    if let a = column.numbers, let b = target.numbers {
      return zip(a, b).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
    }
    // Codes count from the first row on, so that equal texts and other names for them have the same.
    guard let a = column.categories, column.categoryCount > 1 else { return false }
    return a == target.classes.categories
  }

  /// The share of positive rows in each row's category; NaN for categories of few rows.
  private func rates(_ column: SampledColumn, _ isPositive: [Bool?]) -> [Double]? {
    guard let categories = column.categories else { return nil }
    let groups = Association.groups(categories, isPositive.map { $0.map { $0 ? 1 : 0 } ?? .nan })
    return categories.map { category in
      guard category >= 0, groups[Int(category)].count >= Self.leastRows else { return .nan }
      return groups[Int(category)].mean ?? .nan
    }
  }

  /// Whether a value being there at all says what the target is.
  private func missingness(_ column: SampledColumn) -> ProfileDocument.Leak? {
    let count = target.numbers?.count ?? target.categories?.count ?? 0
    let marks = (0..<count).map { column.isMissing($0) ? 1 : 0.0 }
    guard marks.contains(1), marks.contains(0) else { return nil }
    if isBinary, let positive = classes.map({ $0.map { $0 < 0 ? nil : $0 == 1 } }) {
      let auc = RankedSample(marks).auc(of: positive)
      return auc.map { .init(column: column.name, measure: "missingness", value: max($0, 1 - $0)) }
    }
    let value =
      classes.map { Association.correlationRatio($0, marks) }
      ?? target.numbers.map { Association.correlationRatio(marks.map { Int32($0) }, $0) }
    return value.flatMap { $0 }.map { .init(column: column.name, measure: "missingness", value: $0) }
  }
}
