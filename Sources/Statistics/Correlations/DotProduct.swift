/// Sums over pairs of equal length: the inner loop of all covariances. Eight partial sums, always the same eight, so that
/// the result is the same on every machine.
enum DotProduct {
  static func of(_ a: [Double], _ b: [Double]) -> Double {
    precondition(a.count == b.count, "vectors of a product have the same length")
    return a.withUnsafeBytes { a in b.withUnsafeBytes { b in sum(a, b) } }
  }

  private static func sum(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Double {
    var sums = SIMD8<Double>()
    let stride = MemoryLayout<SIMD8<Double>>.size
    var offset = 0
    while offset + stride <= a.count {
      let left = a.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
      sums += left * b.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
      offset += stride
    }
    var total = sums.sum()
    while offset < a.count {
      total +=
        a.loadUnaligned(fromByteOffset: offset, as: Double.self)
        * b.loadUnaligned(fromByteOffset: offset, as: Double.self)
      offset += MemoryLayout<Double>.size
    }
    return total
  }
}
