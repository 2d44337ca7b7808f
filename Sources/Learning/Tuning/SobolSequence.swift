/// The points of the Sobol sequence in the unit cube, in the order of Gray codes (I. A. Antonov and V. M. Saleev, 1979;
/// P. Bratley and B. L. Fox, “Algorithm 659”, ACM TOMS 14, 1988), with the direction numbers of Joe and Kuo.
struct SobolSequence {
  enum Scrambling {
    case none
    /// Nested uniform scrambling: each half of a dimension, each half of a half and so on is swapped or not, by its own
    /// random bit. The points stay as evenly spread as they were, and each is anywhere with the same probability
    /// (A. B. Owen, “Randomly permuted (t,m,s)-nets and (t,s)-sequences”, 1995). A hash stands for the bits (S. Laine and
    /// T. Karras, “Stratified sampling for stochastic transparency”, 2011; B. Burley, “Practical hash-based Owen
    /// scrambling”, JCGT 9(4), 2020, whose constants these are).
    case nested(seed: Int)
  }

  private static let bitCount = 32
  private let directions: [[UInt32]]
  /// Of each dimension; empty where points stay as they are.
  private let seeds: [UInt32]

  /// - Parameter dimensionCount: at most ``SobolDirections/dimensionCount``.
  init(dimensionCount: Int, _ scrambling: Scrambling) {
    precondition(dimensionCount <= SobolDirections.dimensionCount, "there are direction numbers for so many dimensions")
    directions = (0..<dimensionCount).map(Self.directions)
    switch scrambling {
    case .none: seeds = []
    case .nested(let seed):
      seeds = (0..<dimensionCount).map { dimension in
        var random = TuningRandom(seed: seed, .scrambling, number: dimension)
        return UInt32(truncatingIfNeeded: random.next() >> 32)
      }
    }
  }

  /// The point of this number, from 0 on: its coordinates are in 0..<1.
  subscript(number: Int) -> [Double] {
    let code = UInt32(truncatingIfNeeded: number ^ (number >> 1))
    return directions.indices.map { dimension in
      var bits: UInt32 = 0
      for place in 0..<Self.bitCount where code >> UInt32(place) & 1 == 1 { bits ^= directions[dimension][place] }
      return Double(seeds.isEmpty ? bits : Self.scrambled(bits, seeds[dimension])) * 0x1p-32
    }
  }

  /// Whether a bit is turned depends on the seed and on the bits above it alone. The hash works the other way up: a sum,
  /// and products with even numbers, carry from lower bits to higher ones only.
  private static func scrambled(_ bits: UInt32, _ seed: UInt32) -> UInt32 {
    var x = reversed(bits) &+ seed
    for factor: UInt32 in [0x6c50_b47c, 0xb82f_1e52, 0xc7af_e638, 0x8d22_f6e6] { x ^= x &* factor }
    return reversed(x)
  }

  private static func reversed(_ bits: UInt32) -> UInt32 {
    var x = bits.byteSwapped
    for (shift, mask) in [(4, 0x0f0f_0f0f), (2, 0x3333_3333), (1, 0x5555_5555)] as [(UInt32, UInt32)] {
      x = (x >> shift) & mask | (x & mask) << shift
    }
    return x
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
