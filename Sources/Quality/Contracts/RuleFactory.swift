internal import Tables

/// Makes the check of each rule, knowing the columns of the data.
struct RuleFactory {
  let contract: Contract
  let header: [String]
  /// The types that the columns are read with.
  let types: [String: ColumnType]
  let surroundings: ContractSurroundings

  static let rowsInBatch = 65_536
  /// Keys that all sets together may hold, 16 bytes each: one less than fill three quarters of 64 MiB, from where on a set
  /// would grow.
  static let limitKeys = (3 << 20) - 1

  /// The check of a rule; what keeps it from running is its answer.
  func check(_ rule: ContractRule) throws -> any RuleCheck {
    do {
      if case .present = rule.check {
      } else if let absent = rule.columns.first(where: { !header.contains($0) }) {
        return SettledCheck(answer: absence(of: absent, rule))
      }
      return try make(rule)
    } catch let fault as RuleFault {
      return SettledCheck(answer: .couldNotRun(fault.description))
    } catch let error as TablesError {
      return SettledCheck(answer: .couldNotRun("\(error)"))
    }
  }

  private func absence(of column: String, _ rule: ContractRule) -> RuleFinding {
    let isRequired = contract.rules.contains { if case .present(column) = $0.check { true } else { false } }
    let isDeclared = contract.columns.contains(column)
    if isDeclared, !isRequired { return RuleFinding(true, "the column is not there, and need not be") }
    let hint = nearestWord(to: column, among: header).map { ": did it become “\($0)”?" } ?? ""
    return .couldNotRun("the data has no column “\(column)”\(hint)")
  }

  private func make(_ rule: ContractRule) throws -> any RuleCheck {
    switch rule.check {
    case .present, .noOthers, .columnOrder: SettledCheck(answer: schemaAnswer(rule))
    case .type(let column, let type): typeCheck(rule, column, type)
    case .missing(let column, let bounds): MissingCheck(rule, column: column, bounds)
    case .range(let column, let bounds): try RowCheck(rule, column: numeric(column), .range(bounds))
    case .set(let column, let values, let isAllowed): try set(rule, column, values, isAllowed)
    case .contains(let column, let values): ContainsCheck(column: column, values: values)
    case .pattern(let column, let pattern, let isWanted):
      try RowCheck(rule, column: text(column), .pattern(pattern.machine(), isWanted: isWanted))
    case .length(let column, let bounds): try RowCheck(rule, column: text(column), .length(bounds))
    case .predicate(let predicate, let missing):
      RowCheck(rule, column: "", .predicate(predicate, missing: missing))
    case .sorted(let column, let groups, let isStrict, let isDescending):
      try SortedCheck(
        rule, column: numeric(column), groups: groups, isStrict: isStrict, isDescending: isDescending)
    case .unique(let columns): KeyCheck(rule, columns: columns, .unique, ledger(.repeats))
    case .distinct(let column, let bounds):
      KeyCheck(rule, columns: [column], .distinct(bounds), ledger(.repeats))
    case .foreignKey(let columns, let table, let key): try foreign(rule, columns, table, key)
    case .statistic(let column, let statistic, let bounds):
      try StatisticCheck(rule, column: numeric(column), statistic, bounds)
    case .quantile(let column, let share, let bounds):
      try QuantileCheck(rule, column: numeric(column), share: share, bounds)
    case .share(let column, let value, let bounds): ShareCheck(rule, column: column, value: value, bounds)
    case .drift(let column, let distance, let limit): try drift(column, distance, limit)
    case .freshness(let column, let seconds):
      FreshnessCheck(column: try time(column), limitSeconds: seconds, now: surroundings.now)
    case .rows(let bounds): RowCountCheck(bounds)
    case .rowsAgainst(let last, let within): rowsAgainst(last, within)
    case .sql(let query): sql(query)
    }
  }

  // MARK: Types

  private func type(_ column: String) -> ColumnType { types[column] ?? .string }

  private func numeric(_ column: String) throws -> String {
    guard type(column) != .string else { throw RuleFault("“\(column)” holds text, so it has no order of numbers") }
    return column
  }

  private func text(_ column: String) throws -> String {
    guard type(column) == .string else {
      throw RuleFault("“\(column)” is \(type(column).article): give it `type: string` to look at its letters")
    }
    return column
  }

  private func time(_ column: String) throws -> String {
    guard type(column) == .timestamp else { throw RuleFault("“\(column)” is \(type(column).article), not of times") }
    return column
  }

  private func typeCheck(_ rule: ContractRule, _ column: String, _ wanted: ColumnType) -> any RuleCheck {
    if type(column) == wanted {
      return SettledCheck(answer: RuleFinding(true, "every value is one"))
    }
    return RowCheck(rule, column: column, .type(wanted))
  }

  private func set(_ rule: ContractRule, _ column: String, _ values: [String], _ isAllowed: Bool) throws
    -> any RuleCheck
  {
    let set = ValueSet(values, column: column)
    if type(column) != .string { _ = try set.numbers(as: type(column)) }
    return RowCheck(rule, column: column, .set(set, isAllowed: isAllowed))
  }

