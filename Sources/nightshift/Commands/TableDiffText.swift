internal import Records

/// A comparison of two tables for a terminal and as Markdown.
struct TableDiffText {
  private let document: TableDiffDocument
  private let examples: Bool

  /// - Parameter examples: whether rows are shown.
  init(_ document: TableDiffDocument, examples: Bool) {
    self.document = document
    self.examples = examples
  }

  private static let limitFindings = 40
  private static let width = 96

  // MARK: Terminal

  var text: String {
    var lines = [title, ""]
    if document.isEmpty { lines.append("Nothing differs.") }
    for severity in TableDiffDocument.Severity.allCases {
      let found = document.findings.filter { $0.severity == severity }
      guard !found.isEmpty else { continue }
      lines.append(severity.rawValue)
      lines += found.prefix(Self.limitFindings).flatMap { Self.wrapped($0.text.printable) }
      if found.count > Self.limitFindings { lines.append("  … and \(found.count - Self.limitFindings) more: --json") }
    }
    if let table = shifts { lines += ["", table] }
    if examples, let keys = document.keys { lines += exampleLines(keys) }
    return lines.joined(separator: "\n")
  }

  private var title: String {
    func side(_ side: TableDiffDocument.Side) -> String {
      "\(side.name.printable) (\(side.rowCount) rows, \(side.columnCount) columns)"
    }
    return "\(side(document.old)) → \(side(document.new))"
  }

  /// Breaks a sentence between words.
  private static func wrapped(_ text: String) -> [String] {
    var lines: [String] = []
    var line = "  -"
    for word in text.split(separator: " ") {
      if line.columnCount + 1 + String(word).columnCount > width, line.count > 4 {
        lines.append(line)
        line = "   "
      }
      line += " " + word
    }
    return lines + [line]
  }

  /// The columns whose values moved, furthest first.
  private var shifts: String? {
    let moved = document.columns.filter { ($0.shift?.psi ?? 0) >= 0.01 || $0.unit != nil }
      .sorted { ($0.shift?.psi ?? 0) > ($1.shift?.psi ?? 0) }
    guard !moved.isEmpty else { return nil }
    var table = TextTable(["COLUMN", "PSI", "EFFECT", "P", "MEAN", "MISSING %"], rightAligned: [1, 2, 3])
    for column in moved.prefix(20) {
      table.add([
        String(column.name.printable.prefix(30)), number(column.shift?.psi), number(column.shift?.effect),
        number(column.shift?.pValue), pair(column.old?.mean, column.new?.mean),
        pair(share(column.old, document.old), share(column.new, document.new)),
      ])
    }
    return table.text + (moved.count > 20 ? "\n… and \(moved.count - 20) more columns: --json" : "")
  }

  private func share(_ column: TableDiffDocument.Summary?, _ side: TableDiffDocument.Side) -> Double? {
    column.map { Double($0.missingCount) * 100 / Double(max(1, side.rowCount)) }
  }

  private func number(_ value: Double?) -> String { value.map { Self.text($0) } ?? "" }

  private func pair(_ old: Double?, _ new: Double?) -> String {
    guard let old, let new else { return "" }
    return old == new ? Self.text(old) : "\(Self.text(old)) → \(Self.text(new))"
  }

  /// Three digits behind the point, fewer for large numbers.
  private static func text(_ value: Double) -> String {
    guard abs(value) < 1e9 else { return "\(value)" }
    let digits = abs(value) >= 1000 ? 1 : abs(value) >= 100 ? 10 : 1000
    let scaled = (value * Double(digits)).rounded() / Double(digits)
    if scaled == 0, value != 0 { return "< 0.001" }
    return scaled == scaled.rounded() ? "\(Int64(scaled))" : "\(scaled)"
  }

  private func exampleLines(_ keys: TableDiffDocument.Keys) -> [String] {
    var lines: [String] = []
    for (title, list, count) in [
      ("keys added", keys.added, keys.addedCount), ("keys removed", keys.removed, keys.removedCount),
      ("keys there more than once", keys.duplicates, keys.oldDuplicateCount + keys.newDuplicateCount),
    ] where !list.isEmpty {
      lines += ["", "\(title) (\(list.count) of \(count))"]
      lines += list.map { "  " + $0.joined(separator: ", ").printable }
    }
    guard !keys.changed.isEmpty else { return lines }
    lines += ["", "rows changed (\(keys.changed.count) of \(keys.changedCount))"]
    var table = TextTable(["KEY", "COLUMN", "OLD", "NEW"])
    for row in keys.changed {
      for (place, cell) in row.cells.enumerated() {
        table.add([
          place == 0 ? row.key.joined(separator: ", ").printable : "", cell.column.printable,
          (cell.old ?? "missing").printable, (cell.new ?? "missing").printable,
        ])
      }
    }
    return lines + [table.text]
  }

  // MARK: Markdown

  var markdown: String {
    var lines = ["**\(document.old.name.markdownCode) → \(document.new.name.markdownCode)**: "]
    lines[0] +=
      "\(document.old.rowCount) → \(document.new.rowCount) rows, \(document.old.columnCount) → \(document.new.columnCount) columns"
    if document.isEmpty { lines += ["", "Nothing differs."] }
    for severity in TableDiffDocument.Severity.allCases {
      let found = document.findings.filter { $0.severity == severity }
      guard !found.isEmpty else { continue }
      lines += ["", "**\(severity.rawValue)**", ""]
      lines += found.prefix(Self.limitFindings).map { "- " + $0.text.printable.markdownText }
      if found.count > Self.limitFindings { lines.append("- … and \(found.count - Self.limitFindings) more") }
    }
    return lines.joined(separator: "\n")
  }
}

extension String {
  /// With a backslash before each letter that means something in Markdown.
  fileprivate var markdownText: String {
    reduce(into: "") { text, letter in
      if "\\`*_{}[]<>#|!~".contains(letter) { text += "\\" }
      text.append(letter)
    }
  }
}
