internal import Records
internal import Tables

/// Turns a comparison's numbers into sentences, the gravest first.
struct Findings {
  typealias Finding = TableDiffDocument.Finding

  private let document: TableDiffDocument
  private let match: ColumnMatch
  private var found: [Finding] = []

  // From where on a change is worth a look: PSI as `monitor` has it, with an effect that is not tiny.
  private static let psi = (notable: 0.2, minor: 0.1)
  private static let effect = (notable: 0.1, minor: 0.05)
  private static let pValue = 0.01
  private static let missingShare = 0.05
  private static let rowShare = 0.5

  init(_ document: TableDiffDocument, _ match: ColumnMatch, _ old: Schema, _ new: Schema) {
    self.document = document
    self.match = match
    noteRows()
    noteColumns()
    for column in document.columns where column.old != nil && column.new != nil { note(column) }
    noteKeys()
    noteOrder(old, new)
  }

  /// By severity; equal ones in the order of ``TableDiffDocument/Change`` and of the columns.
  var list: [Finding] {
    let severities = TableDiffDocument.Severity.allCases
    return severities.flatMap { severity in found.filter { $0.severity == severity } }
  }

  private mutating func add(
    _ severity: TableDiffDocument.Severity, _ change: TableDiffDocument.Change, of column: String? = nil, _ text: String
  ) {
    found.append(Finding(severity, change, column: column, text))
  }

  private mutating func noteRows() {
    let (before, after) = (document.old.rowCount, document.new.rowCount)
    guard before != after else { return }
    if after == 0 { return add(.severe, .noRows, "there are no rows: there were \(before)") }
    let share = Double(after - before) / Double(max(1, before))
    let change = before > 0 ? " (\(share > 0 ? "+" : "−")\(Words.percent(abs(share))))" : ""
    add(abs(share) >= Self.rowShare ? .notable : .minor, .rowCount, "rows: \(before) → \(after)\(change)")
  }

  private mutating func noteColumns() {
    for column in match.gone {
      add(.severe, .removed, of: column.name, "“\(column.name)” (\(column.type.rawValue)) is gone")
    }
    for pair in match.pairs {
      guard let rename = pair.rename else { continue }
      add(
        .severe, .renamed, of: rename.new,
        "“\(rename.old)” is called “\(rename.new)” now: \(rename.reason) (score \(Words.number(rename.score, 2)))")
    }
    for column in match.come {
      add(.minor, .added, of: column.name, "“\(column.name)” (\(column.type.rawValue)) is new")
    }
  }

  private mutating func note(_ column: TableDiffDocument.Column) {
    guard let old = column.old, let new = column.new else { return }
    let (before, after) = (
      document.old.rowCount - old.missingCount, document.new.rowCount - new.missingCount
    )
    if after == 0, before > 0 {
      return add(
        document.new.rowCount > 0 ? .severe : .minor, .allMissing, of: column.name,
        "“\(column.name)” has no values any more: there were \(before)")
    }
    if before == 0, after > 0 {
      return add(.minor, .missing, of: column.name, "“\(column.name)” has values now: \(after)")
    }
    noteType(column, old, new)
    if let unit = column.unit {
      add(.severe, .unitShifted, of: column.name, Words.unit(unit, column.name))
    }
    noteMissing(column, old, new)
    noteKind(column, old, new, rows: (before, after))
    if let shift = column.shift { note(shift, column, old, new) }
  }

  private mutating func noteType(
    _ column: TableDiffDocument.Column, _ old: TableDiffDocument.Summary, _ new: TableDiffDocument.Summary
  ) {
    guard old.type != new.type else { return }
    let isWidening = Set([old.type, new.type]) == ["integer", "float"]
    add(
      isWidening ? .minor : .severe, .retyped, of: column.name,
      "“\(column.name)” was \(old.type) and is \(new.type) now")
  }

  private mutating func noteMissing(
    _ column: TableDiffDocument.Column, _ old: TableDiffDocument.Summary, _ new: TableDiffDocument.Summary
  ) {
    let before = Double(old.missingCount) / Double(max(1, document.old.rowCount))
    let after = Double(new.missingCount) / Double(max(1, document.new.rowCount))
    let isFirst = old.missingCount == 0 && new.missingCount > 0
    guard isFirst || abs(after - before) >= Self.missingShare else { return }
    let text = "“\(column.name)” is missing in \(Words.percent(after)) of the rows"
    add(
      after > before ? .notable : .minor, .missing, of: column.name,
      isFirst ? text + ", and was in none" : text + ", and was in \(Words.percent(before))")
  }