  // MARK: The table as a whole

  private func schemaAnswer(_ rule: ContractRule) -> RuleFinding {
    switch rule.check {
    case .present(let column):
      if header.contains(column) { return RuleFinding(true, "it is there") }
      let hint = nearestWord(to: column, among: header).map { ": did it become “\($0)”?" } ?? ""
      return RuleFinding(false, "the data has no column “\(column)”\(hint)")
    case .noOthers(let known):
      let extra = header.filter { !known.contains($0) }
      return RuleFinding(
        extra.isEmpty,
        extra.isEmpty ? "there is none" : "there \(extra.count == 1 ? "is" : "are") \(Wording.list(extra))",
        observed: Double(extra.count))
    case .columnOrder(let wanted):
      let expected = wanted.filter { header.contains($0) }
      let found = header.filter { wanted.contains($0) }
      let first = zip(expected, found).first { $0 != $1 }
      return RuleFinding(
        first == nil, first.map { "“\($0.1)” stands where “\($0.0)” is expected" } ?? "they are in order")
    default: return .couldNotRun("it is no rule over the columns")
    }
  }

  private func rowsAgainst(_ last: Int, _ within: Double) -> any RuleCheck {
    guard let rowCounts = surroundings.rowCounts else {
      return SettledCheck(
        answer: .couldNotRun(
          "the rows of the versions before are not known: the data must be a version of a dataset of tables"))
    }
    let counts = rowCounts.prefix(last).sorted()
    guard !counts.isEmpty else {
      return SettledCheck(answer: RuleFinding(true, "there is no earlier version to compare with"))
    }
    let middle = counts.count / 2
    let median =
      counts.count % 2 == 1 ? Double(counts[middle]) : Double(counts[middle - 1] + counts[middle]) / 2
    let rounding = median * Bounds.rounding
    return RowCountCheck(
      Bounds(low: .init(median * (1 - within) - rounding), high: .init(median * (1 + within) + rounding)),
      basis:
        ", the median of the \(counts.count == 1 ? "version" : "\(counts.count) versions") before is \(Wording.number(median))"
    )
  }

  private func sql(_ query: String) -> any RuleCheck {
    guard let run = surroundings.query else {
      return SettledCheck(answer: .couldNotRun("nothing here runs rules in SQL"))
    }
    do {
      let count = try run(query).rowCount
      let rows = Wording.count(count, "row")
      return SettledCheck(
        answer: RuleFinding(
          count == 0, count == 0 ? "the query gives no row" : "the query gives \(rows)", observed: Double(count)))
    } catch {
      return SettledCheck(answer: .couldNotRun("\(error)"))
    }
  }

  // MARK: Other tables

  private func ledger(_ question: KeyLedger.Question) -> KeyLedger {
    let count = contract.rules.count { rule in
      switch rule.check {
      case .unique, .distinct, .foreignKey: true
      default: false
      }
    }
    return KeyLedger(
      question, limit: Self.limitKeys / max(1, count), disk: surroundings.disk, folder: surroundings.folder,
      share: count)
  }

  private func foreign(_ rule: ContractRule, _ columns: [String], _ table: String, _ key: [String]) throws
    -> any RuleCheck
  {
    guard let other = surroundings.tables[table] else { throw RuleFault("there is no \(table) yet") }
    let types = Dictionary(zip(key, columns.map(type)), uniquingKeysWith: { first, _ in first })
    func learnt(_ reader: TableReader, _ types: [String: ColumnType]) throws -> KeyCheck {
      var check = KeyCheck(rule, columns: columns, .foreign, ledger(.strangers))
      try reader.forEachBatch(of: Self.rowsInBatch, columns: key, types: types, dictionaries: .perBatch) {
        try check.learn($0)
      }
      return check
    }
    if other.options.onError == .fail {
      do { return try learnt(other, types) } catch TablesError.unfitting {}
    }
    // What is no such value there is none that could be looked for: it is left out. A number may be written as 7.0 there.
    let found = try other.inferredSchema().columns.filter { $0.type == .float && types[$0.name] == .integer }
    return try learnt(
      other.reading(misfits: .null), types.merging(found.map { ($0.name, ColumnType.float) }, uniquingKeysWith: { $1 }))
  }

  private func drift(_ column: String, _ distance: ContractRule.Distance, _ limit: Double) throws -> any RuleCheck {
    guard let reference = surroundings.reference else {
      throw RuleFault("the step has no `reference` to compare with")
    }
    if distance == .ks { _ = try numeric(column) }
    var sample = DriftSample(isText: type(column) == .string)
    try reference.forEachBatch(
      of: Self.rowsInBatch, columns: [column], types: [column: type(column)], dictionaries: .perBatch
    ) { table in
      try sample.take(ColumnView(table.columns[0]))
    }
    return DriftCheck(column: column, distance, limit: limit, reference: sample)
  }
}
