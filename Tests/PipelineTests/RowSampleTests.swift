@testable import Pipeline
import Tables
import Testing

@Suite struct RowSampleTests {
  private func table(_ range: Range<Int>) -> Table {
    Table(
      columns: [
        Column(name: "n", storage: .integers(range.map(Int64.init))),
        Column(name: "t", storage: .strings(.init(codes: range.map { Int32($0 % 2) }, values: ["even", "odd"]))),
      ], rowCount: range.count)
  }

  private func sample(_ size: Int, of count: Int, batch: Int, seed: UInt64 = 1) -> (rows: Table, numbers: [Int]) {
    var sample = RowSample(size: size, seed: seed)
    for start in stride(from: 0, to: count, by: batch) { sample.add(table(start..<min(count, start + batch))) }
    return sample.finish()
  }

  @Test("the same rows however they come, in their order", arguments: [1, 7, 100, 5000])
  func batches(batch: Int) {
    let (rows, numbers) = sample(50, of: 3000, batch: batch)
    #expect(numbers.count == 50 && numbers == numbers.sorted() && Set(numbers).count == 50)
    #expect(rows["n"]?.doubles == numbers.map(Double.init))
    #expect(rows["t"]?.texts == numbers.map { $0 % 2 == 0 ? "even" : "odd" })
    #expect(numbers == sample(50, of: 3000, batch: 64).numbers)
    #expect(numbers != sample(50, of: 3000, batch: 64, seed: 2).numbers)
  }

  @Test("few rows are all taken, and each row has its chance")
  func chance() {
    #expect(sample(50, of: 20, batch: 6).numbers == Array(0..<20))
    var counts = [Int](repeating: 0, count: 40)
    for seed in 0..<400 {
      for number in sample(10, of: 40, batch: 13, seed: UInt64(seed)).numbers { counts[number] += 1 }
    }
    // Each is drawn 100 times on average, with a standard deviation of 8.7.
    #expect(counts.allSatisfy { abs($0 - 100) < 40 })
  }
}
