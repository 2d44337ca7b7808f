/// The points of the Sobol sequence in the unit cube, in the order of Gray codes (I. A. Antonov and V. M. Saleev, 1979;
/// P. Bratley and B. L. Fox, “Algorithm 659”, ACM TOMS 14, 1988), with the direction numbers of Joe and Kuo.
struct SobolSequence {
  enum Scrambling {
    case none
    /// A digital shift: the same random bits are added to all points, which stay as evenly spread as they were
    /// (P. L'Ecuyer and C. Lemieux, “Recent advances in randomized quasi-Monte Carlo methods”, 2002).
    case shift(seed: Int)
  }

  private static let bitCount = 32
  private let directions: [[UInt32]]
  private let shifts: [UInt32]

  /// - Parameter dimensionCount: at most ``SobolDirections/dimensionCount``.
  init(dimensionCount: Int, _ scrambling: Scrambling) {
    precondition(dimensionCount <= SobolDirections.dimensionCount, "there are direction numbers for so many dimensions")
    directions = (0..<dimensionCount).map(Self.directions)
    switch scrambling {
    case .none: shifts = [UInt32](repeating: 0, count: dimensionCount)
    case .shift(let seed):
      shifts = (0..<dimensionCount).map { dimension in
        var random = TuningRandom(seed: seed, .shift, number: dimension)
        return UInt32(truncatingIfNeeded: random.next() >> 32)
      }
    }
  }

  /// The point of this number, from 0 on: its coordinates are in 0..<1.
  subscript(number: Int) -> [Double] {
    let code = UInt32(truncatingIfNeeded: number ^ (number >> 1))
    return zip(directions, shifts).map { directions, shift in
      var bits = shift
      for place in 0..<Self.bitCount where code >> UInt32(place) & 1 == 1 { bits ^= directions[place] }
      return Double(bits) * 0x1p-32
    }
  }

  /// v_1 … v_32 as bits behind the point: in the first dimension m_i is 1, in the others Joe and Kuo's equation (2) holds.
  private static func directions(of dimension: Int) -> [UInt32] {
    guard dimension > 0 else { return (0..<bitCount).map { 1 << UInt32(bitCount - 1 - $0) } }
    let (degree, coefficients, initial) = SobolDirections.table[dimension - 1]
    var directions = initial.enumerated().map { place, m in m << UInt32(bitCount - 1 - place) }
    for place in degree..<bitCount {
      var next = directions[place - degree] ^ (directions[place - degree] >> UInt32(degree))
      for term in 1..<max(1, degree) where coefficients >> UInt32(degree - 1 - term) & 1 == 1 {
        next ^= directions[place - term]
      }
      directions.append(next)
    }
    return directions
  }
}
