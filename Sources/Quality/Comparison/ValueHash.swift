/// Hashes of values, 64 bits each: the same for equal values whatever column, batch or process they are in.
enum ValueHash {
  /// Of a missing value.
  static let missing: UInt64 = 0x5EED_0FAB_5E47_0001

  /// The finaliser of SplitMix64 (Steele, Lea and Flood, “Fast splittable pseudorandom number generators”, 2014): a
  /// bijection, so that different numbers never meet.
  @inline(__always)
  static func mixed(_ bits: UInt64) -> UInt64 {
    var z = bits &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Of a text's bytes, eight at a time.
  static func text(_ text: String, seed: UInt64 = 0) -> UInt64 {
    var text = text
    return text.withUTF8 { bytes in
      var hash = mixed(UInt64(bytes.count) ^ seed)
      var index = 0
      let raw = UnsafeRawBufferPointer(bytes)
      while index + 8 <= raw.count {
        hash = mixed(hash ^ raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
        index += 8
      }
      var tail: UInt64 = 0
      while index < raw.count {
        tail = tail << 8 | UInt64(raw[index])
        index += 1
      }
      return mixed(hash ^ tail)
    }
  }

  /// A number as the word that equal numbers share: one zero.
  @inline(__always)
  static func word(_ value: Double) -> UInt64 { value == 0 ? 0 : value.bitPattern }
}
