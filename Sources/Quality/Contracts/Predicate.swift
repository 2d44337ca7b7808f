/// A condition over the columns of a row: comparisons that must all hold.
package struct Predicate: Hashable, Sendable {
  package enum Operator: String, Hashable, Sendable, CaseIterable {
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case notEqual = "!="
    case equal = "=="
    case less = "<"
    case greater = ">"

    @inline(__always)
    func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
      switch self {
      case .less: left < right
      case .lessOrEqual: left <= right
      case .greater: left > right
      case .greaterOrEqual: left >= right
      case .equal: left == right
      case .notEqual: left != right
      }
    }
  }

  /// A sum of columns and a number.
  package struct Sum: Hashable, Sendable {
    package struct Term: Hashable, Sendable {
      package var column: String
      package var isNegative: Bool

      package init(column: String, isNegative: Bool) {
        self.column = column
        self.isNegative = isNegative
      }
    }

    package var terms: [Term]
    package var constant: Double
    /// The number where it is whole, with all its digits.
    package var whole: Int64?

    package init(terms: [Term], constant: Double) {
      self.terms = terms
      self.constant = constant
      whole = Int64(exactly: constant)
    }

    /// The column that it is, when it is nothing else.
    var column: String? { terms.count == 1 && constant == 0 && !terms[0].isNegative ? terms[0].column : nil }
  }

  package enum Part: Hashable, Sendable {
    /// Equality may be off by `tolerance`.
    case numbers(Sum, Operator, Sum, tolerance: Double)
    case text(String, isEqual: Bool, String)
    case among(String, [String], isWanted: Bool)
    case missing(String, isWanted: Bool)
  }

  package var parts: [Part]

  package init(parts: [Part]) { self.parts = parts }

  package var columns: [String] {
    var names: [String] = []
    for part in parts {
      switch part {
      case .numbers(let left, _, let right, _): names += (left.terms + right.terms).map(\.column)
      case .text(let column, _, _), .among(let column, _, _), .missing(let column, _): names.append(column)
      }
    }
    return names
  }
}

extension Int64 {
  /// The sum; nil where it has no room.
  package func adding(_ other: Int64) -> Int64? {
    let (sum, isTooLarge) = addingReportingOverflow(other)
    return isTooLarge ? nil : sum
  }
}
