internal import Tables

/// A rule that each row keeps or breaks by itself. Missing values keep it, unless the test is about them.
struct RowCheck: RuleCheck {
  enum Test: Sendable {
    case range(Bounds)
    case set(ValueSet, isAllowed: Bool)
    case pattern(PatternMachine, isWanted: Bool)
    case length(Bounds)
    case type(ColumnType)
    case predicate(Predicate, missing: ContractRule.MissingPolicy)
  }

  private let column: String
  private var test: Test
  private let condition: Predicate?
  private let tolerance: Double
  private var failing = RowTally()
  private var judgedCount = 0

  init(_ rule: ContractRule, column: String, _ test: Test) {
    self.column = column
    self.test = test
    condition = rule.condition
    tolerance = rule.tolerance
  }

  mutating func take(_ batch: RuleBatch) throws {
    let mask = try condition?.evaluate(batch)
    if case .predicate(let predicate, let missing) = test {
      count(try predicate.evaluate(batch), batch, mask, missingFails: missing == .fail)
      return
    }
    let view = try batch.view(column)
    if case .range(let bounds) = test, mask == nil, view.exactIntegers == nil {
      countRange(view.numbers, bounds, batch.firstRow)
    } else {
      count(try answers(view), batch, mask, missingFails: false)
    }
  }

  mutating func finding() -> RuleFinding { .rows(failing, of: judgedCount, tolerance: tolerance) }

  /// For each row 1 where it keeps the rule, 0 where it breaks it, -1 where its value is missing.
  private mutating func answers(_ view: ColumnView) throws -> [Int8] {
    switch test {
    case .range(let bounds):
      if let exact = view.exactIntegers {
        return exact.map { $0 == Column.missingInteger ? -1 : bounds.contains($0) ? 1 : 0 }
      }
      return view.numbers.map { $0.isNaN ? -1 : bounds.contains($0) ? 1 : 0 }
    case .set(let values, let isAllowed):
      return try values.answers(view).map { $0 < 0 ? -1 : ($0 == 1) == isAllowed ? 1 : 0 }
    case .type(.integer) where view.type == .float:
      return view.numbers.map { $0.isNaN ? -1 : $0 == $0.rounded() && abs($0) < 9e15 ? 1 : 0 }
    case .type(let type): return texts(view) { type.fits($0) }
    case .length(let bounds): return texts(view) { bounds.contains(Double($0.unicodeScalars.count)) }
    case .pattern(var machine, let isWanted):
      let answers = texts(view) { machine.matches($0) == isWanted }
      test = .pattern(machine, isWanted: isWanted)
      return answers
    case .predicate: return []
    }
  }

  /// Each different text is looked at once.
  private func texts(_ view: ColumnView, _ holds: (String) -> Bool) -> [Int8] {
    guard let column = view.texts else {
      return (0..<view.column.count).map { view.column.isMissing($0) ? -1 : 0 }
    }
    let own = column.values.map { holds($0) ? Int8(1) : 0 }
    return column.codes.map { $0 < 0 ? -1 : own[Int($0)] }
  }

  private mutating func count(_ answers: [Int8], _ batch: RuleBatch, _ mask: [Int8]?, missingFails: Bool) {
    for (row, answer) in answers.enumerated() where (mask?[row] ?? 1) == 1 {
      if answer == 0 || answer < 0 && missingFails { failing.add(batch.firstRow + row) }
      if answer >= 0 || missingFails { judgedCount += 1 }
    }
  }

  private mutating func countRange(_ values: [Double], _ bounds: Bounds, _ firstRow: Int) {
    var judged = 0
    for (row, value) in values.enumerated() where !value.isNaN {
      judged += 1
      if !bounds.contains(value) { failing.add(firstRow + row) }
    }
    judgedCount += judged
  }
}
