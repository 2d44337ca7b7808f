internal import Statistics
internal import Tables

/// The key of a row, in 128 bits: of a million million rows, two have the same by chance with a probability of 10^-15.
struct RowKey: Hashable {
  private var first: UInt64
  private var second: UInt64

  /// Keys of a batch's rows; nil where a column's value is missing.
  ///
  /// - Parameter columns: of texts, at least one.
  static func keys(_ columns: ArraySlice<Column>, rowCount: Int) -> [RowKey?] {
    var keys = [RowKey?](repeating: RowKey(first: 0, second: 1), count: rowCount)
    for column in columns {
      guard case .strings(let texts) = column.storage else { preconditionFailure("keys are read as text") }
      // Each text is hashed once, however many rows have it.
      let hashes = texts.values.map { (Mixing.hash(of: $0), Mixing.hash(of: $0, seed: 0x5EED)) }
      for row in 0..<rowCount {
        guard let key = keys[row] else { continue }
        let code = Int(texts.codes[row])
        keys[row] =
          code < 0
          ? nil
          : RowKey(
            first: Mixing.mixed(key.first ^ hashes[code].0), second: Mixing.mixed(key.second ^ hashes[code].1))
      }
    }
    return keys
  }
}
