/// What changed from one table to another: what `data diff` says of two versions or files.
package struct TableDiffDocument: Codable, Hashable, Sendable {
  package var format = "nightshift-table-diff 1"
  package var old: Side
  package var new: Side
  /// What a person should know, the gravest first.
  package var findings: [Finding]
  /// Columns of the new table in its order, then those that are gone.
  package var columns: [Column]
  /// Nil where no key was given.
  package var keys: Keys?

  /// One of the two tables.
  package struct Side: Codable, Hashable, Sendable {
    /// `flights@v1`, or the path of a file.
    package var name: String
    package var digest: String?
    package var rowCount: Int
    package var columnCount: Int

    package init(name: String, digest: String? = nil, rowCount: Int, columnCount: Int) {
      self.name = name
      self.digest = digest
      self.rowCount = rowCount
      self.columnCount = columnCount
    }
  }

  package enum Severity: String, Codable, Hashable, Sendable, CaseIterable {
    /// What reads the table is likely to fail or to be wrong.
    case severe
    /// Worth a look before the table is used.
    case notable
    /// Good to know.
    case minor
  }

  package enum Change: String, Codable, Hashable, Sendable {
    case noRows = "no-rows", removed, retyped, unitShifted = "unit-shifted", allMissing = "all-missing"
    case duplicateKeys = "duplicate-keys", renamed, constant, noLongerUnique = "no-longer-unique", missing, shifted
    case newCategories = "new-categories", rowCount = "row-count", keysRemoved = "keys-removed"
    case keysAdded = "keys-added", valuesChanged = "values-changed", added, vanishedCategories = "vanished-categories"
    case noLongerConstant = "no-longer-constant", unique, reordered
  }

  package struct Finding: Codable, Hashable, Sendable {
    package var severity: Severity
    package var change: Change
    /// By its new name, where there is one; nil for the table itself.
    package var column: String?
    /// One sentence with the numbers.
    package var text: String

    package init(_ severity: Severity, _ change: Change, column: String? = nil, _ text: String) {
      self.severity = severity
      self.change = change
      self.column = column
      self.text = text
    }
  }

  package struct Column: Codable, Hashable, Sendable {
    package var name: String
    /// Where it was called otherwise before.
    package var oldName: String?
    /// How surely it is the renamed one, 0...1.
    package var renameScore: Double?
    /// Nil in a column that was added.
    package var old: Summary?
    /// Nil in a column that is gone.
    package var new: Summary?
    package var unit: UnitShift?
    /// Nil where nothing can be said: another type, no values, times.
    package var shift: Shift?

    package init(name: String, old: Summary? = nil, new: Summary? = nil) {
      self.name = name
      self.old = old
      self.new = new
    }
  }

  /// One column of one table. Numbers that do not apply to its type are nil.
  package struct Summary: Codable, Hashable, Sendable {
    package var type: String
    package var missingCount: Int
    /// Different values, within 4 in 100 where there are more than 1,024.
    package var distinctCount: Int
    /// Nil where there were too many values to say.
    package var isUnique: Bool?
    package var mean: Double?
    /// With n - 1 below the sum of squares.
    package var standardDeviation: Double?
    /// Of numbers; of times as seconds since 1970.
    package var minimum: Double?
    package var maximum: Double?
    /// At 5, 25, 50, 75 and 95 in 100, between neighbours in a straight line.
    package var quantiles: [Double]?
    /// Of texts.
    package var meanLength: Double?

    package init(type: String, missingCount: Int, distinctCount: Int, isUnique: Bool?) {
      self.type = type
      self.missingCount = missingCount
      self.distinctCount = distinctCount
      self.isUnique = isUnique
    }
  }

  /// New values are `factor` times the old ones plus `offset`.
  package struct UnitShift: Codable, Hashable, Sendable {
    package var factor: Double
    package var offset: Double
    /// What such a factor usually means: `minutes to seconds`; nil where it is none that we know.
    package var meaning: String?
    /// `keys`: matched rows agree. `quantiles`: the distributions do.
    package var evidence: String

    package init(factor: Double, offset: Double, meaning: String?, evidence: String) {
      self.factor = factor
      self.offset = offset
      self.meaning = meaning
      self.evidence = evidence
    }
  }

  package struct Shift: Codable, Hashable, Sendable {
    /// Population stability index; missing values are a bin of their own.
    package var psi: Double
    /// `kolmogorov-smirnov` or `chi-square`.
    package var test: String
    package var statistic: Double
    package var pValue: Double
    /// How large the difference is, 0...1: the Kolmogorov-Smirnov distance, or Cramér's V.
    package var effect: Double
    /// Values that the test looked at, of both tables; fewer than there are where they are many.
    package var sampledCount: Int
    /// Of numbers: equal steps of value; of texts: the most frequent.
    package var bins: [DriftDocument.Bin]
    package var newCategories: Categories?
    package var vanishedCategories: Categories?

    package init(
      psi: Double, test: String, statistic: Double, pValue: Double, effect: Double, sampledCount: Int,
      bins: [DriftDocument.Bin]
    ) {
      self.psi = psi
      self.test = test
      self.statistic = statistic
      self.pValue = pValue
      self.effect = effect
      self.sampledCount = sampledCount
      self.bins = bins
    }
  }

  package struct Categories: Codable, Hashable, Sendable {
    package var count: Int
    package var rowCount: Int
    /// Most frequent first, at most 20.
    package var examples: [DatasetDescription.Value]

    package init(count: Int, rowCount: Int, examples: [DatasetDescription.Value]) {
      self.count = count
      self.rowCount = rowCount
      self.examples = examples
    }
  }

  /// Rows matched by key. Keys that a table has more than once are matched with nothing.
  package struct Keys: Codable, Hashable, Sendable {
    package var columns: [String]
    package var addedCount: Int
    package var removedCount: Int
    package var changedCount: Int
    package var unchangedCount: Int
    package var oldDuplicateCount: Int
    package var newDuplicateCount: Int
    /// Rows in which each column changed, most first; columns that changed nowhere are left out.
    package var changedColumns: [ColumnCount]
    /// Each list at most 20, by key.
    package var added: [[String]]
    package var removed: [[String]]
    package var duplicates: [[String]]
    package var changed: [ChangedRow]

    package init(
      columns: [String], addedCount: Int, removedCount: Int, changedCount: Int, unchangedCount: Int,
      oldDuplicateCount: Int, newDuplicateCount: Int, changedColumns: [ColumnCount], added: [[String]] = [],
      removed: [[String]] = [], duplicates: [[String]] = [], changed: [ChangedRow] = []
    ) {
      self.columns = columns
      self.addedCount = addedCount
      self.removedCount = removedCount
      self.changedCount = changedCount
      self.unchangedCount = unchangedCount
      self.oldDuplicateCount = oldDuplicateCount
      self.newDuplicateCount = newDuplicateCount
      self.changedColumns = changedColumns
      self.added = added
      self.removed = removed
      self.duplicates = duplicates
      self.changed = changed
    }
  }

  package struct ColumnCount: Codable, Hashable, Sendable {
    package var column: String
    package var rowCount: Int

    package init(column: String, rowCount: Int) {
      self.column = column
      self.rowCount = rowCount
    }
  }

  package struct ChangedRow: Codable, Hashable, Sendable {
    package var key: [String]
    package var cells: [Cell]

    package init(key: [String], cells: [Cell]) {
      self.key = key
      self.cells = cells
    }
  }

  /// Nil is a missing value.
  package struct Cell: Codable, Hashable, Sendable {
    package var column: String
    package var old: String?
    package var new: String?

    package init(column: String, old: String?, new: String?) {
      self.column = column
      self.old = old
      self.new = new
    }
  }

  package init(old: Side, new: Side, findings: [Finding] = [], columns: [Column] = [], keys: Keys? = nil) {
    self.old = old
    self.new = new
    self.findings = findings
    self.columns = columns
    self.keys = keys
  }

  /// Whether nothing at all differs.
  package var isEmpty: Bool { findings.isEmpty }
}
