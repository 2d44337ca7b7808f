package import Records
package import Tables

/// What data must be like: a list of rules, read from a file of a person's.
package struct Contract: Sendable {
  /// The file's name, for messages.
  package var name: String
  /// The columns that the contract speaks of, in its order.
  package var columns: [String]
  /// The types that it gives columns.
  package var types: [String: ColumnType]
  package var rules: [ContractRule]

  package init(name: String, columns: [String], types: [String: ColumnType], rules: [ContractRule]) {
    self.name = name
    self.columns = columns
    self.types = types
    self.rules = rules
  }

  /// The versions of other datasets that foreign keys point at, in order, each once.
  package var foreignTables: [String] {
    var names: [String] = []
    for case .foreignKey(_, let table, _) in rules.map(\.check) where !names.contains(table) { names.append(table) }
    return names
  }

  /// How many earlier versions its rules look at; 0 where none does.
  package var historyLength: Int {
    rules.reduce(0) { if case .rowsAgainst(let last, _) = $1.check { max($0, last) } else { $0 } }
  }

  /// Whether it asks how old the data is.
  package var dependsOnTime: Bool { rules.contains { if case .freshness = $0.check { true } else { false } } }
  package var needsReference: Bool { rules.contains { if case .drift = $0.check { true } else { false } } }
  package var needsQueries: Bool { rules.contains { if case .sql = $0.check { true } else { false } } }
}

/// One rule of a contract.
package struct ContractRule: Sendable {
  /// What the rule looks at.
  package enum Check: Sendable {
    case present(String)
    case type(String, ColumnType)
    /// No column but these.
    case noOthers([String])
    /// The columns come in this order.
    case columnOrder([String])
    case missing(String, Bounds)
    case range(String, Bounds)
    case set(String, [String], isAllowed: Bool)
    /// Each of the values must occur.
    case contains(String, [String])
    case pattern(String, Pattern, isWanted: Bool)
    /// In Unicode scalars.
    case length(String, Bounds)
    case predicate(Predicate, missing: MissingPolicy)
    case sorted(String, by: [String], isStrict: Bool, isDescending: Bool)
    case unique([String])
    case foreignKey([String], table: String, key: [String])
    case distinct(String, Bounds)
    case statistic(String, Statistic, Bounds)
    /// The p-quantile: the smallest value that a share p of the values does not exceed.
    case quantile(String, Double, Bounds)
    /// The share of one value.
    case share(String, of: String, Bounds)
    case drift(String, Distance, limit: Double)
    /// Seconds between the newest time and the run.
    case freshness(String, seconds: Double)
    case rows(Bounds)
    /// The row count against the median of the last versions: it differs at most by this share.
    case rowsAgainst(last: Int, within: Double)
    /// Rows that the query gives break the rule.
    case sql(String)
  }

  package enum Statistic: String, Sendable { case mean, sd, sum }
  package enum Distance: String, Sendable { case psi, ks }
  /// What a comparison with a missing value is worth.
  package enum MissingPolicy: String, Sendable, CaseIterable { case pass, fail }

  package var id: String
  /// In words.
  package var statement: String
  package var severity: ContractDocument.Severity
  package var check: Check
  /// Only rows for which it holds are looked at.
  package var condition: Predicate?
  /// The largest share of failing rows with which the rule still holds.
  package var tolerance: Double

  package init(
    id: String, statement: String, severity: ContractDocument.Severity, check: Check, condition: Predicate? = nil,
    tolerance: Double = 0
  ) {
    self.id = id
    self.statement = statement
    self.severity = severity
    self.check = check
    self.condition = condition
    self.tolerance = tolerance
  }

  /// The columns that it reads.
  package var columns: [String] {
    let own: [String] =
      switch check {
      case .present, .noOthers, .columnOrder, .rows, .rowsAgainst, .sql: []
      case .type(let column, _), .missing(let column, _), .range(let column, _), .set(let column, _, _),
        .contains(let column, _), .pattern(let column, _, _), .length(let column, _), .distinct(let column, _),
        .statistic(let column, _, _), .quantile(let column, _, _), .share(let column, _, _),
        .drift(let column, _, _), .freshness(let column, _):
        [column]
      case .predicate(let predicate, _): predicate.columns
      case .sorted(let column, let groups, _, _): [column] + groups
      case .unique(let columns), .foreignKey(let columns, _, _): columns
      }
    return own + (condition?.columns ?? [])
  }
}
