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

  @Test("a shift keeps each of 2^m equal parts at one point in each dimension", arguments: [1, 2, 3])
  func shiftStaysEven(seed: Int) {
    let sequence = SobolSequence(dimensionCount: 8, .shift(seed: seed))
    let points = (0..<64).map { sequence[$0] }
    for dimension in 0..<8 { #expect(Set(points.map { Int($0[dimension] * 64) }).count == 64) }
    #expect(points != (0..<64).map { SobolSequence(dimensionCount: 8, .shift(seed: seed + 1))[$0] })
  }

  @Test("quantiles of the normal distribution are SciPy's")
  func quantiles() {
    for (share, expected) in zip(reference.shares, reference.quantiles) {
      #expect(abs(Normal.quantile(share) - expected) <= 1e-9 * max(1, abs(expected)), "\(share)")
    }
  }
}
