@testable import Tables
import Testing

@Suite struct EntityNumbersTests {
  private struct Random {
    var state: UInt64
    mutating func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
  }

  /// Keys of a few values, of one alone, written with one character or two, and missing.
  private static let words: [String?] = [nil, "US", "CA", "caf\u{E9}", "cafe\u{301}", "", "5"]

  private static func keys(_ random: inout Random, _ bounds: [Int]) -> [[String?]] {
    (0..<random.next(12)).map { _ in bounds.map { words[random.next($0)] } }
  }

  /// The rows as text columns, as a reader makes them: texts are told apart by their bytes.
  private static func columns(_ rows: [[String?]], _ width: Int) -> [Column.DictionaryColumn] {
    (0..<width).map { index in
      var column = Column.DictionaryColumn(codes: [], values: [])
      for row in rows {
        guard let text = row[index] else {
          column.codes.append(-1)
          continue
        }
        let code = column.values.firstIndex { Array($0.utf8) == Array(text.utf8) } ?? column.values.count
        if code == column.values.count { column.values.append(text) }
        column.codes.append(Int32(code))
      }
      return column
    }
  }

  private static func bytes(_ key: [String?]) -> [[UInt8]]? {
    key.contains(nil) ? nil : key.map { Array(($0 ?? "").utf8) }
  }

  /// Whether a pair of rows has one number exactly where it has one key.
  private static func isRight(seed: Int) -> Bool {
    var random = Random(state: UInt64(seed))
    let bounds = (0..<1 + random.next(3)).map { _ in 2 + random.next(words.count - 1) }
    let (spine, source) = (keys(&random, bounds), keys(&random, bounds))
    let numbers = EntityNumbers(
      spine: columns(spine, bounds.count), source: columns(source, bounds.count))
    guard numbers.spine.count == spine.count, numbers.source.count == source.count else { return false }
    let known = Set(spine.compactMap(bytes))
    let spineIsRight = zip(numbers.spine, spine).allSatisfy { number, key in
      bytes(key) == nil ? number == -1 : (0..<numbers.count).contains(number)
    }
    let sourceIsRight = zip(numbers.source, source).allSatisfy { number, key in
      bytes(key).map { known.contains($0) } ?? false ? (0..<numbers.count).contains(number) : number == -1
    }
    let all = zip(numbers.spine + numbers.source, spine + source).filter { $0.0 >= 0 }
    return spineIsRight && sourceIsRight
      && all.allSatisfy { left in all.allSatisfy { (left.0 == $0.0) == (bytes(left.1) == bytes($0.1)) } }
  }

  @Test("rows have one number exactly where the bytes of their keys are alike", arguments: 0..<20)
  func numbers(block: Int) {
    let wrong = (0..<100).map { block * 100 + $0 }.filter { !Self.isRight(seed: $0) }
    #expect(wrong.isEmpty, "seeds \(wrong)")
  }

  @Test("a key whose first column has one value alone is told apart by its others")
  func oneFirstValue() {
    let spine = Self.columns([["US", "5"], [nil, "5"]], 2)
    let source = Self.columns([["US", "5"], ["CA", "5"]], 2)
    let numbers = EntityNumbers(spine: spine, source: source)
    #expect(numbers.spine == [0, -1])
    #expect(numbers.source == [0, -1])
  }
}
