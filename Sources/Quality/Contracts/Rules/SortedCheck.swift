internal import Tables

/// A rule that each value is not below the one before it, of its group or of the table. Missing values are passed over.
struct SortedCheck: RuleCheck {
  private let column: String
  private let groups: [String]
  private let isStrict: Bool
  private let isDescending: Bool
  private let condition: Predicate?
  private let tolerance: Double
  private var last = Int64.min
  private var lastOfGroup: [Key: Int64] = [:]
  private var failing = RowTally()
  private var judgedCount = 0
  private static let limitGroups = 500_000

  init(_ rule: ContractRule, column: String, groups: [String], isStrict: Bool, isDescending: Bool) {
    self.column = column
    self.groups = groups
    self.isStrict = isStrict
    self.isDescending = isDescending
    condition = rule.condition
    tolerance = rule.tolerance
  }

  mutating func take(_ batch: RuleBatch) throws {
    let mask = try condition?.evaluate(batch)
    let ranks = try batch.view(column).ranks
    let keys = groups.isEmpty ? nil : RowKeys(try groups.map(batch.view), rowCount: batch.rowCount).keys
    for (row, rank) in ranks.enumerated() where rank != Column.missingInteger && (mask?[row] ?? 1) == 1 {
      let value = isDescending ? ~rank : rank
      let before = keys.map { lastOfGroup[$0[row]] ?? .min } ?? last
      judgedCount += 1
      if value < before || isStrict && value == before { failing.add(batch.firstRow + row) }
      if let keys { lastOfGroup[keys[row]] = value } else { last = value }
    }
    guard lastOfGroup.count <= Self.limitGroups else {
      throw RuleFault(
        "there are more than \(Wording.grouped(Self.limitGroups)) groups of \(groups.joined(separator: ", "))")
    }
  }

  mutating func finding() -> RuleFinding {
    .rows(failing, of: judgedCount, tolerance: tolerance, "do not follow the row before")
  }
}
