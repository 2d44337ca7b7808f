@testable import Pipeline
import Testing

@Suite struct RowOverlapTests {
  /// Hashes of rows that are all different.
  private func rows(_ range: Range<UInt64>) -> [UInt64] { range.map { $0 &* 0x9E37_79B9_7F4A_7C15 } }

  @Test("rows that are all different and apart are no reason to complain")
  func apart() {
    let overlap = RowOverlap(test: rows(0..<300), training: rows(300..<1000))
    #expect(overlap.sharedCount == 0 && overlap.repeatedCount == 0 && overlap.complaint("the challenger") == nil)
  }

  @Test("each test row with a twin in training is counted, in whatever order they come", arguments: [7, 120, 300])
  func shared(count: UInt64) {
    let test = Array(rows(0..<300).reversed())
    let overlap = RowOverlap(test: test, training: rows((300 - count)..<1000))
    #expect(overlap.sharedCount == Int(count) && overlap.isSuspicious)
    #expect(
      overlap.complaint("the champion")
        == "\(count) of the 300 test rows stand among the rows that the champion was trained on, value for value, where chance would explain 0"
    )
  }

  @Test("rows of few values repeat themselves, which is none", arguments: 1...20 as ClosedRange<UInt64>)
  func chance(seed: UInt64) {
    var random = SplitMix(state: seed)
    func draw(_ count: Int) -> [UInt64] { (0..<count).map { _ in random.next() % 400 } }
    let overlap = RowOverlap(test: draw(500), training: draw(800))
    #expect(overlap.sharedCount > 300 && !overlap.isSuspicious, "seed \(seed)")
  }

  @Test("without rows there is nothing to tell")
  func empty() {
    #expect(!RowOverlap(test: [], training: rows(0..<5)).isSuspicious)
    #expect(RowOverlap(test: rows(0..<5), training: []).sharedCount == 0)
  }
}

/// Vigna's SplitMix64.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
