/// Reads the small languages inside specs. Each returns nil where the text is not of the form; the caller says where.
enum RuleParser {
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

  static func isWord(_ text: String) -> Bool {
    guard let first = text.first, first.isLetter else { return false }
    return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
  }
}
