package import Store

/// What is in some data, found in one pass: what `profile` gives. What is estimated says so with its error; all else is exact.
package struct ProfileDocument: Codable, Hashable, Sendable {
  package var format = "nightshift-profile 2"
  package var data: Digest?
  package var dataVersion: VersionLabel?
  /// The column or comparison that leakage was looked for against.
  package var target: String?
  package var rowCount: Int
  /// Rows that repeat an earlier row in every column.
  package var repeatedRows: Count
  /// Rows that ranks, categories and leakage suspects were computed on: all, or a sample chosen by row number.
  package var sampleRowCount: Int
  package var columns: [Column]
  /// In which every value is the same.
  package var constantColumns: [String]
  /// Each a list of columns with the same values in every row.
  package var equalColumns: [[String]]
  package var keys: [Key]
  package var correlations: Correlations
  package var leaks: [Leak]
  /// What people should look at, the worst first.
  package var alerts: [Alert]

  /// A number of rows or values.
  package struct Count: Codable, Hashable, Sendable {
    package var value: Int
    /// Nil where it is exact; else one standard error, relative to the value.
    package var standardError: Double?

    package init(_ value: Int, standardError: Double? = nil) {
      self.value = value
      self.standardError = standardError
    }
  }

  /// Columns that tell all rows apart, none of them missing.
  package struct Key: Codable, Hashable, Sendable {
    package var columns: [String]
    /// Of the rows, chosen by the hash of the key: 1 means that the key is one, less that no counterexample was among these.
    package var checkedShare: Double

    package init(columns: [String], checkedShare: Double) {
      self.columns = columns
      self.checkedShare = checkedShare
    }
  }

  /// A column that says what it should not know before the fact.
  package struct Leak: Codable, Hashable, Sendable {
    package var column: String
    /// `equal`, `determines` (each value goes with one of the target's, and no other does), `auc`, `spearman`, `correlation-ratio`, `cramers-v` or `missingness`.
    package var measure: String
    /// 1 where the column determines the target.
    package var value: Double

    package init(column: String, measure: String, value: Double) {
      self.column = column
      self.measure = measure
      self.value = value
    }
  }

  package struct Alert: Codable, Hashable, Sendable {
    /// `leakage`, `missing`, `constant`, `equal-columns`, `repeated-rows`, `spelling`, `type`, `skewed`, `gap` or `correlated`.
    package var kind: String
    package var column: String?
    /// One sentence.
    package var text: String

    package init(kind: String, column: String?, text: String) {
      self.kind = kind
      self.column = column
      self.text = text
    }
  }

  package init(
    target: String?, rowCount: Int, repeatedRows: Count, sampleRowCount: Int, columns: [Column],
    constantColumns: [String], equalColumns: [[String]], keys: [Key], correlations: Correlations, leaks: [Leak]
  ) {
    self.target = target
    self.rowCount = rowCount
    self.repeatedRows = repeatedRows
    self.sampleRowCount = sampleRowCount
    self.columns = columns
    self.constantColumns = constantColumns
    self.equalColumns = equalColumns
    self.keys = keys
    self.correlations = correlations
    self.leaks = leaks
    alerts = []
  }
}

extension ProfileDocument {
  /// How columns go together.
  package struct Correlations: Codable, Hashable, Sendable {
    /// One kind of coefficient between all pairs of some columns.
    package struct Matrix: Codable, Hashable, Sendable {
      package var rows: [String]
      package var columns: [String]
      /// rows x columns; nil where it is not defined.
      package var values: [[Double?]]
      /// How many rows it was computed on, those with missing values included.
      package var rowCount: Int

      package init(rows: [String], columns: [String], values: [[Double?]], rowCount: Int) {
        self.rows = rows
        self.columns = columns
        self.values = values
        self.rowCount = rowCount
      }
    }

    package struct Pair: Codable, Hashable, Sendable {
      /// `pearson`, `spearman`, `cramers-v` or `correlation-ratio`.
      package var measure: String
      package var first: String
      package var second: String
      package var value: Double
      /// How many rows it was computed on, those with missing values included.
      package var rowCount: Int

      package init(measure: String, first: String, second: String, value: Double, rowCount: Int) {
        self.measure = measure
        self.first = first
        self.second = second
        self.value = value
        self.rowCount = rowCount
      }
    }

    /// Over numbers; pairs of rows with a missing value are left out. Each matrix is nil where it would have too many columns.
    package var pearson: Matrix?
    package var spearman: Matrix?
    /// Over columns of 2 to 50 categories, without its bias.
    package var cramersV: Matrix?
    /// Categories by numbers: eta.
    package var correlationRatio: Matrix?
    /// The largest of all, at most 100.
    package var strongest: [Pair]

    package init(
      pearson: Matrix?, spearman: Matrix?, cramersV: Matrix?, correlationRatio: Matrix?, strongest: [Pair]
    ) {
      self.pearson = pearson
      self.spearman = spearman
      self.cramersV = cramersV
      self.correlationRatio = correlationRatio
      self.strongest = strongest
    }
  }
}
