internal import Glibc

/// Estimates how many different hashes were seen, in 16 KiB: HyperLogLog with 2^14 registers, read with the estimator
/// of O. Ertl, “New cardinality estimation algorithms for HyperLogLog sketches”, 2017, algorithm 6, which has no bias at
/// any size. The order of the hashes does not matter.
package struct DistinctSketch: Hashable, Sendable {
  /// Of the estimate, relative: 1.04 / sqrt(2^14).
  package static let standardError = 0.0081
  private static let indexBits = 14
  private static let rankLimit = 64 - indexBits + 1

  private var registers = [UInt8](repeating: 0, count: 1 << indexBits)

  package init() {}

  /// - Parameter hash: mixed, as ``Mixing`` does.
  package mutating func insert(_ hash: UInt64) {
    let index = Int(hash >> (64 - Self.indexBits))
    let rank = UInt8(min(Self.rankLimit, (hash << Self.indexBits).leadingZeroBitCount + 1))
    if registers[index] < rank { registers[index] = rank }
  }

  package mutating func merge(_ other: DistinctSketch) {
    for index in registers.indices { registers[index] = max(registers[index], other.registers[index]) }
  }

  package var estimate: Double {
    var counts = [Int](repeating: 0, count: Self.rankLimit + 1)
    for register in registers { counts[Int(register)] += 1 }
    let m = Double(registers.count)
    var z = m * Self.tau(1 - Double(counts[Self.rankLimit]) / m)
    for rank in stride(from: Self.rankLimit - 1, through: 1, by: -1) { z = 0.5 * (z + Double(counts[rank])) }
    z += m * Self.sigma(Double(counts[0]) / m)
    return m * m / (2 * log(2) * z)
  }

  private static func sigma(_ share: Double) -> Double {
    guard share < 1 else { return .infinity }
    var (x, y, z) = (share, 1.0, share)
    while true {
      x *= x
      let before = z
      z += x * y
      y += y
      if z == before { return z }
    }
  }

  private static func tau(_ share: Double) -> Double {
    guard share > 0, share < 1 else { return 0 }
    var (x, y, z) = (share, 1.0, 1 - share)
    while true {
      x = x.squareRoot()
      let before = z
      y *= 0.5
      z -= (1 - x) * (1 - x) * y
      if z == before { return z / 3 }
    }
  }
}
