internal import Records
internal import Tables

/// Says what keeps a text from being a rule of a gate.
enum GateRuleFault {
  /// One sentence without the text itself: `“=>” is no operator: write `>=``.
  static func explanation(_ text: String) -> String {
    for word in [" and ", " or ", "&&", "||"] where text.lowercased().contains(word) {
      return "it has “\(word.trimmingBlanks)”: every rule of the list must hold, so write one rule for each"
    }
    let body = RuleParser.split(text, at: " with confidence")
    if body.count > 1, SpecNode.number(String(body[1].trimmingBlanks)) == nil {
      return "its confidence is no number: write a share, such as `with confidence 0.95`"
    }
    let operators = operators(body[0])
    guard let sign = operators.first else { return "it has no operator: \(writeOperator)" }
    if operators.count > 1 { return "it has two operators: write two rules" }
    guard Comparison(rawValue: sign) != nil else {
      let meant = meantOperators[sign].map { "write `\($0)`" } ?? writeOperator
      return "“\(sign)” is no operator: \(meant)"
    }
    let sides = RuleParser.split(body[0], at: sign).map { String($0.trimmingBlanks) }
    return sides.contains("") ? "one side of its operator is empty" : explanation(left: sides[0], right: sides[1])
  }

  private static let writeOperator = "write one of `>=`, `>`, `<=`, `<`, `==`"
  private static let meantOperators = [
    "=>": ">=", "=<": "<=", "=": "==", "≥": ">=", "≤": "<=", "===": "==", ">>": ">", "<<": "<",
  ]

  /// Each run of signs.
  private static func operators(_ text: String) -> [String] {
    text.split { !"<>=!≥≤".contains($0) }.map(String.init)
  }

  private static func explanation(left: String, right: String) -> String {
    if SpecNode.number(left) != nil { return "its left side is a number: write the metric first, as `auc >= 0.65`" }
    guard let (_, end) = RuleParser.subjectAndEnd(left) else { return explanation(subject: left) }
    guard RuleParser.bound(right) != nil else { return explanation(bound: right) }
    if end != nil {
      return "an end of an interval is held against a number: a difference is shown by `with confidence 0.95`"
    }
    return
      "“\(left)” cannot be held against “\(right)”: only metrics are compared with a baseline, and only metrics, slices and fairness with the champion"
  }

  private static func explanation(subject: String) -> String {
    let parts = subject.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    switch parts[0] {
    case "drift":
      return nearest(parts.last ?? "", RuleParser.driftMeasures.sorted(), "a measure of drift")
    case "contract":
      return nearest(parts.last ?? "", GateRule.ContractCount.allCases.map(\.rawValue), "a count of a contract")
    case "cost": return "`\(subject)` is no cost: write `cost.ms_per_1000`"
    default: break
    }
    let forms = "write `METRIC`, `slice(COLUMN).METRIC`, `fairness(COLUMN).MEASURE`, `drift.COLUMN.psi`"
    return "“\(subject)” is nothing that a rule is about: \(forms), `cost.MEASURE` or `contract.errors`"
  }

  private static func nearest(_ word: String, _ words: [String], _ what: String) -> String {
    let hint = nearestWord(to: word, among: words).map { "did you mean `\($0)`?" }
    return "`\(word)` is not \(what): " + (hint ?? "write \(words.map { "`\($0)`" }.joined(separator: ", "))")
  }

  private static func explanation(bound: String) -> String {
    if bound.hasSuffix("%"), let percent = SpecNode.number(String(bound.dropLast())) {
      return "“\(bound)” is no number: write `\(percent / 100)`"
    }
    let point = bound.replacing(",", with: ".")
    if point != bound, let number = SpecNode.number(point) { return "“\(bound)” is no number: write `\(number)`" }
    let word = String(bound.prefix { $0.isLetter || "_.".contains($0) })
    let forms =
      "a number, `champion`, `champion.METRIC` or `baseline.METRIC`, the last three with `+ NUMBER` or `- NUMBER`"
    let start = String(word.split(separator: ".").first ?? "")
    if let meant = nearestWord(to: start, among: ["champion", "baseline"]) {
      return "“\(bound)” is nothing to compare with: did you mean `\(meant)`?"
    }
    return "“\(bound)” is nothing to compare with: write \(forms)"
  }
}
