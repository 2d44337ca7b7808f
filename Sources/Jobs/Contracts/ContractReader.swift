package import Quality
internal import Records
internal import Tables

/// Reads a contract file, or reports every mistake in it.
package struct ContractReader: Sendable {
  /// The file's name, for messages.
  private let file: String

  package init(file: String) { self.file = file }

  package func read(_ bytes: [UInt8]) throws(SpecError) -> Contract {
    do throws(SpecMistakes) { return try contract(SpecDocument(bytes).root) } catch {
      throw SpecError(file: file, mistakes: error.mistakes)
    }
  }

  private func contract(_ root: SpecNode) throws(SpecMistakes) -> Contract {
    let form = Form(root, title: "a contract")
    form.check(ContractVocabulary.contract)
    guard root.entries != nil else { throw SpecMistakes(form.mistakes) }
    _ = form.integer("version", 1...1)
    var draft = ContractDraft(severity: form.word("severity", ContractDocument.Severity.self) ?? .error)
    readColumns(form, &draft)
    readTable(form, &draft)
    for (index, key) in form.forms("foreign-keys", title: "a foreign key").enumerated() {
      ForeignKeyReader(form: key, place: index + 1).read(&draft)
      form.take(key)
    }
    for check in form.forms("checks", title: "a check") {
      CheckReader(form: check).read(&draft)
      form.take(check)
    }
    if draft.rules.isEmpty, form.mistakes.isEmpty {
      form.complain(root.place, "the contract has no rule: name `columns` and what they must be like")
    }
    guard form.mistakes.isEmpty else { throw SpecMistakes(form.mistakes) }
    return Contract(name: file, columns: draft.columns, types: draft.types, rules: draft.rules)
  }

  private func readColumns(_ form: Form, _ draft: inout ContractDraft) {
    guard let columns = form.form("columns", title: "`columns`") else { return }
    for entry in columns.node.entries ?? [] {
      draft.columns.append(entry.key)
      // `carrier:` alone says that the column is there.
      let node = entry.value.isNull ? SpecNode(value: .mapping([]), place: entry.keyPlace) : entry.value
      let column = Form(node, title: "column “\(entry.key)”")
      column.check(ContractVocabulary.column)
      if node.entries != nil { ColumnRulesReader(form: column, column: entry.key).read(&draft) }
      form.take(column)
    }
    form.take(columns)
  }

  private enum Extra: String, CaseIterable { case allow, error, warn, info }
  private enum Order: String, CaseIterable { case any, strict }

  private func readTable(_ form: Form, _ draft: inout ContractDraft) {
    if let extra = form.word("extra-columns", Extra.self),
      let severity = ContractDocument.Severity(rawValue: extra.rawValue)
    {
      draft.add(
        "columns.extra", "no column but \(draft.columns.joined(separator: ", "))", .noOthers(draft.columns),
        severity: severity)
    }
    if form.word("order", Order.self) == .strict {
      draft.add("columns.order", "the columns come in the order of the contract", .columnOrder(draft.columns))
    }
    readUnique(form, &draft)
    guard let rows = form.form("rows", title: "`rows`") else { return }
    rows.check(ContractVocabulary.rows)
    let severity = rows.word("severity", ContractDocument.Severity.self)
    let (low, high) = (rows.integer("min", 0...Int.max), rows.integer("max", 0...Int.max))
    if low != nil || high != nil {
      let bounds = Bounds(low: low.map { .init(Double($0)) }, high: high.map { .init(Double($0)) })
      if bounds.isEmpty { rows.complain(rows.node.place, "`rows` cannot be met: `min` is above `max`") }
      draft.add("rows", "the number of rows is \(bounds.text)", .rows(bounds), severity: severity)
    }
    if let against = rows.form("against", title: "`against`") {
      against.check(ContractVocabulary.against)
      let last = against.integer("last", 1...1000) ?? 5
      if let within = BoundsReader(form: against).share("within") {
        draft.add(
          "rows.against",
          "the number of rows differs from the median of the last \(last) versions by at most \(Bounds(high: .init(within), unit: .share).shown)",
          .rowsAgainst(last: last, within: within), severity: severity)
      }
      rows.take(against)
    }
    form.take(rows)
  }

  /// `[a, b]` is one rule, `[[a, b], c]` two.
  private func readUnique(_ form: Form, _ draft: inout ContractDraft) {
    guard let node = form.node["unique"], !node.isNull else { return }
    let items = node.items ?? [node]
    let isList = items.contains { $0.items != nil }
    for item in isList ? items : [SpecNode(value: .sequence(items), place: node.place)] {
      let names = (item.items ?? [item]).map(\.text)
      let columns = names.compactMap { $0 }
      guard !columns.isEmpty, columns.count == names.count, columns.allSatisfy({ !$0.isEmpty }) else {
        form.complain(
          item.place, "`unique` must be columns or lists of columns, such as `[[year, month, day, flight]]`")
        continue
      }
      let list = columns.joined(separator: ", ")
      draft.add(
        "unique(\(ContractDraft.idPart(columns)))", "\(list) \(columns.count > 1 ? "together occur" : "occurs") once",
        .unique(columns))
    }
  }
}

