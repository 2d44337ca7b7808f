internal import Tables

extension Predicate {
  /// For each row 1 where all parts hold, 0 where one does not, -1 where a missing value leaves it open.
  func evaluate(_ batch: RuleBatch) throws -> [Int8] {
    var result = [Int8](repeating: 1, count: batch.rowCount)
    for part in parts {
      let answers = try part.evaluate(batch)
      for row in result.indices {
        let (left, right) = (result[row], answers[row])
        result[row] = left == 0 || right == 0 ? 0 : left < 0 || right < 0 ? -1 : 1
      }
    }
    return result
  }
}

extension Predicate.Part {
  fileprivate func evaluate(_ batch: RuleBatch) throws -> [Int8] {
    switch self {
    case .missing(let column, let isWanted):
      let column = try batch.view(column).column
      return (0..<batch.rowCount).map { column.isMissing($0) == isWanted ? 1 : 0 }
    case .text(let column, let isEqual, let text):
      return try among(batch.view(column), ValueSet([text], column: column), isWanted: isEqual)
    case .among(let column, let values, let isWanted):
      return try among(batch.view(column), ValueSet(values, column: column), isWanted: isWanted)
    case .numbers(let left, let sign, let right, let tolerance):
      return try compare(batch, left, sign, right, tolerance)
    }
  }

  private func among(_ view: ColumnView, _ values: ValueSet, isWanted: Bool) throws -> [Int8] {
    let answers = try values.answers(view)
    return answers.map { $0 < 0 ? -1 : ($0 == 1) == isWanted ? 1 : 0 }
  }

  private func compare(
    _ batch: RuleBatch, _ left: Predicate.Sum, _ sign: Predicate.Operator, _ right: Predicate.Sum, _ tolerance: Double
  ) throws -> [Int8] {
    if tolerance == 0, let one = left.column, let other = right.column {
      let (one, other) = (try batch.view(one), try batch.view(other))
      if let one = one.texts, let other = other.texts { return texts(one, sign, other) }
      if one.type == other.type, let one = one.integers, let other = other.integers {
        return zip(one, other).map { left, right in
          left == Column.missingInteger || right == Column.missingInteger ? -1 : sign.holds(left, right) ? 1 : 0
        }
      }
    }
    if tolerance == 0, let one = try left.wholes(batch), let other = try right.wholes(batch) {
      return zip(one, other).map { left, right in
        left == Column.missingInteger || right == Column.missingInteger ? -1 : sign.holds(left, right) ? 1 : 0
      }
    }
    let (one, other) = (try left.values(batch), try right.values(batch))
    return (0..<batch.rowCount).map { row in
      let (left, right) = (one[row], other[row])
      if left.isNaN || right.isNaN { return -1 }
      let isNear = tolerance > 0 && abs(left - right) <= tolerance
      switch sign {
      case .equal, .lessOrEqual, .greaterOrEqual: return isNear || sign.holds(left, right) ? 1 : 0
      case .notEqual, .less, .greater: return !isNear && sign.holds(left, right) ? 1 : 0
      }
    }
  }

  private func texts(
    _ one: Column.DictionaryColumn, _ sign: Predicate.Operator, _ other: Column.DictionaryColumn
  ) -> [Int8] {
    zip(one.codes, other.codes).map { left, right in
      left < 0 || right < 0 ? -1 : sign.holds(one.values[Int(left)], other.values[Int(right)]) ? 1 : 0
    }
  }
}

extension Predicate.Sum {
  /// The sums where all of it is whole numbers, to the last digit; nil where it is not, or where they have no room.
  fileprivate func wholes(_ batch: RuleBatch) throws -> [Int64]? {
    guard let whole, whole != Column.missingInteger else { return nil }
    var sums = [Int64](repeating: whole, count: batch.rowCount)
    for term in terms {
      let view = try batch.view(term.column)
      guard view.type == .integer, let values = view.integers else { return nil }
      for row in sums.indices {
        let (value, sum) = (values[row], sums[row])
        if value == Column.missingInteger || sum == Column.missingInteger {
          sums[row] = Column.missingInteger
        } else {
          let (result, isTooLarge) =
            term.isNegative ? sum.subtractingReportingOverflow(value) : sum.addingReportingOverflow(value)
          if isTooLarge || result == Column.missingInteger { return nil }
          sums[row] = result
        }
      }
    }
    return sums
  }

  fileprivate func values(_ batch: RuleBatch) throws -> [Double] {
    var sum = [Double](repeating: constant, count: batch.rowCount)
    for term in terms {
      let view = try batch.view(term.column)
      guard view.type != .string else {
        throw RuleFault("“\(term.column)” holds text, which is not compared with numbers: put a text in quotes")
      }
      let factor = term.isNegative ? -1.0 : 1.0
      for row in sum.indices { sum[row] += factor * view.numbers[row] }
    }
    return sum
  }
}

/// Values as a contract writes them, looked for in a column of any type.
struct ValueSet: Sendable {
  private let words: [String]
  private let texts: Set<String>
  private let column: String

  init(_ words: [String], column: String) {
    self.words = words
    texts = Set(words)
    self.column = column
  }

  /// The values as numbers of a column's type; throws for one that is none.
  func numbers(as type: ColumnType) throws -> Set<Double> {
    Set(try words.map { try number($0, as: type) })
  }

  private func number(_ word: String, as type: ColumnType) throws -> Double {
    guard let number = ColumnView.number(word, as: type) else {
      throw RuleFault("“\(column)” is \(type.article), which “\(word)” cannot be")
    }
    return number
  }

  /// For each row 1 where its value is one of them, 0 where not, -1 where it is missing.
  func answers(_ view: ColumnView) throws -> [Int8] {
    if let column = view.texts {
      let own = column.values.map { texts.contains($0) ? Int8(1) : 0 }
      return column.codes.map { $0 < 0 ? -1 : own[Int($0)] }
    }
    if view.type == .integer, let integers = view.integers {
      let wholes = Set(try words.compactMap { try Int64($0) ?? Int64(exactly: number($0, as: .integer)) })
      return integers.map { $0 == Column.missingInteger ? -1 : wholes.contains($0) ? 1 : 0 }
    }
    let numbers = try numbers(as: view.type)
    return view.numbers.map { $0.isNaN ? -1 : numbers.contains($0) ? 1 : 0 }
  }
}

extension ColumnType {
  /// `a column of whole numbers`.
  var article: String {
    switch self {
    case .integer: "a column of whole numbers"
    case .float: "a column of numbers"
    case .boolean: "a column of true and false"
    case .timestamp: "a column of times"
    case .string: "a column of text"
    }
  }
}
