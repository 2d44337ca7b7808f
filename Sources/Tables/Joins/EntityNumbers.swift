/// Numbers for the entities of two tables: rows whose keys are written alike have the same number.
struct EntityNumbers {
  /// One a row, from 0; -1 where a part of the key is missing.
  private(set) var spine: [Int]
  /// One a row; -1 also where the spine has no such entity.
  private(set) var source: [Int]
  /// One more than the largest number.
  private(set) var count: Int

  /// - Parameters:
  ///   - spine: the text columns of the key.
  ///   - source: as many, of as many rows each.
  init(spine: [Column.DictionaryColumn], source: [Column.DictionaryColumn]) {
    self.spine = [Int](repeating: 0, count: spine.first?.codes.count ?? 0)
    self.source = [Int](repeating: 0, count: source.first?.codes.count ?? 0)
    count = 1
    for (left, right) in zip(spine, source) { refine(left, right) }
  }

  /// Numbers rows anew by what they were and one more column.
  private mutating func refine(_ left: Column.DictionaryColumn, _ right: Column.DictionaryColumn) {
    let codes = Dictionary(
      left.values.enumerated().map { ($1, Int32($0)) }, uniquingKeysWith: { first, _ in first })
    let translated = right.values.map { codes[$0] ?? -1 }
    guard count > 1 else {
      spine = left.codes.map { Int($0) }
      source = right.codes.map { $0 < 0 ? -1 : Int(translated[Int($0)]) }
      count = max(1, left.values.count)
      return
    }
    var numbers: [Int: Int] = [:]
    let width = max(1, left.values.count)
    for (row, code) in left.codes.enumerated() {
      guard spine[row] >= 0, code >= 0 else {
        spine[row] = -1
        continue
      }
      let pair = spine[row] * width + Int(code)
      let number = numbers[pair] ?? numbers.count
      numbers[pair] = number
      spine[row] = number
    }
    for (row, code) in right.codes.enumerated() {
      let translation = code < 0 ? -1 : Int(translated[Int(code)])
      source[row] = source[row] < 0 || translation < 0 ? -1 : numbers[source[row] * width + translation] ?? -1
    }
    count = max(1, numbers.count)
  }
}