/// The contract as far as it was read.
struct ContractDraft {
  var columns: [String] = []
  var types: [String: ColumnType] = [:]
  private(set) var rules: [ContractRule] = []
  private var ids: Set<String> = []
  /// Of rules that say nothing of their own.
  let severity: ContractDocument.Severity

  init(severity: ContractDocument.Severity) { self.severity = severity }

  /// Columns in an id: those with a comma of their own stand in quotes.
  static func idPart(_ columns: [String]) -> String {
    columns.map { $0.contains { ",\"".contains($0) } ? SpecNode.quoted($0) : $0 }.joined(separator: ",")
  }

  /// False where a rule has the id already; nothing is added then.
  @discardableResult
  mutating func add(
    _ id: String, _ statement: String, _ check: ContractRule.Check, severity: ContractDocument.Severity? = nil,
    condition: Predicate? = nil, tolerance: Double = 0
  ) -> Bool {
    guard ids.insert(id).inserted else { return false }
    rules.append(
      ContractRule(
        id: id, statement: statement, severity: severity ?? self.severity, check: check, condition: condition,
        tolerance: tolerance))
    return true
  }
}

/// What rules over rows have in common: `when`, `mostly`, `severity`.
struct RuleOptions {
  var condition: Predicate?
  var tolerance: Double
  /// ` when cancelled == false`.
  var words = ""

  init(_ form: Form) {
    tolerance = BoundsReader(form: form).share("mostly").map { 1 - $0 } ?? 0
    if tolerance > 0 { words = " for at least \(Bounds(high: .init(1 - tolerance), unit: .share).shown) of the rows" }
    guard let node = form.node["when"], let text = form.text("when") else { return }
    let found = PredicateParser.predicate(text)
    if found.predicate == nil { form.complain(node.place, "`when` is no condition: \(found.reason)") }
    condition = found.predicate
    words += " when \(text)"
  }
}

/// One entry of `foreign-keys`.
struct ForeignKeyReader {
  let form: Form
  let place: Int

  func read(_ draft: inout ContractDraft) {
    form.check(ContractVocabulary.foreignKey)
    let columns = form.texts("columns")
    let key = form.node["key"] == nil ? columns : form.texts("key")
    let options = RuleOptions(form)
    let severity = form.word("severity", ContractDocument.Severity.self)
    guard let table = form.text("in"), !columns.isEmpty, form.mistakes.isEmpty else { return }
    guard ReferenceParser.stored(table) != nil, !table.hasPrefix("sha256:") else {
      return form.complain(
        form.node["in"]?.place ?? form.node.place,
        "“\(table)” is no version of a dataset: write NAME@latest, NAME@v12, NAME@2013-04-01 or PROJECT/NAME@…")
    }
    guard key.count == columns.count else {
      return form.complain(form.node.place, "`key` must have as many columns as `columns`: \(columns.count)")
    }
    let list = columns.joined(separator: ", ")
    let isNew = draft.add(
      "foreign-key(\(ContractDraft.idPart(columns)))",
      "\(list) is among \(key.joined(separator: ", ")) of \(table)\(options.words)",
      .foreignKey(columns, table: table, key: key), severity: severity, condition: options.condition,
      tolerance: options.tolerance)
    if !isNew { form.complain(form.node.place, "two foreign keys have the columns \(list): one must go") }
  }
}

/// One entry of `checks`.
struct CheckReader {
  let form: Form

  func read(_ draft: inout ContractDraft) {
    form.check(ContractVocabulary.check)
    let (rule, query, name) = (form.text("rule"), form.text("sql"), form.text("name"))
    let options = RuleOptions(form)
    let severity = form.word("severity", ContractDocument.Severity.self)
    let missing = form.word("missing", ContractRule.MissingPolicy.self) ?? .pass
    let tolerance = form.number("within", 0...1e300) ?? 0
    let check: ContractRule.Check
    switch (rule, query) {
    case (let rule?, nil):
      let found = PredicateParser.predicate(rule, tolerance: tolerance)
      guard let predicate = found.predicate else {
        return form.complain(form.node["rule"]?.place ?? form.node.place, "`rule` is no condition: \(found.reason)")
      }
      check = .predicate(predicate, missing: missing)
    case (nil, let query?):
      guard name != nil else {
        return form.complain(form.node.place, "a check by `sql` needs `name`: what it makes sure of")
      }
      for key in ["when", "within", "missing", "mostly"] {
        if let node = form.node[key] { form.complain(node.place, "`\(key)` belongs to `rule`; a query says it itself") }
      }
      check = .sql(query)
    default: return form.complain(form.node.place, "a check needs `rule` or `sql`, and one of them only")
    }
    guard form.mistakes.isEmpty else { return }
    let words = (name ?? rule ?? "") + options.words
    let isNew = draft.add(
      "check:\(name ?? rule ?? "")", words, check, severity: severity, condition: options.condition,
      tolerance: options.tolerance)
    if !isNew { form.complain(form.node.place, "two checks are called “\(name ?? rule ?? "")”: rename one") }
  }
}
