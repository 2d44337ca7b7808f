/// What a profile may take of memory, shared out among the columns: it depends on how many there are, never on the rows.
struct ProfileLimits: Sendable {
  /// Rows that are worked on at a time.
  let blockRows: Int
  /// Different values that a column counts exactly.
  let entryLimit: Int
  /// Rows in the sample.
  let sampleRows: Int
  /// Values in a level of a quantile sketch.
  let sketchWidth: Int
  /// Hashes kept to look for repeated rows and keys, half of them for each. A half lies just below 2^22, where an array
  /// that grows by doubling would take another 32 MiB.
  var hashLimit = 8_000_000
  /// Columns that have matrices of coefficients.
  static let matrixColumns = 60
  static let categoryLimit = 50

  init(columnCount: Int) {
    let columns = max(1, columnCount)
    blockRows = min(16_384, max(512, 2_000_000 / columns))
    entryLimit = min(65_536, max(256, 1_000_000 / columns))
    sampleRows = min(100_000, max(1000, 3_000_000 / columns))
    sketchWidth = columns <= 200 ? 4096 : 1024
  }
}
