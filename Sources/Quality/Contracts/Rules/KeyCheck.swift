internal import Tables

/// Rules over keys: unique, among the keys of another table, how many different ones.
struct KeyCheck: RuleCheck {
  enum Question: Sendable {
    case unique
    case foreign
    case distinct(Bounds)
  }

  private let columns: [String]
  private let question: Question
  private let condition: Predicate?
  private let tolerance: Double
  private var ledger: KeyLedger
  private var judgedCount = 0

  init(_ rule: ContractRule, columns: [String], _ question: Question, _ ledger: KeyLedger) {
    self.columns = columns
    self.question = question
    condition = rule.condition
    tolerance = rule.tolerance
    self.ledger = ledger
  }

  /// Takes the keys of the other table.
  mutating func learn(_ table: Table) throws {
    let keys = RowKeys(table.columns.map(ColumnView.init), rowCount: table.rowCount)
    for row in 0..<table.rowCount where !keys.isPartial[row] { try ledger.learn(keys.keys[row]) }
  }

  mutating func take(_ batch: RuleBatch) throws {
    let mask = try condition?.evaluate(batch)
    let keys = RowKeys(try columns.map(batch.view), rowCount: batch.rowCount)
    for row in 0..<batch.rowCount where !keys.isPartial[row] && (mask?[row] ?? 1) == 1 {
      judgedCount += 1
      try ledger.judge(keys.keys[row], row: batch.firstRow + row)
    }
  }

  mutating func finding() throws -> RuleFinding {
    let count = try ledger.finish()
    switch question {
    case .unique: return .rows(ledger.failing, of: judgedCount, tolerance: tolerance, "repeat an earlier one")
    case .foreign: return .rows(ledger.failing, of: judgedCount, tolerance: tolerance, "are not found there")
    case .distinct(let bounds):
      return RuleFinding(
        bounds.contains(Double(count)), "it has \(Wording.count(count, "different value"))", observed: Double(count),
        judgedCount: judgedCount)
    }
  }
}