  private mutating func noteKind(
    _ column: TableDiffDocument.Column, _ old: TableDiffDocument.Summary, _ new: TableDiffDocument.Summary,
    rows: (Int, Int)
  ) {
    if old.distinctCount > 1, new.distinctCount == 1, rows.1 > 1 {
      add(
        .notable, .constant, of: column.name,
        "“\(column.name)” has one value in all rows: it had \(old.distinctCount)")
    } else if old.distinctCount == 1, rows.0 > 1, new.distinctCount > 1 {
      add(.minor, .noLongerConstant, of: column.name, "“\(column.name)” has \(new.distinctCount) values: it had one")
    }
    guard rows.0 > 2, rows.1 > 2, let wasUnique = old.isUnique, let isUnique = new.isUnique else { return }
    if wasUnique, !isUnique {
      add(.notable, .noLongerUnique, of: column.name, "“\(column.name)” is no longer unique: it was in all rows")
    } else if isUnique, !wasUnique {
      add(.minor, .unique, of: column.name, "“\(column.name)” is unique now")
    }
  }

  private mutating func note(
    _ shift: TableDiffDocument.Shift, _ column: TableDiffDocument.Column, _ old: TableDiffDocument.Summary,
    _ new: TableDiffDocument.Summary
  ) {
    if let categories = shift.newCategories {
      add(
        .notable, .newCategories, of: column.name,
        Words.categories(categories, column.name, "new", document.new.rowCount))
    }
    if let categories = shift.vanishedCategories {
      let isLarge = Double(categories.rowCount) >= Self.missingShare * Double(document.old.rowCount)
      add(
        isLarge ? .notable : .minor, .vanishedCategories, of: column.name,
        Words.categories(categories, column.name, "vanished", document.old.rowCount))
    }
    guard column.unit == nil, shift.pValue <= Self.pValue else { return }
    if shift.psi >= Self.psi.notable, shift.effect >= Self.effect.notable {
      add(.notable, .shifted, of: column.name, Words.shift(shift, column.name, old, new))
    } else if shift.psi >= Self.psi.minor, shift.effect >= Self.effect.minor {
      add(.minor, .shifted, of: column.name, Words.shift(shift, column.name, old, new))
    }
  }

  private mutating func noteKeys() {
    guard let keys = document.keys else { return }
    let name = keys.columns.joined(separator: ", ")
    func keyCount(_ count: Int) -> String { count == 1 ? "1 key (\(name)) is" : "\(count) keys (\(name)) are" }
    if keys.newDuplicateCount > 0 || keys.oldDuplicateCount > 0 {
      add(
        keys.newDuplicateCount > keys.oldDuplicateCount ? .severe : .notable, .duplicateKeys,
        "\(keyCount(keys.newDuplicateCount)) there more than once, "
          + "\(keys.oldDuplicateCount) \(keys.oldDuplicateCount == 1 ? "was" : "were") before: their rows are not compared"
      )
    }
    if keys.removedCount > 0 { add(.notable, .keysRemoved, "\(keyCount(keys.removedCount)) gone") }
    if keys.changedCount > 0 {
      let all = keys.changedCount + keys.unchangedCount
      let columns = keys.changedColumns.prefix(4).map { "\($0.column) in \($0.rowCount)" }.joined(separator: ", ")
      let more = keys.changedColumns.count > 4 ? " and \(keys.changedColumns.count - 4) more" : ""
      add(
        .notable, .valuesChanged,
        "\(keys.changedCount) of \(all) rows with the same key changed: \(columns)\(more)")
    }
    if keys.addedCount > 0 { add(.minor, .keysAdded, "\(keyCount(keys.addedCount)) new") }
  }

  private mutating func noteOrder(_ old: Schema, _ new: Schema) {
    let places = Dictionary(new.columns.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    let order = match.pairs.compactMap { places[$0.new.name] }
    guard order != order.sorted() else { return }
    add(.minor, .reordered, "the columns are in another order")
  }
}
