/// Reads the small languages inside specs. Each returns nil where the text is not of the form; the caller says where.
enum RuleParser {
  /// `METRIC OP NUMBER`, `METRIC OP champion.METRIC ± NUMBER`, `slice(COLUMN).METRIC OP …`, `drift.COLUMN.psi OP …`.
  static func gateRule(_ text: String) -> GateRule? {
    guard let (left, comparison, right) = comparisonParts(text), let subject = subject(left), let bound = bound(right)
    else { return nil }
    if case .drift = subject, case .champion = bound { return nil }
    return GateRule(text: text, subject: subject, comparison: comparison, bound: bound)
  }

  /// `A == B`, `A != B`, joined by `&&` and `||` (which binds less); operands are `steps.ID.outcome`,
  /// `steps.ID.verdict` or a word, quoted or not.
  static func condition(_ text: String) -> Condition? {
    let alternatives = split(text, at: "||").map { alternative -> Condition? in
      let parts = split(alternative, at: "&&").map(equality)
      guard let first = parts.first, parts.allSatisfy({ $0 != nil }) else { return nil }
      return parts.dropFirst().reduce(first) { all, next in
        if let all, let next { .and(all, next) } else { nil }
      }
    }
    guard let first = alternatives.first else { return nil }
    return alternatives.dropFirst().reduce(first) { any, next in
      if let any, let next { .or(any, next) } else { nil }
    }
  }

  private static func equality(_ text: String) -> Condition? {
    let sides = split(text, at: "==")
    if sides.count == 2, let left = operand(sides[0]), let right = operand(sides[1]) { return .equal(left, right) }
    let unequal = split(text, at: "!=")
    if unequal.count == 2, let left = operand(unequal[0]), let right = operand(unequal[1]) {
      return .notEqual(left, right)
    }
    return nil
  }

  private static func operand(_ text: String) -> Condition.Operand? {
    let word = String(text.trimmingBlanks)
    let parts = word.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if parts.count == 3, parts[0] == "steps" {
      switch parts[2] {
      case "outcome": return .outcome(step: parts[1])
      case "verdict": return .verdict(step: parts[1])
      default: return nil
      }
    }
    for quote in ["'", "\""] where word.count >= 2 && word.hasPrefix(quote) && word.hasSuffix(quote) {
      return .literal(String(word.dropFirst().dropLast()))
    }
    return word.isEmpty || word.contains(where: { "'\"=!&|<>() ".contains($0) }) ? nil : .literal(word)
  }

  static func split(_ text: String, at separator: String) -> [String] {
    var parts: [String] = []
    var rest = text[...]
    while let range = rest.firstRange(of: separator) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + [String(rest)]
  }

  /// The sides of the first comparison; two-letter operators are tried first.
  static func comparisonParts(_ text: String) -> (left: String, Comparison, right: String)? {
    guard let start = text.firstIndex(where: { "<>=".contains($0) }) else { return nil }
    for comparison in Comparison.allCases.sorted(by: { $0.rawValue.count > $1.rawValue.count })
    where text[start...].hasPrefix(comparison.rawValue) {
      let right = text[text.index(start, offsetBy: comparison.rawValue.count)...].trimmingBlanks
      let left = text[..<start].trimmingBlanks
      return left.isEmpty || right.isEmpty ? nil : (String(left), comparison, String(right))
    }
    return nil
  }

  private static func subject(_ text: String) -> GateRule.Subject? {
    if isWord(text) { return .metric(text) }
    if text.hasPrefix("slice("), let close = text.lastIndex(of: ")") {
      let column = text[text.index(text.startIndex, offsetBy: 6)..<close].trimmingBlanks
      let rest = text[text.index(after: close)...]
      guard rest.hasPrefix("."), isWord(String(rest.dropFirst())), !column.isEmpty else { return nil }
      return .slice(column: String(column), metric: String(rest.dropFirst()))
    }
    if text.hasPrefix("drift."), let last = text.lastIndex(of: ".") {
      let column = text.dropFirst("drift.".count)
      guard last > column.startIndex else { return nil }
      let measure = String(text[text.index(after: last)...])
      guard ["psi", "statistic", "p_value"].contains(measure) else { return nil }
      return .drift(column: String(column[..<last]), measure: measure)
    }
    return nil
  }

  private static func bound(_ text: String) -> GateRule.Bound? {
    if let number = SpecNode.number(text) { return .number(number) }
    guard text.hasPrefix("champion.") else { return nil }
    let rest = text.dropFirst("champion.".count)
    let metric = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    let tail = rest.dropFirst(metric.count).filter { !$0.isWhitespace }
    guard isWord(String(metric)) else { return nil }
    if tail.isEmpty { return .champion(metric: String(metric), offset: 0) }
    guard let sign = tail.first, "+-".contains(sign), let amount = SpecNode.number(String(tail.dropFirst())),
      amount >= 0
    else { return nil }
    return .champion(metric: String(metric), offset: sign == "-" ? -amount : amount)
  }

  static func isWord(_ text: String) -> Bool {
    guard let first = text.first, first.isLetter else { return false }
    return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
  }
}
