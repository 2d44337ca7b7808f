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
  /// Of fewer rows in a class any column may rank it by chance.
  private static let leastClassRows = 10

  /// - Parameter columns: all that could be features: not the target's own.
  init(target: SampledColumn, columns: [SampledColumn]) {
    self.target = target
    self.columns = columns
    let found = target.classes
    let rows = found.categories.count { $0 >= 0 }
    let hasClasses = (2...Self.classLimit).contains(found.count) && found.count * Self.leastRows <= rows
    classes = hasClasses ? found.categories : nil
    isBinary = hasClasses && found.count == 2
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
    if isRenamed(column) { return .init(column: column.name, measure: "determines", value: 1) }
    if isBinary, let positive = classes.map({ $0.map { $0 < 0 ? nil : $0 == 1 } }) {
      if let numbers = column.numbers {
        return auc(numbers, positive).map { .init(column: column.name, measure: "auc", value: max($0, 1 - $0)) }
      }
      // Rates have a direction: what ranks the wrong way round says nothing.
      return rates(column, positive).flatMap { auc($0, positive) }.map {
        .init(column: column.name, measure: "auc", value: $0)
      }
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
    guard let a = column.numbers, let b = target.numbers else { return false }
    return zip(a, b).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
  }

  /// Whether its categories are the target's classes, under whatever names: both count from the first row on.
  private func isRenamed(_ column: SampledColumn) -> Bool {
    guard let classes, let categories = column.categories else { return false }
    return categories == classes
  }

  private func auc(_ scores: [Double], _ isPositive: [Bool?]) -> Double? {
    let known = zip(scores, isPositive).filter { !$0.0.isNaN && $0.1 != nil }
    let positives = known.count { $0.1 == true }
    guard min(positives, known.count - positives) >= Self.leastClassRows else { return nil }
    return RankedSample(scores).auc(of: isPositive)
  }

  /// The share of positive rows in each row's category; NaN for categories of few rows. Each half of the rows has the
  /// shares of the other, so that no row says what it is itself.
  private func rates(_ column: SampledColumn, _ isPositive: [Bool?]) -> [Double]? {
    guard let categories = column.categories else { return nil }
    let isFirst = categories.indices.map { Mixing.mixed(UInt64($0)) & 1 == 0 }
    func groups(ofFirst wanted: Bool) -> [Moments] {
      let marks = zip(isPositive, isFirst).map { $1 == wanted ? $0.map { $0 ? 1 : 0 } ?? .nan : Double.nan }
      return Association.groups(categories, marks)
    }
    let (first, second) = (groups(ofFirst: true), groups(ofFirst: false))
    return zip(categories, isFirst).map { category, isFirst in
      guard category >= 0 else { return .nan }
      let others = (isFirst ? second : first)[Int(category)]
      return others.count >= Self.leastRows ? others.mean ?? .nan : .nan
    }
  }

  /// Whether a value being there at all says what the target is.
  private func missingness(_ column: SampledColumn) -> ProfileDocument.Leak? {
    let count = target.numbers?.count ?? target.categories?.count ?? 0
    let marks = (0..<count).map { column.isMissing($0) ? 1 : 0.0 }
    guard marks.contains(1), marks.contains(0) else { return nil }
    if isBinary, let positive = classes.map({ $0.map { $0 < 0 ? nil : $0 == 1 } }) {
      return auc(marks, positive).map { .init(column: column.name, measure: "missingness", value: max($0, 1 - $0)) }
    }
    let value =
      classes.map { Association.correlationRatio($0, marks) }
      ?? target.numbers.map { Association.correlationRatio(marks.map { Int32($0) }, $0) }
    return value.flatMap { $0 }.map { .init(column: column.name, measure: "missingness", value: $0) }
  }
}
