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

/// Where the first chunk of `bytes` ends: at most `maximum`, and `bytes.count` when no cut is found before.
///
/// Up to `average` the stricter mask must be met, after it the looser one (normalised chunking, section 4.4 of the
/// paper), so that lengths gather round the average.
func firstCut(
  in bytes: UnsafeRawBufferPointer, minimum: Int, average: Int, maximum: Int, strict: UInt64, loose: UInt64
) -> Int {
  let end = min(bytes.count, maximum)
  guard end > minimum, let base = bytes.baseAddress else { return end }
  return gearTable.withUnsafeBufferPointer { gear in
    var hash: UInt64 = 0
    var index = minimum
    let middle = min(average, end)
    while index < middle {
      hash = (hash << 1) &+ gear[Int(base.load(fromByteOffset: index, as: UInt8.self))]
      index += 1
      if hash & strict == 0 { return index }
    }
    while index < end {
      hash = (hash << 1) &+ gear[Int(base.load(fromByteOffset: index, as: UInt8.self))]
      index += 1
      if hash & loose == 0 { return index }
    }
    return end
  }
}
