internal import Tables

/// The share of missing values.
struct MissingCheck: RuleCheck {
  let column: String
  let bounds: Bounds
  let condition: Predicate?
  private var failing = RowTally()
  private var judgedCount = 0

  init(_ rule: ContractRule, column: String, _ bounds: Bounds) {
    self.column = column
    self.bounds = bounds
    condition = rule.condition
  }

  mutating func take(_ batch: RuleBatch) throws {
    let mask = try condition?.evaluate(batch)
    let column = try batch.view(self.column).column
    for row in 0..<batch.rowCount where (mask?[row] ?? 1) == 1 {
      judgedCount += 1
      if column.isMissing(row) { failing.add(batch.firstRow + row) }
    }
  }

  mutating func finding() -> RuleFinding {
    let share = judgedCount == 0 ? 0 : Double(failing.count) / Double(judgedCount)
    let holds = bounds.contains(share: share)
    return RuleFinding(
      holds,
      "\(Wording.grouped(failing.count)) of \(Wording.count(judgedCount, "value")) (\(Wording.percent(share))) \(failing.count == 1 ? "is" : "are") missing",
      observed: share, failing: holds ? RowTally() : failing, judgedCount: judgedCount)
  }
}

/// How many rows there are.
struct RowCountCheck: RuleCheck {
  let bounds: Bounds
  /// What the bounds are made of.
  var basis = ""
  private var count = 0

  init(_ bounds: Bounds, basis: String = "") {
    self.bounds = bounds
    self.basis = basis
  }

  mutating func take(_ batch: RuleBatch) { count += batch.rowCount }

  mutating func finding() -> RuleFinding {
    RuleFinding(
      bounds.contains(Double(count)), "there are \(Wording.count(count, "row"))\(basis)", observed: Double(count))
  }
}

/// The newest time against the run's.
struct FreshnessCheck: RuleCheck {
  let column: String
  let limitSeconds: Double
  /// The run's time, in seconds since 1970.
  let now: Double
  private var newest = -Double.infinity

  init(column: String, limitSeconds: Double, now: Double) {
    self.column = column
    self.limitSeconds = limitSeconds
    self.now = now
  }

  mutating func take(_ batch: RuleBatch) throws {
    for value in try batch.view(column).numbers where value > newest { newest = value }
  }

  mutating func finding() -> RuleFinding {
    guard newest.isFinite else { return .couldNotRun("“\(column)” has no time at all") }
    let age = now - newest
    let days = (age / 864).rounded() / 100
    return RuleFinding(
      age <= limitSeconds, "the newest time is \(ColumnView.timeText(newest)), \(days) days before the run",
      observed: age)
  }
}

/// Values that must each occur.
struct ContainsCheck: RuleCheck {
  let column: String
  let values: [String]
  private var found: [Bool]

  init(column: String, values: [String]) {
    self.column = column
    self.values = values
    found = Array(repeating: false, count: values.count)
  }

  mutating func take(_ batch: RuleBatch) throws {
    let view = try batch.view(column)
    for (place, value) in values.enumerated() where !found[place] {
      found[place] = try ValueSet([value], column: column).answers(view).contains(1)
    }
  }

  mutating func finding() -> RuleFinding {
    let absent = zip(values, found).filter { !$0.1 }.map(\.0)
    return RuleFinding(
      absent.isEmpty, absent.isEmpty ? "all \(values.count) occur" : "\(Wording.list(absent)) never occurs",
      observed: Double(absent.count))
  }
}
