package import Records
internal import Tables

/// Compares two tables: what a person must know of the way from one to the other.
///
/// Without a key each table is read once, in memory that depends on its columns and not on its rows. With a key it is
/// read again, and the memory is that of ``KeyComparison``.
package struct TableComparison {
  private let old: ComparedTable
  private let new: ComparedTable
  private let keyNames: [String]

  /// - Parameter keys: the columns that name a row, by their new names; empty compares distributions alone.
  package init(_ old: ComparedTable, _ new: ComparedTable, keys: [String] = []) {
    (self.old, self.new, keyNames) = (old, new, keys)
  }

  /// Throws ``TablesError`` for tables that cannot be read and keys that are not there.
  package func document() throws -> TableDiffDocument {
    let (before, after) = (try TableSketch(old), try TableSketch(new))
    let match = ColumnMatch(before, after)
    var document = TableDiffDocument(
      old: Self.side(old, before), new: Self.side(new, after), columns: Self.columns(match))
    let comparison = try keyNames.isEmpty ? nil : self.comparison(match, before, after)
    document.keys = comparison?.document
    for (index, pair) in match.pairs.enumerated() {
      let pairs = comparison?.numbers[pair.new.name]
      // Matched rows know better than distributions.
      document.columns[index].unit =
        pairs.map { UnitFinder.shift(pairs: $0, type: pair.new.type) } ?? unit(pair, hasKeys: comparison != nil)
      document.columns[index].shift = ColumnShift.shift(pair.old, pair.new)
    }
    document.columns = Self.ordered(document.columns, after.schema)
    document.findings = Findings(document, match, before.schema, after.schema).list
    return document
  }

  private func unit(_ pair: ColumnMatch.Pair, hasKeys: Bool) -> TableDiffDocument.UnitShift? {
    hasKeys || !pair.isNumeric ? nil : UnitFinder.shift(pair.old, pair.new)
  }

  private func comparison(_ match: ColumnMatch, _ before: TableSketch, _ after: TableSketch) throws -> KeyComparison {
    var keys: [ColumnPair] = []
    for name in keyNames {
      guard let pair = match.pairs.first(where: { $0.new.name == name || $0.old.name == name }) else {
        let side = after[name] == nil ? new : old
        let known = (after[name] == nil ? after : before).schema.columns.map(\.name)
        throw TablesError.unknownColumn(
          file: side.name, column: name, nearest: nearestWord(to: name, among: known), known: known)
      }
      let key = ColumnPair(pair.old, pair.new)
      if !keys.contains(where: { $0.new == key.new }) { keys.append(key) }
    }
    let values = match.pairs.map { ColumnPair($0.old, $0.new) }.filter { pair in
      !keys.contains { $0.new == pair.new }
    }
    return try KeyComparison(old, new, keys: keys, values: values, rowCounts: (before.rowCount, after.rowCount))
  }

  private static func side(_ table: ComparedTable, _ sketch: TableSketch) -> TableDiffDocument.Side {
    TableDiffDocument.Side(
      name: table.name, digest: table.digest, rowCount: sketch.rowCount, columnCount: sketch.columns.count)
  }

  /// Matched columns first, in the order of the match, then those that came, then those that are gone.
  private static func columns(_ match: ColumnMatch) -> [TableDiffDocument.Column] {
    match.pairs.map { pair in
      var column = TableDiffDocument.Column(name: pair.new.name, old: pair.old.summary, new: pair.new.summary)
      if let rename = pair.rename {
        column.oldName = rename.old
        column.renameScore = rename.score
      }
      return column
    }
      + match.come.map { TableDiffDocument.Column(name: $0.name, new: $0.summary) }
      + match.gone.map { TableDiffDocument.Column(name: $0.name, old: $0.summary) }
  }

  private static func ordered(_ columns: [TableDiffDocument.Column], _ schema: Schema) -> [TableDiffDocument.Column] {
    let places = Dictionary(
      schema.columns.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    return columns.enumerated().sorted { left, right in
      let (a, b) = (left.element, right.element)
      let (i, j) = (a.new == nil ? Int.max : places[a.name] ?? .max, b.new == nil ? Int.max : places[b.name] ?? .max)
      return (i, left.offset) < (j, right.offset)
    }.map(\.element)
  }
}

/// Which column of one table is which of the other.
struct ColumnMatch {
  struct Pair {
    var old: ColumnSketch
    var new: ColumnSketch
    var rename: RenameFinder.Rename?

    var isNumeric: Bool { old.type != .string && new.type != .string }
  }

  /// By the order of the old table.
  let pairs: [Pair]
  let come: [ColumnSketch]
  let gone: [ColumnSketch]

  init(_ before: TableSketch, _ after: TableSketch) {
    let (old, new) = (Set(before.columns.map(\.name)), Set(after.columns.map(\.name)))
    let renames = RenameFinder.renames(
      gone: before.columns.filter { !new.contains($0.name) }, come: after.columns.filter { !old.contains($0.name) })
    pairs = before.columns.compactMap { column in
      if let same = after[column.name] { return Pair(old: column, new: same) }
      guard let rename = renames.first(where: { $0.old == column.name }), let other = after[rename.new] else {
        return nil
      }
      return Pair(old: column, new: other, rename: rename)
    }
    let matched = (Set(pairs.map(\.old.name)), Set(pairs.map(\.new.name)))
    gone = before.columns.filter { !matched.0.contains($0.name) }
    come = after.columns.filter { !matched.1.contains($0.name) }
  }
}

extension ColumnSketch {
  var summary: TableDiffDocument.Summary {
    var summary = TableDiffDocument.Summary(
      type: type.rawValue, missingCount: missingCount, distinctCount: distinctCount, isUnique: isUnique)
    guard valueCount > 0 else { return summary }
    summary.meanLength = meanLength
    guard isNumeric else { return summary }
    (summary.minimum, summary.maximum) = (minimum, maximum)
    guard type != .timestamp else { return summary }
    // Sums of huge numbers are infinite, which JSON has no word for.
    summary.mean = mean.isFinite ? mean : nil
    summary.standardDeviation = standardDeviation.flatMap { $0.isFinite ? $0 : nil }
    let quantiles = [0.05, 0.25, 0.5, 0.75, 0.95].compactMap { quantile($0) }
    summary.quantiles = quantiles.allSatisfy(\.isFinite) ? quantiles : nil
    return summary
  }
}
