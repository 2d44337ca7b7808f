internal import Records
internal import Tables

/// Looks at the rows of a table, batch by batch, and finds what became of one rule.
protocol RuleCheck: Sendable {
  mutating func take(_ batch: RuleBatch) throws
  /// Called once, after the last batch.
  mutating func finding() throws -> RuleFinding
}

/// Rows as rules look at them.
struct RuleBatch: Sendable {
  var views: [String: ColumnView]
  var rowCount: Int
  /// How many rows came before.
  var firstRow: Int

  func view(_ name: String) throws -> ColumnView {
    guard let view = views[name] else { throw RuleFault("the data has no column “\(name)”") }
    return view
  }
}

/// Why a rule could not be checked, in one sentence.
struct RuleFault: Error, CustomStringConvertible {
  var description: String
  init(_ reason: String) { description = reason }
}

/// What became of a rule, before its rows are looked up in the files.
struct RuleFinding: Sendable {
  var outcome: ContractDocument.Outcome
  var explanation: String
  var observed: Double?
  var failing: RowTally?
  var judgedCount: Int?

  init(
    _ holds: Bool, _ explanation: String, observed: Double? = nil, failing: RowTally? = nil, judgedCount: Int? = nil
  ) {
    outcome = holds ? .passed : .failed
    self.explanation = explanation
    self.observed = observed.flatMap { $0.isFinite ? $0 : nil }
    self.failing = failing
    self.judgedCount = judgedCount
  }

  static func couldNotRun(_ reason: String) -> RuleFinding {
    var finding = RuleFinding(false, reason)
    finding.outcome = .couldNotRun
    return finding
  }

  /// Of a rule over rows: it holds when no more than `tolerance` of them fail.
  static func rows(_ failing: RowTally, of judged: Int, tolerance: Double, _ verb: String = "break it") -> RuleFinding {
    let share = judged == 0 ? 0 : Double(failing.count) / Double(judged)
    let rows = Wording.count(judged, "row")
    let text =
      failing.count == 0
      ? (judged == 0 ? "no row has a value to check" : "all \(rows) hold")
      : "\(Wording.grouped(failing.count)) of \(rows) (\(Wording.percent(share))) \(failing.count == 1 && verb == "break it" ? "breaks it" : verb)"
    let bound = tolerance > 0 ? ", \(Wording.percent(tolerance)) may" : ""
    return RuleFinding(
      share <= tolerance + Bounds.rounding, text + bound, observed: share, failing: failing, judgedCount: judged)
  }
}

/// A rule whose answer was known before the rows.
struct SettledCheck: RuleCheck {
  var answer: RuleFinding
  mutating func take(_ batch: RuleBatch) {}
  mutating func finding() -> RuleFinding { answer }
}
