@testable import Statistics
import Testing

@Suite struct SketchTests {
  @Test("a quantile's rank is within the stated error", arguments: [10_000, 50_000], [0.01, 0.25, 0.5, 0.99])
  func quantiles(count: Int, share: Double) throws {
    var sketch = QuantileSketch(width: 1024)
    var values: [Double] = []
    for row in 0..<count {
      let value = Double(Mixing.mixed(UInt64(row)) >> 20)
      values.append(value)
      sketch.insert(value)
    }
    values.sort()
    let estimate = try #require(sketch.distribution.quantile(share))
    let rank = Double(values.firstIndex { $0 >= estimate } ?? count) / Double(count)
    #expect(sketch.distribution.count == count && sketch.count == count)
    #expect(abs(rank - share) <= sketch.rankError + 2 / Double(count))
    #expect(sketch.rankError < 0.01)
  }

  @Test("values with weights are as if they had come one by one")
  func weights() {
    var sketch = QuantileSketch(width: 64)
    for value in 0..<500 { sketch.insert(Double(value), count: value + 1) }
    #expect(sketch.distribution.count == 500 * 501 / 2)
    let median = sketch.distribution.quantile(0.5) ?? 0
    #expect(abs(median - 353) < 500 * sketch.rankError + 2)
  }

  @Test("different hashes are counted to about one percent", arguments: [100, 5000, 120_000])
  func distinct(count: Int) {
    var sketch = DistinctSketch()
    for value in 0..<count {
      sketch.insert(Mixing.mixed(UInt64(value)))
      sketch.insert(Mixing.mixed(UInt64(value / 2)))
    }
    #expect(abs(sketch.estimate / Double(count) - 1) < 3 * DistinctSketch.standardError)
  }

  @Test("sketches of two parts joined are the sketch of the whole")
  func mergedDistinct() {
    var (first, second, whole) = (DistinctSketch(), DistinctSketch(), DistinctSketch())
    for value in 0..<1000 {
      whole.insert(Mixing.mixed(UInt64(value)))
      if value < 600 { first.insert(Mixing.mixed(UInt64(value))) } else { second.insert(Mixing.mixed(UInt64(value))) }
    }
    first.merge(second)
    #expect(first == whole)
  }

  @Test("frequent values are found among many, their counts within the bound")
  func frequent() {
    var table = FrequencyTable(limit: 100)
    var truth: [UInt64: Int] = [:]
    for row in 0..<20_000 {
      let word = Mixing.mixed(UInt64(row))
      let key = word % 4 == 0 ? word % 5 : word
      truth[key, default: 0] += 1
      _ = table.insert(key)
    }
    #expect(!table.isExact && table.error < 20_000 / 30)
    for entry in table.entries {
      #expect(entry.count <= truth[entry.key] ?? 0 && entry.count + table.error >= truth[entry.key] ?? 0)
    }
    #expect(Set(0..<5).isSubset(of: Set(table.entries.map(\.key))))
  }

  @Test("few values are counted exactly")
  func exactCounts() {
    var table = FrequencyTable(limit: 100)
    for row in 0..<10_000 { _ = table.insert(UInt64(row % 100)) }
    #expect(table.isExact && table.entries.allSatisfy { $0.count == 100 } && table.entryCount == 100)
  }

  @Test("moments joined from parts are those of all", arguments: [1, 10, 4096])
  func moments(part: Int) {
    let values = (0..<5000).map { 1e6 + Double(Mixing.mixed(UInt64($0)) % 1000) / 10 }
    let whole = Moments(values[...])
    var joined = Moments()
    for start in stride(from: 0, to: values.count, by: part) {
      joined.merge(Moments(values[start..<min(values.count, start + part)]))
    }
    #expect(abs((joined.mean ?? 0) - (whole.mean ?? 1)) < 1e-8)
    #expect(abs((joined.standardDeviation ?? 0) - (whole.standardDeviation ?? 1)) < 1e-9)
    #expect(abs((joined.skewness ?? 0) - (whole.skewness ?? 1)) < 1e-9)
  }

  @Test("a column of one value has it for its mean, and no deviation", arguments: [0.1, 1e-300, 123_456_789.123])
  func oneValue(value: Double) {
    let values = [Double](repeating: value, count: 10_000)
    var joined = Moments(values[..<4096])
    joined.merge(Moments(values[4096...]))
    #expect(joined.mean == value && joined.standardDeviation == 0 && joined.skewness == nil)
    var products = CoMoments()
    products.add(CentredBlock(values), CentredBlock(values.indices.map(Double.init)))
    products.add(CentredBlock([value, .nan]), CentredBlock([1, 2]))
    #expect(products.correlation == nil)
  }

  @Test("what rounding left of the mean is part of it")
  func roundedMean() {
    let values = (0..<4096).map { 0.1 + Double($0 % 2) * 1e-9 }
    #expect(Moments(values[...]).mean.map { abs($0 - 0.100_000_000_5) < 2e-17 } == true)
  }

  @Test("a sample of hashes says exactly what is repeated while it has all, and in proportion later")
  func repeated() {
    var sample = HashSample()
    for row in 0..<10_000 { sample.insert(Mixing.mixed(UInt64(row % 8000))) }
    #expect(sample.countRepeated() == 2000 && sample.share == 1)
    sample.shrink()
    sample.shrink()
    #expect(sample.share == 0.25)
    #expect(abs(Double(sample.countRepeated()) / sample.share - 2000) < 300)
  }
}
