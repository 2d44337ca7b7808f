internal import Quality
internal import Records
internal import Tables

/// The rules of one column of a contract.
struct ColumnRulesReader {
  let form: Form
  let column: String

  func read(_ draft: inout ContractDraft) {
    let options = RuleOptions(form)
    let firstRule = draft.rules.count
    let severities = ColumnSeverities(form)
    let bounds = BoundsReader(form: form)
    func add(_ key: String, _ words: String, _ check: ContractRule.Check, ofRows: Bool = false) {
      draft.add(
        "\(column).\(key)", words + (ofRows ? options.words : ""), check, severity: severities.of(key),
        condition: options.condition, tolerance: ofRows ? options.tolerance : 0)
    }
    if form.flag("required") ?? true { add("required", "\(column) is there", .present(column)) }
    if let type = form.word("type", ColumnType.self) {
      draft.types[column] = type
      add("type", "\(column) is \(type.words)", .type(column, type), ofRows: true)
    }
    if let share = bounds.bounds("missing", unit: .share, single: .atMost) {
      let words =
        share.high?.value == 0 && share.low == nil
        ? "no value of \(column) is missing" : "the missing share of \(column) is \(share.text)"
      add("missing", words, .missing(column, share))
    }
    readValues(add)
    readTexts(bounds, add)
    if let range = bounds.bounds("range") {
      add("range", "\(column) is \(range.text)", .range(column, range), ofRows: true)
    }
    if form.flag("unique") == true {
      add("unique", "each value of \(column) occurs once", .unique([column]), ofRows: true)
    }
    if let count = bounds.bounds("distinct") {
      add("distinct", "the number of different values of \(column) is \(count.text)", .distinct(column, count))
    }
    readOrder("increasing", add)
    readOrder("decreasing", add)
    readDistribution(bounds, add)
    if let seconds = form.duration("freshness") {
      add(
        "freshness", "the newest \(column) is at most \(form.text("freshness") ?? "") old",
        .freshness(column, seconds: seconds))
    }
    severities.check(draft.rules[firstRule...].map(\.id), column)
  }

  typealias Add = (_ key: String, _ words: String, _ check: ContractRule.Check, _ ofRows: Bool) -> Void

  private func readValues(_ add: Add) {
    for (key, words, isAllowed) in [("in", "is one of", true), ("not-in", "is none of", false)] {
      guard let values = values(key) else { continue }
      add(key, "\(column) \(words) \(shown(values))", .set(column, values, isAllowed: isAllowed), true)
    }
    if let values = values("contains") {
      add("contains", "\(column) has each of \(shown(values))", .contains(column, values), false)
    }
  }

  private func shown(_ values: [String]) -> String {
    values.prefix(8).joined(separator: ", ") + (values.count > 8 ? ", … (\(values.count) values)" : "")
  }

  /// Values as they are written, one or a list; nil where the key is not there.
  private func values(_ key: String) -> [String]? {
    guard let node = form.node[key] else { return nil }
    var values: [String] = []
    for item in node.items ?? [node] {
      guard let text = item.text, !item.isNull else {
        form.complain(item.place, "`\(key)` holds values, not \(item.article)")
        continue
      }
      values.append(text)
    }
    if values.isEmpty, form.mistakes.isEmpty { form.complain(node.place, "`\(key)` needs at least one value") }
    return values
  }

  private func readTexts(_ bounds: BoundsReader, _ add: Add) {
    for (key, words, isWanted) in [("pattern", "matches", true), ("not-pattern", "does not match", false)] {
      guard let node = form.node[key], let text = form.text(key) else { continue }
      do {
        add(key, "\(column) \(words) \(text)", .pattern(column, try Pattern(text), isWanted: isWanted), true)
      } catch {
        form.complain(node.place, "`\(key)` is no regular expression that can be used: \(error.reason)")
      }
    }
    if let length = bounds.bounds("length") {
      add("length", "the length of \(column) is \(length.text)", .length(column, length), true)
    }
    let (low, high) = (form.integer("min-length", 0...1_000_000), form.integer("max-length", 0...1_000_000))
    if let low {
      add(
        "min-length", "\(column) has at least \(low) characters", .length(column, Bounds(low: .init(Double(low)))), true
      )
    }
    if let high {
      add(
        "max-length", "\(column) has at most \(high) characters", .length(column, Bounds(high: .init(Double(high)))),
        true)
    }
  }

