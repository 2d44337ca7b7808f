internal import Glibc
internal import Tables

/// Finds which of the columns that are gone came back under another name.
enum RenameFinder {
  struct Rename: Sendable {
    var old: String
    var new: String
    /// 0...1.
    var score: Double
    /// What speaks for it, in words.
    var reason: String
  }

  /// From which score on a column counts as renamed. Unrelated columns of one distribution reach 0.75 only when their
  /// names or their values are alike, too.
  static let threshold = 0.75
  /// Fewer values prove nothing unless they are the same row by row.
  private static let leastValues = 20
  /// Beyond it nobody renamed anything: it is another table.
  private static let limitColumns = 400

  /// Each column in one pair at most, the surest pairs first.
  static func renames(gone: [ColumnSketch], come: [ColumnSketch]) -> [Rename] {
    guard gone.count <= limitColumns, come.count <= limitColumns else { return [] }
    var candidates: [Rename] = []
    for old in gone {
      for new in come {
        let (score, reason) = score(old, new)
        if score >= threshold {
          candidates.append(Rename(old: old.name, new: new.name, score: score, reason: reason))
        }
      }
    }
    candidates.sort { ($1.score, $0.old, $0.new) < ($0.score, $1.old, $1.new) }
    var taken: (old: Set<String>, new: Set<String>) = ([], [])
    return candidates.filter { candidate in
      guard !taken.old.contains(candidate.old), !taken.new.contains(candidate.new) else { return false }
      taken.old.insert(candidate.old)
      taken.new.insert(candidate.new)
      return true
    }
  }

  static func score(_ old: ColumnSketch, _ new: ColumnSketch) -> (Double, String) {
    guard kind(old) == kind(new), old.valueCount > 0, new.valueCount > 0 else { return (0, "") }
    if isSameFromTheTop(old, new) { return (1, "the same values row by row") }
    if old.valueCount == new.valueCount, old.sum == new.sum, old.distinctCount >= leastValues {
      return (1, "the same values in another order")
    }
    guard min(old.valueCount, new.valueCount) >= leastValues else { return (0, "") }
    let missing = abs(
      Double(old.missingCount) / Double(old.rowCount) - Double(new.missingCount) / Double(new.rowCount))
    let alike = 1 - max(old.distance(new), missing)
    let overlap = old.distinct.overlap(new.distinct)
    // Sharing ten values of ten says little, sharing a thousand of a thousand says all.
    let weight = min(1, log2(Double(max(1, min(old.distinctCount, new.distinctCount)))) / 10)
    let name = nameLikeness(old.name, new.name)
    let score = alike * (0.5 + 0.5 * max(overlap * weight, name))
    return (
      score,
      "distributions alike to \(percent(alike)), \(percent(overlap)) of the values shared, names alike to \(percent(name))"
    )
  }

  private enum Kind { case number, time, text }

  private static func kind(_ column: ColumnSketch) -> Kind {
    switch column.type {
    case .integer, .float, .boolean: .number
    case .timestamp: .time
    case .string: .text
    }
  }

  private static func isSameFromTheTop(_ old: ColumnSketch, _ new: ColumnSketch) -> Bool {
    let counts = Set(new.heads.map(\.rowCount))
    guard let last = old.heads.last(where: { counts.contains($0.rowCount) }) else { return false }
    return new.heads.contains(last) && last.changeCount >= (last.rowCount >= 32 ? 10 : 5)
  }

  /// How alike two names are, 0...1: Dice's coefficient of their pairs of letters. Names that differ in a number alone
  /// (`x1`, `x2`) mean different things.
  static func nameLikeness(_ left: String, _ right: String) -> Double {
    let (left, right) = (letters(left), letters(right))
    if left == right { return 1 }
    if left.filter({ !$0.isNumber }) == right.filter({ !$0.isNumber }) { return 0 }
    var pairs: [String: Int] = [:]
    for pair in zip(left, left.dropFirst()) { pairs["\(pair.0)\(pair.1)", default: 0] += 1 }
    var shared = 0
    for pair in zip(right, right.dropFirst()) {
      let key = "\(pair.0)\(pair.1)"
      if let count = pairs[key], count > 0 {
        shared += 1
        pairs[key] = count - 1
      }
    }
    let all = max(0, left.count - 1) + max(0, right.count - 1)
    return all > 0 ? Double(2 * shared) / Double(all) : 0
  }

  private static func letters(_ name: String) -> [Character] {
    Array(name.lowercased().filter { $0.isLetter || $0.isNumber })
  }

  private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}
