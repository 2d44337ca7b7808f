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
    for (index, (left, right)) in zip(spine, source).enumerated() {
      let codes = Self.translated(right, left)
      if index == 0 { begin(left, right, codes) } else { refine(left, right, codes) }
    }
  }

  /// For each value of `column` the code that `other` has for it, or -1. Values are alike byte by byte, as their codes are.
  private static func translated(_ column: Column.DictionaryColumn, _ other: Column.DictionaryColumn) -> [Int] {
    var codes: [WrittenText: Int] = [:]
    for (code, value) in other.values.enumerated() { codes[WrittenText(text: value)] = code }
    return column.values.map { codes[WrittenText(text: $0)] ?? -1 }
  }

  /// Numbers rows by the first column alone: by its codes.
  private mutating func begin(_ left: Column.DictionaryColumn, _ right: Column.DictionaryColumn, _ translated: [Int]) {
    spine = left.codes.map { Int($0) }
    source = right.codes.map { $0 < 0 ? -1 : translated[Int($0)] }
    count = max(1, left.values.count)
  }

  /// Numbers rows anew by what they were and one more column.
  private mutating func refine(_ left: Column.DictionaryColumn, _ right: Column.DictionaryColumn, _ translated: [Int]) {
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
      let translation = code < 0 ? -1 : translated[Int(code)]
      source[row] = source[row] < 0 || translation < 0 ? -1 : numbers[source[row] * width + translation] ?? -1
    }
    count = max(1, numbers.count)
  }
}

/// A text that is equal to what has the same bytes alone: strings compare by what they look like.
private struct WrittenText: Hashable {
  var text: String

  static func == (left: WrittenText, right: WrittenText) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

  func hash(into hasher: inout Hasher) {
    let isContiguous: Void? = text.utf8.withContiguousStorageIfAvailable {
      hasher.combine(bytes: UnsafeRawBufferPointer($0))
    }
    if isContiguous == nil { for byte in text.utf8 { hasher.combine(byte) } }
  }
}