  /// `true`, `strictly`, or {strictly, by}.
  private func readOrder(_ key: String, _ add: Add) {
    guard let node = form.node[key], !node.isNull else { return }
    var (isStrict, groups): (Bool, [String]) = (false, [])
    if node.entries != nil {
      guard let order = form.form(key, title: "`\(key)`") else { return }
      order.check(ContractVocabulary.order)
      (isStrict, groups) = (order.flag("strictly") ?? false, order.texts("by"))
      form.take(order)
    } else if node.text == "strictly" {
      isStrict = true
    } else {
      guard let isWanted = form.flag(key) else { return }
      if !isWanted { return }
    }
    let each = groups.isEmpty ? "" : " for each \(groups.joined(separator: ", "))"
    add(
      key, "\(column) is \(isStrict ? "strictly " : "")\(key)\(each)",
      .sorted(column, by: groups, isStrict: isStrict, isDescending: key == "decreasing"), true)
  }

  private func readDistribution(_ bounds: BoundsReader, _ add: Add) {
    for (key, statistic, name) in [
      ("mean", ContractRule.Statistic.mean, "mean"), ("sd", .sd, "deviation"), ("sum", .sum, "sum"),
    ] {
      guard let interval = bounds.bounds(key) else { continue }
      add(key, "the \(name) of \(column) is \(interval.text)", .statistic(column, statistic, interval), false)
    }
    if let interval = bounds.bounds("median") {
      add("median", "the median of \(column) is \(interval.text)", .quantile(column, 0.5, interval), false)
    }
    if let quantiles = form.form("quantiles", title: "`quantiles`") {
      for entry in quantiles.node.entries ?? [] {
        guard let share = BoundsReader.share(entry.key), share > 0, share <= 1 else {
          quantiles.complain(entry.keyPlace, "“\(entry.key)” is no quantile: write a share such as `0.99`")
          continue
        }
        guard let interval = BoundsReader(form: quantiles).bounds(entry.value, entry.key) else { continue }
        add(
          "quantile-\(entry.key)", "the \(entry.key)-quantile of \(column) is \(interval.text)",
          .quantile(column, share, interval), false)
      }
      form.take(quantiles)
    }
    if let shares = form.form("shares", title: "`shares`") {
      for entry in shares.node.entries ?? [] {
        guard let interval = BoundsReader(form: shares).bounds(entry.value, entry.key, unit: .share) else { continue }
        add(
          "share-\(entry.key)", "the share of \(entry.key) in \(column) is \(interval.text)",
          .share(column, of: entry.key, interval), false)
      }
      form.take(shares)
    }
    guard let drift = form.form("drift", title: "`drift`") else { return }
    drift.check(ContractVocabulary.drift)
    for (key, distance, limit) in [
      ("psi", ContractRule.Distance.psi, drift.number("psi", 0...100)), ("ks", .ks, drift.number("ks", 0...1)),
    ] {
      guard let limit else { continue }
      add(
        "drift-\(key)",
        "the \(key.uppercased()) of \(column) against the reference is at most \(Bounds(high: .init(limit)).shown)",
        .drift(column, distance, limit: limit), false)
    }
    form.take(drift)
  }
}

/// `severity` of a column: one word for all of its rules, or one for each key.
private struct ColumnSeverities {
  private let form: Form
  private var all: ContractDocument.Severity?
  private var each: [String: ContractDocument.Severity] = [:]
  private var inner: Form?

  init(_ form: Form) {
    self.form = form
    guard let node = form.node["severity"], !node.isNull else { return }
    guard let entries = node.entries, let inner = form.form("severity", title: "`severity`") else {
      all = form.word("severity", ContractDocument.Severity.self)
      return
    }
    for entry in entries { each[entry.key] = inner.word(entry.key, ContractDocument.Severity.self) }
    form.take(inner)
    self.inner = inner
  }

  func of(_ key: String) -> ContractDocument.Severity? { each[key] ?? all }

  /// A severity of a rule that is not there is a mistake.
  func check(_ ids: [String], _ column: String) {
    for entry in inner?.node.entries ?? [] where !ids.contains("\(column).\(entry.key)") {
      let own = ids.filter { $0.hasPrefix("\(column).") }.map { String($0.dropFirst(column.count + 1)) }
      let hint = nearestWord(to: entry.key, among: own).map { "did you mean `\($0)`?" }
      form.complain(
        entry.keyPlace,
        "column “\(column)” has no rule `\(entry.key)`: " + (hint ?? "it has \(own.joined(separator: ", "))"))
    }
  }
}

extension ColumnType {
  /// What each value is.
  fileprivate var words: String {
    switch self {
    case .integer: "a whole number"
    case .float: "a number"
    case .boolean: "true or false"
    case .timestamp: "a time"
    case .string: "a text"
    }
  }
}
