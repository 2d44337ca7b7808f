/// The inner loop of content-defined chunking, on raw bytes. `Chunker` is its face; a plain twin in the tests checks it.

/// Gear values of FastCDC (Xia et al., “FastCDC: a Fast and Efficient Content-Defined Chunking Approach for Data
/// Deduplication”, USENIX ATC 2016): the first 256 outputs of SplitMix64 from the seed 0. They are part of the format.
let gearTable: [UInt64] = {
  var state: UInt64 = 0
  return (0..<256).map { _ in
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}()

/// The gear values, each shifted by one: what the first of two bytes adds once the second has come.
private let shiftedGearTable: [UInt64] = gearTable.map { $0 << 1 }

/// Where the first chunk of `bytes` ends: at most `maximum`, and `bytes.count` when no cut is found before.
///
/// Up to `average` the stricter mask must be met, after it the looser one (normalised chunking, section 4.4 of the
/// paper), so that lengths gather round the average. Masks leave the top bit out.
func firstCut(
  in bytes: UnsafeRawBufferPointer, minimum: Int, average: Int, maximum: Int, strict: UInt64, loose: UInt64
) -> Int {
  let end = min(bytes.count, maximum)
  guard end > minimum, let base = bytes.baseAddress else { return end }
  let middle = max(minimum, min(average, end))
  return gearTable.withUnsafeBufferPointer { gear in
    shiftedGearTable.withUnsafeBufferPointer { shifted in
      var hash: UInt64 = 0
      if let cut = scan(base, minimum..<middle, &hash, strict, gear, shifted) { return cut }
      return scan(base, middle..<end, &hash, loose, gear, shifted) ?? end
    }
  }
}

/// Two bytes at a time, so that one does not wait for the other: with the hash shifted by two at once, the first byte's
/// hash appears shifted by one, and is met by the mask shifted alike.
@inline(__always)
private func scan(
  _ base: UnsafeRawPointer, _ range: Range<Int>, _ hash: inout UInt64, _ mask: UInt64,
  _ gear: UnsafeBufferPointer<UInt64>, _ shifted: UnsafeBufferPointer<UInt64>
) -> Int? {
  var index = range.lowerBound
  let shiftedMask = mask << 1
  while index &+ 1 < range.upperBound {
    let first = (hash << 2) &+ shifted[Int(base.load(fromByteOffset: index, as: UInt8.self))]
    if first & shiftedMask == 0 { return index + 1 }
    hash = first &+ gear[Int(base.load(fromByteOffset: index &+ 1, as: UInt8.self))]
    if hash & mask == 0 { return index + 2 }
    index &+= 2
  }
  if index < range.upperBound {
    hash = (hash << 1) &+ gear[Int(base.load(fromByteOffset: index, as: UInt8.self))]
    if hash & mask == 0 { return index + 1 }
  }
  return nil
}
