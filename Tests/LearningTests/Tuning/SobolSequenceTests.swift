import Foundation
@testable import Learning
import Testing

@Suite struct SobolSequenceTests {
  struct Reference: Decodable {
    /// Coordinates as whole numbers of 2^-30.
    var points: [[Double]]
    var numbers: [Int]
    var shares, quantiles: [Double]
  }

  let reference: Reference

  init() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "../Fixtures/sobol.json")
    reference = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
  }

  @Test("the points are SciPy's, in every dimension that there is")
  func agrees() {
    let sequence = SobolSequence(dimensionCount: SobolDirections.dimensionCount, .none)
    let found = reference.numbers.map { sequence[$0].map { $0 * 0x1p30 } }
    #expect(SobolDirections.dimensionCount == 64)
    #expect(found == reference.points)
  }

  /// Whether 2^`bits` points lie one in each box of a grid, of every shape of as many boxes: a (0, m, 2)-net.
  private static func isNet(_ points: [[Double]], bits: Int) -> Bool {
    (0...bits).allSatisfy { across in
      let (columns, rows) = (Double(1 << across), Double(1 << (bits - across)))
      return Set(points.map { [Int($0[0] * columns), Int($0[1] * rows)] }).count == 1 << bits
    }
  }

  @Test("scrambled, any aligned 2^m points lie one in each of 2^m equal parts of a dimension", arguments: [1, 2, 3])
  func staysEven(seed: Int) {
    let sequence = SobolSequence(dimensionCount: 16, .nested(seed: seed))
    for start in [0, 64, 192] {
      let points = (start..<start + 64).map { sequence[$0] }
      for dimension in 0..<16 { #expect(Set(points.map { Int($0[dimension] * 64) }).count == 64) }
    }
  }

  @Test("scrambled, the first two dimensions stay a (0, m, 2)-net", arguments: 0..<20)
  func staysNet(seed: Int) {
    let sequence = SobolSequence(dimensionCount: 2, .nested(seed: seed))
    for bits in 0...7 {
      let points = (0..<1 << bits).map { sequence[$0] }
      #expect(Self.isNet(points, bits: bits))
      #expect(points.allSatisfy { $0.allSatisfy { (0..<1).contains($0) } })
    }
    // What the check can see: a point that leaves its box.
    #expect(!Self.isNet([[0.1, 0.1], [0.2, 0.9]], bits: 1))
  }

  @Test("another seed moves points apart from one another, which no shift of all of them does")
  func isNested() {
    func bits(_ scrambling: SobolSequence.Scrambling) -> [UInt32] {
      let sequence = SobolSequence(dimensionCount: 1, scrambling)
      return (0..<64).map { UInt32(sequence[$0][0] * 0x1p32) }
    }
    let (plain, one, other) = (bits(.none), bits(.nested(seed: 1)), bits(.nested(seed: 2)))
    #expect(Set(zip(plain, one).map { $0 ^ $1 }).count > 32)
    #expect(Set(zip(one, other).map { $0 ^ $1 }).count > 32)
    // Whether two points agree in their first bits does not change.
    for (first, second) in zip(plain.indices, plain.indices.dropFirst()) {
      #expect((plain[first] ^ plain[second]).leadingZeroBitCount == (one[first] ^ one[second]).leadingZeroBitCount)
    }
  }

  @Test("over seeds, a point is anywhere", arguments: [0, 1, 5])
  func isUniform(number: Int) {
    let places = (0..<1600).map { SobolSequence(dimensionCount: 3, .nested(seed: $0))[number] }
    for dimension in 0..<3 {
      var counts = [Double](repeating: 0, count: 16)
      for place in places { counts[Int(place[dimension] * 16)] += 1 }
      // Chi-square of 15 degrees of freedom: above 44.3 once in 10,000 times.
      #expect(counts.map { ($0 - 100) * ($0 - 100) / 100 }.reduce(0, +) < 44.3)
    }
  }

  @Test("quantiles of the normal distribution are SciPy's")
  func quantiles() {
    for (share, expected) in zip(reference.shares, reference.quantiles) {
      #expect(abs(Normal.quantile(share) - expected) <= 1e-9 * max(1, abs(expected)), "\(share)")
    }
  }
}
