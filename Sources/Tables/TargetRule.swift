/// What a model learns: a column, or a comparison over one, such as `arr_delay > 15`, which is true or false.
package struct TargetRule: Hashable, Sendable {
  private enum Test: Hashable, Sendable {
    case number(String, Double)
    case text(isEqual: Bool, String)
  }

  /// As the spec wrote it.
  package let text: String
  package let column: String
  private let test: Test?

  /// Throws ``TablesError/invalidTarget(_:)`` for a comparison without a column or value.
  package init(_ text: String) throws(TablesError) {
    self.text = text
    let operators = [">=", "<=", "==", "!=", ">", "<"]
    guard let start = text.firstIndex(where: { "<>=!".contains($0) }),
      let sign = operators.first(where: { text[start...].hasPrefix($0) })
    else {
      column = text
      test = nil
      return
    }
    let name = Self.trimmed(text[..<start])
    let value = Self.trimmed(text[text.index(start, offsetBy: sign.count)...])
    guard !name.isEmpty, !value.isEmpty else {
      throw .invalidTarget("“\(text)” is no target: write a column, or a comparison such as `arr_delay > 15`")
    }
    column = name
    if let number = Double(value) {
      test = .number(sign, number)
    } else if sign == "==" || sign == "!=" {
      test = .text(isEqual: sign == "==", value.trimmingQuotes)
    } else {
      throw .invalidTarget("“\(text)” compares with “\(value)”, which is no number")
    }
  }

  /// Whether the target is a comparison, and so true or false.
  package var isComparison: Bool { test != nil }

  /// The target's values: true, false or missing for a comparison, the column itself otherwise.
  package func apply(to column: Column) throws(TablesError) -> Column {
    guard let test else { return column }
    switch test {
    case .number(let sign, let bound):
      guard let values = column.doubles else {
        throw .invalidTarget("the target “\(text)” compares the text column “\(column.name)” with a number")
      }
      return Column(
        name: text, storage: .booleans(values.map { $0.isNaN ? -1 : Self.holds($0, sign, bound) ? 1 : 0 }))
    case .text(let isEqual, let wanted):
      return Column(
        name: text, storage: .booleans(column.texts.map { $0.map { ($0 == wanted) == isEqual ? 1 : 0 } ?? -1 }))
    }
  }

  private static func holds(_ value: Double, _ sign: String, _ bound: Double) -> Bool {
    switch sign {
    case ">=": value >= bound
    case "<=": value <= bound
    case "==": value == bound
    case "!=": value != bound
    case ">": value > bound
    default: value < bound
    }
  }

  private static func trimmed(_ text: Substring) -> String {
    let start = text.firstIndex { $0 != " " } ?? text.endIndex
    return String(text[start...].reversed().drop { $0 == " " }.reversed())
  }
}

extension String {
  /// Without the quotes that enclose it, if any do.
  fileprivate var trimmingQuotes: String {
    for quote in ["\"", "'"] where count >= 2 && hasPrefix(quote) && hasSuffix(quote) {
      return String(dropFirst().dropLast())
    }
    return self
  }
}
