import Disk
import Foundation
@testable import Quality
import SystemPackage
import Testing

@Suite struct KeyLedgerTests {
  private let folder = FilePath(FileManager.default.temporaryDirectory.path)

  private func key(_ number: Int) -> Key {
    var key = Key.seed
    key.combine(UInt64(bitPattern: Int64(number)))
    return key
  }

  @Test("keys in a file tell the same as keys in memory, and nothing stays of the file", arguments: [1, 2, 3])
  func spilled(seed: Int) throws {
    var numbers = Choices(state: UInt64(seed))
    let keys = (0..<60_000).map { _ in numbers.below(50_000) }
    var seen: Set<Int> = []
    let repeats = keys.indices.filter { !seen.insert(keys[$0]).inserted }
    for (limit, partLimit) in [(10, 1_000_000), (10, 100), (1_000_000, 1_000_000)] {
      var ledger = KeyLedger(
        .repeats, limit: limit, disk: Disk(), folder: folder, share: partLimit == 100 ? 100_000 : 1,
        partLimit: partLimit)
      for (row, number) in keys.enumerated() { try ledger.judge(key(number), row: row) }
      #expect(try ledger.finish() == seen.count)
      #expect(ledger.failing.count == repeats.count)
      #expect(ledger.failing.first == Array(repeats.prefix(RowTally.limitFirst)))
    }
  }

  @Test("strangers among many known keys are found", arguments: [10, 1_000_000])
  func strangers(limit: Int) throws {
    var ledger = KeyLedger(.strangers, limit: limit, disk: Disk(), folder: folder, partLimit: 20)
    for number in 0..<5000 { try ledger.learn(key(number)) }
    for row in 0..<6000 { try ledger.judge(key(row), row: row) }
    _ = try ledger.finish()
    #expect(ledger.failing.count == 1000)
    #expect(ledger.failing.first.first == 5000)
  }

  @Test("keys of whole numbers never meet, and equal numbers of two types do")
  func keysOfNumbers() {
    #expect(Set((-50_000..<50_000).map { key($0).high }).count == 100_000)
    #expect(Set((-50_000..<50_000).map { key($0).low }).count == 100_000)
    var float = Key.seed
    float.combine(7.0)
    #expect(float == key(7))
  }

  @Test("a set holds the key that marks free slots")
  func freeKey() {
    var set = KeySet()
    #expect(set.insert(Key(high: 0, low: 0)) && !set.insert(Key(high: 0, low: 0)) && set.count == 1)
    #expect(set.contains(Key(high: 0, low: 0)))
  }
}

/// Numbers that depend on the seed alone: Knuth's linear congruential generator.
private struct Choices {
  var state: UInt64

  mutating func below(_ limit: UInt64) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % limit)
  }
}
