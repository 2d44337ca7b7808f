/// Reads the rules of a gate.
extension RuleParser {
  /// `SUBJECT OP BOUND`, and `with confidence SHARE` after it. The subject is `METRIC`, `slice(COLUMN).METRIC`,
  /// `fairness(COLUMN).MEASURE`, `drift.COLUMN.MEASURE`, `cost.MEASURE` or `contract.COUNT`, the first three with `.low` or
  /// `.high` for an end of their interval; the bound a number, or `champion`, `champion.METRIC` or `baseline.METRIC`, each
  /// with `± NUMBER` or without. Nil for any other text.
  static func gateRule(_ text: String) -> GateRule? {
    guard let (body, confidence) = confidence(text), let (left, comparison, right) = comparisonParts(body),
      let (subject, end) = subjectAndEnd(left), let bound = bound(right), allows(bound, subject)
    else { return nil }
    var rule = GateRule(text: text, subject: subject, comparison: comparison, bound: bound, confidence: confidence)
    rule.end = end
    // The champion's own interval says nothing of the difference: that is what `with confidence` is for.
    if end != nil { guard case .number = bound else { return nil } }
    return rule
  }

  /// A subject, and which end of its interval is meant, where one is.
  static func subjectAndEnd(_ text: String) -> (GateRule.Subject, GateRule.IntervalEnd?)? {
    for end in GateRule.IntervalEnd.allCases where text.hasSuffix("." + end.rawValue) {
      switch subject(String(text.dropLast(end.rawValue.count + 1))) {
      case .metric(let name)?: return (.metric(name), end)
      case .slice(let column, let metric)?: return (.slice(column: column, metric: metric), end)
      case .fairness(let column, let measure)?: return (.fairness(column: column, measure: measure), end)
      case .drift?, .cost?, .contract?, nil: return nil
      }
    }
    return subject(text).map { ($0, nil) }
  }

  private static let confidenceWords = " with confidence "

  /// The rule without its confidence, and that; nil where it is no number.
  private static func confidence(_ text: String) -> (body: String, confidence: Double?)? {
    guard let range = text.firstRange(of: confidenceWords) else { return (text, nil) }
    guard let share = SpecNode.number(String(text[range.upperBound...].trimmingBlanks)) else { return nil }
    return (String(text[..<range.lowerBound]), share)
  }

  /// What the left side says of the champion, too.
  private static func allows(_ bound: GateRule.Bound, _ subject: GateRule.Subject) -> Bool {
    switch (subject, bound) {
    case (_, .number): true
    case (.metric, _), (.slice, .counterpart), (.slice, .champion), (.fairness, .counterpart): true
    default: false
    }
  }

  static func subject(_ text: String) -> GateRule.Subject? {
    if isWord(text) { return .metric(text) }
    if let (column, metric) = parts(text, of: "slice") { return .slice(column: column, metric: metric) }
    if let (column, measure) = parts(text, of: "fairness") { return .fairness(column: column, measure: measure) }
    if text.hasPrefix("cost.") {
      let measure = String(text.dropFirst("cost.".count))
      return isWord(measure) ? .cost(measure) : nil
    }
    if text.hasPrefix("contract.") {
      return GateRule.ContractCount(rawValue: String(text.dropFirst("contract.".count))).map { .contract($0) }
    }
    return drift(text)
  }

  /// `WORD(COLUMN).NAME`; blanks around the commas of several columns do not count.
  private static func parts(_ text: String, of word: String) -> (column: String, name: String)? {
    guard text.hasPrefix(word + "("), let close = text.lastIndex(of: ")") else { return nil }
    let inside = text[text.index(text.startIndex, offsetBy: word.count + 1)..<close]
    let columns = inside.split(separator: ",", omittingEmptySubsequences: false).map { String($0.trimmingBlanks) }
    let rest = text[text.index(after: close)...]
    guard rest.hasPrefix("."), isWord(String(rest.dropFirst())), !columns.contains("") else { return nil }
    return (columns.joined(separator: ","), String(rest.dropFirst()))
  }

  /// Of a column in a drift report; the last four are effects, of which a column has those that fit its type.
  static let driftMeasures: Set = [
    "psi", "statistic", "p_value", "corrected_p_value", "total_variation", "ks", "wasserstein", "jensen_shannon",
    "cramers_v",
  ]

  private static func drift(_ text: String) -> GateRule.Subject? {
    guard text.hasPrefix("drift."), let last = text.lastIndex(of: ".") else { return nil }
    let column = text.dropFirst("drift.".count)
    guard last > column.startIndex else { return nil }
    let measure = String(text[text.index(after: last)...])
    guard driftMeasures.contains(measure) else { return nil }
    return .drift(column: String(column[..<last]), measure: measure)
  }

  static func bound(_ text: String) -> GateRule.Bound? {
    if let number = SpecNode.number(text) { return .number(number) }
    let words = text.prefix { $0.isLetter || $0.isNumber || "_.".contains($0) }
    guard let offset = offset(text.dropFirst(words.count)) else { return nil }
    if words == "champion" { return .counterpart(offset: offset) }
    let parts = words.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, isWord(parts[1]) else { return nil }
    switch parts[0] {
    case "champion": return .champion(metric: parts[1], offset: offset)
    case "baseline": return .baseline(metric: parts[1], offset: offset)
    default: return nil
    }
  }

  /// `± NUMBER`, or nothing.
  private static func offset(_ text: Substring) -> Double? {
    let tail = text.filter { !$0.isWhitespace }
    if tail.isEmpty { return 0 }
    guard let sign = tail.first, "+-".contains(sign), let amount = SpecNode.number(String(tail.dropFirst())),
      amount >= 0
    else { return nil }
    return sign == "-" ? -amount : amount
  }
}
